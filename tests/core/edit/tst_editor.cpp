#include "core/fat/check/check.hpp"

#include "tests/core/edit/edit_fixture.hpp"
#include "tests/support/temp_folder.hpp"

#include <QtTest>

using namespace fatlas;
using edit::Editor;
using test::Content;
using test::need;
using test::sourceOf;

namespace {

fat::FatType typeOfRow()
{
    QFETCH_GLOBAL(int, bits);
    return static_cast<fat::FatType>(bits);
}

} // namespace

class TestEditor : public QObject {
    Q_OBJECT

    std::shared_ptr<block::MemoryDevice> m_device;
    test::TempFolder m_temp;

    [[nodiscard]] Editor editor() const { return test::editorOf(m_device); }

    /// Carries it out, and nothing may be wrong with the volume then.
    void apply(const Editor& editor)
    {
        const auto undo = m_temp / "undo";
        std::filesystem::remove(undo);
        const auto plan = need(editor.plan());
        need(edit::applyPatches(*m_device, plan.groups, undo));
        const auto volume = need(fat::Volume::open(m_device));
        for (const Finding& finding : need(fat::checkVolume(*volume))->findings)
            QVERIFY2(finding.severity != Severity::Error, finding.message.c_str());
    }

    template <class Change>
    void refuses(Change change, ErrorCode code, std::string_view says)
    {
        const Bytes before(m_device->bytes().begin(), m_device->bytes().end());
        Editor tried = editor();
        Result<> done;
        if (const auto changed = change(tried); !changed)
            done = std::unexpected(changed.error());
        else if (const auto plan = tried.plan(); !plan)
            done = std::unexpected(plan.error());
        QVERIFY(!done);
        QCOMPARE(done.error().code, code);
        QVERIFY2(done.error().message.contains(says), done.error().message.c_str());
        QVERIFY(std::ranges::equal(m_device->bytes(), before));
    }

private slots:

    void initTestCase_data()
    {
        QTest::addColumn<int>("bits");
        for (const int bits : {12, 16, 32})
            QTest::addRow("FAT%d", bits) << bits;
    }

    void init()
    {
        m_device = std::make_shared<block::MemoryDevice>(test::filledVolume(typeOfRow()));
    }

    void everyVerbDoesWhatItSays()
    {
        Content expected = test::contentOf(m_device);
        Editor changes = editor();
        const Bytes fresh = test::PseudoRandom(9).bytes(3000);
        QCOMPARE(
            need(changes.putFile({.folder = "/SUB", .name = "A longer name.bin"}, sourceOf(fresh))),
            std::string("/SUB/A longer name.bin"));
        need(changes.remove("/old.bin", edit::Recursive::No));
        need(changes.move("/SUB/INNER.BIN", "/Inner one.bin"));
        (void)need(changes.makeFolder({.folder = "/", .name = "EMPTY"}));
        need(changes.setLabel("NEW LABEL"));
        need(changes.setAttributes("/KEEP.BIN", fat::attribute::readOnly, 0));
        apply(changes);
        expected["/SUB/A longer name.bin"] = fresh;
        expected["/Inner one.bin"] = expected["/SUB/INNER.BIN"];
        expected.erase("/SUB/INNER.BIN");
        expected.erase("/OLD.BIN");
        QVERIFY(test::contentOf(m_device) == expected);
        Editor after = editor();
        QCOMPARE(need(after.label()), std::string("NEW LABEL"));
        QVERIFY(need(after.find("/empty"))->isDirectory);
        QVERIFY((need(after.find("/keep.bin"))->attributes & fat::attribute::readOnly) != 0);
        QVERIFY(!need(after.find("/old.bin")));
    }

    void aPlanCountsWhatItTakes()
    {
        Editor changes = editor();
        (void)need(changes.putFile({.folder = "/", .name = "N"}, sourceOf(Bytes(1025))));
        const auto plan = need(changes.plan());
        QCOMPARE(plan.steps.size(), std::size_t{1});
        QCOMPARE(plan.takenClusters, 3U);
        QCOMPARE(plan.freedClusters, 0U);
        QCOMPARE(plan.contentSize, std::uint64_t{1025});
        Editor none = editor();
        QVERIFY(need(none.plan()).groups.empty());
    }

    void aFullDiskIsRefusedBeforeAnythingIsWritten()
    {
        const std::uint64_t size = m_device->size();
        refuses(
            [&](Editor& e) {
                return e.putFile({.folder = "/", .name = "BIG"}, sourceOf(Bytes(size)));
            },
            ErrorCode::NoSpace, "full");
    }

