#include "core/edit/bytes_source.hpp"
#include "core/edit/editor.hpp"
#include "core/serve/write_back.hpp"

#include "tests/support/guest_edit.hpp"
#include "tests/support/temp_folder.hpp"

#include <QtTest>

#include <algorithm>
#include <functional>

using namespace fatlas;
using namespace fatlas::serve;
using fatlas::test::changeAsGuest;
using fatlas::test::must;

class TestWriteBack : public QObject {
    Q_OBJECT

private slots:
    void aSessionLeavesNothingBehind();
    void aSessionThatWasCutOffIsGoneOnWith();
    void anotherSessionOfTheFolderIsRefused();
    void theNextSessionBringsTheLastOneHome();
    void whatIsLeftCanBeDiscarded();
    void whatIsAcceptedComesHomeAtOnce();
    void whatNobodyDecidedAboutKeepsTheSession();
    void conflictsCanBeResolvedAtTheEnd();
    void aDryRunLeavesNothing();
    void sourcesThatAreNoFoldersAreRefused();
};

namespace {

struct Place {
    test::TempFolder folder;
    test::TempFolder state;

    Place()
    {
        folder.writePattern("A.TXT", 3000, 1);
        folder.writePattern("docs/b.txt", 500, 2);
    }

    [[nodiscard]] WriteBackOptions options() const
    {
        WriteBackOptions wanted;
        wanted.sessions = state / "sessions";
        wanted.when = sync::When::End;
        return wanted;
    }

    [[nodiscard]] Result<std::unique_ptr<WriteBack>> open() const { return open(options()); }

    [[nodiscard]] Result<std::unique_ptr<WriteBack>> open(const WriteBackOptions& options) const
    {
        image::OpenOptions how;
        how.folder.floppy = folder_disk::FloppyFormat::F1440K;
        return WriteBack::open(folder.path().native(), how, options);
    }

