#include "core/edit/bytes_source.hpp"

#include "tests/core/sync/guest_fixture.hpp"
#include "tests/support/pseudo_random.hpp"

#include <QtTest>

#include <algorithm>
#include <fcntl.h>
#include <sys/stat.h>

using namespace fatlas;
using fatlas::test::GuestFixture;
using fatlas::test::inOrder;
using fatlas::test::must;
using fatlas::test::SectorWrite;
using fatlas::test::SectorWrites;
using Take = sync::Engine::Take;
using namespace std::chrono_literals;

class TestEngine : public QObject {
    Q_OBJECT

private slots:
    void everyChangeComesHomeInEveryOrder_data();
    void everyChangeComesHomeInEveryOrder();
    void commitsInBetweenDoNoHarm_data();
    void commitsInBetweenDoNoHarm();

    void nothingIsTakenBeforeItSettled();
    void halfOfAMoveIsNoDeletion();
    void contentThatWasNotWrittenYetIsWaitedFor();
    void aWaitingFileHoldsNobodyUp();
    void deletionsComeOneSettleLater();
    void anUnmountTakesEverything();
    void whoIsStoppedIsNotDone();

    void aFileTheHostChangedIsAConflict();
    void aNameTheHostHasIsAConflict();
    void afterAConflictIsGoneItComesHome();
    void aRemovedFolderKeepsWhatTheGuestDidNotSee();

    void massDeletionIsHeld();
    void massDeletionCanBeAllowed();
    void aFewFilesAreNoMassDeletion();
    void formattingIsHeld();

    void namesComeHomeAsTheyWere();
    void timesComeHomeOnlyWhenTheyWereChanged();
    void undeleteAfterTheDeletionCameHome();
};

