#include "core/fat/fat_table.hpp"

#include <QtTest>

#include <vector>

using namespace fatlas;
using namespace fatlas::fat;

namespace {

struct Values {
    FatType type;
    std::uint32_t lastCluster, reserved, bad, firstEnd, lastEnd;
};

constexpr std::array allValues{
    Values{FatType::Fat12, 0xFF5, 0xFF6, 0xFF7, 0xFF8, 0xFFF},
    Values{FatType::Fat16, 0xFFF5, 0xFFF6, 0xFFF7, 0xFFF8, 0xFFFF},
    Values{FatType::Fat32, 0x0FFFFFF6, 1, 0x0FFFFFF7, 0x0FFFFFF8, 0x0FFFFFFF},
};

constexpr std::array allTypes{FatType::Fat12, FatType::Fat16, FatType::Fat32};

std::uint32_t maskOf(FatType type)
{
    return type == FatType::Fat12 ? 0xFFF : type == FatType::Fat16 ? 0xFFFF : 0x0FFFFFFF;
}

} // namespace

class TestFatTable : public QObject {
    Q_OBJECT

private slots:

    void givesEveryValueItsMeaning() // T1
    {
        for (const Values& v : allValues) {
            QCOMPARE(interpretEntry(v.type, 0).kind, EntryKind::Free);
            QCOMPARE(interpretEntry(v.type, 1).kind, EntryKind::Reserved);
            QCOMPARE(interpretEntry(v.type, 2).kind, EntryKind::Next);
            QCOMPARE(interpretEntry(v.type, v.lastCluster).kind, EntryKind::Next);
            QCOMPARE(interpretEntry(v.type, v.lastCluster).next.value, v.lastCluster);
            QCOMPARE(interpretEntry(v.type, v.reserved).kind, EntryKind::Reserved);
            QCOMPARE(interpretEntry(v.type, v.bad).kind, EntryKind::Bad);
            QCOMPARE(interpretEntry(v.type, v.firstEnd).kind, EntryKind::End);
            QCOMPARE(interpretEntry(v.type, v.lastEnd).kind, EntryKind::End);
        }
    }

    void readsItsOwnMarks()
    {
        for (const FatType type : allTypes) {
            QCOMPARE(interpretEntry(type, endMark(type)).kind, EntryKind::End);
            QCOMPARE(interpretEntry(type, badMark(type)).kind, EntryKind::Bad);
        }
    }

    void ignoresTheFourReservedBitsOfFat32() // T3
    {
        const FatEntry entry = interpretEntry(FatType::Fat32, 0xF0000005);
        QCOMPARE(entry.kind, EntryKind::Next);
        QCOMPARE(entry.next.value, 5U);
        QCOMPARE(entry.raw, 0xF0000005U);
        QCOMPARE(interpretEntry(FatType::Fat32, 0xA0000000).kind, EntryKind::Free);
    }

    void packsTwelveBitEntriesInPairs() // T2
    {
        Bytes fat(6);
        setRawEntry(FatType::Fat12, fat, Cluster{0}, 0xABC);
        setRawEntry(FatType::Fat12, fat, Cluster{1}, 0xDEF);
        QCOMPARE(fat[0], std::byte{0xBC});
        QCOMPARE(fat[1], std::byte{0xFA});
        QCOMPARE(fat[2], std::byte{0xDE});
    }

    void keepsTheNeighboursWhateverIsWritten()
    {
        for (const FatType type : allTypes) {
            constexpr std::uint32_t count = 100;
            Bytes fat(static_cast<std::size_t>(fatBytesFor(type, count)));
            std::vector<std::uint32_t> expected(count + 2);
            std::uint32_t value = 12345;
            for (std::uint32_t step = 0; step < 2000; ++step) {
                value = value * 1664525 + 1013904223;
                const std::uint32_t at = (value >> 8) % (count + 2);
                expected[at] = (value >> 3) & maskOf(type);
                setRawEntry(type, fat, Cluster{at}, expected[at]);
            }
            for (std::uint32_t i = 0; i < expected.size(); ++i)
                QCOMPARE(rawEntry(type, fat, Cluster{i}), expected[i]);
        }
    }

    void keepsTheReservedBitsWhenWritingFat32()
    {
        Bytes fat(8, std::byte{0xFF});
        setRawEntry(FatType::Fat32, fat, Cluster{1}, 0);
        QCOMPARE(rawEntry(FatType::Fat32, fat, Cluster{1}), 0xF0000000U);
        QCOMPARE(rawEntry(FatType::Fat32, fat, Cluster{0}), 0xFFFFFFFFU);
    }

    void lastEntryEndsWhereTheFatEnds()
    {
        for (const FatType type : allTypes)
            for (std::uint32_t clusters = 1; clusters < 50; ++clusters) {
                const std::uint64_t width = type == FatType::Fat32 ? 4 : 2;
                QCOMPARE(entryOffset(type, Cluster{clusters + 1}) + width,
                         fatBytesFor(type, clusters));
            }
    }
};

QTEST_GUILESS_MAIN(TestFatTable)
#include "tst_fat_table.moc"
