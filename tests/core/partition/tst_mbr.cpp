#include "core/block/memory_device.hpp"
#include "core/partition/boot_code.hpp"
#include "core/partition/mbr_raw.hpp"
#include "core/partition/partition_table.hpp"
#include "core/partition/type_names.hpp"

#include "tests/core/partition/real_tool.hpp"
#include "tests/support/temp_folder.hpp"

#include <QTest>

#include <algorithm>

using namespace fatlas;
using namespace fatlas::partition;

namespace {

constexpr std::uint64_t diskSectors = 20000;

/// A disk whose sectors a test fills in; record 0 is the table.
class Disk {
public:
    explicit Disk(std::uint32_t sectorSize = 512)
        : m_sectorSize(sectorSize), m_bytes(diskSectors * sectorSize)
    {}

    void put(std::uint64_t sector, ByteView bytes)
    {
        std::ranges::copy(bytes,
                          m_bytes.begin() + static_cast<std::ptrdiff_t>(sector * m_sectorSize));
    }

    void putRecord(std::uint64_t sector, std::vector<MbrEntryRaw> entries, std::uint32_t diskId = 0)
    {
        MbrRaw raw;
        raw.signature.set(mbrSignature);
        raw.diskId.set(diskId);
        std::ranges::copy(entries, raw.entries.begin());
        put(sector, asBytes(raw));
    }

    [[nodiscard]] PartitionTable read(std::uint32_t deviceSectorSize = 0) const
    {
        const block::MemoryDevice device(m_bytes, block::MemoryDevice::Mode::ReadOnly,
                                         deviceSectorSize == 0 ? m_sectorSize : deviceSectorSize);
        const auto table = readPartitionTable(device);
        return table ? *table : PartitionTable{};
    }

    [[nodiscard]] Bytes& bytes() { return m_bytes; }

private:
    std::uint32_t m_sectorSize;
    Bytes m_bytes;
};

MbrEntryRaw entry(std::uint8_t type, std::uint32_t first, std::uint32_t count,
                  std::uint8_t flag = 0)
{
    MbrEntryRaw raw;
    raw.flag = flag;
    raw.type = type;
    raw.first.set(first);
    raw.count.set(count);
    return raw;
}

/// The start of a FAT boot sector: what tells it from a table.
Bytes bootSector(std::uint16_t bytesPerSector = 512)
{
    Bytes bytes(512);
    const auto set = [&](std::size_t at, int value) {
        bytes[at] = static_cast<std::byte>(value & 0xFF);
        bytes[at + 1] = static_cast<std::byte>(value >> 8);
    };
    set(0x00, 0x3CEB);
    set(0x0B, bytesPerSector);
    bytes[0x0D] = std::byte{1};
    set(0x0E, 1);
    bytes[0x10] = std::byte{2};
    set(0x11, 512);
    set(0x13, 20000);
    bytes[0x15] = std::byte{0xF8};
    set(0x1FE, 0xAA55);
    return bytes;
}

std::vector<std::string> rulesOf(const PartitionTable& table)
{
    std::vector<std::string> rules;
    for (const Finding& finding : table.findings)
        rules.push_back(finding.rule);
    return rules;
}

std::vector<std::uint64_t> startsOf(const PartitionTable& table)
{
    std::vector<std::uint64_t> starts;
    for (const Partition& partition : table.partitions)
        starts.push_back(partition.first.value);
    return starts;
}

std::vector<std::uint32_t> numbersOf(const PartitionTable& table)
{
    std::vector<std::uint32_t> numbers;
    for (const Partition& partition : table.partitions)
        numbers.push_back(partition.number);
    return numbers;
}

} // namespace

