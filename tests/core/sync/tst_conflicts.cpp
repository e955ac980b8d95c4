#include "core/edit/bytes_source.hpp"

#include "tests/core/sync/guest_fixture.hpp"
#include "tests/support/pseudo_random.hpp"

#include <QtTest>

#include <algorithm>
#include <sys/stat.h>

using namespace fatlas;
using edit::Editor;
using fatlas::test::GuestFixture;
using fatlas::test::HostContent;
using fatlas::test::must;
using sync::ChangeKind;
using sync::Proposal;
using sync::Verdict;

class TestConflicts : public QObject {
    Q_OBJECT

private slots:
    void endAsChosen_data();
    void endAsChosen();
    void anotherVersionOnTheHostIsAnotherConflict();
    void theHostsVersionIsKeptUntilTheEnd();
    void bothNeverTakesANameThatIsTaken();
    void afterBothTheGuestGoesOnWithItsOwn();
    void aFolderOfTwoVersionsTakesItsFilesAlong_data();
    void aFolderOfTwoVersionsTakesItsFilesAlong();
    void newFilesInSuchAFolderAreConflictsToo();
    void whoseCauseIsGoneAreNone();
    void ofAcceptedChangesAreProposedAgain();
    void aFileNobodyMayWriteStaysSo();
    void whatCannotBePutTogetherStaysAConflict();
};

