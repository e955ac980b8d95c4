#include "core/block/file_device.hpp"
#include "core/block/memory_device.hpp"
#include "core/block/slice_device.hpp"

#include "tests/support/pseudo_random.hpp"
#include "tests/support/temp_folder.hpp"

#include <QtTest>

#include <limits>

using namespace fatlas;
using namespace fatlas::block;

class TestSliceDevice : public QObject {
    Q_OBJECT

private slots:
    void readsAndWritesItsRangeOnly();
    void refusesARangePastTheEnd_data();
    void refusesARangePastTheEnd();
    void readOnlyNeverWrites();
    void extentsAreShiftedAndKeepTheirBacking();
    void takesTheSectorSizeFromBelow();
};

void TestSliceDevice::readsAndWritesItsRangeOnly()
{
    const Bytes bytes = test::PseudoRandom(1).bytes(100);
    const auto below = std::make_shared<MemoryDevice>(bytes);
    const auto slice = SliceDevice::create(below, 10, 20).value();
    QCOMPARE(slice->size(), std::uint64_t{20});
    Bytes read(20);
    QVERIFY(slice->read(0, read));
    QVERIFY(std::ranges::equal(read, ByteView(bytes).subspan(10, 20)));
    QVERIFY(slice->write(19, Bytes(1, std::byte{0xAA})));
    QCOMPARE(below->bytes()[29], std::byte{0xAA});
    QVERIFY(!slice->write(19, Bytes(2)));
    QCOMPARE(below->bytes()[30], bytes[30]);
    QVERIFY(slice->writeZeroes(0, 20));
    QCOMPARE(below->bytes()[9], bytes[9]);
    QCOMPARE(below->bytes()[10], std::byte{0});
    QCOMPARE(below->bytes()[29], std::byte{0});
    QCOMPARE(below->bytes()[30], bytes[30]);
}

void TestSliceDevice::refusesARangePastTheEnd_data()
{
    QTest::addColumn<quint64>("offset");
    QTest::addColumn<quint64>("length");
    constexpr auto max = std::numeric_limits<quint64>::max();
    QTest::newRow("one too long") << quint64{1} << quint64{100};
    QTest::newRow("starts behind") << quint64{101} << quint64{0};
    QTest::newRow("wraps around") << quint64{50} << max;
    QTest::newRow("starts far behind") << max << quint64{1};
}

void TestSliceDevice::refusesARangePastTheEnd()
{
    QFETCH(quint64, offset);
    QFETCH(quint64, length);
    const auto slice =
        SliceDevice::create(std::make_shared<MemoryDevice>(Bytes(100)), offset, length);
    QVERIFY(!slice);
    QCOMPARE(slice.error().code, ErrorCode::OutOfRange);
    QCOMPARE(slice.error().deviceOffset, std::optional<std::uint64_t>(offset));
}

void TestSliceDevice::readOnlyNeverWrites()
{
    const auto below = std::make_shared<MemoryDevice>(Bytes(100, std::byte{7}));
    const auto slice = SliceDevice::createReadOnly(below, 0, 100).value();
    QVERIFY(!slice->capabilities().canWrite);
    QCOMPARE(slice->write(0, Bytes(1)).error().code, ErrorCode::ReadOnly);
    QCOMPARE(slice->trim(0, 1).error().code, ErrorCode::ReadOnly);
    QCOMPARE(slice->writeZeroes(0, 1).error().code, ErrorCode::ReadOnly);
    QCOMPARE(below->bytes()[0], std::byte{7});
}

void TestSliceDevice::extentsAreShiftedAndKeepTheirBacking()
{
    const test::TempFolder folder;
    const auto below = FileDevice::open(folder.writePattern("a", 8192)).value();
    const auto slice = SliceDevice::create(below, 4096, 4096).value();
    const auto extents = slice->extents(100, 50).value();
    QCOMPARE(extents.size(), std::size_t{1});
    QCOMPARE(extents[0].offset, std::uint64_t{100});
    QCOMPARE(extents[0].length, std::uint64_t{50});
    QCOMPARE(extents[0].backing->offset, std::uint64_t{4196});
    QVERIFY(slice->backingFile(extents[0].backing->file));
}

void TestSliceDevice::takesTheSectorSizeFromBelow()
{
    const auto below =
        std::make_shared<MemoryDevice>(Bytes(8192), MemoryDevice::Mode::ReadOnly, 4096);
    QCOMPARE(SliceDevice::create(below, 0, 4096).value()->sectorSize(), 4096U);
}

QTEST_GUILESS_MAIN(TestSliceDevice)
#include "tst_slice_device.moc"