class TestMbr : public QObject {
    Q_OBJECT

private slots:
    void readsWhatItWrote();
    void writesClassicAddresses_data();
    void writesClassicAddresses();
    void takesOnlyTheCodeOfASector();
    void ownCodeFits();
    void choosesTheType_data();
    void choosesTheType();
    void readsPrimaries();
    void readsLogicals();
    void numbersLogicalsAsLinuxDoes();
    void reportsOverlapsOfLogicals_data();
    void reportsOverlapsOfLogicals();
    void followsAtMost256Records();
    void doesNotTakeABootSectorForATable_data();
    void doesNotTakeABootSectorForATable();
    void takesAFlawlessTableBesideABpb();
    void findsNoTableOnAnEmptyDisk();
    void readsAnEmptyTable();
    void reportsWhatLeavesTheDisk();
    void reportsOverlapsAndActiveFlags();
    void endsALogicalChain_data();
    void endsALogicalChain();
    void findsTheSectorSizeOfTheTable_data();
    void findsTheSectorSizeOfTheTable();
    void namesTypes();
    void sfdiskReadsTheTable();
    void bootCodeStartsTheActivePartition();
};

void TestMbr::readsWhatItWrote()
{
    Disk disk;
    disk.put(0, encodeMbr({.firstSector = 63,
                           .sectorCount = 1000,
                           .type = mbr_type::fat16,
                           .diskId = 0xCAFE1234,
                           .bootable = true}));
    const PartitionTable table = disk.read();
    QCOMPARE(table.kind, TableKind::Mbr);
    QCOMPARE(table.diskId, 0xCAFE1234U);
    QVERIFY(table.findings.empty());
    QCOMPARE(table.partitions.size(), std::size_t{1});
    QCOMPARE(table.partitions[0].first.value, std::uint64_t{63});
    QCOMPARE(table.partitions[0].sectorCount, std::uint64_t{1000});
    QCOMPARE(table.partitions[0].type, mbr_type::fat16);
    QCOMPARE(table.partitions[0].typeName, std::string("FAT16"));
    QVERIFY(table.partitions[0].bootable);
}

void TestMbr::writesClassicAddresses_data()
{
    QTest::addColumn<quint64>("first");
    QTest::addColumn<quint64>("count");
    QTest::addColumn<int>("heads");
    QTest::addColumn<int>("sectors");
    QTest::addColumn<QByteArray>("firstChs");
    QTest::addColumn<QByteArray>("lastChs");
    const auto row = [](const char* name, quint64 first, quint64 count, int heads, int sectors,
                        const char* firstChs, const char* lastChs) {
        QTest::newRow(name) << first << count << heads << sectors << QByteArray::fromHex(firstChs)
                            << QByteArray::fromHex(lastChs);
    };
    row("second track", 63, 1008 - 63, 16, 63, "010100", "0F3F00");
    row("whole 1024 cylinders", 63, 1024 * 16 * 63 - 63, 16, 63, "010100", "0FFFFF");
    row("one sector too far", 63, 1024 * 16 * 63 - 62, 16, 63, "010100", "FEFFFF");
    row("starts too far", 20'000'000, 10, 255, 63, "FEFFFF", "FEFFFF");
    row("high cylinder bits", 300 * 16 * 63, 16 * 63, 16, 63, "00412C", "0F7F2C");
    row("1 MiB", 2048, 2048, 255, 63, "202100", "410100");
    row("no geometry", 2048, 2048, 0, 0, "FEFFFF", "FEFFFF");
}

void TestMbr::writesClassicAddresses()
{
    QFETCH(quint64, first);
    QFETCH(quint64, count);
    QFETCH(int, heads);
    QFETCH(int, sectors);
    QFETCH(QByteArray, firstChs);
    QFETCH(QByteArray, lastChs);
    const Bytes bytes =
        encodeMbr({.firstSector = first,
                   .sectorCount = count,
                   .type = 6,
                   .chs = {.heads = static_cast<std::uint16_t>(heads),
                           .sectorsPerTrack = static_cast<std::uint16_t>(sectors)}});
    const auto* const raw = reinterpret_cast<const char*>(bytes.data());
    QCOMPARE(QByteArray(raw + 0x1BF, 3).toHex(), firstChs.toHex());
    QCOMPARE(QByteArray(raw + 0x1C3, 3).toHex(), lastChs.toHex());
    QCOMPARE(QByteArray(raw + 0x1FE, 2).toHex(), QByteArray("55aa"));
}

