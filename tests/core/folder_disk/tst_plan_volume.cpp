#include "core/folder_disk/options_text.hpp"

#include "tests/core/folder_disk/snapshot_maker.hpp"

#include <QTest>

using namespace fatlas;
using namespace fatlas::folder_disk;
using fat::FatType;

Q_DECLARE_METATYPE(fatlas::folder_disk::Options)

class PlanVolumeTest : public QObject {
    Q_OBJECT

private slots:
    void floppiesHaveTheLayoutOfTheTable_data();
    void floppiesHaveTheLayoutOfTheTable();
    void fat16FloppyIsOnlyPossibleOnTheLargest();
    void refusesCombinations_data();
    void refusesCombinations();
    void classicAddressesKeepTheirOutside_data();
    void classicAddressesKeepTheirOutside();
    void choosesSizeAndTypeBySize_data();
    void choosesSizeAndTypeBySize();
    void everyMatrixVolumeObeysTheLaw_data();
    void everyMatrixVolumeObeysTheLaw();
    void takesTheTypeThatHoldsTheFolder();
    void growsTheRootOnlyWhenTheTypeWasAskedFor();
    void twoTebibytesLeaveTheLastSectorUnused();
    void dosDisksEndOnACylinder();
    void diskForDosHasClassicClusters();
};

namespace {

constexpr std::uint64_t terabyte = 1ULL << 40;

std::uint8_t mbrTypeOf(const Options& options)
{
    return test::planOrDie({}, options)->layout.mbrType;
}

} // namespace

void PlanVolumeTest::floppiesHaveTheLayoutOfTheTable_data()
{
    QTest::addColumn<int>("format");
    QTest::addColumn<quint32>("clusters");
    const std::array<quint32, 9> clusters{313, 351, 315, 354, 713, 2371, 2847, 838, 2863};
    for (const FloppyLayout& layout : floppyLayouts)
        QTest::addRow("%s", std::string(layout.name).c_str())
            << static_cast<int>(layout.format) << clusters[static_cast<std::size_t>(layout.format)];
}

void PlanVolumeTest::floppiesHaveTheLayoutOfTheTable()
{
    QFETCH(const int, format);
    QFETCH(const quint32, clusters);
    Options options;
    options.floppy = static_cast<FloppyFormat>(format);
    const auto plan = test::planOrDie({}, options);
    const FloppyLayout& layout = layoutOf(*options.floppy);
    const fat::Geometry& geometry = plan->geometry();
    QCOMPARE(geometry.type, FatType::Fat12);
    QCOMPARE(geometry.clusterCount, clusters);
    QCOMPARE(geometry.sectorsPerCluster, std::uint32_t{layout.sectorsPerCluster});
    QCOMPARE(geometry.sectorsPerFat, std::uint32_t{layout.sectorsPerFat});
    QCOMPARE(geometry.rootEntryCount, std::uint32_t{layout.rootEntries});
    QCOMPARE(geometry.media, layout.media);
    QCOMPARE(geometry.heads, layout.heads);
    QCOMPARE(geometry.sectorsPerTrack, layout.sectorsPerTrack);
    QCOMPARE(geometry.reservedSectors, 1U);
    QCOMPARE(geometry.hiddenSectors, 0U);
    QCOMPARE(plan->layout.diskSize, std::uint64_t{layout.totalSectors()} * 512);
    QCOMPARE(plan->boot.driveNumber, std::uint8_t{0});
    QVERIFY(plan->findings.empty());
}

void PlanVolumeTest::fat16FloppyIsOnlyPossibleOnTheLargest()
{
    for (const FloppyLayout& layout : floppyLayouts) {
        Options options;
        options.floppy = layout.format;
        options.fat = FatType::Fat16;
        const auto plan = planDisk(test::makeSnapshot({}), options);
        if (layout.format == FloppyFormat::F2880K) {
            QVERIFY(plan.has_value());
            QCOMPARE((*plan)->geometry().type, FatType::Fat16);
            QCOMPARE((*plan)->geometry().sectorsPerCluster, 1U);
            QCOMPARE((*plan)->findings.front().rule, std::string("F5"));
        } else {
            QVERIFY(!plan);
            QCOMPARE(plan.error().code, ErrorCode::InvalidArgument);
            QVERIFY(QString::fromStdString(plan.error().message).contains("2.88M"));
        }
    }
}

