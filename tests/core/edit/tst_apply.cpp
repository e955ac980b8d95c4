#include "core/block/memory_device.hpp"
#include "core/edit/apply.hpp"

#include "tests/core/edit/memory_source.hpp"
#include "tests/support/fault_device.hpp"
#include "tests/support/pseudo_random.hpp"
#include "tests/support/temp_folder.hpp"

#include <QtTest>

#include <stop_token>

using namespace fatlas;
using edit::PatchGroup;
using test::FaultDevice;
using test::MemorySource;
using test::PseudoRandom;

namespace {

constexpr std::uint64_t imageSize = 1 << 20;

Bytes imageBytes()
{
    Bytes bytes = PseudoRandom(7).bytes(imageSize);
    std::fill_n(bytes.begin() + 0x40000, 0x40000, std::byte{}); // free space
    return bytes;
}

block::Patch patchOf(const Bytes& image, std::uint64_t offset, ByteView after)
{
    const ByteView before = ByteView(image).subspan(offset, after.size());
    return {.offset = offset,
            .before = Bytes(before.begin(), before.end()),
            .after = Bytes(after.begin(), after.end())};
}

/// As a put does it: content, then a table, then a directory.
std::vector<PatchGroup> somePlan(const Bytes& image)
{
    PseudoRandom random(11);
    std::vector<PatchGroup> groups(3);
    groups[0] = {.what = "data",
                 .patches = {patchOf(image, 0x70000, random.bytes(1000))},
                 .contents = {{.offset = 0x40000,
                               .length = 0x24000,
                               .source = std::make_shared<MemorySource>(random.bytes(0x23456))},
                              {.offset = 0x80200,
                               .length = 3000,
                               .source = std::make_shared<MemorySource>(random.bytes(3000))}}};
    groups[1] = {.what = "FAT",
                 .patches = {patchOf(image, 0x1003, random.bytes(77)),
                             patchOf(image, 0x2003, random.bytes(700))}};
    groups[2] = {.what = "directories", .patches = {patchOf(image, 0x9FFE0, random.bytes(64))}};
    return groups;
}

Bytes planned(const Bytes& image, std::span<const PatchGroup> groups)
{
    Bytes bytes = image;
    for (const PatchGroup& group : groups) {
        for (const block::Patch& patch : group.patches)
            std::ranges::copy(patch.after, bytes.begin() + std::ptrdiff_t(patch.offset));
        for (const edit::ContentRange& content : group.contents) {
            Bytes data(content.length);
            if (!content.source->read(0, ByteSpan(data).first(content.source->size())))
                qFatal("the source cannot be read");
            std::ranges::copy(data, bytes.begin() + std::ptrdiff_t(content.offset));
        }
    }
    return bytes;
}

} // namespace

class TestApply : public QObject {
    Q_OBJECT

    Bytes m_image = imageBytes();
    std::shared_ptr<block::MemoryDevice> m_disk;
    std::shared_ptr<FaultDevice> m_device;
    test::TempFolder m_temp;
    std::filesystem::path m_undo;

    [[nodiscard]] Bytes content() const { return {m_disk->bytes().begin(), m_disk->bytes().end()}; }

private slots:

    void init()
    {
        m_disk = std::make_shared<block::MemoryDevice>(m_image);
        m_device = std::make_shared<FaultDevice>(m_disk);
        m_undo = m_temp / "disk.undo";
        std::filesystem::remove(m_undo);
    }

    void writesWhatIsPlannedAndUndoesIt()
    {
        const auto plan = somePlan(m_image);
        QVERIFY(edit::applyPatches(*m_device, plan, m_undo));
        QVERIFY(content() == planned(m_image, plan));
        QVERIFY(edit::undo(*m_device, m_undo));
        QVERIFY(content() == m_image);
        QVERIFY(edit::undo(*m_device, m_undo)); // once more is no harm
        QVERIFY(content() == m_image);
    }

    void flushesBetweenGroups()
    {
        QVERIFY(edit::applyPatches(*m_device, somePlan(m_image), m_undo));
        QCOMPARE(m_device->flushCount(), 3U);
    }

    void keepsOldZerosAsNothing()
    {
        const std::vector<PatchGroup> plan{{.what = "data",
                                            .patches = {},
                                            .contents = {{.offset = 0x40000,
                                                          .length = 0x40000,
                                                          .source = std::make_shared<MemorySource>(
                                                              PseudoRandom(3).bytes(0x40000))}}}};
        QVERIFY(edit::applyPatches(*m_device, plan, m_undo));
        QVERIFY(std::filesystem::file_size(m_undo) < 0x40000 / 100);
    }