namespace {

constexpr std::size_t newSize = 2000;

Bytes newBytes()
{
    return test::PseudoRandom(newSize).bytes(newSize);
}

void put(Editor& guest, const std::string& folder, const std::string& name)
{
    must(guest.putFile({.folder = folder, .name = name},
                       std::make_shared<edit::BytesSource>(newBytes()), edit::Existing::Replace));
}

void fill(const test::TempFolder& folder)
{
    folder.writePattern("A.TXT", 1000, 1);
    folder.writePattern("B.TXT", 5000, 2);
    folder.writePattern("docs/one.txt", 3000, 4);
    for (int i = 0; i < 24; ++i)
        folder.writePattern("many/file" + std::to_string(i), 700, 100 + i);
}

Bytes bytesOf(std::string_view text)
{
    const auto view = std::as_bytes(std::span(text));
    return {view.begin(), view.end()};
}

constexpr const char* hostText = "the host's own";

struct Scene {
    const char* name;
    std::function<void(Editor&)> guest;
    std::function<void(const test::TempFolder&)> host;
    ChangeKind change;
    const char* path;
    Verdict verdict;
    ErrorCode refusal = ErrorCode::Io; ///< Io: it is not refused
    /// What of the folder is another than after the host's change; nothing: it is gone.
    std::map<std::string, std::optional<Bytes>> outcome = {};
};

void writesA(Editor& e)
{
    put(e, "/", "A.TXT");
}

void createsNew(Editor& e)
{
    put(e, "/", "NEW.TXT");
}

void makesFolder(Editor& e)
{
    must(e.makeFolder({.folder = "/", .name = "NEW"}));
}

void movesB(Editor& e)
{
    must(e.move("/B.TXT", "/C.TXT"));
}

void removesA(Editor& e)
{
    must(e.remove("/A.TXT", edit::Recursive::No));
}

void removesDocs(Editor& e)
{
    must(e.remove("/docs", edit::Recursive::Yes));
}

auto writes(const char* path)
{
    return [path](const test::TempFolder& folder) { folder.writeText(path, hostText); };
}

auto removes(const char* path)
{
    return [path](const test::TempFolder& folder) { std::filesystem::remove_all(folder / path); };
}

auto makes(const char* path)
{
    return [path](const test::TempFolder& folder) {
        std::filesystem::create_directory(folder / path);
    };
}

/// A file that both changed.
std::vector<Scene> changedScenes()
{
    constexpr auto invalid = ErrorCode::InvalidArgument;
    constexpr auto write = ChangeKind::WriteFile;
    constexpr auto removal = ChangeKind::RemoveFile;
    const auto change = writes("A.TXT");
    return {
        {"both wrote: host", writesA, change, write, "/A.TXT", Verdict::KeepHost},
        {"both wrote: reject", writesA, change, write, "/A.TXT", Verdict::Reject},
        {"both wrote: accept", writesA, change, write, "/A.TXT", Verdict::Accept, invalid},
        {.name = "both wrote: guest",
         .guest = writesA,
         .host = change,
         .change = write,
         .path = "/A.TXT",
         .verdict = Verdict::KeepGuest,
         .outcome = {{"A.TXT", newBytes()}}},
        {.name = "both wrote: both",
         .guest = writesA,
         .host = change,
         .change = write,
         .path = "/A.TXT",
         .verdict = Verdict::KeepBoth,
         .outcome = {{"A (guest).TXT", newBytes()}}},
        {"gone from the host: host", writesA, removes("A.TXT"), write, "/A.TXT", Verdict::KeepHost},
        {.name = "gone from the host: guest",
         .guest = writesA,
         .host = removes("A.TXT"),
         .change = write,
         .path = "/A.TXT",
         .verdict = Verdict::KeepGuest,
         .outcome = {{"A.TXT", newBytes()}}},
        {.name = "gone from the host: both",
         .guest = writesA,
         .host = removes("A.TXT"),
         .change = write,
         .path = "/A.TXT",
         .verdict = Verdict::KeepBoth,
         .outcome = {{"A (guest).TXT", newBytes()}}},
        {"deleted and written: host", removesA, change, removal, "/A.TXT", Verdict::KeepHost},
        {"deleted and written: both", removesA, change, removal, "/A.TXT", Verdict::KeepBoth,
         invalid},
        {.name = "deleted and written: guest",
         .guest = removesA,
         .host = change,
         .change = removal,
         .path = "/A.TXT",
         .verdict = Verdict::KeepGuest,
         .outcome = {{"A.TXT", std::nullopt}}},
        {"moved and written: host", movesB, writes("B.TXT"), ChangeKind::Move, "/C.TXT",
         Verdict::KeepHost},
        {.name = "moved and written: guest",
         .guest = movesB,
         .host = writes("B.TXT"),
         .change = ChangeKind::Move,
         .path = "/C.TXT",
         .verdict = Verdict::KeepGuest,
         .outcome = {{"B.TXT", std::nullopt}, {"C.TXT", bytesOf(hostText)}}},
    };
}

/// A name that the guest was not shown.
std::vector<Scene> takenScenes()
{
    constexpr auto invalid = ErrorCode::InvalidArgument;
    constexpr auto create = ChangeKind::CreateFile;
    constexpr auto folder = ChangeKind::MakeFolder;
    const auto file = writes("NEW.TXT");
    return {
        {"new file, name taken: host", createsNew, file, create, "/NEW.TXT", Verdict::KeepHost},
        {.name = "new file, name taken: guest",
         .guest = createsNew,
         .host = file,
         .change = create,
         .path = "/NEW.TXT",
         .verdict = Verdict::KeepGuest,
         .outcome = {{"NEW.TXT", newBytes()}}},
        {.name = "new file, name taken: both",
         .guest = createsNew,
         .host = file,
         .change = create,
         .path = "/NEW.TXT",
         .verdict = Verdict::KeepBoth,
         .outcome = {{"NEW (guest).TXT", newBytes()}}},
        {"new file, a folder there: guest", createsNew, makes("NEW.TXT"), create, "/NEW.TXT",
         Verdict::KeepGuest, invalid},
        {"new folder, a file there: host", makesFolder, writes("NEW"), folder, "/NEW",
         Verdict::KeepHost},
        {.name = "new folder, a file there: guest",
         .guest = makesFolder,
         .host = writes("NEW"),
         .change = folder,
         .path = "/NEW",
         .verdict = Verdict::KeepGuest,
         .outcome = {{"NEW", std::nullopt}, {"NEW/", Bytes()}}},
        {.name = "new folder, a file there: both",
         .guest = makesFolder,
         .host = writes("NEW"),
         .change = folder,
         .path = "/NEW",
         .verdict = Verdict::KeepBoth,
         .outcome = {{"NEW (guest)/", Bytes()}}},
        {"new folder, a folder there: guest", makesFolder, makes("NEW"), folder, "/NEW",
         Verdict::KeepGuest},
        {"moved, name taken: host", movesB, writes("C.TXT"), ChangeKind::Move, "/C.TXT",
         Verdict::KeepHost},
        {.name = "moved, name taken: guest",
         .guest = movesB,
         .host = writes("C.TXT"),
         .change = ChangeKind::Move,
         .path = "/C.TXT",
         .verdict = Verdict::KeepGuest,
         .outcome = {{"B.TXT", std::nullopt}, {"C.TXT", test::PseudoRandom(2).bytes(5000)}}},
        {.name = "moved, name taken: both",
         .guest = movesB,
         .host = writes("C.TXT"),
         .change = ChangeKind::Move,
         .path = "/C.TXT",
         .verdict = Verdict::KeepBoth,
         .outcome = {{"B.TXT", std::nullopt},
                     {"C (guest).TXT", test::PseudoRandom(2).bytes(5000)}}},
        {.name = "folder removed, more in it: host",
         .guest = removesDocs,
         .host = writes("docs/hidden"),
         .change = ChangeKind::RemoveFolder,
         .path = "/docs",
         .verdict = Verdict::KeepHost,
         .outcome = {{"docs/one.txt", std::nullopt}}},
        {.name = "folder removed, more in it: guest",
         .guest = removesDocs,
         .host = writes("docs/hidden"),
         .change = ChangeKind::RemoveFolder,
         .path = "/docs",
         .verdict = Verdict::KeepGuest,
         .refusal = invalid,
         .outcome = {{"docs/one.txt", std::nullopt}}},
    };
}

std::vector<Scene> scenes()
{
    auto all = changedScenes();
    for (Scene& scene : takenScenes())
        all.push_back(std::move(scene));
    return all;
}

/// A guest and a host that want different things of one file.
struct Clashing : GuestFixture {
    Clashing()
    {
        fill(folder);
        begin();
    }