void PlanVolumeTest::refusesCombinations_data()
{
    QTest::addColumn<Options>("options");
    QTest::addColumn<QString>("reason");
    const auto row = [](const char* name, auto change, const char* reason) {
        Options options;
        change(options);
        QTest::newRow(name) << options << reason;
    };
    row("sector size", [](Options& o) { o.sectorSize = 513; }, "expected 512, 1024, 2048 or 4096");
    row("cluster size", [](Options& o) { o.clusterSize = 3000; }, "power of two");
    row(
        "cluster below sector", [](Options& o) { o.sectorSize = 4096, o.clusterSize = 512; },
        "from 4096");
    row("cluster too large", [](Options& o) { o.clusterSize = 131072; }, "to 65536");
    row("odd size", [](Options& o) { o.size = 1'000'000; }, "999936 or 1000448");
    row("no size", [](Options& o) { o.size = 0; }, "");
    row(
        "floppy FAT32", [](Options& o) { o.floppy = FloppyFormat::F1440K, o.fat = FatType::Fat32; },
        "65,525");
    row(
        "floppy with MBR",
        [](Options& o) { o.floppy = FloppyFormat::F1440K, o.partition = PartitionScheme::Mbr; },
        "no partition table");
    row(
        "floppy of another size",
        [](Options& o) { o.floppy = FloppyFormat::F1440K, o.size = 1 << 20; }, "1474560");
    row(
        "floppy with large sectors",
        [](Options& o) { o.floppy = FloppyFormat::F1440K, o.sectorSize = 4096; }, "512");
    row(
        "classic of another size", [](Options& o) { o.classic = ClassicDisk{}, o.size = 1 << 20; },
        "1024/16/63");
    row("ESP without table", [](Options& o) { o.efiSystem = true; }, "gpt");
    row("disk id without table", [](Options& o) { o.diskId = 1; }, "partition table");
    row(
        "MBR code without MBR", [](Options& o) { o.mbrCode = {.path = "x", .bytes = Bytes(440)}; },
        "mbr");
    row(
        "MBR code too long",
        [](Options& o) {
            o.partition = PartitionScheme::Mbr;
            o.mbrCode = {.path = "x", .bytes = Bytes(513)};
        },
        "513 bytes");
    row(
        "boot sector too short",
        [](Options& o) { o.bootSector = {.path = "boot.bin", .bytes = Bytes(100)}; }, "boot.bin");
    row(
        "boot sector without signature",
        [](Options& o) { o.bootSector = {.path = "boot.bin", .bytes = Bytes(512)}; }, "55 AA");
    row("label too long", [](Options& o) { o.label = "TWELVE CHARS"; }, "11");
    row("label with a star", [](Options& o) { o.label = "A*B"; }, "*");
    row("OEM name too long", [](Options& o) { o.oemName = "NINECHARS"; }, "8 characters");
    row("OEM name with a tab", [](Options& o) { o.oemName = "A\tB"; }, "ASCII");
    row("code page", [](Options& o) { o.codePage = 31; }, "31");
    row("exclude", [](Options& o) { o.excludes = {"[a"}; }, "[a");
    row("FAT16 too small", [](Options& o) { o.fat = FatType::Fat16, o.size = 1 << 20; }, "FAT16");
    row("FAT32 too small", [](Options& o) { o.fat = FatType::Fat32, o.size = 16 << 20; }, "FAT32");
    row("FAT12 too large", [](Options& o) { o.fat = FatType::Fat12, o.size = terabyte; }, "FAT12");
    row("FAT16 too large", [](Options& o) { o.fat = FatType::Fat16, o.size = terabyte; }, "FAT16");
    row("more than FAT32 reaches", [](Options& o) { o.size = 3 * terabyte; }, "at most 2 TiB");
    row(
        "MBR on next to nothing",
        [](Options& o) { o.partition = PartitionScheme::Mbr, o.size = 16384; }, "partition table");
}