void TestMbr::takesOnlyTheCodeOfASector()
{
    const Bytes code(512, std::byte{0x90});
    const Bytes bytes =
        encodeMbr({.firstSector = 1, .sectorCount = 9, .type = 1, .diskId = 7, .code = code});
    const MbrRaw raw = *load<MbrRaw>(bytes);
    QVERIFY(std::ranges::all_of(raw.code, [](std::byte b) { return b == std::byte{0x90}; }));
    QCOMPARE(raw.diskId.get(), 7U);
    QCOMPARE(raw.reserved.get(), 0);
    QVERIFY(raw.entries[1] == MbrEntryRaw{});
}

void TestMbr::ownCodeFits()
{
    QVERIFY(masterBootCode().size() <= mbrCodeSize);
    const MbrRaw raw = *load<MbrRaw>(encodeMbr({.firstSector = 1, .sectorCount = 9, .type = 1}));
    QVERIFY(
        std::ranges::equal(masterBootCode(), ByteView(raw.code).first(masterBootCode().size())));
}

void TestMbr::choosesTheType_data()
{
    QTest::addColumn<int>("bits");
    QTest::addColumn<quint64>("first");
    QTest::addColumn<quint64>("count");
    QTest::addColumn<int>("heads");
    QTest::addColumn<int>("type");
    const quint64 reach16 = quint64{1024} * 16 * 63;
    const quint64 reach255 = quint64{1024} * 255 * 63;
    QTest::newRow("FAT12") << 12 << quint64{63} << quint64{2000} << 16 << 0x01;
    QTest::newRow("FAT12, large") << 12 << quint64{63} << quint64{100000} << 16 << 0x06;
    QTest::newRow("FAT16 below 32 MiB") << 16 << quint64{63} << quint64{65535 - 63} << 16 << 0x04;
    QTest::newRow("FAT16 of 32 MiB") << 16 << quint64{63} << quint64{65536 - 63} << 16 << 0x06;
    QTest::newRow("FAT16 to the last cylinder") << 16 << quint64{63} << reach16 - 63 << 16 << 0x06;
    QTest::newRow("FAT16 behind it") << 16 << quint64{63} << reach16 - 62 << 16 << 0x0E;
    QTest::newRow("FAT32") << 32 << quint64{2048} << reach255 - 2048 << 255 << 0x0B;
    QTest::newRow("FAT32 behind it") << 32 << quint64{2048} << reach255 - 2047 << 255 << 0x0C;
}

void TestMbr::choosesTheType()
{
    QFETCH(int, bits);
    QFETCH(quint64, first);
    QFETCH(quint64, count);
    QFETCH(int, heads);
    QFETCH(int, type);
    const ChsGeometry chs{.heads = static_cast<std::uint16_t>(heads), .sectorsPerTrack = 63};
    QCOMPARE(int{mbrTypeForFat(bits, first, count, chs)}, type);
}

void TestMbr::readsPrimaries()
{
    Disk disk;
    disk.putRecord(0, {entry(0x83, 5000, 100), entry(0, 0, 0), entry(0x0C, 63, 100, 0x80),
                       entry(0x07, 300, 100)});
    const PartitionTable table = disk.read();
    QCOMPARE(table.kind, TableKind::Mbr);
    QVERIFY((startsOf(table) == std::vector<std::uint64_t>{5000, 63, 300}));
    QVERIFY((numbersOf(table) == std::vector<std::uint32_t>{1, 3, 4}));
    QCOMPARE(table.find(3)->first.value, std::uint64_t{63});
    QVERIFY(table.find(2) == nullptr);
    QVERIFY(!table.partitions[0].bootable);
    QVERIFY(table.partitions[1].bootable);
    QVERIFY(table.findings.empty());
}

void TestMbr::readsLogicals()
{
    Disk disk;
    disk.putRecord(0, {entry(0x06, 63, 100), entry(0x05, 1000, 9000)});
    disk.putRecord(1000, {entry(0x06, 63, 500), entry(0x05, 2000, 1000)});
    disk.putRecord(3000, {entry(0x0B, 63, 600), entry(0x05, 4000, 1000)});
    disk.putRecord(5000, {entry(0x0E, 63, 700)});
    const PartitionTable table = disk.read();
    QVERIFY((startsOf(table) == std::vector<std::uint64_t>{63, 1000, 1063, 3063, 5063}));
    QVERIFY((numbersOf(table) == std::vector<std::uint32_t>{1, 2, 5, 6, 7}));
    QCOMPARE(table.partitions[4].sectorCount, std::uint64_t{700});
    QVERIFY(table.findings.empty());
}

