// Power goes at each write of a change, and what was not flushed is lost in part: the volume then
// holds, without any undoing, each file as it was before or as it was to be.
#include "core/fat/check/check.hpp"

#include "tests/core/edit/edit_fixture.hpp"
#include "tests/support/fault_device.hpp"
#include "tests/support/temp_folder.hpp"

#include <QtTest>

using namespace fatlas;
using edit::Editor;
using test::Content;
using test::FaultDevice;
using test::need;
using test::sourceOf;

namespace {

using Change = void (*)(Editor&);

Bytes fresh(std::uint64_t seed)
{
    return test::PseudoRandom(seed).bytes(4000 + seed * 500);
}

void putNew(Editor& editor)
{
    (void)need(editor.putFile({.folder = "/SUB", .name = "New file.bin"}, sourceOf(fresh(1))));
}

void replace(Editor& editor)
{
    (void)need(editor.putFile({.folder = "/", .name = "OLD.BIN"}, sourceOf(fresh(2)),
                              edit::Existing::Replace));
}

void removeFolder(Editor& editor)
{
    need(editor.remove("/SUB", edit::Recursive::Yes));
}

void renameFile(Editor& editor)
{
    need(editor.move("/OLD.BIN", "/a much longer name than before.bin"));
}

void moveAway(Editor& editor)
{
    need(editor.move("/SUB/INNER.BIN", "/OUTER.BIN"));
}

void moveFolder(Editor& editor)
{
    (void)need(editor.makeFolder({.folder = "/", .name = "ABOVE"}));
    need(editor.move("/SUB", "/ABOVE/BELOW"));
}

void growFolder(Editor& editor)
{
    for (int i = 0; i < 20; ++i)
        (void)need(editor.putFile(
            {.folder = "/SUB", .name = "a rather long name of file " + std::to_string(i)},
            sourceOf(Bytes(600, std::byte(i)))));
}

void everything(Editor& editor)
{
    putNew(editor);
    replace(editor);
    moveAway(editor);
    growFolder(editor);
    need(editor.setLabel("LABEL"));
}

struct NamedChange {
    const char* name;
    Change change;
};

constexpr std::array changes{
    NamedChange{"put", putNew},          NamedChange{"replace", replace},
    NamedChange{"remove", removeFolder}, NamedChange{"rename", renameFile},
    NamedChange{"move", moveAway},       NamedChange{"move a folder", moveFolder},
    NamedChange{"grow", growFolder},     NamedChange{"everything", everything}};

} // namespace

class TestEditorPowerLoss : public QObject {
    Q_OBJECT

    test::TempFolder m_temp;

    struct Run {
        std::shared_ptr<block::MemoryDevice> disk;
        bool finished = false;
    };

    /// The change, and no power from the n-th write on.
    [[nodiscard]] Run play(const Bytes& image, Change change, std::uint64_t n,
                           std::size_t survivors) const
    {
        Run run{.disk = std::make_shared<block::MemoryDevice>(image)};
        const auto undo = m_temp / "undo";
        std::filesystem::remove(undo);
        Editor editor = test::editorOf(run.disk);
        change(editor);
        const auto plan = need(editor.plan());
        FaultDevice device(run.disk);
        device.setPlan({.failWrite = n, .tornBytes = 512, .staysDead = true});
        run.finished = edit::applyPatches(device, plan.groups, undo).has_value();
        device.setPlan({});
        need(device.cutPower(survivors));
        return run;
    }

    /// Each file is there as it was, or as it was to be, under its old or its new name.
    static void compare(const Content& found, const Content& before, const Content& after)
    {
        for (const auto& [path, bytes] : found) {
            const auto old = before.find(path);
            const auto wanted = after.find(path);
            const bool isOld = old != before.end() && old->second == bytes;
            const bool isNew = wanted != after.end() && wanted->second == bytes;
            QVERIFY2(isOld || isNew, path.c_str());
        }
        for (const auto& [path, bytes] : before) {
            const auto keptAs = std::ranges::find(after, bytes, &Content::value_type::second);
            if (keptAs == after.end())
                continue; // it was to go
            QVERIFY2(found.contains(path) || found.contains(keptAs->first), path.c_str());
        }
    }

private slots:

    void losesNothing_data()
    {
        QTest::addColumn<int>("bits");
        QTest::addColumn<int>("change");
        QTest::addColumn<int>("survivors");
        for (const int bits : {12, 16, 32})
            for (std::size_t change = 0; change < changes.size(); ++change)
                for (const int survivors : {0, 1, 1000})
                    QTest::addRow("FAT%d, %s, %d survive", bits, changes[change].name, survivors)
                        << bits << static_cast<int>(change) << survivors;
    }

    void losesNothing()
    {
        QFETCH(const int, bits);
        QFETCH(const int, change);
        const Change apply = changes[static_cast<std::size_t>(change)].change;
        QFETCH(const int, survivors);
        const Bytes image = test::filledVolume(static_cast<fat::FatType>(bits));
        const Content before = test::contentOf(std::make_shared<block::MemoryDevice>(image));
        const Content after = test::contentOf(play(image, apply, 0, SIZE_MAX).disk);
        bool finished = false;
        std::uint64_t n = 1;
        for (; !finished && n < 200; ++n) {
            const Run run = play(image, apply, n, static_cast<std::size_t>(survivors));
            finished = run.finished;
            const Content found = test::contentOf(run.disk);
            compare(found, before, after);
            if (finished)
                QVERIFY(found == after);
            need(edit::undo(*run.disk, m_temp / "undo"));
            QVERIFY(std::ranges::equal(run.disk->bytes(), image));
        }
        QVERIFY(finished);
        QVERIFY(n > 2);
    }
};

QTEST_GUILESS_MAIN(TestEditorPowerLoss)
#include "tst_editor_power_loss.moc"