void PlanVolumeTest::refusesCombinations()
{
    QFETCH(const Options, options);
    QFETCH(const QString, reason);
    const auto plan = planDisk(test::makeSnapshot({{.path = "a", .size = 1}}), options);
    QVERIFY(!plan);
    QCOMPARE(plan.error().code, ErrorCode::InvalidArgument);
    QVERIFY2(QString::fromStdString(plan.error().message).contains(reason),
             plan.error().message.c_str());
}

void PlanVolumeTest::classicAddressesKeepTheirOutside_data()
{
    QTest::addColumn<QString>("address");
    QTest::addColumn<int>("bits");
    QTest::addColumn<quint64>("diskSectors");
    QTest::addColumn<quint32>("offsetSectors");
    QTest::addColumn<quint32>("sectorsPerCluster");
    const quint64 disk = 1024ULL * 16 * 63;
    QTest::newRow("16") << "fat:x" << 16 << disk << 63U << 16U;
    QTest::newRow("12") << "fat:12:x" << 12 << quint64{64 * 16 * 63} << 63U << 16U;
    QTest::newRow("32") << "fat:32:x" << 32 << disk << 63U << 8U;
    QTest::newRow("floppy") << "fat:floppy:x" << 12 << quint64{5760} << 0U << 2U;
    QTest::newRow("floppy 12") << "fat:floppy:12:x" << 12 << quint64{2880} << 0U << 1U;
    QTest::newRow("floppy 16") << "fat:floppy:16:x" << 16 << quint64{5760} << 0U << 1U;
}

void PlanVolumeTest::classicAddressesKeepTheirOutside()
{
    QFETCH(const QString, address);
    QFETCH(const int, bits);
    QFETCH(const quint64, diskSectors);
    QFETCH(const quint32, offsetSectors);
    QFETCH(const quint32, sectorsPerCluster);
    const auto plan = test::planOrDie({}, parseSource(address.toStdString())->options);
    QCOMPARE(static_cast<int>(plan->geometry().type), bits);
    QCOMPARE(quint64{plan->layout.diskSize}, diskSectors * 512);
    QCOMPARE(quint64{plan->layout.volumeOffset}, quint64{offsetSectors} * 512);
    QCOMPARE(plan->geometry().hiddenSectors, offsetSectors);
    QCOMPARE(plan->geometry().sectorsPerCluster, sectorsPerCluster);
    QCOMPARE(plan->geometry().totalSectors,
             static_cast<std::uint32_t>(diskSectors - offsetSectors));
    QCOMPARE(std::string(plan->boot.oemName.begin(), plan->boot.oemName.end()),
             std::string("MSWIN4.1"));
    QCOMPARE(std::string(plan->boot.label.begin(), plan->boot.label.end()),
             std::string("QEMU VVFAT "));
}

void PlanVolumeTest::choosesSizeAndTypeBySize_data()
{
    QTest::addColumn<quint64>("content"); // one file of this size, below 4 GiB; then copies
    QTest::addColumn<int>("copies");
    QTest::addColumn<int>("bits");
    QTest::addColumn<quint32>("clusterSize");
    const quint64 mib = 1 << 20;
    QTest::newRow("nothing") << quint64{0} << 1 << 16 << 4096U;
    QTest::newRow("10 MiB") << 10 * mib << 1 << 16 << 4096U;
    QTest::newRow("180 MiB") << 180 * mib << 1 << 16 << 4096U;
    QTest::newRow("250 MiB") << 250 * mib << 1 << 16 << 8192U;
    QTest::newRow("600 MiB") << 600 * mib << 1 << 32 << 4096U;
    QTest::newRow("9 GiB") << 3000 * mib << 3 << 32 << 8192U;
    QTest::newRow("60 GiB") << 3000 * mib << 20 << 32 << 32768U;
}

