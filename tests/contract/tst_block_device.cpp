// What every BlockDevice promises (core/block/block_device.hpp), for each implementation.

#include "core/base/units.hpp"
#include "core/block/block_device.hpp"

#include "tests/contract/device_factories.hpp"
#include "tests/support/pseudo_random.hpp"

#include <QtTest>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <limits>
#include <thread>

using namespace fatlas;
using namespace fatlas::block;
using test::Specimen;

class TestBlockDevice : public QObject {
    Q_OBJECT

private slots:

    void readsItsContent_data() { addDevices(); }

    void readsItsContent();

    void anyAlignmentReadsTheSame_data() { addDevices(); }

    void anyAlignmentReadsTheSame();

    void zeroLengthIsAllowedUpToTheEnd_data() { addDevices(); }

    void zeroLengthIsAllowedUpToTheEnd();

    void outsideIsOutOfRangeAndTouchesNothing_data() { addDevices(); }

    void outsideIsOutOfRangeAndTouchesNothing();

    void readOnlyRefusesEveryChange_data() { addDevices(); }

    void readOnlyRefusesEveryChange();

    void writesAreReadBackAndTouchNothingElse_data() { addDevices(); }

    void writesAreReadBackAndTouchNothingElse();

    void writeZeroesReadsAsZeros_data() { addDevices(); }

    void writeZeroesReadsAsZeros();

    void trimNeverUncoversOldBytes_data() { addDevices(); }

    void trimNeverUncoversOldBytes();

    void flushSucceeds_data() { addDevices(); }

    void flushSucceeds();

    void extentsCoverEveryRangeWithoutGaps_data() { addDevices(); }

    void extentsCoverEveryRangeWithoutGaps();

    void extentsAgreeWithReads_data() { addDevices(); }

    void extentsAgreeWithReads();

    void backingFilesHoldTheSameBytes_data() { addDevices(); }

    void backingFilesHoldTheSameBytes();

    void readsFromManyThreadsAgree_data() { addDevices(); }

    void readsFromManyThreadsAgree();

    void sectorSizeIsAPowerOfTwo_data() { addDevices(); }

    void sectorSizeIsAPowerOfTwo();

private:
    static void addDevices()
    {
        QTest::addColumn<int>("factory");
        int index = 0;
        for (const auto& factory : test::deviceFactories())
            QTest::newRow(factory.name) << index++;
    }

    static Specimen make()
    {
        QFETCH(int, factory);
        return test::deviceFactories()[static_cast<std::size_t>(factory)].make();
    }
};

namespace {

Bytes readAll(const BlockDevice& device)
{
    Bytes bytes(device.size());
    if (!device.read(0, bytes))
        qFatal("cannot read the whole device");
    return bytes;
}

bool same(ByteView a, ByteView b)
{
    return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size()) == 0);
}

bool isZero(ByteView bytes)
{
    return bytes.empty() ||
           (bytes[0] == std::byte{0} && same(bytes.first(bytes.size() - 1), bytes.subspan(1)));
}

/// All extents of a range, following short answers.
std::vector<Extent> allExtents(const BlockDevice& device, std::uint64_t offset,
                               std::uint64_t length)
{
    std::vector<Extent> all;
    const std::uint64_t end = offset + length;
    while (offset < end) {
        const auto some = device.extents(offset, end - offset);
        if (!some || some->empty() || some->size() > 5000)
            return {};
        all.insert(all.end(), some->begin(), some->end());
        offset = all.back().end();
    }
    return all;
}

bool isGapFree(const std::vector<Extent>& extents, std::uint64_t offset, std::uint64_t end)
{
    for (const Extent& extent : extents) {
        if (extent.offset != offset || extent.length == 0)
            return false;
        offset = extent.end();
    }
    return offset == end;
}

} // namespace

void TestBlockDevice::readsItsContent()
{
    const Specimen specimen = make();
    if (specimen.expected.empty())
        QVERIFY(readAll(*specimen.device) == readAll(*specimen.device));
    else
        QVERIFY(readAll(*specimen.device) == specimen.expected);
}

void TestBlockDevice::anyAlignmentReadsTheSame()
{
    const Specimen specimen = make();
    const Bytes all = readAll(*specimen.device);
    test::PseudoRandom random(3);
    for (int i = 0; i < 500 && !all.empty(); ++i) {
        const std::uint64_t offset = random.below(all.size());
        const std::uint64_t length = random.below(std::min(all.size() - offset, 70 * KiB) + 1);
        Bytes part(length);
        QVERIFY(specimen.device->read(offset, part));
        QVERIFY(same(part, ByteView(all).subspan(offset, length)));
    }
}

