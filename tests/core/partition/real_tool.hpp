/// Runs somebody else's program on what we made.
///
/// A missing program skips the test, or fails it where FATLAS_REQUIRE_TOOLS is set: use
/// FATLAS_NEEDS_TOOL at the start of the test function.
#pragma once

#include <QProcess>
#include <QStandardPaths>
#include <QTest>

namespace fatlas::test {

struct ToolRun {
    int exitCode = -1;
    QByteArray output; ///< stdout and stderr as they came
};

/// Debian keeps system tools out of a user's PATH.
inline QString toolPath(const QString& program)
{
    const QString found = QStandardPaths::findExecutable(program);
    return found.isEmpty() ? QStandardPaths::findExecutable(program, {"/usr/sbin", "/sbin"})
                           : found;
}

inline ToolRun runTool(const QString& program, const QStringList& arguments)
{
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(toolPath(program), arguments);
    if (!process.waitForFinished(60'000) || process.exitStatus() != QProcess::NormalExit)
        return {.exitCode = -1, .output = process.readAll()};
    return {.exitCode = process.exitCode(), .output = process.readAll()};
}

} // namespace fatlas::test

#define FATLAS_NEEDS_TOOL(program)                                                                 \
    do {                                                                                           \
        if (fatlas::test::toolPath(program).isEmpty()) {                                           \
            if (qEnvironmentVariableIsSet("FATLAS_REQUIRE_TOOLS"))                                 \
                QFAIL(program " is not installed");                                                \
            QSKIP(program " is not installed");                                                    \
        }                                                                                          \
    } while (false)
