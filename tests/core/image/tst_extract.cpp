#include "core/image/extract.hpp"

#include "tests/core/image/image_maker.hpp"

#include <QtTest>

#include <algorithm>
#include <array>
#include <sys/stat.h>

using namespace fatlas;
using namespace fatlas::image;

namespace {

bool has(const ExtractReport& report, std::string_view rule)
{
    return std::ranges::find(report.findings, rule, &Finding::rule) != report.findings.end();
}

} // namespace

class TestExtract : public QObject {
    Q_OBJECT

private slots:

    void bringsEverythingBack()
    {
        const test::TempFolder from;
        from.writePattern("a.bin", 100'000);
        from.writePattern("docs/deep/Long file name.txt", 777, 2);
        from.writeText("docs/empty.txt", "");
        from.makeFolder("nothing here");
        const test::TempFolder to;
        const auto report = run(test::imageOf(from.path()), "/", to);
        QVERIFY2(report, report ? "" : report.error().message.c_str());
        QCOMPARE(report->fileCount, std::uint64_t(3));
        QCOMPARE(report->folderCount, std::uint64_t(3));
        QVERIFY(report->findings.empty());
        for (const char* file : {"a.bin", "docs/deep/Long file name.txt", "docs/empty.txt"})
            QCOMPARE(to.readFile(file), from.readFile(file));
        QVERIFY(std::filesystem::is_directory(to / "nothing here"));
    }

    void aFolderOrAFileComesUnderItsOwnName()
    {
        const test::TempFolder from;
        from.writeText("docs/deep/a.txt", "a");
        const Bytes image = test::imageOf(from.path());
        const test::TempFolder folder;
        QVERIFY(run(image, "/docs/deep", folder));
        QVERIFY(std::filesystem::exists(folder / "deep/a.txt"));
        const test::TempFolder file;
        QVERIFY(run(image, "/docs/deep/a.txt", file));
        QVERIFY(std::filesystem::exists(file / "a.txt"));
    }

    void restoresTimesAndTheReadOnlyAttribute()
    {
        constexpr std::int64_t stamp = 1'234'567'890;
        const test::TempFolder from;
        from.writeText("docs/locked.txt", "x");
        from.setMode("docs/locked.txt", 0444);
        from.setTimes("docs/locked.txt", stamp * 1'000'000'000, stamp * 1'000'000'000);
        from.setTimes("docs", stamp * 1'000'000'000, stamp * 1'000'000'000);
        const test::TempFolder to;
        QVERIFY(run(test::imageOf(from.path()), "/", to));
        struct stat status{};
        QCOMPARE(::stat((to / "docs/locked.txt").c_str(), &status), 0);
        QCOMPARE(std::int64_t(status.st_mtim.tv_sec), stamp);
        QCOMPARE(status.st_mode & 0222U, 0U);
        QCOMPARE(::stat((to / "docs").c_str(), &status), 0);
        QCOMPARE(std::int64_t(status.st_mtim.tv_sec), stamp);
    }

    void neverLeavesTheDestination_data()
    {
        QTest::addColumn<QByteArray>("name"); // 11 bytes of a short name
        QTest::newRow("parent") << QByteArray("..         ");
        QTest::newRow("parent, extension") << QByteArray("..      .. ");
        QTest::newRow("slash") << QByteArray("../../ETC  ");
        QTest::newRow("absolute") << QByteArray("/TMP/EVIL  ");
        QTest::newRow("nul") << QByteArray("A\0B\0C\0D\0TXT", 11);
        QTest::newRow("controls") << QByteArray("\x1b[2J\n\r\t TXT");
        QTest::newRow("self") << QByteArray(".          ");
        QTest::newRow("spaces") << QByteArray("           ");
    }

    void neverLeavesTheDestination()
    {
        QFETCH(QByteArray, name);
        const test::TempFolder from;
        from.writeText("VICTIM1.TXT", "evil");
        from.writeText("VICTIM2/INNER.TXT", "evil");
        Bytes image = test::imageOf(from.path());
        test::patch(image, test::placeOf(image, "VICTIM1 TXT"), name.toStdString());
        test::patch(image, test::placeOf(image, "VICTIM2    "), name.toStdString());

        const test::TempFolder around;
        around.makeFolder("a/b/dest");
        const auto report =
            extract(*test::volumeOf(image), "/", {.destination = around / "a/b/dest"});
        QVERIFY(report);
        QCOMPARE(around.entryCount(), std::size_t(1));
        QCOMPARE(std::distance(std::filesystem::directory_iterator(around / "a/b"), {}),
                 std::ptrdiff_t(1));
        for (const auto& entry : std::filesystem::directory_iterator(around / "a/b/dest"))
            for (const char c : entry.path().filename().native())
                QVERIFY(static_cast<unsigned char>(c) >= 0x20);
    }

    void sameNamesTwiceAreBothSaved()
    {
        const test::TempFolder from;
        from.writeText("ONE.TXT", "1");
        from.writeText("TWO.TXT", "2");
        Bytes image = test::imageOf(from.path());
        test::patch(image, test::placeOf(image, "TWO     TXT"), "ONE     TXT");
        const test::TempFolder to;
        const auto report = run(image, "/", to);
        QVERIFY(report);
        QVERIFY(has(*report, "X1"));
        QCOMPARE(to.entryCount(), std::size_t(2));
    }

    void keepsFilesThatExistUnlessTold()
    {
        const test::TempFolder from;
        from.writeText("A.TXT", "new");
        from.writeText("B.TXT", "new");
        const Bytes image = test::imageOf(from.path());
        const test::TempFolder to;
        to.writeText("A.TXT", "old!");
        const auto kept = run(image, "/", to);
        QVERIFY(kept && has(*kept, "X3"));
        QCOMPARE(kept->fileCount, std::uint64_t(1));
        QCOMPARE(to.readFile("A.TXT").size(), std::size_t(4));

        const auto replaced = run(image, "/", to, Existing::Replace);
        QVERIFY(replaced && replaced->findings.empty());
        QCOMPARE(to.readFile("A.TXT"), from.readFile("A.TXT"));
    }

    void doesNotFollowLinksInTheDestination()
    {
        const test::TempFolder from;
        from.writeText("DOCS/A.TXT", "new");
        from.writeText("B.TXT", "new");
        const test::TempFolder outside;
        const test::TempFolder to;
        to.makeSymlink("DOCS", outside.path());
        to.makeSymlink("B.TXT", outside / "b");
        const auto report = run(test::imageOf(from.path()), "/", to, Existing::Replace);
        QVERIFY(report);
        QCOMPARE(report->fileCount, std::uint64_t(0));
        QCOMPARE(outside.entryCount(), std::size_t(0));
        QCOMPARE(std::ranges::count(report->findings, "X3", &Finding::rule), std::ptrdiff_t(2));
    }

    void savesWhatCanBeReadOfADamagedFile()
    {
        const test::TempFolder from;
        from.writePattern("A.BIN", 3000);
        from.writePattern("B.BIN", 3000, 2);
        Bytes image = test::imageOf(from.path());
        // FAT12: entry 3, the first file's second cluster, says "bad" in place of "next 4".
        image[512 + 4] = (image[512 + 4] & std::byte{0x0F}) | std::byte{0x70};
        image[512 + 5] = std::byte{0xFF};
        const test::TempFolder to;
        const auto report = run(image, "/", to);
        QVERIFY(report && has(*report, "X2"));
        const Bytes whole = from.readFile("A.BIN");
        QCOMPARE(to.readFile("A.BIN"), Bytes(whole.begin(), whole.begin() + 512));
        QCOMPARE(to.readFile("B.BIN"), from.readFile("B.BIN"));
    }

    void aFolderInsideItselfIsEnteredOnce()
    {
        const test::TempFolder from;
        from.writeText("OUTER/INNER/A.TXT", "x");
        Bytes image = test::imageOf(from.path());
        const std::size_t outer = test::placeOf(image, "OUTER      ");
        const std::size_t inner = test::placeOf(image, "INNER      ");
        std::copy_n(image.begin() + std::ptrdiff_t(outer + 26), 2,
                    image.begin() + std::ptrdiff_t(inner + 26));
        const test::TempFolder to;
        const auto report = run(image, "/", to);
        QVERIFY(report && has(*report, "X5"));
        QVERIFY(std::filesystem::is_directory(to / "OUTER"));
        QVERIFY(!std::filesystem::exists(to / "OUTER/INNER"));
    }

    void stopsWhenAskedAndLeavesNoPart()
    {
        const test::TempFolder from;
        from.writePattern("A.BIN", 100'000);
        std::stop_source stop;
        const JobControl job(stop.get_token(), [&stop](Progress) { stop.request_stop(); });
        const test::TempFolder to;
        const auto report = extract(*test::volumeOf(test::imageOf(from.path())), "/",
                                    {.destination = to.path()}, job);
        QVERIFY(!report || report->fileCount == 1);
        for (const auto& entry : std::filesystem::directory_iterator(to.path()))
            QCOMPARE(entry.path().filename().native(), std::string("A.BIN"));
    }

private:
    static Result<ExtractReport> run(const Bytes& image, std::string_view path,
                                     const test::TempFolder& to, Existing existing = Existing::Keep)
    {
        return extract(*test::volumeOf(image), path,
                       {.destination = to.path(),
                        .existing = existing,
                        .timeZone = {.kind = fat::TimeZone::Kind::Utc}});
    }
};

QTEST_GUILESS_MAIN(TestExtract)
#include "tst_extract.moc"
