#include "core/edit/bytes_source.hpp"

#include "tests/core/sync/guest_fixture.hpp"
#include "tests/support/pseudo_random.hpp"

#include <QtTest>

#include <sys/stat.h>
#include <tuple>

using namespace fatlas;
using edit::Editor;
using fatlas::test::GuestFixture;
using fatlas::test::must;

class TestDryRun : public QObject {
    Q_OBJECT

private slots:
    void tellsWhatARealRunDoes_data();
    void tellsWhatARealRunDoes();
    void goesOnFromWhatItPretends();
    void seesConflicts();
    void isHeldAsARealRun();
    void saysWhatCannotBeRead();
};

namespace {

void put(Editor& guest, const std::string& folder, const std::string& name, std::size_t size)
{
    must(guest.putFile(
        {.folder = folder, .name = name},
        std::make_shared<edit::BytesSource>(test::PseudoRandom(size + 17).bytes(size)),
        edit::Existing::Replace));
}

void fill(const test::TempFolder& folder)
{
    folder.writePattern("A.TXT", 100, 1);
    folder.writePattern("B.TXT", 5000, 2);
    folder.writePattern("docs/one.txt", 3000, 4);
    folder.writePattern("docs/deep/two.bin", 2000, 5);
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
        {"write", [](Editor& e) { put(e, "/", "A.TXT", 20'000); }},
        {"delete tree", [=](Editor& e) { remove(e, "/docs"); }},
        {"make folders",
         [=](Editor& e) {
             folder(e, "/", "a");
             folder(e, "/a", "b");
             put(e, "/a/b", "in it", 700);
         }},
        {"rename folder and write in it",
         [=](Editor& e) {
             move(e, "/docs", "/papers");
             put(e, "/papers/deep", "two.bin", 2500);
             put(e, "/papers", "new.txt", 10);
         }},
        {"swap",
         [=](Editor& e) {
             move(e, "/A.TXT", "/T");
             move(e, "/B.TXT", "/A.TXT");
             move(e, "/T", "/B.TXT");
         }},
        {"parent and child change places",
         [=](Editor& e) {
             move(e, "/docs/deep", "/T");
             move(e, "/docs", "/T/deep");
             move(e, "/T", "/docs");
         }},
        {"file becomes folder",
         [=](Editor& e) {
             remove(e, "/A.TXT");
             folder(e, "/", "A.TXT");
             put(e, "/A.TXT", "inside", 10);
         }},
    };
}

/// Everything there is, its times included: of the folder itself too.
using State = std::vector<std::tuple<std::string, ino_t, off_t, std::int64_t, std::int64_t>>;

State stateOf(const std::filesystem::path& folder)
{
    State state;
    const auto add = [&](const std::filesystem::path& path) {
        struct stat now = {};
        if (::lstat(path.c_str(), &now) == 0)
            state.emplace_back(path.native(), now.st_ino, now.st_size,
                               now.st_mtim.tv_sec * 1'000'000'000 + now.st_mtim.tv_nsec,
                               now.st_ctim.tv_sec * 1'000'000'000 + now.st_ctim.tv_nsec);
    };
    add(folder);
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
        add(entry.path());
    std::ranges::sort(state);
    return state;
}

std::vector<std::string> told(const GuestFixture& fixture)
{
    std::vector<std::string> lines;
    for (const sync::Outcome& outcome : fixture.outcomes)
        lines.push_back(std::string(toString(outcome.change)) + " " + outcome.path + " " +
                        outcome.hostPath + " " + outcome.reason);
    return lines;
}

} // namespace

void TestDryRun::tellsWhatARealRunDoes_data()
{
    QTest::addColumn<int>("scenario");
    const auto all = scenarios();
    for (std::size_t i = 0; i < all.size(); ++i)
        QTest::addRow("%s", all[i].name) << static_cast<int>(i);
}

void TestDryRun::tellsWhatARealRunDoes()
{
    QFETCH(int, scenario);
    std::vector<std::vector<std::string>> lines;
    for (const bool isDry : {true, false}) {
        GuestFixture fixture;
        fill(fixture.folder);
        fixture.begin({.dryRun = isDry});
        const State before = stateOf(fixture.folder.path());
        const Bytes view = fixture.view();
        const auto sectors = fixture.edit(scenarios()[static_cast<std::size_t>(scenario)].edit);
        fixture.write(sectors);
        QVERIFY(fixture.takeAll().isUpToDate());
        QCOMPARE(fixture.takeAll().made, std::size_t{0}); // told once
        if (isDry)
            QVERIFY(stateOf(fixture.folder.path()) == before);
        lines.push_back(told(fixture));
    }
    QVERIFY(!lines[0].empty());
    QVERIFY(lines[0] == lines[1]);
}

void TestDryRun::goesOnFromWhatItPretends()
{
    std::vector<std::vector<std::string>> lines;
    for (const bool isDry : {true, false}) {
        GuestFixture fixture;
        fill(fixture.folder);
        fixture.begin({.dryRun = isDry});
        const State before = stateOf(fixture.folder.path());
        for (const Scenario& scenario : scenarios()) {
            if (std::string_view(scenario.name) == "parent and child change places" ||
                std::string_view(scenario.name) == "delete tree" ||
                std::string_view(scenario.name) == "create")
                continue;
            fixture.write(fixture.edit(scenario.edit));
            QVERIFY(fixture.takeAll().isUpToDate());
        }
        fixture.write(fixture.edit([](Editor& e) {
            put(e, "/papers", "new.txt", 900);
            must(e.move("/a/b", "/papers/b"));
            must(e.remove("/a", edit::Recursive::Yes));
            must(e.remove("/papers/deep", edit::Recursive::Yes));
        }));
        QVERIFY(fixture.takeAll().isUpToDate());
        if (isDry)
            QVERIFY(stateOf(fixture.folder.path()) == before);
        lines.push_back(told(fixture));
    }
    QVERIFY(lines[0] == lines[1]);
}

void TestDryRun::seesConflicts()
{
    GuestFixture fixture;
    fill(fixture.folder);
    fixture.begin({.dryRun = true});
    const auto sectors = fixture.edit([](Editor& e) {
        put(e, "/", "A.TXT", 2000);
        put(e, "/", "NEW.TXT", 100);
        put(e, "/", "FINE.TXT", 100);
        must(e.remove("/docs", edit::Recursive::Yes));
    });
    fixture.folder.writeText("A.TXT", "the host's own");
    fixture.folder.writeText("NEW.TXT", "never shown");
    fixture.folder.writeText("docs/hidden", "never shown");
    const State before = stateOf(fixture.folder.path());
    fixture.write(sectors);
    const auto result = fixture.takeAll();
    QCOMPARE(result.conflicts, std::size_t{3});
    QVERIFY(stateOf(fixture.folder.path()) == before);
}

void TestDryRun::isHeldAsARealRun()
{
    GuestFixture fixture;
    fill(fixture.folder);
    fixture.begin({.dryRun = true});
    fixture.write(fixture.edit([](Editor& e) { must(e.remove("/many", edit::Recursive::Yes)); }));
    QVERIFY(!fixture.takeAll().held.empty());
}

/// The host's file is gone, and with it the bytes that the guest did not write.
void TestDryRun::saysWhatCannotBeRead()
{
    GuestFixture fixture;
    fill(fixture.folder);
    fixture.begin({.dryRun = true});
    const auto sectors = fixture.edit([](Editor& e) {
        must(e.move("/B.TXT", "/C.TXT"));
        put(e, "/", "D.TXT", 100);
    });
    std::filesystem::remove(fixture.folder / "B.TXT");
    fixture.write(sectors);
    QCOMPARE(fixture.takeAll().conflicts, std::size_t{1});
    QVERIFY(!fixture.outcomes.empty());
}

QTEST_GUILESS_MAIN(TestDryRun)
#include "tst_dry_run.moc"