void TestBlockDevice::zeroLengthIsAllowedUpToTheEnd()
{
    const Specimen specimen = make();
    const std::uint64_t size = specimen.device->size();
    for (const std::uint64_t offset : {std::uint64_t{0}, size}) {
        QVERIFY(specimen.device->read(offset, {}));
        QVERIFY(specimen.device->extents(offset, 0).value().empty());
        if (specimen.writable) {
            QVERIFY(specimen.writable->write(offset, {}));
            QVERIFY(specimen.writable->trim(offset, 0));
            QVERIFY(specimen.writable->writeZeroes(offset, 0));
        }
    }
}

void TestBlockDevice::outsideIsOutOfRangeAndTouchesNothing()
{
    const Specimen specimen = make();
    const std::uint64_t size = specimen.device->size();
    const Bytes before = readAll(*specimen.device);
    constexpr auto max = std::numeric_limits<std::uint64_t>::max();
    for (const std::uint64_t offset : {size, size + 1, max - 1, max}) {
        Bytes bytes(2, std::byte{0xAB});
        const auto read = specimen.device->read(offset, bytes);
        QVERIFY(!read);
        QCOMPARE(read.error().code, ErrorCode::OutOfRange);
        QCOMPARE(read.error().deviceOffset, std::optional(offset));
        QCOMPARE(bytes[0], std::byte{0xAB});
        QCOMPARE(specimen.device->extents(offset, 2).error().code, ErrorCode::OutOfRange);
        if (specimen.writable) {
            QCOMPARE(specimen.writable->write(offset, bytes).error().code, ErrorCode::OutOfRange);
            QCOMPARE(specimen.writable->trim(offset, max).error().code, ErrorCode::OutOfRange);
            QCOMPARE(specimen.writable->writeZeroes(offset, 2).error().code, ErrorCode::OutOfRange);
        }
    }
    if (size > 0 && specimen.writable) {
        const auto written = specimen.writable->write(size - 1, Bytes(2, std::byte{0xAB}));
        QCOMPARE(written.error().code, ErrorCode::OutOfRange);
    }
    QCOMPARE(specimen.device->size(), size);
    QVERIFY(readAll(*specimen.device) == before);
}

void TestBlockDevice::readOnlyRefusesEveryChange()
{
    const Specimen specimen = make();
    QCOMPARE(specimen.device->capabilities().canWrite, specimen.writable != nullptr);
    if (specimen.writable)
        return;
    // What a careless cast would reach must refuse as well.
    auto& device = const_cast<BlockDevice&>(*specimen.device);
    const Bytes before = readAll(device);
    QCOMPARE(device.write(0, Bytes(1, std::byte{0xAB})).error().code, ErrorCode::ReadOnly);
    QCOMPARE(device.trim(0, 1).error().code, ErrorCode::ReadOnly);
    QCOMPARE(device.writeZeroes(0, 1).error().code, ErrorCode::ReadOnly);
    QVERIFY(readAll(device) == before);
}

void TestBlockDevice::writesAreReadBackAndTouchNothingElse()
{
    const Specimen specimen = make();
    if (!specimen.writable)
        return;
    Bytes model = readAll(*specimen.device);
    test::PseudoRandom random(4);
    for (int i = 0; i < 100 && !model.empty(); ++i) {
        const std::uint64_t offset = random.below(model.size());
        const Bytes bytes =
            random.bytes(random.below(std::min(model.size() - offset, 9 * KiB) + 1));
        QVERIFY(specimen.writable->write(offset, bytes));
        std::ranges::copy(bytes, model.begin() + static_cast<std::ptrdiff_t>(offset));
    }
    QVERIFY(readAll(*specimen.device) == model);
    QVERIFY(specimen.writable->flush());
    QVERIFY(readAll(*specimen.device) == model);
}