    void exactlyWhatIsFreeFits()
    {
        const auto volume = need(fat::Volume::open(m_device));
        const auto map = need(fat::mapUsage(*volume, *need(fat::readTree(*volume))));
        const std::uint64_t free = map->count(fat::ClusterState::Free) * 512;
        refuses(
            [&](Editor& e) {
                return e.putFile({.folder = "/", .name = "BIG"}, sourceOf(Bytes(free + 1)));
            },
            ErrorCode::NoSpace, "full");
        Editor changes = editor();
        (void)need(changes.putFile({.folder = "/", .name = "BIG"}, sourceOf(Bytes(free))));
        apply(changes);
        QCOMPARE(test::contentOf(m_device)["/BIG"].size(), free);
        refuses([](Editor& e) { return e.makeFolder({.folder = "/", .name = "X"}); },
                ErrorCode::NoSpace, "full");
    }

    void aFullRootIsRefusedBeforeAnythingIsWritten()
    {
        if (typeOfRow() == fat::FatType::Fat32)
            return; // its root grows
        Editor changes = editor();
        for (int i = 0; i < 29; ++i) // of 32 slots three are taken
            (void)need(
                changes.putFile({.folder = "/", .name = "F" + std::to_string(i)}, sourceOf({})));
        apply(changes);
        refuses([](Editor& e) { return e.putFile({.folder = "/", .name = "X"}, sourceOf({})); },
                ErrorCode::NoSpace, "root");
        refuses([](Editor& e) { return e.setLabel("LABEL"); }, ErrorCode::NoSpace, "root");
        Editor again = editor();
        need(again.remove("/F0", edit::Recursive::No));
        apply(again);
        Editor last = editor();
        (void)need(last.putFile({.folder = "/", .name = "X"}, sourceOf({})));
        apply(last);
    }

    void folderGrowsByClusters()
    {
        Editor changes = editor();
        for (int i = 0; i < 60; ++i)
            (void)need(changes.putFile(
                {.folder = "/SUB", .name = "a rather long name of file " + std::to_string(i)},
                sourceOf(Bytes(1, std::byte(i)))));
        apply(changes);
        const Content content = test::contentOf(m_device);
        QCOMPARE(content.at("/SUB/a rather long name of file 59"), Bytes(1, std::byte{59}));
        QCOMPARE(content.size(), std::size_t{64});
    }

    void whatCannotBeIsRefused()
    {
        const auto put = [](const char* folder, const char* name) {
            return [=](Editor& e) {
                return e.putFile({.folder = folder, .name = name}, sourceOf({}));
            };
        };
        refuses(put("/", "KEEP.BIN"), ErrorCode::Refused, "exists already");
        refuses(put("/", "keep.bin"), ErrorCode::Refused, "exists already");
        refuses(put("/", "SUB"), ErrorCode::Refused, "is a folder");
        refuses(put("/NOWHERE", "X"), ErrorCode::NotFound, "NOWHERE");
        refuses(put("/KEEP.BIN", "X"), ErrorCode::NotFound, "not a folder");
        refuses(put("/", "a/b"), ErrorCode::InvalidArgument, "/");
        refuses(put("/", ""), ErrorCode::InvalidArgument, "name");
        refuses([](Editor& e) { return e.remove("/SUB", edit::Recursive::No); }, ErrorCode::Refused,
                "-r");
        refuses([](Editor& e) { return e.remove("/", edit::Recursive::Yes); },
                ErrorCode::InvalidArgument, "root");
        refuses([](Editor& e) { return e.move("/SUB", "/SUB/DEEP"); }, ErrorCode::Refused,
                "into itself");
        refuses([](Editor& e) { return e.move("/KEEP.BIN", "/OLD.BIN"); }, ErrorCode::Refused,
                "exists already");
        refuses([](Editor& e) { return e.setLabel("A.B"); }, ErrorCode::InvalidArgument, ".");
    }

    /// The chain of a damaged file is not touched, and the file not changed.
    void damageIsRefusedWithAdvice()
    {
        const auto volume = need(fat::Volume::open(m_device));
        const auto tree = need(fat::readTree(*volume));
        const Cluster second{tree->runsOf(*tree->find("/OLD.BIN"))[0].first.value + 1};
        const fat::Geometry& geometry = volume->geometry();
        for (std::uint32_t copy = 0; copy < geometry.fatCount; ++copy) {
            Bytes table(geometry.fatSize());
            need(m_device->read(geometry.fatOffset(copy), table));
            fat::setRawEntry(geometry.type, table, second, 0);
            need(m_device->write(geometry.fatOffset(copy), table));
        }
        refuses([](Editor& e) { return e.remove("/OLD.BIN", edit::Recursive::No); },
                ErrorCode::Refused, "repair");
    }
};

QTEST_GUILESS_MAIN(TestEditor)
#include "tst_editor.moc"
