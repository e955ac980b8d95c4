#include "core/base/error.hpp"
#include "core/base/finding.hpp"

#include <QtTest>

#include <cerrno>

using namespace fatlas;

Q_DECLARE_METATYPE(fatlas::ErrorCode)

class TestError : public QObject {
    Q_OBJECT

private slots:
    void systemErrorsGetACodeAndAReason_data();
    void systemErrorsGetACodeAndAReason();
    void namesEveryCode();
    void tryReturnsTheErrorOfTheExpression();
};

void TestError::systemErrorsGetACodeAndAReason_data()
{
    QTest::addColumn<int>("number");
    QTest::addColumn<ErrorCode>("code");
    QTest::addColumn<QString>("reason");
    QTest::newRow("missing") << ENOENT << ErrorCode::NotFound << "No such file or directory";
    QTest::newRow("denied") << EACCES << ErrorCode::AccessDenied << "Permission denied";
    QTest::newRow("full") << ENOSPC << ErrorCode::NoSpace << "No space left on device";
    QTest::newRow("quota") << EDQUOT << ErrorCode::NoSpace << "Disk quota exceeded";
    QTest::newRow("read-only") << EROFS << ErrorCode::ReadOnly << "Read-only file system";
    QTest::newRow("exists") << EEXIST << ErrorCode::Refused << "File exists";
    QTest::newRow("broken disk") << EIO << ErrorCode::Io << "Input/output error";
    QTest::newRow("unknown") << 99999 << ErrorCode::Io << "system error 99999";
}

void TestError::systemErrorsGetACodeAndAReason()
{
    QFETCH(int, number);
    QFETCH(ErrorCode, code);
    QFETCH(QString, reason);
    const Error error = failSystem(number, "cannot open /a/b").error();
    QCOMPARE(error.code, code);
    QCOMPARE(error.systemError, number);
    QCOMPARE(QString::fromStdString(error.message), "cannot open /a/b: " + reason);
}

void TestError::namesEveryCode()
{
    for (int code = 0; code <= static_cast<int>(ErrorCode::Cancelled); ++code)
        QVERIFY(QString(toString(static_cast<ErrorCode>(code))) != "unknown error");
    QCOMPARE(QString(toString(Severity::Warning)), QString("warning"));
}

namespace {

Result<int> halve(int number)
{
    if (number % 2 != 0)
        return fail(ErrorCode::InvalidArgument, "odd");
    return number / 2;
}

Result<int> quarter(int number)
{
    FATLAS_TRY(halve(number));
    FATLAS_ASSIGN(const int half, halve(number));
    FATLAS_ASSIGN(const int quarter, halve(half));
    return quarter;
}

} // namespace

void TestError::tryReturnsTheErrorOfTheExpression()
{
    QCOMPARE(quarter(12).value(), 3);
    QCOMPARE(quarter(6).error().message, std::string("odd"));
    QCOMPARE(quarter(5).error().code, ErrorCode::InvalidArgument);
}

QTEST_GUILESS_MAIN(TestError)
#include "tst_error.moc"