void TestMbr::numbersLogicalsAsLinuxDoes()
{
    Disk disk;
    disk.putRecord(0, {{}, {}, {}, entry(0x0F, 1000, 9000)});
    disk.putRecord(1000, {entry(0x0B, 0, 0), entry(0x05, 1000, 1000)}); // nothing in it: no number
    disk.putRecord(2000, {entry(0x05, 2000, 1000), entry(0x06, 63, 500)}); // the other way round
    disk.putRecord(3000, {entry(0x06, diskSectors, 500), entry(0x05, 3000, 1000)}); // off the disk
    disk.putRecord(4000, {entry(0x06, 63, 500)});
    const PartitionTable table = disk.read();
    QVERIFY((startsOf(table) == std::vector<std::uint64_t>{1000, 2063, 4063}));
    QVERIFY((numbersOf(table) == std::vector<std::uint32_t>{4, 5, 7}));
    QVERIFY(rulesOf(table) == std::vector<std::string>{"P4"});
}

void TestMbr::reportsOverlapsOfLogicals_data()
{
    QTest::addColumn<quint32>("first");
    QTest::addColumn<quint32>("count");
    QTest::addColumn<QByteArray>("rules");
    QTest::newRow("apart") << 63U << 937U << QByteArray();
    QTest::newRow("into the next record") << 63U << 938U << QByteArray();
    QTest::newRow("into the next partition") << 63U << 1500U << QByteArray("P8");
    QTest::newRow("out of the extended one") << 63U << 9500U << QByteArray("P9 P8");
    QTest::newRow("over a primary one") << 63U << 18000U << QByteArray("P9 P8 P8");
}

void TestMbr::reportsOverlapsOfLogicals()
{
    QFETCH(quint32, first);
    QFETCH(quint32, count);
    QFETCH(QByteArray, rules);
    Disk disk;
    disk.putRecord(0, {entry(0x0F, 1000, 9000), entry(0x06, 15000, 500)});
    disk.putRecord(1000, {entry(0x06, first, count), entry(0x05, 1000, 1000)});
    disk.putRecord(2000, {entry(0x06, 63, 500)});
    QByteArray found;
    for (const std::string& rule : rulesOf(disk.read()))
        found += (found.isEmpty() ? "" : " ") + QByteArray::fromStdString(rule);
    QCOMPARE(found, rules);
}

void TestMbr::followsAtMost256Records()
{
    Disk disk;
    disk.putRecord(0, {entry(0x0F, 1000, 19000)});
    for (std::uint32_t i = 0; i < 300; ++i)
        disk.putRecord(1000 + i * 10, {entry(0x06, 1, 5), entry(0x05, (i + 1) * 10, 10)});
    const PartitionTable table = disk.read();
    QVERIFY(rulesOf(table) == std::vector<std::string>{"P13"});
    QCOMPARE(table.partitions.size(), std::size_t{257});
}

void TestMbr::doesNotTakeABootSectorForATable_data()
{
    QTest::addColumn<QByteArray>("tail"); ///< what lies where the entries would
    QTest::newRow("zeros") << QByteArray(64, '\0');
    QTest::newRow("text") << QByteArray("This is not a bootable disk.  Please insert a bootable "
                                        "floppy and\r\n");
    QTest::newRow("zeros and text") << QByteArray(40, '\0') + "press any key to try ag";
    QTest::newRow("entry behind the disk")
        << QByteArray::fromHex("800101000cfeffff3f000000ffffff00") + QByteArray(48, '\0');
    QTest::newRow("entry without sectors")
        << QByteArray::fromHex("800101000cfeffff3f00000000000000") + QByteArray(48, '\0');
    QTest::newRow("rest in an unused entry")
        << QByteArray::fromHex("800101000cfeffff3f000000ff000000") + QByteArray(44, '\0') + "NTLR";
}