    /// The guest's sectors are made before the host changes: afterwards not all can be read.
    void clash(const std::function<void(Editor&)>& guest,
               const std::function<void(const test::TempFolder&)>& host)
    {
        const auto sectors = edit(guest);
        host(folder);
        write(sectors);
    }

    [[nodiscard]] std::vector<Proposal> proposals() { return engine().review().proposals(); }

    [[nodiscard]] Proposal only()
    {
        if (proposals().size() != 1)
            qFatal("%zu proposals, expected one", proposals().size());
        return proposals().front();
    }

    [[nodiscard]] Result<> decide(Verdict verdict)
    {
        return engine().review().decide(only().number, verdict);
    }

    [[nodiscard]] Proposal find(const std::string& path)
    {
        for (const Proposal& proposal : proposals())
            if (proposal.path == path)
                return proposal;
        qFatal("nothing is proposed about %s", path.c_str());
    }
};

} // namespace

void TestConflicts::endAsChosen_data()
{
    QTest::addColumn<int>("number");
    const auto all = scenes();
    for (std::size_t i = 0; i < all.size(); ++i)
        QTest::addRow("%s", all[i].name) << static_cast<int>(i);
}

void TestConflicts::endAsChosen()
{
    QFETCH(int, number);
    const Scene scene = scenes()[static_cast<std::size_t>(number)];
    Clashing fixture;
    fixture.clash(scene.guest, scene.host);
    auto wanted = fixture.hostContent();
    QCOMPARE(fixture.takeAll().conflicts, std::size_t{1});
    const Proposal conflict = fixture.only();
    QVERIFY(conflict.change == scene.change && conflict.verdict == Verdict::Open);
    QCOMPARE(conflict.path, std::string(scene.path));
    QVERIFY(!conflict.conflict.empty());
    const auto decided = fixture.decide(scene.verdict);
    for (const auto& [path, bytes] : scene.outcome) {
        wanted.erase(path);
        if (bytes)
            wanted[path] = *bytes;
    }
    if (scene.refusal != ErrorCode::Io) {
        QVERIFY(!decided);
        QCOMPARE(decided.error().code, scene.refusal);
        QCOMPARE(fixture.takeAll().conflicts, std::size_t{1});
        QVERIFY(fixture.hostContent() == wanted);
        return;
    }
    must(decided);
    const auto result = fixture.takeAll();
    QVERIFY2(result.isUpToDate(), fixture.outcomes.back().reason.c_str());
    QVERIFY(fixture.hostContent() == wanted);
    QVERIFY(fixture.takeAll().isUpToDate());
    QVERIFY(fixture.hostContent() == wanted);
}

void TestConflicts::anotherVersionOnTheHostIsAnotherConflict()
{
    Clashing fixture;
    fixture.clash(writesA, writes("A.TXT"));
    (void)fixture.takeAll();
    const Proposal first = fixture.only();
    QCOMPARE(first.hostSize, std::optional<std::uint64_t>(14));
    must(fixture.decide(Verdict::KeepGuest));
    fixture.folder.writeText("A.TXT", "the host's second thought"); // between verdict and deed
    QCOMPARE(fixture.takeAll().conflicts, std::size_t{1});
    QCOMPARE(fixture.folder.readFile("A.TXT"), bytesOf("the host's second thought"));
    const Proposal second = fixture.only();
    QVERIFY(second.number != first.number && second.verdict == Verdict::Open);
    QCOMPARE(second.hostSize, std::optional<std::uint64_t>(25));
    QCOMPARE(fixture.engine().review().decide(first.number, Verdict::KeepGuest).error().code,
             ErrorCode::NotFound);
    must(fixture.decide(Verdict::KeepGuest));
    QVERIFY(fixture.takeAll().isUpToDate());
    QCOMPARE(fixture.folder.readFile("A.TXT"), newBytes());
}