    void powerLostAtAnyWrite_data()
    {
        QTest::addColumn<int>("tornSectors");
        QTest::addColumn<int>("survivors");
        QTest::newRow("nothing of it arrives") << 0 << 0;
        QTest::newRow("half of it arrives") << 1 << 1000;
        QTest::newRow("everything before arrives") << 0 << 1000;
        QTest::newRow("only the first one arrives") << 0 << 1;
    }

    void powerLostAtAnyWrite()
    {
        QFETCH(const int, tornSectors);
        QFETCH(const int, survivors);
        const Bytes after = planned(m_image, somePlan(m_image));
        bool finished = false;
        std::uint64_t n = 1;
        for (; !finished && n < 100; ++n) {
            init();
            m_device->setPlan({.failWrite = n,
                               .tornBytes = static_cast<std::uint64_t>(tornSectors) * 512,
                               .staysDead = true});
            finished = edit::applyPatches(*m_device, somePlan(m_image), m_undo).has_value();
            m_device->setPlan({});
            QVERIFY(m_device->cutPower(static_cast<std::size_t>(survivors)));
            QVERIFY(!finished || content() == after);
            QVERIFY(edit::undo(*m_device, m_undo));
            QVERIFY(content() == m_image);
        }
        QVERIFY(finished);
        QVERIFY(n > 6);
    }

    void powerLostWhileUndoing()
    {
        bool finished = false;
        for (std::uint64_t n = 1; !finished && n < 100; ++n) {
            init();
            QVERIFY(edit::applyPatches(*m_device, somePlan(m_image), m_undo));
            m_device->setPlan({.failWrite = n, .tornBytes = 512, .staysDead = true});
            finished = edit::undo(*m_device, m_undo).has_value();
            m_device->setPlan({});
            QVERIFY(m_device->cutPower(1));
            QVERIFY(edit::undo(*m_device, m_undo));
            QVERIFY(content() == m_image);
        }
        QVERIFY(finished);
    }

    void takesBackWhatItWroteWhenAWriteFails()
    {
        for (std::uint64_t n = 1; n <= 6; ++n) {
            init();
            m_device->setPlan({.failWrite = n});
            const auto applied = edit::applyPatches(*m_device, somePlan(m_image), m_undo);
            QVERIFY(!applied);
            QVERIFY(applied.error().message.ends_with("the image is as it was before"));
            QVERIFY(content() == m_image);
            QVERIFY(!std::filesystem::exists(m_undo));
        }
    }

    void saysHowToGoBackWhenItCannot()
    {
        m_device->setPlan({.failWrite = 4, .staysDead = true});
        const auto applied = edit::applyPatches(*m_device, somePlan(m_image), m_undo);
        QVERIFY(!applied);
        QVERIFY(applied.error().message.contains("undo it with " + m_undo.native()));
        QVERIFY(std::filesystem::exists(m_undo));
    }

    void refusesBytesThatThePlanDidNotSee()
    {
        const auto plan = somePlan(m_image);
        const Bytes other(1, ~m_image[0x9FFE5]);
        QVERIFY(m_disk->write(0x9FFE5, other));
        const Bytes before = content();
        const auto applied = edit::applyPatches(*m_device, plan, m_undo);
        QVERIFY(!applied);
        QCOMPARE(applied.error().code, ErrorCode::Changed);
        QCOMPARE(applied.error().deviceOffset, std::optional<std::uint64_t>(0x9FFE5));
        QVERIFY(content() == before);
        QVERIFY(!std::filesystem::exists(m_undo));
    }

    void refusesAnUndoFileThatExists()
    {
        m_temp.writeText("disk.undo", "mine");
        const auto applied = edit::applyPatches(*m_device, somePlan(m_image), m_undo);
        QVERIFY(!applied);
        QCOMPARE(applied.error().code, ErrorCode::Refused);
        QVERIFY(content() == m_image);
        QCOMPARE(std::filesystem::file_size(m_undo), 4U);
    }

    void refusesAPlanThatWritesAByteTwice()
    {
        std::vector<PatchGroup> plan(2);
        plan[0].patches = {patchOf(m_image, 100, Bytes(10))};
        plan[1].patches = {patchOf(m_image, 109, Bytes(10))};
        const auto applied = edit::applyPatches(*m_device, plan, m_undo);
        QVERIFY(!applied);
        QCOMPARE(applied.error().message, std::string("the plan changes byte 109 twice"));
    }