void TestMbr::doesNotTakeABootSectorForATable()
{
    QFETCH(QByteArray, tail);
    Disk disk;
    Bytes sector = bootSector();
    std::ranges::copy(std::as_bytes(std::span(tail.constData(), 64)), sector.begin() + 0x1BE);
    disk.put(0, sector);
    QCOMPARE(disk.read().kind, TableKind::None);
}

void TestMbr::takesAFlawlessTableBesideABpb()
{
    Disk disk;
    Bytes sector = bootSector();
    store(sector, 0x1BE, entry(0x0C, 63, 1000, 0x80));
    disk.put(0, sector);
    const PartitionTable table = disk.read();
    QCOMPARE(table.kind, TableKind::Mbr);
    QCOMPARE(table.partitions.size(), std::size_t{1});
    QVERIFY(rulesOf(table) == std::vector<std::string>{"P6"});
}

void TestMbr::findsNoTableOnAnEmptyDisk()
{
    QCOMPARE(Disk().read().kind, TableKind::None);
    const auto tiny = readPartitionTable(block::MemoryDevice(Bytes(100)));
    QVERIFY(tiny.has_value());
    QCOMPARE(tiny->kind, TableKind::None);
}

void TestMbr::readsAnEmptyTable()
{
    Disk disk;
    disk.putRecord(0, {}, 0x12345678);
    const PartitionTable table = disk.read();
    QCOMPARE(table.kind, TableKind::Mbr);
    QCOMPARE(table.diskId, 0x12345678U);
    QVERIFY(table.partitions.empty());
}

void TestMbr::reportsWhatLeavesTheDisk()
{
    Disk disk;
    disk.putRecord(0, {entry(0x06, 63, 100), entry(0x06, 19000, 1001), entry(0x06, diskSectors, 10),
                       entry(0x06, 500, 0)});
    const PartitionTable table = disk.read();
    QVERIFY((startsOf(table) == std::vector<std::uint64_t>{63, 19000}));
    QCOMPARE(table.partitions[1].sectorCount, std::uint64_t{1000});
    QVERIFY((rulesOf(table) == std::vector<std::string>{"P5", "P4", "P4"}));
    QCOMPARE(table.findings[0].offset, std::optional<std::uint64_t>(0x1CE));
}

void TestMbr::reportsOverlapsAndActiveFlags()
{
    Disk disk;
    disk.putRecord(0, {entry(0x06, 1000, 100, 0x80), entry(0x06, 950, 51, 0x80)});
    QVERIFY((rulesOf(disk.read()) == std::vector<std::string>{"P8", "P14"}));
}

void TestMbr::endsALogicalChain_data()
{
    QTest::addColumn<quint32>("link");
    QTest::addColumn<int>("type");
    QTest::addColumn<QByteArray>("rule");
    QTest::newRow("back to itself") << 2000U << 0x05 << QByteArray("P10");
    QTest::newRow("outside") << 9000U << 0x05 << QByteArray("P11");
    QTest::newRow("not a link") << 3000U << 0x06 << QByteArray("P11");
    QTest::newRow("to no record") << 3000U << 0x05 << QByteArray("P12");
}

void TestMbr::endsALogicalChain()
{
    QFETCH(quint32, link);
    QFETCH(int, type);
    QFETCH(QByteArray, rule);
    Disk disk;
    disk.putRecord(0, {entry(0x0F, 1000, 9000)});
    disk.putRecord(1000, {entry(0x06, 63, 500), entry(0x05, 2000, 1000)});
    disk.putRecord(3000, {entry(0x06, 63, 500), entry(static_cast<std::uint8_t>(type), link, 10)});
    const PartitionTable table = disk.read();
    QVERIFY((startsOf(table) == std::vector<std::uint64_t>{1000, 1063, 3063}));
    QVERIFY(rulesOf(table) == std::vector<std::string>{rule.toStdString()});
}

void TestMbr::findsTheSectorSizeOfTheTable_data()
{
    QTest::addColumn<quint32>("sectorSize");
    for (const quint32 size : {512U, 1024U, 2048U, 4096U})
        QTest::addRow("%u", size) << size;
}