void TestBlockDevice::writeZeroesReadsAsZeros()
{
    const Specimen specimen = make();
    if (!specimen.writable || specimen.device->size() < 20'000)
        return;
    Bytes model = readAll(*specimen.device);
    QVERIFY(specimen.writable->writeZeroes(1000, 15'000));
    std::fill(model.begin() + 1000, model.begin() + 16'000, std::byte{0});
    QVERIFY(readAll(*specimen.device) == model);
}

void TestBlockDevice::trimNeverUncoversOldBytes()
{
    const Specimen specimen = make();
    if (!specimen.writable || specimen.device->size() < 20'000)
        return;
    const Bytes written(20'000, std::byte{0x77});
    QVERIFY(specimen.writable->write(0, written));
    QVERIFY(specimen.writable->trim(1000, 15'000));
    const Bytes after = readAll(*specimen.device);
    const ByteView trimmed = ByteView(after).subspan(1000, 15'000);
    QVERIFY(isZero(trimmed) || same(trimmed, ByteView(written).first(15'000)));
    QVERIFY(same(ByteView(after).first(1000), ByteView(written).first(1000)));
    QCOMPARE(after[16'000], std::byte{0x77});
}

void TestBlockDevice::flushSucceeds()
{
    const Specimen specimen = make();
    QVERIFY(const_cast<BlockDevice&>(*specimen.device).flush());
}

void TestBlockDevice::extentsCoverEveryRangeWithoutGaps()
{
    const Specimen specimen = make();
    const std::uint64_t size = specimen.device->size();
    QVERIFY(isGapFree(allExtents(*specimen.device, 0, size), 0, size));
    test::PseudoRandom random(5);
    for (int i = 0; i < 200 && size > 0; ++i) {
        const std::uint64_t offset = random.below(size);
        const std::uint64_t length = 1 + random.below(size - offset);
        const auto extents = specimen.device->extents(offset, length).value();
        QVERIFY(!extents.empty());
        QVERIFY(extents.back().end() <= offset + length);
        QVERIFY(isGapFree(extents, offset, extents.back().end()));
    }
}

void TestBlockDevice::extentsAgreeWithReads()
{
    const Specimen specimen = make();
    const Bytes all = readAll(*specimen.device);
    for (const Extent& extent : allExtents(*specimen.device, 0, all.size())) {
        if (extent.kind == ExtentKind::Data)
            continue;
        QVERIFY(isZero(ByteView(all).subspan(extent.offset, extent.length)));
        QVERIFY(!extent.backing);
    }
}

void TestBlockDevice::backingFilesHoldTheSameBytes()
{
    const Specimen specimen = make();
    const Bytes all = readAll(*specimen.device);
    for (const Extent& extent : allExtents(*specimen.device, 0, all.size())) {
        if (!extent.backing)
            continue;
        const auto file = specimen.device->backingFile(extent.backing->file);
        QVERIFY(file);
        Bytes bytes(extent.length);
        QVERIFY((*file)->readAt(extent.backing->offset, bytes));
        QVERIFY(same(bytes, ByteView(all).subspan(extent.offset, extent.length)));
    }
    constexpr auto nonsense = std::numeric_limits<std::uint64_t>::max();
    QVERIFY(!specimen.device->backingFile(nonsense));
}

void TestBlockDevice::readsFromManyThreadsAgree()
{
    const Specimen specimen = make();
    const Bytes all = readAll(*specimen.device);
    if (all.empty())
        return;
    std::atomic<int> wrong = 0;
    const auto readAround = [&](std::uint64_t seed) {
        test::PseudoRandom random(seed);
        for (int i = 0; i < 300; ++i) {
            const std::uint64_t offset = random.below(all.size());
            Bytes part(random.below(std::min(all.size() - offset, 8 * KiB) + 1));
            const bool isRead = specimen.device->read(offset, part).has_value();
            const bool isCovered =
                part.empty() || specimen.device->extents(offset, part.size()).has_value();
            if (!isRead || !isCovered || !same(part, ByteView(all).subspan(offset, part.size())))
                ++wrong;
        }
    };
    {
        std::vector<std::jthread> threads;
        for (std::uint64_t seed = 0; seed < 8; ++seed)
            threads.emplace_back(readAround, seed);
    }
    QCOMPARE(wrong.load(), 0);
}

void TestBlockDevice::sectorSizeIsAPowerOfTwo()
{
    const std::uint32_t size = make().device->sectorSize();
    QVERIFY(size >= 512 && size <= 4096 && (size & (size - 1)) == 0);
}

QTEST_GUILESS_MAIN(TestBlockDevice)
#include "tst_block_device.moc"
