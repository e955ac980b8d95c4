#include "ui/document/serve_test.hpp"

#include "ui/base/words.hpp"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QProcess>
#include <QStandardPaths>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

namespace {

constexpr int lookMs = 50;
constexpr int nbdinfoTimeoutMs = 10'000;
constexpr qsizetype maxSaid = 200; ///< characters of a program's complaint

QString words(const char* text)
{
    return QCoreApplication::translate("ServeTest", text);
}

QString millisecondsText(std::chrono::microseconds time)
{
    return words("%1 ms").arg(static_cast<double>(time.count()) / 1000, 0, 'f', 1);
}

QString ownSentence(const nbd::ProbeReport& report)
{
    QStringList can{report.isReadOnly ? words("read-only") : words("writable")};
    if (report.allowsManyConnections)
        can << words("many connections");
    if (report.canFlush)
        can << words("flush");
    if (report.canTrim)
        can << words("trim");
    return words("Fatlas as a client: %1, %2; ready after %3, %4 read in %5")
        .arg(sizeText(report.size), can.join(u", "_s), millisecondsText(report.untilReady),
             sizeText(report.readBytes), millisecondsText(report.reading));
}

QString nbdinfoSentence(const std::string& uri, const JobControl& job)
{
    const QString program = QStandardPaths::findExecutable(u"nbdinfo"_s);
    if (program.isEmpty())
        return words("nbdinfo (libnbd) is not installed, so it was not asked");
    QProcess process;
    process.start(program, {u"--size"_s, QString::fromStdString(uri)});
    QElapsedTimer clock;
    clock.start();
    while (!process.waitForFinished(lookMs) && process.state() != QProcess::NotRunning)
        if (job.stopRequested() || clock.elapsed() > nbdinfoTimeoutMs) {
            process.kill();
            process.waitForFinished();
            return words("nbdinfo (libnbd) did not answer in time");
        }
    if (process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0)
        return words("nbdinfo (libnbd): %1")
            .arg(sizeText(process.readAllStandardOutput().trimmed().toULongLong()));
    const QByteArray said = process.readAllStandardError().trimmed();
    return words("nbdinfo (libnbd) failed: %1").arg(shown(said.left(maxSaid).toStdString()));
}

} // namespace

Result<QStringList> testAsClient(const nbd::ProbeTarget& target, const std::string& uri,
                                 const JobControl& job)
{
    FATLAS_ASSIGN(const auto report, nbd::probe(target, job));
    QStringList sentences{ownSentence(report), nbdinfoSentence(uri, job)};
    FATLAS_TRY(job.checkpoint());
    return sentences;
}

} // namespace fatlas::ui