    void refusesAPlanBeyondTheEnd()
    {
        std::vector<PatchGroup> plan(1);
        plan[0].patches = {{.offset = imageSize - 1, .before = Bytes(2), .after = Bytes(2)}};
        const auto applied = edit::applyPatches(*m_device, plan, m_undo);
        QVERIFY(!applied);
        QCOMPARE(applied.error().code, ErrorCode::OutOfRange);
    }

    void restoresWhenASourceChangesWhileItIsCopied()
    {
        auto plan = somePlan(m_image);
        static_cast<MemorySource&>(*plan[0].contents[0].source).changeAfter(4);
        const auto applied = edit::applyPatches(*m_device, plan, m_undo);
        QVERIFY(!applied);
        QCOMPARE(applied.error().code, ErrorCode::Changed);
        QVERIFY(content() == m_image);
        QVERIFY(!std::filesystem::exists(m_undo));
    }

    void writesNothingFromAStaleSource()
    {
        auto plan = somePlan(m_image);
        static_cast<MemorySource&>(*plan[0].contents[1].source).makeStale();
        QVERIFY(!edit::applyPatches(*m_device, plan, m_undo));
        QCOMPARE(m_device->writeCount(), 0U);
        QVERIFY(!std::filesystem::exists(m_undo));
    }

    void takesBackWhatItWroteWhenItIsCancelled()
    {
        const auto plan = somePlan(m_image);
        std::stop_source stop;
        const JobControl job(stop.get_token(), [&](Progress progress) {
            if (progress.done + 500 > progress.total)
                stop.request_stop();
        });
        const auto applied = edit::applyPatches(*m_device, plan, m_undo, job);
        QVERIFY(!applied);
        QCOMPARE(applied.error().code, ErrorCode::Cancelled);
        QVERIFY(m_device->writeCount() > 0);
        QVERIFY(content() == m_image);
        QVERIFY(!std::filesystem::exists(m_undo));
    }

    void undoRefusesWhatSomebodyElseWrote_data()
    {
        QTest::addColumn<std::uint64_t>("offset");
        QTest::newRow("in a table") << std::uint64_t{0x2004};
        QTest::newRow("in content") << std::uint64_t{0x50001};
        QTest::newRow("in a directory") << std::uint64_t{0x9FFFF};
    }

    void undoRefusesWhatSomebodyElseWrote()
    {
        QFETCH(const std::uint64_t, offset);
        QVERIFY(edit::applyPatches(*m_device, somePlan(m_image), m_undo));
        Bytes now = content();
        std::byte foreign = std::byte{0x55};
        while (foreign == now[offset] || foreign == m_image[offset])
            foreign = std::byte(std::to_integer<unsigned>(foreign) + 1);
        QVERIFY(m_disk->write(offset, Bytes(1, foreign)));
        now = content();
        const auto undone = edit::undo(*m_device, m_undo);
        QVERIFY(!undone);
        QCOMPARE(undone.error().code, ErrorCode::Refused);
        QVERIFY(content() == now);
    }

    void undoRefusesAnImageOfAnotherSize()
    {
        QVERIFY(edit::applyPatches(*m_device, somePlan(m_image), m_undo));
        block::MemoryDevice other(Bytes(imageSize + 512));
        const auto undone = edit::undo(other, m_undo);
        QVERIFY(!undone);
        QVERIFY(undone.error().message.contains("[U6]"));
    }

    void guardsWhatAChangeReliesOn()
    {
        std::vector<PatchGroup> plan(1);
        plan[0].patches = {patchOf(m_image, 100, Bytes(10)),
                           patchOf(m_image, 200, ByteView(m_image).subspan(200, 10))};
        QVERIFY(edit::applyPatches(*m_device, plan, m_undo));
        QVERIFY(m_disk->write(205, Bytes(1, ~m_image[205])));
        QVERIFY(!edit::undo(*m_device, m_undo));
    }

    void shiftsPatches()
    {
        const auto moved =
            edit::shifted({{.offset = 5, .before = Bytes(1), .after = Bytes(1)}}, 63);
        QCOMPARE(moved.front().offset, 68U);
    }

    void proposesAFreeName()
    {
        const auto image = m_temp / "disk.img";
        QCOMPARE(edit::proposeUndoFile(image).filename(), "disk.img.fatlas-undo");
        m_temp.writeText("disk.img.fatlas-undo", "");
        QCOMPARE(edit::proposeUndoFile(image).filename(), "disk.img.fatlas-undo-2");
        m_temp.writeText("disk.img.fatlas-undo-2", "");
        QCOMPARE(edit::proposeUndoFile(image), m_temp / "disk.img.fatlas-undo-3");
    }
};

QTEST_GUILESS_MAIN(TestApply)
#include "tst_apply.moc"
