#include "core/fat/timestamp.hpp"

#include <QtTest>

#include <cstdlib>
#include <ctime>
#include <thread>
#include <vector>

using namespace fatlas::fat;

namespace {

constexpr std::int64_t second = 1'000'000'000;
constexpr TimeZone utc{.kind = TimeZone::Kind::Utc, .offsetMinutes = 0};
constexpr TimeZone local{.kind = TimeZone::Kind::Local, .offsetMinutes = 0};

constexpr TimeZone offset(int minutes)
{
    return {.kind = TimeZone::Kind::Offset, .offsetMinutes = minutes};
}

QString shown(std::int64_t unixSeconds, TimeZone zone)
{
    return QString::fromStdString(formatTime(encodeTime(unixSeconds * second, zone).stamp));
}

/// What the C library itself says about a moment, to even seconds.
QString expectedLocal(std::int64_t unixSeconds)
{
    const std::time_t moment = unixSeconds;
    std::tm civil{};
    localtime_r(&moment, &civil);
    char text[40];
    std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &civil);
    return QString::fromLatin1(text);
}

} // namespace

class TestTimestamp : public QObject {
    Q_OBJECT

private:
    static void useZone(const char* name)
    {
        qputenv("TZ", name);
        reloadLocalZone();
    }

private slots:

    void encodesFieldsByTheirBits() // D8
    {
        const EncodedTime t = encodeTime(1'795'250'298 * second + 987'654'321, utc);
        QCOMPARE(formatTime(t.stamp), std::string("2026-11-21 08:38:18"));
        QCOMPARE(t.stamp.date, std::uint16_t{(46 << 9) | (11 << 5) | 21});
        QCOMPARE(t.stamp.time, std::uint16_t{(8 << 11) | (38 << 5) | 9});
        QCOMPARE(t.stamp.tenths, std::uint8_t{98});
        QCOMPARE(t.clamped, Clamped::No);
    }

    void roundsDownToEvenSecondsAndKeepsTheRestInTenths() // D9
    {
        const EncodedTime t = encodeTime(1'795'250'299 * second + 999'999'999, utc);
        QCOMPARE(t.stamp.time & 0x1F, 9);
        QCOMPARE(t.stamp.tenths, std::uint8_t{199});
        QCOMPARE(decodeTime(t.stamp, utc), 1'795'250'299);
        QCOMPARE(formatTime(t.stamp), std::string("2026-11-21 08:38:19"));
    }

    void clampsOutsideItsYears_data() // D10
    {
        QTest::addColumn<qint64>("moment");
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("clamped");
        QTest::newRow("first") << qint64{315532800} << "1980-01-01 00:00:00" << false;
        QTest::newRow("before") << qint64{315532799} << "1980-01-01 00:00:00" << true;
        QTest::newRow("epoch") << qint64{0} << "1980-01-01 00:00:00" << true;
        QTest::newRow("1700") << qint64{-8520336000} << "1980-01-01 00:00:00" << true;
        QTest::newRow("last") << qint64{4354819199} << "2107-12-31 23:59:59" << false;
        QTest::newRow("after") << qint64{4354819200} << "2107-12-31 23:59:59" << true;
        QTest::newRow("2262") << qint64{9223372036} << "2107-12-31 23:59:59" << true;
    }

    void clampsOutsideItsYears()
    {
        QFETCH(qint64, moment);
        QFETCH(QString, text);
        QFETCH(bool, clamped);
        QCOMPARE(shown(moment, utc), text);
        QCOMPARE(encodeTime(moment * second, utc).clamped == Clamped::Yes, clamped);
    }

    void usesTheOffsetOfTheZone()
    {
        QCOMPARE(shown(1'795'250'298, offset(330)), QString("2026-11-21 14:08:18"));
        QCOMPARE(shown(1'795'250'298, offset(-210)), QString("2026-11-21 05:08:18"));
        QCOMPARE(decodeTime(encodeTime(1'795'250'298 * second, offset(-210)).stamp, offset(-210)),
                 1'795'250'298);
    }

    void usesSummerTimeWhenItWasValid() // not only when the test runs
    {
        useZone("Europe/Berlin");
        QCOMPARE(shown(1'782'900'000, local), QString("2026-07-01 12:00:00"));
        QCOMPARE(shown(1'768'474'800, local), QString("2026-01-15 12:00:00"));
    }

    void agreesWithTheSystemAroundEveryChange_data()
    {
        QTest::addColumn<QByteArray>("zone");
        for (const char* zone : {"Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe",
                                 "Pacific/Apia", "Africa/Casablanca", "Asia/Kathmandu", "UTC"})
            QTest::newRow(zone) << QByteArray(zone);
    }

    void agreesWithTheSystemAroundEveryChange()
    {
        QFETCH(QByteArray, zone);
        useZone(zone.constData());
        for (std::int64_t moment = 946'684'800; moment < 1'800'000'000; moment += 10'830)
            QCOMPARE(shown(moment, local), expectedLocal(moment));
        // Every minute around the changes of 2006 in St. John's (00:01 local time).
        for (std::int64_t moment = 1'143'862'000; moment < 1'143'870'000; moment += 60)
            QCOMPARE(shown(moment, local), expectedLocal(moment));
    }

    void comesBackFromLocalTime()
    {
        useZone("Europe/Berlin");
        for (std::int64_t moment = 1'700'000'000; moment < 1'760'000'000; moment += 3'606) {
            const std::int64_t back = decodeTime(encodeTime(moment * second, local).stamp, local);
            // Only the hour that autumn repeats is ambiguous: the earlier of the two is taken.
            QVERIFY(back == moment || back == moment - 3600);
            if (back != moment)
                QCOMPARE(expectedLocal(back), expectedLocal(moment));
        }
    }

    void takesTheMomentAfterAGap()
    {
        useZone("Europe/Berlin"); // 2026-03-29 02:30 does not exist
        const Timestamp gap{.date = (46 << 9) | (3 << 5) | 29, .time = (2 << 11) | (30 << 5)};
        QCOMPARE(expectedLocal(decodeTime(gap, local)), QString("2026-03-29 03:30:00"));
    }

    void clampsFieldsThatNoCalendarHas() // D11
    {
        QCOMPARE(decodeTime({.date = 0, .time = 0, .tenths = 0}, utc), 315532800);
        const Timestamp wild{.date = 0xFFFF, .time = 0xFFFF, .tenths = 255};
        QCOMPARE(decodeTime(wild, utc), 4354819199);
        const Timestamp feb{.date = (46 << 9) | (2 << 5) | 31, .time = 0, .tenths = 0};
        QCOMPARE(decodeTime(feb, utc), 1772236800); // 2026-02-28
    }

    void showsADashForNoDate() { QCOMPARE(formatTime({}), std::string("-")); }

    void parsesZones_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("valid");
        QTest::addColumn<int>("minutes");
        QTest::newRow("half") << "+05:30" << true << 330;
        QTest::newRow("west") << "-03:00" << true << -180;
        QTest::newRow("far") << "-23:59" << true << -1439;
        for (const char* text : {"", "+5:30", "+05:60", "+24:00", "05:30", "+05-30", "+0a:30",
                                 "+-1:30", "Local", "+05:30 "})
            QTest::newRow(text) << text << false << 0;
    }

    void parsesZones()
    {
        QFETCH(QString, text);
        QFETCH(bool, valid);
        QFETCH(int, minutes);
        const auto zone = parseTimeZone(text.toStdString());
        QCOMPARE(zone.has_value(), valid);
        if (!valid) {
            QVERIFY(zone.error().message.find(text.toStdString()) != std::string::npos);
            return;
        }
        QCOMPARE(zone->offsetMinutes, minutes);
        QCOMPARE(toString(*zone), text.toStdString());
    }

    void parsesLocalAndUtc()
    {
        QVERIFY(parseTimeZone("local") == local);
        QVERIFY(parseTimeZone("utc") == utc);
        QCOMPARE(toString(local), std::string("local"));
        QCOMPARE(toString(utc), std::string("utc"));
    }

    void worksFromManyThreads()
    {
        useZone("America/New_York");
        const QString expected = expectedLocal(1'751'371'200);
        std::vector<std::thread> threads;
        std::atomic<int> wrong = 0;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([&] {
                for (int n = 0; n < 2000; ++n)
                    if (shown(1'751'371'200, local) != expected)
                        ++wrong;
            });
        for (std::thread& thread : threads)
            thread.join();
        QCOMPARE(wrong.load(), 0);
    }

    void benchmarksLocalTime()
    {
        useZone("Europe/Berlin");
        std::uint64_t sum = 0;
        QBENCHMARK
        {
            for (std::int64_t i = 0; i < 150'000; ++i)
                sum += encodeTime((1'600'000'000 + i * 977) * second, local).stamp.time;
        }
        QVERIFY(sum != 0);
    }
};

QTEST_GUILESS_MAIN(TestTimestamp)
#include "tst_timestamp.moc"