void TestConflicts::theHostsVersionIsKeptUntilTheEnd()
{
    Clashing fixture;
    fixture.clash(writesA, writes("A.TXT"));
    (void)fixture.takeAll();
    must(fixture.decide(Verdict::KeepGuest));
    QVERIFY(fixture.takeAll().isUpToDate());
    bool isKept = false;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(fixture.folder.path()))
        if (entry.is_regular_file() && entry.file_size() == 14)
            isKept = true;
    QVERIFY(isKept);
}

void TestConflicts::bothNeverTakesANameThatIsTaken()
{
    Clashing fixture;
    fixture.clash(writesA, [](const test::TempFolder& folder) {
        folder.writeText("A.TXT", hostText);
        folder.writeText("A (guest).TXT", "taken");
        folder.writeText("A (guest 2).TXT", "taken too");
    });
    (void)fixture.takeAll();
    must(fixture.decide(Verdict::KeepBoth));
    QVERIFY(fixture.takeAll().isUpToDate());
    QCOMPARE(fixture.folder.readFile("A.TXT"), bytesOf(hostText));
    QCOMPARE(fixture.folder.readFile("A (guest).TXT"), bytesOf("taken"));
    QCOMPARE(fixture.folder.readFile("A (guest 2).TXT"), bytesOf("taken too"));
    QCOMPARE(fixture.folder.readFile("A (guest 3).TXT"), newBytes());
}

void TestConflicts::afterBothTheGuestGoesOnWithItsOwn()
{
    Clashing fixture;
    fixture.clash(writesA, writes("A.TXT"));
    (void)fixture.takeAll();
    must(fixture.decide(Verdict::KeepBoth));
    QVERIFY(fixture.takeAll().isUpToDate());
    fixture.write(fixture.edit([](Editor& e) { must(e.move("/A.TXT", "/Z.TXT")); }));
    QVERIFY(fixture.takeAll().isUpToDate());
    QCOMPARE(fixture.folder.readFile("A.TXT"), bytesOf(hostText));
    QCOMPARE(fixture.folder.readFile("Z.TXT"), newBytes());
    QVERIFY(!fixture.hostContent().contains("A (guest).TXT"));
    fixture.write(fixture.edit([](Editor& e) { must(e.remove("/Z.TXT", edit::Recursive::No)); }));
    QVERIFY(fixture.takeAll().isUpToDate());
    QCOMPARE(fixture.folder.readFile("A.TXT"), bytesOf(hostText));
}

void TestConflicts::aFolderOfTwoVersionsTakesItsFilesAlong_data()
{
    QTest::addColumn<int>("verdict");
    QTest::addColumn<QString>("where");
    QTest::newRow("host") << static_cast<int>(Verdict::KeepHost) << "";
    QTest::newRow("guest") << static_cast<int>(Verdict::KeepGuest) << "NEW/in it";
    QTest::newRow("both") << static_cast<int>(Verdict::KeepBoth) << "NEW (guest)/in it";
}

void TestConflicts::aFolderOfTwoVersionsTakesItsFilesAlong()
{
    QFETCH(int, verdict);
    QFETCH(QString, where);
    Clashing fixture;
    fixture.clash(
        [](Editor& e) {
            makesFolder(e);
            put(e, "/NEW", "in it");
        },
        writes("NEW"));
    const auto before = fixture.hostContent();
    (void)fixture.takeAll();
    QCOMPARE(fixture.proposals().size(), std::size_t{2});
    auto& review = fixture.engine().review();
    QCOMPARE(review.decide(fixture.find("/NEW/in it").number, Verdict::KeepGuest).error().code,
             ErrorCode::InvalidArgument); // the folder comes first
    must(review.decide(fixture.find("/NEW").number, static_cast<Verdict>(verdict)));
    QVERIFY(fixture.takeAll().isUpToDate());
    if (where.isEmpty())
        QVERIFY(fixture.hostContent() == before);
    else
        QCOMPARE(fixture.folder.readFile(where.toStdString()), newBytes());
}

