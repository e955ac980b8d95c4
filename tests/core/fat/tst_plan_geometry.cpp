#include "core/fat/fat_table.hpp"
#include "core/fat/plan_geometry.hpp"

#include "tests/support/pseudo_random.hpp"

#include <QtTest>

using namespace fatlas;
using namespace fatlas::fat;

namespace {

constexpr std::array allTypes{FatType::Fat12, FatType::Fat16, FatType::Fat32};

GeometryRequest request(std::uint64_t size, std::optional<FatType> type = std::nullopt)
{
    GeometryRequest r;
    r.volumeSize = size;
    r.type = type;
    return r;
}

QString refusal(const GeometryRequest& r)
{
    const auto g = planGeometry(r);
    return g ? "works" : QString::fromStdString(g.error().message);
}

/// Clusters of the same volume if its FATs were one sector smaller.
std::uint64_t clustersWithSmallerFat(const GeometryRequest& r, const Geometry& g)
{
    Geometry smaller = g;
    --smaller.sectorsPerFat;
    smaller.reservedSectors = r.reservedSectors.value_or(g.type == FatType::Fat32 ? 32 : 1);
    while (r.dataAlignment != 0 && (r.volumeOffset + smaller.dataOffset()) % r.dataAlignment != 0)
        ++smaller.reservedSectors;
    return (g.volumeSize() - smaller.dataOffset()) / g.clusterSize();
}

/// What is not true of a planned volume but must be; nullptr when all is well.
const char* faultOf(const GeometryRequest& r, const Geometry& g)
{
    if (fatTypeForClusters(g.clusterCount) != g.type || g.clusterCount > maxClustersFat32)
        return "the cluster count means another type";
    if (fatBytesFor(g.type, g.clusterCount) > g.fatSize())
        return "the FAT is too small";
    const std::uint64_t end = g.dataOffset() + std::uint64_t{g.clusterCount} * g.clusterSize();
    if (end > g.volumeSize() || g.volumeSize() - end >= g.clusterSize())
        return "one cluster more would fit, or fewer do";
    if (g.volumeSize() > r.volumeSize || r.volumeSize - g.volumeSize() >= r.bytesPerSector)
        return "the volume is not as large as asked for";
    if (r.dataAlignment != 0 && (r.volumeOffset + g.dataOffset()) % r.dataAlignment != 0)
        return "the data area is not aligned";
    if (r.sectorsPerFat || g.sectorsPerFat == 1)
        return nullptr;
    const std::uint64_t clusters = clustersWithSmallerFat(r, g);
    if (clusters < maxClustersFat32 &&
        fatBytesFor(g.type, static_cast<std::uint32_t>(clusters)) <= g.fatSize() - g.bytesPerSector)
        return "a smaller FAT would do";
    return nullptr;
}

void check(const GeometryRequest& r, const Geometry& g)
{
    if (const char* fault = faultOf(r, g))
        QFAIL(qPrintable(QString("%1: %2 of %3 bytes, sector %4, cluster %5")
                             .arg(fault, toString(g.type))
                             .arg(r.volumeSize)
                             .arg(r.bytesPerSector)
                             .arg(g.sectorsPerCluster)));
}

} // namespace

class TestPlanGeometry : public QObject {
    Q_OBJECT

private slots:

    void laysOutEveryFloppyAsItAlwaysWas_data() // G7
    {
        QTest::addColumn<int>("sectors");
        QTest::addColumn<int>("perCluster");
        QTest::addColumn<int>("rootEntries");
        QTest::addColumn<int>("perFat");
        QTest::addColumn<int>("clusters");
        QTest::newRow("160K") << 320 << 1 << 64 << 1 << 313;
        QTest::newRow("180K") << 360 << 1 << 64 << 2 << 351;
        QTest::newRow("320K") << 640 << 2 << 112 << 1 << 315;
        QTest::newRow("360K") << 720 << 2 << 112 << 2 << 354;
        QTest::newRow("720K") << 1440 << 2 << 112 << 3 << 713;
        QTest::newRow("1.2M") << 2400 << 1 << 224 << 7 << 2371;
        QTest::newRow("1.44M") << 2880 << 1 << 224 << 9 << 2847;
        QTest::newRow("1.68M") << 3360 << 4 << 16 << 3 << 838;
        QTest::newRow("2.88M") << 5760 << 2 << 240 << 9 << 2863;
    }