    [[nodiscard]] std::vector<StoredSession> sessions() const
    {
        return listSessions(state / "sessions");
    }
};

void addFile(block::BlockDevice& device)
{
    changeAsGuest(device, [](edit::Editor& guest) {
        (void)must(guest.putFile({.folder = "/docs", .name = "new file"},
                                 std::make_shared<edit::BytesSource>(Bytes(700, std::byte{7}))));
        must(guest.remove("/A.TXT", edit::Recursive::No));
    });
}

/// What the thread of the session brings about; a slow machine takes its time.
bool comesTrue(const std::function<bool()>& condition)
{
    return QTest::qWaitFor(condition, 60'000);
}

bool isHome(const Place& place)
{
    return std::filesystem::exists(place.folder / "docs/new file") &&
           place.folder.readFile("docs/new file") == Bytes(700, std::byte{7}) &&
           !std::filesystem::exists(place.folder / "A.TXT") && place.folder.entryCount() == 1;
}

} // namespace

void TestWriteBack::aSessionLeavesNothingBehind()
{
    const Place place;
    auto session = must(place.open());
    QCOMPARE(place.sessions().size(), std::size_t{1});
    QVERIFY(place.sessions()[0].isInUse);
    addFile(*session->device());
    QVERIFY(must(session->end()).isOver);
    QVERIFY(isHome(place));
    QVERIFY(place.sessions().empty());
}

void TestWriteBack::aSessionThatWasCutOffIsGoneOnWith()
{
    const Place place;
    {
        auto session = must(place.open());
        addFile(*session->device());
        (void)session->synchronizer().engine().pass(sync::Engine::Take::Everything,
                                                    sync::WriteLog::Clock::now());
        changeAsGuest(*session->device(),
                      [](edit::Editor& guest) { must(guest.move("/docs/b.txt", "/moved.txt")); });
    }
    QVERIFY(!std::filesystem::exists(place.folder / "moved.txt"));
    const auto left = place.sessions();
    QCOMPARE(left.size(), std::size_t{1});
    QVERIFY(!left[0].isInUse && left[0].damage.empty());
    auto again = must(WriteBack::reopen(left[0].folder, place.options()));
    const WriteBackEnd end = must(again->end());
    QVERIFY(end.isOver);
    QCOMPARE(end.last.made, std::size_t{1}); // what came home before is known
    QVERIFY(std::filesystem::exists(place.folder / "moved.txt"));
    QVERIFY(place.sessions().empty());
}

void TestWriteBack::anotherSessionOfTheFolderIsRefused()
{
    const Place place;
    const auto session = must(place.open());
    const auto second = place.open();
    QVERIFY(!second);
    QCOMPARE(second.error().code, ErrorCode::Refused);
    QCOMPARE(place.sessions().size(), std::size_t{1});
}

void TestWriteBack::theNextSessionBringsTheLastOneHome()
{
    const Place place;
    addFile(*must(place.open())->device());
    const auto session = must(place.open());
    QVERIFY(std::filesystem::exists(place.folder / "docs/new file"));
    QCOMPARE(place.sessions().size(), std::size_t{1});
    QVERIFY(place.sessions()[0].isInUse);
}

void TestWriteBack::whatIsLeftCanBeDiscarded()
{
    const Place place;
    addFile(*must(place.open())->device());
    QCOMPARE(findSession(place.state / "sessions", "nobody").error().code, ErrorCode::NotFound);
    const auto left = place.sessions();
    must(discardSession(must(findSession(place.state / "sessions", left.at(0).id))));
    QVERIFY(place.sessions().empty());
    QVERIFY(std::filesystem::exists(place.folder / "A.TXT"));
    QCOMPARE(place.folder.entryCount(), std::size_t{2});
}

void TestWriteBack::whatIsAcceptedComesHomeAtOnce()
{
    const Place place;
    WriteBackOptions options = place.options();
    options.when = sync::When::Ask;
    options.engine.settle.quiet = std::chrono::milliseconds(50);
    auto session = must(place.open(options));
    sync::Synchronizer& sync = session->synchronizer();
    addFile(*session->device());
    sync.noteAllLeft();
    QVERIFY(comesTrue([&] { return sync.proposals().size() == 2 && sync.isIdle(); }));
    QVERIFY(std::filesystem::exists(place.folder / "A.TXT"));
    for (const sync::Proposal& proposal : sync.proposals())
        must(sync.decide(proposal.number, sync::Verdict::Accept));
    QVERIFY(comesTrue([&] { return sync.proposals().empty() && sync.isIdle(); }));
    QVERIFY(std::filesystem::exists(place.folder / "docs/new file"));
    QVERIFY(must(session->end()).isOver);
    QVERIFY(isHome(place));
}

void TestWriteBack::whatNobodyDecidedAboutKeepsTheSession()
{
    const Place place;
    WriteBackOptions options = place.options();
    options.when = sync::When::Ask;
    {
        auto session = must(place.open(options));
        addFile(*session->device());
        const WriteBackEnd end = must(session->end());
        QVERIFY(!end.isOver && end.last.proposed == 2 && end.proposals.size() == 2);
        must(session->synchronizer().decide(end.proposals[0].number, sync::Verdict::Reject));
        const WriteBackEnd again = must(session->end());
        QVERIFY(!again.isOver && again.last.proposed == 1 && again.last.rejected == 1);
    }
    const auto left = place.sessions();
    QCOMPARE(left.size(), std::size_t{1});
    QVERIFY(left[0].isAsked);
    for (const bool isDry : {false, true}) { // neither carries out what nobody said
        options = place.options();
        options.engine.dryRun = isDry;
        QCOMPARE(place.open(options).error().code, ErrorCode::Refused);
    }
    QVERIFY(std::filesystem::exists(place.folder / "A.TXT"));
    auto recovered = must(WriteBack::reopen(left[0].folder, place.options()));
    QVERIFY(must(recovered->end()).isOver);
    QVERIFY(isHome(place));
}

void TestWriteBack::conflictsCanBeResolvedAtTheEnd()
{
    const Place place;
    auto session = must(place.open());
    changeAsGuest(*session->device(), [](edit::Editor& guest) {
        (void)must(guest.putFile({.folder = "/", .name = "N.TXT"},
                                 std::make_shared<edit::BytesSource>(Bytes(9, std::byte{1}))));
    });
    place.folder.writeText("N.TXT", "the folder's");
    WriteBackEnd end = must(session->end());
    QVERIFY(!end.isOver && end.proposals.size() == 1 && !end.proposals[0].conflict.empty());
    must(session->synchronizer().decide(end.proposals[0].number, sync::Verdict::KeepBoth));
    QVERIFY(must(session->end()).isOver);
    QCOMPARE(place.folder.readFile("N (guest).TXT"), Bytes(9, std::byte{1}));
    QCOMPARE(place.folder.readFile("N.TXT").size(), std::size_t{12});
    QVERIFY(place.sessions().empty());
}

void TestWriteBack::aDryRunLeavesNothing()
{
    const Place place;
    WriteBackOptions options = place.options();
    options.engine.dryRun = true;
    const auto before = std::filesystem::last_write_time(place.folder.path());
    auto session = must(place.open(options));
    QVERIFY(!place.open()); // nobody else changes the folder meanwhile
    addFile(*session->device());
    const WriteBackEnd end = must(session->end());
    QVERIFY(end.isOver && end.isDropped && end.last.made == 2);
    QVERIFY(std::filesystem::last_write_time(place.folder.path()) == before);
    QVERIFY(std::filesystem::exists(place.folder / "A.TXT"));
    QVERIFY(!std::filesystem::exists(place.folder / "docs/new file"));
    QVERIFY(!std::filesystem::exists(place.state / "sessions") || place.sessions().empty());
}

void TestWriteBack::sourcesThatAreNoFoldersAreRefused()
{
    const Place place;
    const auto refused = WriteBack::open((place.folder / "A.TXT").native(), {}, place.options());
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::InvalidArgument);
}

QTEST_GUILESS_MAIN(TestWriteBack)
#include "tst_write_back.moc"