void PlanVolumeTest::choosesSizeAndTypeBySize()
{
    QFETCH(const quint64, content);
    QFETCH(const int, copies);
    QFETCH(const int, bits);
    QFETCH(const quint32, clusterSize);
    const auto plan = test::planOrDie(test::manyFiles(
        "", static_cast<std::uint32_t>(copies), content, [](auto i) { return std::to_string(i); }));
    QVERIFY(!plan->refusal());
    QCOMPARE(static_cast<int>(plan->geometry().type), bits);
    QCOMPARE(plan->geometry().clusterSize(), clusterSize);
    QCOMPARE(plan->layout.diskSize % (1 << 20), 0U);
    QVERIFY(plan->layout.diskSize >= 32 << 20);
    QVERIFY(plan->layout.diskSize >= content * static_cast<quint64>(copies) / 4 * 5);
    QVERIFY(plan->layout.diskSize <=
            content * static_cast<quint64>(copies) / 100 * 127 + (34 << 20));
    QCOMPARE((plan->layout.volumeOffset + plan->geometry().dataOffset()) % 4096, 0U);
}

void PlanVolumeTest::everyMatrixVolumeObeysTheLaw_data()
{
    QTest::addColumn<Options>("options");
    for (const int bits : {0, 12, 16, 32})
        for (const std::uint32_t sector : {512U, 1024U, 2048U, 4096U})
            for (const auto scheme :
                 {PartitionScheme::None, PartitionScheme::Mbr, PartitionScheme::Gpt})
                for (const auto compat : {Compat::Modern, Compat::Dos}) {
                    Options options;
                    if (bits != 0)
                        options.fat = static_cast<FatType>(bits);
                    options.sectorSize = sector;
                    options.partition = scheme;
                    options.compat = compat;
                    QTest::addRow("FAT%d, sectors %u, scheme %d, %s", bits, sector,
                                  static_cast<int>(scheme),
                                  compat == Compat::Dos ? "dos" : "modern")
                        << options;
                }
}

void PlanVolumeTest::everyMatrixVolumeObeysTheLaw()
{
    QFETCH(const Options, options);
    const auto plan = test::planOrDie(
        {{.path = "a/b/c.txt", .size = 5'000'000}, {.path = "empty", .size = 0}}, options);
    const fat::Geometry& geometry = plan->geometry();
    QVERIFY(!plan->refusal());
    QCOMPARE(fat::fatTypeForClusters(geometry.clusterCount), geometry.type);
    if (options.fat)
        QCOMPARE(geometry.type, *options.fat);
    QCOMPARE(geometry.bytesPerSector, options.sectorSize);
    QVERIFY(plan->layout.volumeOffset + geometry.volumeSize() <= plan->layout.diskSize);
    QCOMPARE(plan->layout.volumeOffset, std::uint64_t{geometry.hiddenSectors} * options.sectorSize);
    const bool isAligned = (plan->layout.volumeOffset + geometry.dataOffset()) % 4096 == 0;
    if (options.compat == Compat::Modern)
        QVERIFY(isAligned && geometry.clusterSize() >= 4096);
    if (options.compat == Compat::Dos && options.partition == PartitionScheme::Mbr)
        QCOMPARE(geometry.hiddenSectors, 63U);
    QCOMPARE(plan->layout.mbrType != 0, options.partition == PartitionScheme::Mbr);
}