    void laysOutEveryFloppyAsItAlwaysWas()
    {
        QFETCH(int, sectors);
        QFETCH(int, perCluster);
        QFETCH(int, rootEntries);
        QFETCH(int, perFat);
        QFETCH(int, clusters);
        GeometryRequest r = request(std::uint64_t(sectors) * 512);
        r.sectorsPerCluster = perCluster;
        r.sectorsPerFat = perFat;
        r.rootEntryCount = static_cast<std::uint32_t>(rootEntries);
        const auto g = planGeometry(r);
        QVERIFY2(g.has_value(), g ? "" : g.error().message.c_str());
        check(r, *g);
        QCOMPARE(g->type, FatType::Fat12);
        QCOMPARE(int(g->clusterCount), clusters);
        QCOMPARE(int(g->rootEntryCount), rootEntries);
        QCOMPARE(int(g->sectorsPerFat), perFat);
        QCOMPARE(g->reservedSectors, 1U);
    }

    void holdsAtThousandsOfSizes() // G2, G3
    {
        test::PseudoRandom random(1);
        int planned = 0;
        for (int i = 0; i < 20'000; ++i) {
            GeometryRequest r = request(random.below(1ULL << (14 + random.below(28))));
            r.bytesPerSector = 512U << random.below(4);
            if (random.below(2) == 0)
                r.type = allTypes[random.below(3)];
            if (random.below(2) == 0)
                r.sectorsPerCluster = 1U << random.below(4);
            if (random.below(4) == 0) {
                r.dataAlignment = 4096;
                r.volumeOffset = random.below(64) * r.bytesPerSector;
            }
            r.fatCount = 1 + static_cast<std::uint32_t>(random.below(2));
            const auto g = planGeometry(r);
            if (!g)
                continue;
            ++planned;
            check(r, *g);
            if (QTest::currentTestFailed())
                return;
        }
        QVERIFY(planned > 8000);
    }

