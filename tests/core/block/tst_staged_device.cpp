#include "core/block/memory_device.hpp"
#include "core/block/staged_device.hpp"

#include "tests/support/fault_device.hpp"
#include "tests/support/pseudo_random.hpp"

#include <QtTest>

#include <algorithm>
#include <sys/mman.h>

using namespace fatlas;
using namespace fatlas::block;

namespace {

constexpr std::uint64_t deviceSize = 5000; // the last block is cut off

std::shared_ptr<const MemoryDevice> makeBase()
{
    return std::make_shared<MemoryDevice>(test::PseudoRandom(1).bytes(deviceSize),
                                          MemoryDevice::Mode::ReadOnly);
}

Bytes contentOf(const BlockDevice& device)
{
    Bytes bytes(device.size());
    device.read(0, bytes).value();
    return bytes;
}

Bytes flipped(const BlockDevice& device, std::uint64_t offset, std::uint64_t length)
{
    Bytes bytes(length);
    device.read(offset, bytes).value();
    for (std::byte& byte : bytes)
        byte = ~byte;
    return bytes;
}

void flip(StagedDevice& device, std::uint64_t offset, std::uint64_t length = 1)
{
    device.write(offset, flipped(device, offset, length)).value();
}

} // namespace

class TestStagedDevice : public QObject {
    Q_OBJECT

private slots:

    void leavesTheDeviceBelowAlone()
    {
        const auto base = makeBase();
        const Bytes before = contentOf(*base);
        StagedDevice staged(base);
        flip(staged, 500, 3000);
        QVERIFY(contentOf(*base) == before);
        QVERIFY(contentOf(staged) != before);
    }

    void hasNoPatchesWithoutChanges()
    {
        StagedDevice staged(makeBase());
        QVERIFY(staged.patches().value().empty());
        const Bytes same = contentOf(staged);
        QVERIFY(staged.write(0, same));
        QVERIFY(staged.patches().value().empty());
    }

    void forgetsAChangeThatIsTakenBack()
    {
        StagedDevice staged(makeBase());
        flip(staged, 1000, 100);
        flip(staged, 1000, 100);
        QVERIFY(staged.patches().value().empty());
    }

    void patchHoldsOldAndNewBytes()
    {
        const auto base = makeBase();
        StagedDevice staged(base);
        flip(staged, 1020, 10); // across a block border
        const auto patches = staged.patches().value();
        QCOMPARE(patches.size(), 1U);
        QCOMPARE(patches[0].offset, 1020U);
        QVERIFY(patches[0].after == flipped(*base, 1020, 10));
        const auto before = base->bytes().subspan(1020, 10);
        QVERIFY(std::ranges::equal(patches[0].before, before));
    }

    void joinsChangesOverShortGapsOnly()
    {
        StagedDevice staged(makeBase());
        flip(staged, 100);
        flip(staged, 116); // 15 equal bytes between
        flip(staged, 133); // 16 equal bytes between
        const auto patches = staged.patches().value();
        QCOMPARE(patches.size(), 2U);
        QCOMPARE(patches[0].offset, 100U);
        QCOMPARE(patches[0].after.size(), 17U);
        QCOMPARE(patches[1].offset, 133U);
        QCOMPARE(patches[1].after.size(), 1U);
    }

    void joinsAcrossBlocks()
    {
        StagedDevice staged(makeBase());
        flip(staged, 505);
        flip(staged, 515);
        QCOMPARE(staged.patches().value().size(), 1U);
    }

    void changesTheVeryLastByte()
    {
        StagedDevice staged(makeBase());
        flip(staged, deviceSize - 1);
        const auto patches = staged.patches().value();
        QCOMPARE(patches.size(), 1U);
        QCOMPARE(patches[0].offset, deviceSize - 1);
        QCOMPARE(patches[0].after.size(), 1U);
    }

    void patchesLeadFromOneContentToTheOther()
    {
        test::PseudoRandom random(7);
        for (int round = 0; round < 50; ++round) {
            const auto base = makeBase();
            StagedDevice staged(base);
            for (int i = 0; i < 40; ++i) {
                const std::uint64_t offset = random.below(deviceSize);
                const std::uint64_t most = std::min<std::uint64_t>(deviceSize - offset, 600);
                QVERIFY(staged.write(offset, random.bytes(1 + random.below(most))));
            }
            Bytes applied = contentOf(*base);
            std::uint64_t end = 0;
            const auto patches = staged.patches().value();
            for (const Patch& patch : patches) {
                QVERIFY(patch.offset >= end);
                QCOMPARE(patch.before.size(), patch.after.size());
                QVERIFY(patch.before.front() != patch.after.front());
                QVERIFY(patch.before.back() != patch.after.back());
                end = patch.offset + patch.after.size();
                std::ranges::copy(patch.after,
                                  applied.begin() + static_cast<std::ptrdiff_t>(patch.offset));
            }
            QVERIFY(applied == contentOf(staged));
        }
    }

    void revertUncoversWhatLiesBelow()
    {
        const auto base = makeBase();
        StagedDevice staged(base);
        flip(staged, 0, deviceSize);
        staged.revert();
        QVERIFY(contentOf(staged) == contentOf(*base));
        QVERIFY(staged.patches().value().empty());
    }

    void refusesToHoldMoreThanItsLimit()
    {
        // A device of zeros that takes no memory.
        class Zeros final : public BlockDevice {
        public:
            [[nodiscard]] std::uint64_t size() const noexcept override { return UINT64_C(1) << 40; }

            [[nodiscard]] Result<> read(std::uint64_t offset, ByteSpan into) const override
            {
                FATLAS_TRY(checkRange(offset, into.size()));
                std::ranges::fill(into, std::byte{0});
                return {};
            }
        };

        StagedDevice staged(std::make_shared<Zeros>());
        // Address space without memory: a write that looked at it before it refuses would crash.
        constexpr std::size_t tooMuch = StagedDevice::maxStagedSize + 1;
        void* const nothing =
            ::mmap(nullptr, tooMuch, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        QVERIFY(nothing != MAP_FAILED);
        const auto written =
            staged.write(0, ByteView(static_cast<const std::byte*>(nothing), tooMuch));
        ::munmap(nothing, tooMuch);
        QVERIFY(!written);
        QCOMPARE(written.error().code, ErrorCode::Limit);
        QVERIFY(staged.patches().value().empty());
        QVERIFY(staged.write(0, Bytes(1, std::byte{1})));
    }

    void failsWithTheDeviceBelow()
    {
        const auto fault =
            std::make_shared<test::FaultDevice>(std::make_shared<MemoryDevice>(Bytes(deviceSize)));
        StagedDevice staged(fault);
        flip(staged, 10);
        fault->setPlan({.failRead = 1});
        QVERIFY(!staged.patches());
    }
};

QTEST_GUILESS_MAIN(TestStagedDevice)
#include "tst_staged_device.moc"