void TestMbr::findsTheSectorSizeOfTheTable()
{
    QFETCH(quint32, sectorSize);
    Disk disk(sectorSize);
    disk.putRecord(0, {entry(0x0C, 256, 1000)});
    disk.put(256, bootSector(static_cast<std::uint16_t>(sectorSize)));
    const PartitionTable same = disk.read();
    QCOMPARE(same.partitions.at(0).first.value, std::uint64_t{256});
    QVERIFY(same.findings.empty());
    const PartitionTable asFile = disk.read(512);
    QCOMPARE(asFile.partitions.at(0).first.value, 256 * std::uint64_t{sectorSize} / 512);
    QCOMPARE(asFile.partitions.at(0).sectorCount, 1000 * std::uint64_t{sectorSize} / 512);
    QCOMPARE(asFile.findings.size(), std::size_t{sectorSize == 512 ? 0U : 1U});
}

void TestMbr::namesTypes()
{
    QCOMPARE(mbrTypeName(0x0C), std::string("FAT32 (LBA)"));
    QCOMPARE(mbrTypeName(0x9F), std::string("type 9F"));
    QCOMPARE(gptTypeName(gpt_type::efiSystem), std::string("EFI system"));
    QCOMPARE(formatGuid(gpt_type::efiSystem), std::string("C12A7328-F81F-11D2-BA4B-00A0C93EC93B"));
    QCOMPARE(gptTypeName(Guid{}), std::string("00000000-0000-0000-0000-000000000000"));
}

void TestMbr::sfdiskReadsTheTable()
{
    FATLAS_NEEDS_TOOL("sfdisk");
    Disk disk;
    disk.put(0, encodeMbr({.firstSector = 63,
                           .sectorCount = 19000,
                           .type = mbr_type::fat16Small,
                           .diskId = 0xCAFE1234,
                           .chs = {.heads = 16, .sectorsPerTrack = 63}}));
    const test::TempFolder folder;
    const auto path = folder.writeFile("disk.img", disk.bytes());
    const auto run = test::runTool("sfdisk", {"-d", QString::fromStdString(path)});
    QCOMPARE(run.exitCode, 0);
    QVERIFY2(run.output.contains("label-id: 0xcafe1234"), run.output);
    QVERIFY2(run.output.contains("start=          63, size=       19000, type=4, bootable"),
             run.output);
    const auto verify = test::runTool("sfdisk", {"-V", QString::fromStdString(path)});
    QCOMPARE(verify.exitCode, 0);
}

/// The volume's first sector writes what it was given to a port and switches the machine off.
void TestMbr::bootCodeStartsTheActivePartition()
{
    FATLAS_NEEDS_TOOL("qemu-system-i386");
    // mov al,dl; out 0E9h,al; mov al,[si+8]; out 0E9h,al; mov dx,501h; out dx,al; hlt
    Bytes sector(512);
    const auto code = std::to_array<unsigned char>(
        {0x88, 0xD0, 0xE6, 0xE9, 0x8A, 0x44, 0x08, 0xE6, 0xE9, 0xBA, 0x01, 0x05, 0xEE, 0xF4});
    std::ranges::copy(std::as_bytes(std::span(code)), sector.begin());
    sector[510] = std::byte{0x55};
    sector[511] = std::byte{0xAA};
    Disk disk;
    disk.put(0, encodeMbr({.firstSector = 77, .sectorCount = 1000, .type = 6}));
    disk.put(77, sector);
    const test::TempFolder folder;
    const auto image = QString::fromStdString(folder.writeFile("disk.img", disk.bytes()));
    const QString port = QString::fromStdString(folder / "port");
    (void)test::runTool("qemu-system-i386",
                        {"-display", "none", "-nic", "none", "-m", "16", "-drive",
                         "format=raw,if=ide,file=" + image, "-chardev", "file,id=d,path=" + port,
                         "-device", "isa-debugcon,iobase=0xe9,chardev=d", "-device",
                         "isa-debug-exit,iobase=0x501,iosize=1"});
    const Bytes said = folder.readFile("port");
    QVERIFY((said == Bytes{std::byte{0x80}, std::byte{77}}));
}

QTEST_GUILESS_MAIN(TestMbr)
#include "tst_mbr.moc"
