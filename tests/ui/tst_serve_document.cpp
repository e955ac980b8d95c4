#include "core/base/bytes.hpp"

#include "tests/support/temp_folder.hpp"
#include "ui/document/serve_document.hpp"

#include <QSignalSpy>
#include <QTest>

#include <numeric>

using namespace fatlas;
using namespace fatlas::ui;
using fatlas::test::TempFolder;

namespace {

using State = ServeDocument::State;

constexpr int patienceMs = 60'000; // only as long as it takes

ServeWish wishFor(const TempFolder& folder, serve::Mode mode = serve::Mode::ReadOnly)
{
    ServeWish wish;
    wish.source = folder.path().string();
    wish.kind = serve::SourceKind::Folder;
    wish.session.name = "dos";
    wish.session.mode = mode;
    wish.session.quiet = std::chrono::milliseconds(50);
    wish.session.open.folder.floppy = folder_disk::FloppyFormat::F1440K;
    return wish;
}

serve::Traffic sumOf(const serve::DiskTraffic& traffic)
{
    serve::Traffic sum = traffic.ownerless;
    sum += traffic.system;
    sum += traffic.outside;
    for (const serve::Traffic& owner : traffic.owners)
        sum += owner;
    return sum;
}

/// Where the bytes of a file begin on the disk.
std::uint64_t placeOf(const ServeDocument& document, const char* path)
{
    const SharedContent& content = document.content();
    const auto node = content->tree->find(path);
    return content->image.volumeOffset +
           content->geometry().clusterOffset(content->tree->runsOf(node.value_or(0)).front().first);
}

} // namespace