namespace {

using edit::Editor;

constexpr auto settled = 5s;

std::shared_ptr<edit::BytesSource> bytes(std::size_t size, std::uint64_t seed)
{
    return std::make_shared<edit::BytesSource>(test::PseudoRandom(seed).bytes(size));
}

void put(Editor& guest, const std::string& folder, const std::string& name, std::size_t size)
{
    must(guest.putFile({.folder = folder, .name = name}, bytes(size, size + 17),
                       edit::Existing::Replace));
}

void fill(const test::TempFolder& folder)
{
    folder.writePattern("A.TXT", 100, 1);
    folder.writePattern("B.TXT", 5000, 2);
    folder.writePattern("Long name of a file.text", 9000, 3);
    folder.writePattern("docs/one.txt", 3000, 4);
    folder.writePattern("docs/deep/two.bin", 2000, 5);
    folder.writePattern("other/x.bin", 2048, 6);
    for (int i = 0; i < 24; ++i)
        folder.writePattern("many/file" + std::to_string(i), 700, 100 + i);
}

struct Scenario {
    const char* name;
    std::function<void(Editor&)> edit;
};

std::vector<Scenario> scenarios()
{
    const auto remove = [](Editor& e, const char* path) {
        must(e.remove(path, edit::Recursive::Yes));
    };
    const auto move = [](Editor& e, const char* from, const char* to) { must(e.move(from, to)); };
    const auto folder = [](Editor& e, const char* where, const char* name) {
        must(e.makeFolder({.folder = where, .name = name}));
    };
    return {
        {"create", [](Editor& e) { put(e, "/docs", "new file.txt", 4000); }},
        {"create empty", [](Editor& e) { put(e, "/", "EMPTY", 0); }},
        {"grow", [](Editor& e) { put(e, "/", "A.TXT", 20'000); }},
        {"shrink", [](Editor& e) { put(e, "/", "B.TXT", 10); }},
        {"truncate", [](Editor& e) { put(e, "/", "B.TXT", 0); }},
        {"delete", [=](Editor& e) { remove(e, "/A.TXT"); }},
        {"delete and create",
         [=](Editor& e) {
             remove(e, "/B.TXT");
             put(e, "/", "C.TXT", 5000);
         }},
        {"delete tree", [=](Editor& e) { remove(e, "/docs"); }},
        {"make folders",
         [=](Editor& e) {
             folder(e, "/", "a");
             folder(e, "/a", "b");
             put(e, "/a/b", "in it", 700);
         }},
        {"rename", [=](Editor& e) { move(e, "/A.TXT", "/Renamed to something long.txt"); }},
        {"rename folder", [=](Editor& e) { move(e, "/docs", "/papers"); }},
        {"move", [=](Editor& e) { move(e, "/A.TXT", "/docs/A.TXT"); }},
        {"move folder", [=](Editor& e) { move(e, "/docs", "/other/docs"); }},
        {"swap files",
         [=](Editor& e) {
             move(e, "/A.TXT", "/T");
             move(e, "/B.TXT", "/A.TXT");
             move(e, "/T", "/B.TXT");
         }},
        {"swap folders",
         [=](Editor& e) {
             move(e, "/docs", "/T");
             move(e, "/other", "/docs");
             move(e, "/T", "/other");
         }},
        {"cycle of three",
         [=](Editor& e) {
             move(e, "/A.TXT", "/T");
             move(e, "/B.TXT", "/A.TXT");
             move(e, "/Long name of a file.text", "/B.TXT");
             move(e, "/T", "/Long name of a file.text");
         }},
        {"parent and child change places",
         [=](Editor& e) {
             move(e, "/docs/deep", "/T");
             move(e, "/docs", "/T/deep");
             move(e, "/T", "/docs");
         }},
        {"save through a temporary file",
         [=](Editor& e) {
             put(e, "/", "A.TMP", 6000);
             remove(e, "/A.TXT");
             move(e, "/A.TMP", "/A.TXT");
         }},
        {"file becomes folder",
         [=](Editor& e) {
             remove(e, "/A.TXT");
             folder(e, "/", "A.TXT");
             put(e, "/A.TXT", "inside", 10);
         }},
        {"folder becomes file",
         [=](Editor& e) {
             remove(e, "/other");
             put(e, "/", "other", 1234);
         }},
        {"change case",
         [=](Editor& e) {
             move(e, "/A.TXT", "/T");
             move(e, "/T", "/a.txt");
         }},
    };
}

const std::map<std::string, std::vector<int>>& orders()
{
    static const std::map<std::string, std::vector<int>> all{
        {"data, FAT, directory", {0, 4, 1, 2, 3}},
        {"directory, FAT, data", {0, 3, 1, 2, 4}},
    };
    return all;
}

SectorWrites arranged(SectorWrites sectors, const std::string& order)
{
    if (orders().contains(order))
        return inOrder(std::move(sectors), orders().at(order));
    test::PseudoRandom random(order.size());
    for (std::size_t i = sectors.size(); i > 1; --i)
        std::swap(sectors[i - 1], sectors[random.below(i)]);
    return sectors;
}

void addRows(const std::vector<std::string>& names)
{
    QTest::addColumn<int>("scenario");
    QTest::addColumn<QString>("order");
    const auto all = scenarios();
    for (std::size_t i = 0; i < all.size(); ++i)
        for (const std::string& name : names)
            QTest::addRow("%s: %s", all[i].name, name.c_str())
                << static_cast<int>(i) << QString::fromStdString(name);
}

SectorWrites only(const SectorWrites& sectors, std::initializer_list<SectorWrite::Kind> kinds)
{
    SectorWrites some;
    std::ranges::copy_if(sectors, std::back_inserter(some), [&](const SectorWrite& sector) {
        return std::ranges::find(kinds, sector.kind) != kinds.end();
    });
    return some;
}

std::string whyNot(const GuestFixture& fixture, const sync::PassResult& result)
{
    std::string why = result.held;
    for (const sync::Waiting& waiting : result.waiting)
        why += "\nwaits: " + waiting.path + ": " + waiting.reason;
    for (const sync::Outcome& outcome : fixture.outcomes)
        why += "\n" + std::string(toString(outcome.change)) + " " + outcome.path + ": " +
               outcome.reason;
    return why;
}

std::int64_t modifiedSeconds(const std::filesystem::path& path)
{
    struct stat status = {};
    return ::stat(path.c_str(), &status) == 0 ? status.st_mtim.tv_sec : -1;
}

} // namespace

void TestEngine::everyChangeComesHomeInEveryOrder_data()
{
    addRows({"data, FAT, directory", "random"});
}

void TestEngine::everyChangeComesHomeInEveryOrder()
{
    QFETCH(int, scenario);
    QFETCH(QString, order);
    GuestFixture fixture;
    fill(fixture.folder);
    fixture.begin();
    fixture.write(arranged(fixture.edit(scenarios()[static_cast<std::size_t>(scenario)].edit),
                           order.toStdString()));
    const Bytes before = fixture.view();
    const auto wanted = fixture.guestContent();
    const auto result = fixture.takeAll();
    QVERIFY2(result.isUpToDate(), whyNot(fixture, result).c_str());
    QVERIFY(fixture.hostContent() == wanted);
    QVERIFY(fixture.view() == before);
    QCOMPARE(fixture.takeAll().made, std::size_t{0});
}

void TestEngine::commitsInBetweenDoNoHarm_data()
{
    addRows({"directory, FAT, data"});
}

/// After each sector everything that is there is taken, however little sense it makes.
void TestEngine::commitsInBetweenDoNoHarm()
{
    QFETCH(int, scenario);
    QFETCH(QString, order);
    GuestFixture fixture;
    fill(fixture.folder);
    fixture.begin({.allowMassDelete = true});
    const auto sectors = arranged(
        fixture.edit(scenarios()[static_cast<std::size_t>(scenario)].edit), order.toStdString());
    for (const SectorWrite& sector : sectors) {
        fixture.write(sector);
        (void)fixture.takeAll();
    }
    const Bytes before = fixture.view();
    const auto result = fixture.takeAll();
    QVERIFY(fixture.view() == before);
    QVERIFY2(result.isUpToDate(), whyNot(fixture, result).c_str());
    QVERIFY(fixture.hostContent() == fixture.guestContent());
}

void TestEngine::nothingIsTakenBeforeItSettled()
{
    GuestFixture fixture;
    fill(fixture.folder);
    fixture.begin();
    const auto before = fixture.hostContent();
    fixture.write(fixture.edit([](Editor& e) { put(e, "/", "NEW.TXT", 3000); }));
    const auto early = fixture.pass(Take::Settled);
    QCOMPARE(early.made, std::size_t{0});
    QVERIFY(early.nextDue && early.waiting.size() == 1 && early.waiting[0].isSettling);
    QVERIFY(fixture.hostContent() == before);
    QVERIFY(fixture.pass(Take::Settled, settled).isUpToDate());
    QVERIFY(fixture.hostContent() == fixture.guestContent());
    QVERIFY(fixture.waits.empty());
}

void TestEngine::halfOfAMoveIsNoDeletion()
{
    GuestFixture fixture;
    fill(fixture.folder);
    fixture.begin();
    auto sectors = fixture.edit([](Editor& e) { must(e.move("/A.TXT", "/other/A.TXT")); });
    QCOMPARE(sectors.size(), std::size_t{2}); // the old folder and the new one
    fixture.write(sectors[0]);
    const auto half = fixture.pass(Take::Settled, settled);
    QCOMPARE(half.made, std::size_t{0});
    QVERIFY(fixture.hostContent().contains("A.TXT"));
    QCOMPARE(fixture.waits.size(), std::size_t{1});
    fixture.write(sectors[1]);
    QVERIFY(fixture.pass(Take::Settled, settled).isUpToDate());
    QVERIFY(fixture.hostContent() == fixture.guestContent());
    QVERIFY(fixture.outcomes.front().change == sync::ChangeKind::Move);
}

void TestEngine::contentThatWasNotWrittenYetIsWaitedFor()
{
    using Kind = SectorWrite::Kind;
    GuestFixture fixture;
    fill(fixture.folder);
    fixture.begin();
    const auto sectors = fixture.edit([](Editor& e) { put(e, "/", "LATE.BIN", 3000); });
    fixture.write(only(sectors, {Kind::Fat1, Kind::Fat2, Kind::Directory}));
    (void)fixture.pass(Take::Settled, settled);
    QVERIFY(!fixture.hostContent().contains("LATE.BIN"));
    QCOMPARE(fixture.waits.at(0).path, std::string("/LATE.BIN"));
    fixture.write(only(sectors, {Kind::Data}));
    QVERIFY(fixture.pass(Take::Settled, settled).isUpToDate());
    QVERIFY(fixture.hostContent() == fixture.guestContent());
}

void TestEngine::aWaitingFileHoldsNobodyUp()
{
    using Kind = SectorWrite::Kind;
    GuestFixture fixture;
    fill(fixture.folder);
    fixture.begin();
    const auto late = fixture.edit([](Editor& e) { put(e, "/", "LATE.BIN", 3000); });
    fixture.write(only(late, {Kind::Fat1, Kind::Fat2, Kind::Directory}));
    fixture.write(fixture.edit([](Editor& e) { put(e, "/docs", "good.bin", 2000); }));
    (void)fixture.pass(Take::Settled, settled);
    QVERIFY(fixture.hostContent().contains("docs/good.bin"));
    QVERIFY(!fixture.hostContent().contains("LATE.BIN"));
}

void TestEngine::deletionsComeOneSettleLater()
{
    GuestFixture fixture;
    fill(fixture.folder);
    fixture.begin();
    fixture.write(fixture.edit([](Editor& e) {
        must(e.remove("/A.TXT", edit::Recursive::No));
        put(e, "/", "NEW.TXT", 10);
    }));
    (void)fixture.pass(Take::Settled, 1500ms);
    QVERIFY(fixture.hostContent().contains("A.TXT") && fixture.hostContent().contains("NEW.TXT"));
    QVERIFY(fixture.pass(Take::Settled, settled).isUpToDate());
    QVERIFY(!fixture.hostContent().contains("A.TXT"));
}

void TestEngine::anUnmountTakesEverything()
{
    GuestFixture fixture;
    fill(fixture.folder);
    fixture.begin();
    Bytes boot(fixture.view());
    boot.resize(512);
    boot[37] |= std::byte{1}; // as Linux says that it is mounted
    fixture.write({.offset = 0, .bytes = boot});
    fixture.write(fixture.edit([](Editor& e) { put(e, "/", "NEW.TXT", 10); }));
    QCOMPARE(fixture.pass(Take::Settled).made, std::size_t{0});
    boot[37] &= ~std::byte{1};
    fixture.write({.offset = 0, .bytes = boot});
    QVERIFY(fixture.pass(Take::Settled).isUpToDate());
    QVERIFY(fixture.hostContent() == fixture.guestContent());
}

/// Half of it is home: the session must not end as if it were all.
void TestEngine::whoIsStoppedIsNotDone()
{
    GuestFixture fixture;
    fill(fixture.folder);
    fixture.begin();
    fixture.write(fixture.edit([](Editor& e) {
        put(e, "/", "ONE.TXT", 10);
        put(e, "/", "TWO.TXT", 10);
    }));
    std::stop_source stop;
    fixture.onOutcome = [&] { stop.request_stop(); };
    const auto result = fixture.pass(Take::Everything, {}, JobControl(stop.get_token()));
    QCOMPARE(result.made, std::size_t{1});
    QVERIFY(!result.isUpToDate());
    QVERIFY(fixture.takeAll().isUpToDate());
    QVERIFY(fixture.hostContent() == fixture.guestContent());
}

void TestEngine::aFileTheHostChangedIsAConflict()
{
    GuestFixture fixture;
    fill(fixture.folder);
    fixture.begin();
    fixture.write(fixture.edit([](Editor& e) { put(e, "/", "A.TXT", 2000); }));
    fixture.folder.writeText("A.TXT", "the host's own");
    const auto result = fixture.takeAll();
    QCOMPARE(result.conflicts, std::size_t{1});
    QVERIFY(fixture.outcomes.back().kind == sync::Outcome::Kind::Conflict);
    QVERIFY(!fixture.outcomes.back().reason.empty());
    QCOMPARE(fixture.folder.readFile("A.TXT").size(), std::size_t{14});
    const std::size_t told = fixture.outcomes.size();
    (void)fixture.takeAll();
    QCOMPARE(fixture.outcomes.size(), told); // once is enough
}

void TestEngine::aNameTheHostHasIsAConflict()
{
    GuestFixture fixture;
    fill(fixture.folder);
    fixture.begin();
    fixture.folder.writeText("NEW.TXT", "was never shown");
    fixture.write(fixture.edit([](Editor& e) {
        put(e, "/", "NEW.TXT", 2000);
        put(e, "/", "FINE.TXT", 100);
    }));
    QCOMPARE(fixture.takeAll().conflicts, std::size_t{1});
    QCOMPARE(fixture.folder.readFile("NEW.TXT").size(), std::size_t{15});
    QVERIFY(fixture.hostContent().contains("FINE.TXT"));
}

void TestEngine::afterAConflictIsGoneItComesHome()
{
    GuestFixture fixture;
    fill(fixture.folder);
    fixture.begin();
    const auto stray = fixture.folder.writeText("NEW.TXT", "in the way");
    fixture.write(fixture.edit([](Editor& e) { put(e, "/", "NEW.TXT", 2000); }));
    QCOMPARE(fixture.takeAll().conflicts, std::size_t{1});
    std::filesystem::remove(stray);
    QVERIFY(fixture.takeAll().isUpToDate());
    QVERIFY(fixture.hostContent() == fixture.guestContent());
}

void TestEngine::aRemovedFolderKeepsWhatTheGuestDidNotSee()
{
    GuestFixture fixture;
    fill(fixture.folder);
    fixture.begin();
    fixture.folder.writeText("docs/hidden", "never shown");
    fixture.write(fixture.edit([](Editor& e) { must(e.remove("/docs", edit::Recursive::Yes)); }));
    (void)fixture.takeAll();
    QVERIFY(fixture.hostContent().contains("docs/hidden"));
    QVERIFY(!fixture.hostContent().contains("docs/one.txt"));
}

void TestEngine::massDeletionIsHeld()
{
    GuestFixture fixture;
    fill(fixture.folder);
    fixture.begin();
    const auto before = fixture.hostContent();
    fixture.write(fixture.edit([](Editor& e) { must(e.remove("/many", edit::Recursive::Yes)); }));
    const auto result = fixture.takeAll();
    QVERIFY(!result.held.empty());
    QCOMPARE(fixture.held.back(), result.held);
    QVERIFY(fixture.hostContent() == before);
}

void TestEngine::massDeletionCanBeAllowed()
{
    GuestFixture fixture;
    fill(fixture.folder);
    fixture.begin({.allowMassDelete = true});
    fixture.write(fixture.edit([](Editor& e) { must(e.remove("/many", edit::Recursive::Yes)); }));
    QVERIFY(fixture.takeAll().isUpToDate());
    QVERIFY(fixture.hostContent() == fixture.guestContent());
}

void TestEngine::aFewFilesAreNoMassDeletion()
{
    GuestFixture fixture;
    fixture.folder.writePattern("A.TXT", 100, 1);
    fixture.folder.writePattern("B.TXT", 100, 2);
    fixture.begin();
    fixture.write(fixture.edit([](Editor& e) { must(e.remove("/A.TXT", edit::Recursive::No)); }));
    QVERIFY(fixture.takeAll().isUpToDate());
    QVERIFY(!fixture.hostContent().contains("A.TXT"));
}

void TestEngine::formattingIsHeld()
{
    GuestFixture fixture;
    fill(fixture.folder);
    fixture.begin();
    const auto before = fixture.hostContent();
    Bytes boot(fixture.view());
    boot.resize(512);
    boot[39] ^= std::byte{0x55}; // another serial number
    fixture.write({.offset = 0, .bytes = boot});
    QVERIFY(!fixture.takeAll().held.empty());
    std::ranges::fill(boot, std::byte{0xF6});
    fixture.write({.offset = 0, .bytes = boot});
    (void)fixture.takeAll();
    QVERIFY(fixture.hostContent() == before);
}

void TestEngine::namesComeHomeAsTheyWere()
{
    GuestFixture fixture;
    fill(fixture.folder);
    fixture.folder.writePattern("a:b?.txt", 500, 9);
    fixture.begin();
    const auto guest = fixture.guestContent();
    const auto odd =
        std::ranges::find_if(guest, [](const auto& file) { return file.second.size() == 500; });
    QVERIFY(odd != guest.end() && odd->first != "a:b?.txt");
    const std::string name = odd->first;
    fixture.write(fixture.edit([&](Editor& e) {
        must(e.remove("/" + name, edit::Recursive::No));
        put(e, "/", name, 1500);
    }));
    QVERIFY(fixture.takeAll().isUpToDate());
    QCOMPARE(fixture.folder.readFile("a:b?.txt").size(), std::size_t{1500});
    QVERIFY(!fixture.hostContent().contains(name));
}

void TestEngine::timesComeHomeOnlyWhenTheyWereChanged()
{
    constexpr std::int64_t then = 1'500'000'001;
    GuestFixture fixture;
    fill(fixture.folder);
    fixture.folder.setTimes("A.TXT", then * 1'000'000'000 + 123, then * 1'000'000'000);
    fixture.begin();
    fixture.write(fixture.edit([](Editor& e) { must(e.move("/A.TXT", "/moved.txt")); }));
    QVERIFY(fixture.takeAll().isUpToDate());
    QCOMPARE(modifiedSeconds(fixture.folder / "moved.txt"), then); // odd: not the guest's
    fixture.write(fixture.edit([](Editor& e) {
        must(e.putFile({.folder = "/",
                        .name = "moved.txt",
                        .times = edit::EntryTimes{.modifiedNs = 1'400'000'000'000'000'000}},
                       bytes(10, 1), edit::Existing::Replace));
    }));
    QVERIFY(fixture.takeAll().isUpToDate());
    QCOMPARE(modifiedSeconds(fixture.folder / "moved.txt"), std::int64_t{1'400'000'000});
}

/// Only the directory and the FAT say so; the bytes come from the keep.
void TestEngine::undeleteAfterTheDeletionCameHome()
{
    GuestFixture fixture;
    fill(fixture.folder);
    fixture.begin();
    const auto before = fixture.hostContent();
    const Bytes disk = fixture.view();
    const auto removal =
        fixture.edit([](Editor& e) { must(e.remove("/B.TXT", edit::Recursive::No)); });
    fixture.write(removal);
    QVERIFY(fixture.takeAll().isUpToDate());
    QVERIFY(!fixture.hostContent().contains("B.TXT"));
    for (SectorWrite sector : removal) {
        const auto old = ByteView(disk).subspan(sector.offset, sector.bytes.size());
        sector.bytes.assign(old.begin(), old.end());
        fixture.write(sector);
    }
    QVERIFY(fixture.takeAll().isUpToDate());
    QVERIFY(fixture.hostContent() == before);
}

QTEST_GUILESS_MAIN(TestEngine)
#include "tst_engine.moc"