void PlanVolumeTest::takesTheTypeThatHoldsTheFolder()
{
    Options options;
    options.size = 64 << 20;
    const auto name = [](std::uint32_t i) { return std::to_string(i); };
    const auto few = test::planOrDie(test::manyFiles("", 500, 0, name), options);
    QCOMPARE(few->geometry().type, FatType::Fat16);
    const auto many = test::planOrDie(test::manyFiles("", 600, 0, name), options);
    QCOMPARE(many->geometry().type, FatType::Fat32);
    QVERIFY(!many->refusal());
    // 20,000 files of one byte fill 4 KiB clusters long before they fill the disk.
    const auto small = test::planOrDie(test::manyFiles("d", 20'000, 1, name), options);
    QVERIFY(!small->refusal());
    QVERIFY(small->geometry().clusterSize() < 4096);
}

void PlanVolumeTest::growsTheRootOnlyWhenTheTypeWasAskedFor()
{
    const auto name = [](std::uint32_t i) { return std::to_string(i); };
    Options options;
    const auto free = test::planOrDie(test::manyFiles("", 600, 0, name), options);
    QCOMPARE(free->geometry().type, FatType::Fat32);
    options.fat = FatType::Fat16;
    const auto grown = test::planOrDie(test::manyFiles("", 600, 0, name), options);
    QCOMPARE(grown->geometry().rootEntryCount, 1024U);
    QVERIFY(!grown->refusal());
    options.compat = Compat::Dos;
    const auto dos = test::planOrDie(test::manyFiles("", 600, 0, name), options);
    QCOMPARE(dos->geometry().rootEntryCount, 512U);
    QVERIFY(dos->refusal().has_value());
}

void PlanVolumeTest::twoTebibytesLeaveTheLastSectorUnused()
{
    Options options;
    options.size = 2 * terabyte;
    const auto plan = test::planOrDie({{.path = "a", .size = 1}}, options);
    QCOMPARE(plan->layout.diskSize, 2 * terabyte);
    QCOMPARE(plan->geometry().totalSectors, UINT32_MAX);
    QCOMPARE(plan->geometry().type, FatType::Fat32);
    QCOMPARE(plan->findings.size(), 1U);
    QCOMPARE(plan->findings.front().rule, std::string("F7"));
    options.clusterSize = 8192;
    QVERIFY(test::planOrDie({}, options)->geometry().clusterCount > 268'000'000);
    options.sectorSize = 4096;
    options.size = 16 * terabyte;
    options.clusterSize.reset();
    QCOMPARE(test::planOrDie({}, options)->geometry().totalSectors, UINT32_MAX);
}

void PlanVolumeTest::dosDisksEndOnACylinder()
{
    Options options;
    options.compat = Compat::Dos;
    options.partition = PartitionScheme::Mbr;
    for (const std::uint64_t content : {0ULL, 100ULL << 20, 1500ULL << 20}) {
        const auto plan = test::planOrDie({{.path = "a", .size = content}}, options);
        const std::uint64_t cylinder =
            std::uint64_t{plan->layout.chsHeads} * plan->layout.chsSectorsPerTrack * 512;
        QCOMPARE(plan->layout.diskSize % cylinder, 0U);
        QCOMPARE(plan->layout.volumeOffset + plan->geometry().volumeSize(), plan->layout.diskSize);
        QVERIFY(plan->layout.diskSize / cylinder <= 1024);
        QCOMPARE(plan->geometry().type, FatType::Fat16);
    }
}

void PlanVolumeTest::diskForDosHasClassicClusters()
{
    Options options;
    options.compat = Compat::Dos;
    options.size = 100 << 20;
    const auto plan = test::planOrDie({}, options);
    QCOMPARE(plan->geometry().clusterSize(), 2048U);
    QCOMPARE(plan->geometry().reservedSectors, 1U);
    options.partition = PartitionScheme::Mbr;
    QCOMPARE(mbrTypeOf(options), std::uint8_t{0x06});
    options.efiSystem = true;
    QCOMPARE(mbrTypeOf(options), std::uint8_t{0xEF});
}

QTEST_GUILESS_MAIN(PlanVolumeTest)
#include "tst_plan_volume.moc"