class TestServeDocument : public QObject {
    Q_OBJECT

private:
    void start(ServeDocument& document)
    {
        document.start();
        QTRY_COMPARE_WITH_TIMEOUT(document.state(), State::Serving, patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(document.content() && !document.isReading(), patienceMs);
    }

    void stop(ServeDocument& document)
    {
        document.stop();
        QTRY_COMPARE_WITH_TIMEOUT(document.state(), State::Idle, patienceMs);
    }

private Q_SLOTS:

    void showsTheDiskBeforeItIsServed()
    {
        const TempFolder folder;
        folder.writePattern("A.BIN", 5000);
        ServeDocument document(wishFor(folder));
        QTRY_VERIFY_WITH_TIMEOUT(document.content() != nullptr, patienceMs);
        QVERIFY(document.content()->tree->find("/A.BIN"));
        QCOMPARE(document.state(), State::Idle);
        QVERIFY(document.exports().empty());
        QVERIFY(document.unsaved().isEmpty());
        QVERIFY(document.command().startsWith(QStringLiteral("fatlas-cli serve ")));
    }

    void servesTestsAndStops()
    {
        const TempFolder folder;
        folder.writePattern("A.BIN", 5000);
        ServeDocument document(wishFor(folder));
        start(document);
        QVERIFY(document.newest() != nullptr);
        QVERIFY(document.newest()->lines.size() >= 5);
        document.test();
        QTRY_VERIFY_WITH_TIMEOUT(!document.testReport().isEmpty(), patienceMs);
        QVERIFY2(document.testReport().front().contains(QStringLiteral("1,440 KiB")),
                 qPrintable(document.testReport().join(u'\n')));
        QTRY_VERIFY_WITH_TIMEOUT(document.sample()->totals.readBytes >= 8192, patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(document.messages().size() >= 2, patienceMs);
        stop(document);
        QVERIFY(document.exports().empty());
        QVERIFY(document.service() == nullptr);
        start(document); // once more
        stop(document);
    }

    /// Whatever guests do, and however much of it was seen one by one.
    void theSumOverAllFilesIsWhatTheServerCounts()
    {
        const TempFolder folder;
        folder.writePattern("A.BIN", 500'000, 1);
        folder.writePattern("SUB/B.BIN", 200'000, 2);
        ServeDocument document(wishFor(folder, serve::Mode::Scratch));
        start(document);
        const serve::Generation& generation = document.newest()->generation;
        for (int i = 0; i < 200'000; ++i)
            generation.tap->record(
                {.timeNs = block::tapClockNs(),
                 .offset = static_cast<std::uint64_t>(i) * 7919 % 1'474'560,
                 .length = 700,
                 .client = 1,
                 .kind = i % 3 == 0 ? block::TapKind::Write : block::TapKind::Read});
        const std::uint64_t read = generation.tap->totals(block::TapKind::Read).bytes;
        const std::uint64_t written = generation.tap->totals(block::TapKind::Write).bytes;
        QTRY_VERIFY_WITH_TIMEOUT(document.sample()->totals.readBytes == read &&
                                     document.sample()->traffic &&
                                     sumOf(*document.sample()->traffic).readBytes == read,
                                 patienceMs);
        QCOMPARE(sumOf(*document.sample()->traffic).writtenBytes, written);
        QVERIFY(document.sample()
                    ->traffic->owners[document.content()->tree->find("/A.BIN").value_or(0)]
                    .readBytes > 0);
        stop(document);
    }

    void whatIsReadGlowsAndIsKnown()
    {
        const TempFolder folder;
        folder.writePattern("A.BIN", 50'000, 1);
        ServeDocument document(wishFor(folder, serve::Mode::Scratch));
        start(document);
        const std::uint64_t place = placeOf(document, "/A.BIN");
        QSignalSpy glows(&document, &ServeDocument::glowChanged);
        const auto tap = document.newest()->generation.tap;
        bool hasGlowed = false; // it may fade before a slow machine looks
        connect(&document, &ServeDocument::glowChanged, this, [&] {
            const auto& glow = document.glow();
            hasGlowed = hasGlowed || (glow && glow->spots.size() == 1 &&
                                      glow->spots.front().bin == tap->binAt(place));
        });
        tap->record({.timeNs = block::tapClockNs(),
                     .offset = place,
                     .length = 512,
                     .client = 1,
                     .kind = block::TapKind::Read});
        QTRY_VERIFY_WITH_TIMEOUT(hasGlowed, patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(document.glow()->spots.empty(), patienceMs); // faded
        const auto count = glows.count();
        QTest::qWait(200);
        QCOMPARE(glows.count(), count); // nothing is told while nothing happens
        stop(document);
    }

    void frozenKeepsThePicture()
    {
        const TempFolder folder;
        folder.writePattern("A.BIN", 50'000, 1);
        ServeDocument document(wishFor(folder));
        start(document);
        document.setPace(serve::Pace::Frozen);
        QTest::qWait(200); // the watch has looked since
        QSignalSpy glows(&document, &ServeDocument::glowChanged);
        document.newest()->generation.tap->record({.timeNs = block::tapClockNs(),
                                                   .offset = 0,
                                                   .length = 512,
                                                   .client = 1,
                                                   .kind = block::TapKind::Read});
        QTRY_COMPARE_WITH_TIMEOUT(document.sample()->totals.readBytes, std::uint64_t{512},
                                  patienceMs); // guests are still counted
        QCOMPARE(glows.count(), 0);
        stop(document);
    }

    void writesAreKnownByTheirCluster()
    {
        const TempFolder folder;
        folder.writePattern("A.BIN", 50'000, 1);
        ServeDocument document(wishFor(folder, serve::Mode::Scratch));
        start(document);
        const std::uint64_t place = placeOf(document, "/A.BIN");
        const Cluster cluster =
            document.content()
                ->tree->runsOf(document.content()->tree->find("/A.BIN").value_or(0))
                .front()
                .first;
        const auto tap = document.newest()->generation.tap;
        tap->record({.timeNs = block::tapClockNs(),
                     .offset = place,
                     .length = 512,
                     .client = 3,
                     .kind = block::TapKind::Write});
        QTRY_COMPARE_WITH_TIMEOUT(document.writesTo(cluster, 10).size(), std::size_t{1},
                                  patienceMs);
        QCOMPARE(document.writesTo(cluster, 10).front().event.client, 3U);
        QVERIFY(document.writesTo(cluster + 1, 10).empty());
        QVERIFY(document.writesTo(Cluster{0}, 10).empty());
        stop(document);
    }

    void newFilesOfGuestsAppear()
    {
        const TempFolder folder;
        folder.writePattern("A.BIN", 5000);
        ServeDocument document(wishFor(folder, serve::Mode::Scratch));
        start(document);
        const serve::Generation& generation = document.newest()->generation;
        const fat::Geometry geometry = document.content()->geometry();
        // A directory entry without clusters, behind those that are there, as a guest writes it.
        Bytes root(geometry.rootSize());
        QVERIFY(generation.device->read(geometry.rootOffset(), root));
        std::size_t slot = 0;
        while (root[slot * 32] != std::byte{0})
            ++slot;
        const std::string entry = "NEW     TXT";
        std::ranges::transform(entry, root.begin() + static_cast<std::ptrdiff_t>(slot * 32),
                               [](char c) { return static_cast<std::byte>(c); });
        root[slot * 32 + 11] = std::byte{0x20};
        QVERIFY(generation.device->write(geometry.rootOffset(), root));
        generation.tap->record({.timeNs = block::tapClockNs(),
                                .offset = geometry.rootOffset(),
                                .length = geometry.rootSize(),
                                .client = 1,
                                .kind = block::TapKind::Write});
        QTRY_VERIFY_WITH_TIMEOUT(document.content()->tree->find("/NEW.TXT"), patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(!document.unsaved().isEmpty(), patienceMs);
        document.noteSaved(document.sample()->writeCount);
        QVERIFY(document.unsaved().isEmpty());
        stop(document);
    }

    void aChangedFolderIsToldAndPublished()
    {
        const TempFolder folder;
        folder.writePattern("A.BIN", 5000);
        ServeDocument document(wishFor(folder));
        start(document);
        folder.writeText("NEW.TXT", "new");
        QTRY_VERIFY_WITH_TIMEOUT(!document.hostChanges().isEmpty(), patienceMs);
        document.publish();
        QTRY_COMPARE_WITH_TIMEOUT(document.exports().size(), std::size_t{2}, patienceMs);
        QCOMPARE(document.newest()->generation.name, std::string("dos@2"));
        QVERIFY(document.hostChanges().isEmpty());
        QTRY_VERIFY_WITH_TIMEOUT(document.content()->tree->find("/NEW.TXT"), patienceMs);
        stop(document);
    }

    void whatCannotBeServedIsSaid()
    {
        const TempFolder folder;
        auto wish = wishFor(folder);
        wish.source = (folder / "not there").string();
        wish.kind = serve::SourceKind::Disk;
        ServeDocument document(wish);
        document.start();
        QTRY_COMPARE_WITH_TIMEOUT(document.state(), State::Idle, patienceMs);
        QVERIFY(document.error());
        QCOMPARE(document.error().value_or(Error{}).code, ErrorCode::NotFound);
        QTRY_VERIFY_WITH_TIMEOUT(document.contentError(), patienceMs);
    }

    void aTakenAddressIsSaidAndNothingRuns()
    {
        const TempFolder folder;
        folder.writePattern("A.BIN", 5000);
        const TempFolder place;
        place.writeText("s.sock", "a file");
        auto wish = wishFor(folder);
        wish.address = {
            .kind = serve::ListenAddress::Kind::UnixSocket, .socket = place / "s.sock", .tcp = {}};
        ServeDocument document(wish);
        document.start();
        QTRY_COMPARE_WITH_TIMEOUT(document.state(), State::Idle, patienceMs);
        QVERIFY(document.error());
        QCOMPARE(document.error().value_or(Error{}).code, ErrorCode::Refused);
    }

    void aDiskThatIsNoFatIsServedAllTheSame()
    {
        const TempFolder folder;
        const auto path = folder.writeHole("empty.img", 1 << 20);
        ServeWish wish;
        wish.source = path.string();
        wish.session.name = "empty";
        ServeDocument document(wish);
        document.start();
        QTRY_COMPARE_WITH_TIMEOUT(document.state(), State::Serving, patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(document.contentError().has_value(), patienceMs);
        QVERIFY(document.content() == nullptr);
        document.test();
        QTRY_VERIFY_WITH_TIMEOUT(!document.testReport().isEmpty(), patienceMs);
        QVERIFY(document.testReport().front().contains(QStringLiteral("1,024 KiB")));
        stop(document);
    }

    void goesAwayWhileItServes()
    {
        const TempFolder folder;
        folder.writePattern("A.BIN", 5000);
        std::filesystem::path socket;
        {
            ServeDocument document(wishFor(folder));
            start(document);
            socket = document.newest()->target.socket;
            QVERIFY(std::filesystem::exists(socket));
        }
        QVERIFY(!std::filesystem::exists(socket));
        ServeDocument another(wishFor(folder));
        another.start(); // and while it starts
    }
};

QTEST_MAIN(TestServeDocument)
#include "tst_serve_document.moc"