    void holdsSectorBySectorAroundTheBorders_data() // G2: no off-by-one where FATs grow
    {
        QTest::addColumn<int>("type");
        QTest::addColumn<qulonglong>("clusters");
        for (const FatType type : allTypes)
            for (const std::uint32_t clusters : {340U, 341U, 4084U, 4085U, 65524U, 65525U, 70'000U})
                QTest::addRow("%s %u", toString(type), clusters)
                    << int(type) << qulonglong(clusters);
    }

    void holdsSectorBySectorAroundTheBorders()
    {
        QFETCH(int, type);
        QFETCH(qulonglong, clusters);
        int works = 0;
        for (std::uint64_t perCluster = 1; perCluster <= 128; perCluster *= 2) {
            const std::uint64_t around = clusters * perCluster;
            for (std::uint64_t extra = 0; extra < 1200; ++extra) {
                GeometryRequest r = request((around + extra) * 512, static_cast<FatType>(type));
                r.sectorsPerCluster = static_cast<std::uint32_t>(perCluster);
                if (const auto g = planGeometry(r)) {
                    ++works;
                    check(r, *g);
                }
                if (QTest::currentTestFailed())
                    return;
            }
        }
        const auto range = clusterCountRange(static_cast<FatType>(type));
        if (clusters > range.min + 1000 && clusters + 1000 < range.max)
            QVERIFY(works > 0);
    }

    void namesExactSmallestAndLargestSizes() // G4
    {
        for (const FatType type : allTypes)
            for (const std::uint32_t sector : {512U, 1024U, 4096U})
                for (std::uint32_t perCluster = 1;
                     perCluster * sector <= maxClusterSize && perCluster <= 128; perCluster *= 2) {
                    GeometryRequest r = request(0, type);
                    r.bytesPerSector = sector;
                    r.sectorsPerCluster = perCluster;
                    const auto sizes = feasibleVolumeSizes(r, type);
                    QVERIFY(sizes.has_value());
                    const auto at = [&](std::uint64_t size) {
                        r.volumeSize = size;
                        return planGeometry(r);
                    };
                    QVERIFY(at(sizes->min).has_value());
                    QCOMPARE(at(sizes->min)->clusterCount, clusterCountRange(type).min);
                    QVERIFY(!at(sizes->min - sector));
                    QVERIFY(at(sizes->max).has_value());
                    QVERIFY(!at(sizes->max + sector));
                }
    }

    void choosesTheTypeBySize_data() // G5
    {
        QTest::addColumn<qulonglong>("size");
        QTest::addColumn<int>("type");
        QTest::addColumn<int>("clusterSize");
        QTest::newRow("64K") << qulonglong{64 * KiB} << 12 << 512;
        QTest::newRow("4M") << qulonglong{4 * MiB} << 12 << 1024;
        QTest::newRow("16M") << qulonglong{16 * MiB} << 16 << 1024;
        QTest::newRow("100M") << qulonglong{100 * MiB} << 16 << 2048;
        QTest::newRow("511M") << qulonglong{511 * MiB} << 16 << 8192;
        QTest::newRow("512M") << qulonglong{512 * MiB} << 32 << 4096;
        QTest::newRow("32G") << qulonglong{32 * GiB} << 32 << 16384;
        QTest::newRow("2T") << qulonglong{2 * TiB - 512} << 32 << 32768;
    }

    void choosesTheTypeBySize()
    {
        QFETCH(qulonglong, size);
        QFETCH(int, type);
        QFETCH(int, clusterSize);
        const auto g = planGeometry(request(size));
        QVERIFY(g.has_value());
        QCOMPARE(int(g->type), type);
        QCOMPARE(int(g->clusterSize()), clusterSize);
        QCOMPARE(defaultSectorsPerCluster(g->type, size, 512) * 512, g->clusterSize());
    }

    void staysClearOfTheBordersByItself() // G6
    {
        for (const FatType type : allTypes)
            for (std::uint64_t size = 1 * MiB; size < 80 * MiB; size += 37 * KiB) {
                const auto g = planGeometry(request(size, type));
                if (!g || (type == FatType::Fat32 && size < 34 * MiB) ||
                    (type == FatType::Fat16 && size < 3 * MiB))
                    continue;
                QVERIFY(g->clusterCount < 4069 || g->clusterCount > 4100);
                QVERIFY(g->clusterCount < 65509 || g->clusterCount > 65540);
            }
    }

    void makesFat32AsItIsExpected() // G8
    {
        const auto g = planGeometry(request(GiB, FatType::Fat32));
        QVERIFY(g.has_value());
        QCOMPARE(g->reservedSectors, 32U);
        QCOMPARE(g->fsInfoSector, 1U);
        QCOMPARE(g->backupBootSector, 6U);
        QCOMPARE(g->rootCluster.value, 2U);
        QCOMPARE(g->rootEntryCount, 0U);
        GeometryRequest few = request(GiB, FatType::Fat32);
        few.reservedSectors = 2;
        QCOMPARE(planGeometry(few)->backupBootSector, 0U);
    }

    void roundsTheRootUpToWholeSectors()
    {
        GeometryRequest r = request(4 * MiB, FatType::Fat12);
        r.rootEntryCount = 17;
        QCOMPARE(planGeometry(r)->rootEntryCount, 32U);
        r.bytesPerSector = 4096;
        QCOMPARE(planGeometry(r)->rootEntryCount, 128U);
    }

    void alignsTheDataAreaInTheImage() // G9
    {
        for (const FatType type : allTypes)
            for (const std::uint64_t offset : {0ULL, 63ULL * 512, 2048ULL * 512}) {
                GeometryRequest r = request(type == FatType::Fat12 ? 8 * MiB : 100 * MiB, type);
                r.volumeOffset = offset;
                r.dataAlignment = 4096;
                const auto g = planGeometry(r);
                QVERIFY(g.has_value());
                check(r, *g);
                QVERIFY(g->reservedSectors < 32U + 8);
            }
    }

    void refusesWithWhatWouldWork_data() // G4
    {
        QTest::addColumn<qulonglong>("size");
        QTest::addColumn<int>("type");
        QTest::addColumn<int>("clusterSize");
        QTest::addColumn<QString>("message");
        QTest::newRow("FAT16 on 160K")
            << qulonglong{160 * KiB} << 16 << 0
            << "FAT16 on 160 KiB with clusters of 1 KiB would have 142 clusters, expected 4,085 to "
               "65,524; what would work: FAT12; or a volume of 2,075 KiB to 4,095 MiB for FAT16";
        QTest::newRow("FAT12 on 1G")
            << qulonglong{GiB} << 12 << 0 << "what would work: FAT16 or FAT32; or a volume of";
        QTest::newRow("FAT32 on 16M") << qulonglong{16 * MiB} << 32 << 0 << "FAT12 or FAT16";
        QTest::newRow("too many clusters")
            << qulonglong{GiB} << 16 << 4096
            << "expected 4,085 to 65,524; what would work: clusters of 16 KiB, 32 KiB, 64 KiB";
        QTest::newRow("no room") << qulonglong{4096} << 12 << 0
                                 << "has no room for a single cluster";
    }

    void refusesWithWhatWouldWork()
    {
        QFETCH(qulonglong, size);
        QFETCH(int, type);
        QFETCH(int, clusterSize);
        QFETCH(QString, message);
        GeometryRequest r = request(size, static_cast<FatType>(type));
        if (clusterSize != 0)
            r.sectorsPerCluster = static_cast<std::uint32_t>(clusterSize) / 512;
        const auto g = planGeometry(r);
        QVERIFY(!g);
        QCOMPARE(g.error().code, ErrorCode::InvalidArgument);
        QVERIFY2(refusal(r).contains(message), qPrintable(refusal(r)));
    }

    void refusesNumbersThatCannotBe()
    {
        const auto with = [](auto change) {
            GeometryRequest r = request(16 * MiB);
            change(r);
            return refusal(r);
        };
        using R = GeometryRequest;
        QCOMPARE(with([](R& r) { r.bytesPerSector = 513; }),
                 QString("sector size is 513 bytes, expected 512, 1024, 2048 or 4096"));
        QVERIFY(with([](R& r) { r.sectorsPerCluster = 3; }).contains("power of two"));
        QVERIFY(with([](R& r) { r.sectorsPerCluster = 256; }).contains("from 512 to 65536"));
        QVERIFY(with([](R& r) { r.sectorsPerCluster = 0; }).contains("power of two"));
        QVERIFY(with([](R& r) { r.fatCount = 0; }).contains("number of FATs is 0"));
        QVERIFY(with([](R& r) { r.rootEntryCount = 0; }).contains("0 entries"));
        QVERIFY(with([](R& r) { r.reservedSectors = 0; }).contains("reserved sectors are 0"));
        QVERIFY(with([](R& r) { r.sectorsPerFat = 0; }).contains("sectors per FAT is 0"));
        QVERIFY(with([](R& r) { r.dataAlignment = 700; }).contains("data alignment is 700"));
        QVERIFY(with([](R& r) { r.volumeSize = 3 * TiB; }).contains("at most 2199023255040"));
        QVERIFY(with([](R& r) {
                    r.type = FatType::Fat16;
                    r.sectorsPerFat = 1;
                }).contains("but 1 sectors per FAT hold only 254"));
        QVERIFY(with([](R& r) { r.dataAlignment = 1 << 30; }).contains("no room"));
    }

    void refusesMoreClustersThanFat32CanNumber()
    {
        GeometryRequest r = request(2 * TiB - 512, FatType::Fat32);
        r.sectorsPerCluster = 1;
        QVERIFY(refusal(r).contains("expected 65,525 to 268,435,445"));
        QVERIFY(refusal(r).contains("clusters of 8 KiB, 16 KiB, 32 KiB, 64 KiB"));
    }
};

QTEST_GUILESS_MAIN(TestPlanGeometry)
#include "tst_plan_geometry.moc"