/// Nobody may lose what was written after the verdict without having been asked.
void TestConflicts::newFilesInSuchAFolderAreConflictsToo()
{
    Clashing fixture;
    fixture.clash(makesFolder, writes("NEW"));
    (void)fixture.takeAll();
    must(fixture.decide(Verdict::KeepHost));
    QVERIFY(fixture.takeAll().isUpToDate());
    fixture.write(fixture.edit([](Editor& e) { put(e, "/NEW", "in it"); }));
    QVERIFY(!fixture.takeAll().isUpToDate());
    QCOMPARE(fixture.find("/NEW/in it").verdict, Verdict::Open);
    QCOMPARE(fixture.find("/NEW").verdict, Verdict::Open);
    must(fixture.engine().review().decide(fixture.find("/NEW").number, Verdict::KeepBoth));
    QVERIFY(fixture.takeAll().isUpToDate());
    QCOMPARE(fixture.folder.readFile("NEW (guest)/in it"), newBytes());
}

void TestConflicts::whoseCauseIsGoneAreNone()
{
    Clashing fixture;
    fixture.clash(createsNew, writes("NEW.TXT"));
    (void)fixture.takeAll();
    QVERIFY(!fixture.lists.back().empty());
    std::filesystem::remove(fixture.folder / "NEW.TXT");
    QVERIFY(fixture.takeAll().isUpToDate());
    QVERIFY(fixture.proposals().empty() && fixture.lists.back().empty());
    QVERIFY(fixture.hostContent() == fixture.guestContent());
}

void TestConflicts::ofAcceptedChangesAreProposedAgain()
{
    Clashing fixture;
    fixture.engine().askAboutAll();
    fixture.clash(writesA, writes("A.TXT"));
    (void)fixture.takeAll();
    const std::uint64_t number = fixture.only().number;
    must(fixture.decide(Verdict::Accept));
    QCOMPARE(fixture.takeAll().conflicts, std::size_t{1});
    QCOMPARE(fixture.folder.readFile("A.TXT"), bytesOf(hostText));
    const Proposal conflict = fixture.only();
    QVERIFY(conflict.number != number && !conflict.conflict.empty());
    QCOMPARE(conflict.verdict, Verdict::Open);
    must(fixture.decide(Verdict::KeepBoth));
    QVERIFY(fixture.takeAll().isUpToDate());
    QCOMPARE(fixture.folder.readFile("A (guest).TXT"), newBytes());
}

void TestConflicts::aFileNobodyMayWriteStaysSo()
{
    Clashing fixture;
    fixture.clash(
        writesA, [](const test::TempFolder& folder) { ::chmod((folder / "A.TXT").c_str(), 0444); });
    const auto status = [&] {
        struct stat now = {};
        return ::stat((fixture.folder / "A.TXT").c_str(), &now) == 0 ? now.st_mode & 0777U : 0U;
    };
    (void)fixture.takeAll();
    must(fixture.decide(Verdict::KeepGuest));
    (void)fixture.takeAll();
    if (!fixture.proposals().empty()) { // first it was changed, then it could not be written
        must(fixture.decide(Verdict::KeepGuest));
        QVERIFY(fixture.takeAll().isUpToDate());
    }
    QCOMPARE(fixture.folder.readFile("A.TXT"), newBytes());
    QCOMPARE(status(), 0444U);
}

/// The guest wrote a part of it; the rest it never wrote is gone with the host's old file.
void TestConflicts::whatCannotBePutTogetherStaysAConflict()
{
    Clashing fixture;
    const Bytes view = fixture.view();
    const Bytes content = fixture.folder.readFile("B.TXT");
    const auto start = std::ranges::search(view, ByteView(content).first(512)).begin();
    QVERIFY(start != view.end());
    fixture.folder.writeText("B.TXT", hostText);
    fixture.write({.offset = static_cast<std::uint64_t>(start - view.begin()),
                   .bytes = Bytes(512, std::byte{7})});
    (void)fixture.takeAll();
    const Proposal conflict = fixture.only();
    must(fixture.decide(Verdict::KeepGuest));
    QVERIFY(!fixture.takeAll().isUpToDate());
    QCOMPARE(fixture.folder.readFile("B.TXT"), bytesOf(hostText));
    QVERIFY(fixture.only().number != conflict.number);
}

QTEST_GUILESS_MAIN(TestConflicts)
#include "tst_conflicts.moc"
