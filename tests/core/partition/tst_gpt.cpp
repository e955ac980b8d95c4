#include "core/base/crc32.hpp"
#include "core/block/memory_device.hpp"
#include "core/partition/gpt_raw.hpp"
#include "core/partition/mbr_raw.hpp"
#include "core/partition/type_names.hpp"

#include "tests/core/partition/real_tool.hpp"
#include "tests/support/temp_folder.hpp"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <algorithm>

using namespace fatlas;
using namespace fatlas::partition;

namespace {

constexpr std::uint64_t diskSectors = 8192;

Guid guidOf(unsigned char seed)
{
    Guid guid{};
    for (std::size_t i = 0; i < guid.size(); ++i)
        guid[i] = static_cast<std::byte>(seed + i);
    return guid;
}

GptRequest request(std::uint32_t sectorSize = 512)
{
    return {.diskSectors = diskSectors,
            .sectorSize = sectorSize,
            .firstSector = 2048,
            .sectorCount = 4096,
            .efiSystem = true,
            .diskGuid = guidOf(0x10),
            .partitionGuid = guidOf(0x40),
            .name = "MY DISK"};
}

Bytes diskOf(const GptRequest& wanted)
{
    const GptImage image = encodeGpt(wanted);
    Bytes bytes(wanted.diskSectors * wanted.sectorSize);
    std::ranges::copy(image.start, bytes.begin());
    std::ranges::copy(image.end, bytes.begin() + static_cast<std::ptrdiff_t>(image.endSector *
                                                                             wanted.sectorSize));
    return bytes;
}

PartitionTable readTable(Bytes bytes, std::uint32_t sectorSize = 512)
{
    const auto table = readPartitionTable(
        block::MemoryDevice(std::move(bytes), block::MemoryDevice::Mode::ReadOnly, sectorSize));
    return table ? *table : PartitionTable{};
}

std::vector<std::string> rulesOf(const PartitionTable& table)
{
    std::vector<std::string> rules;
    for (const Finding& finding : table.findings)
        rules.push_back(finding.rule);
    return rules;
}

/// Changes a header field and makes its checksum right again.
template <class Change>
void changeHeader(Bytes& disk, std::size_t at, Change change)
{
    auto header = *load<GptHeaderRaw>(disk, at);
    change(header);
    header.headerCrc.set(0);
    header.headerCrc.set(crc32(asBytes(header)));
    store(disk, at, header);
}

constexpr std::size_t backupAt = (diskSectors - 1) * 512;

} // namespace

class TestGpt : public QObject {
    Q_OBJECT

private slots:
    void checksumIsTheStandardOne();
    void readsWhatItWrote_data();
    void readsWhatItWrote();
    void reservesTheSectorsItNeeds();
    void cutsNamesBetweenCharacters();
    void damageOfOneCopyIsSurvived_data();
    void damageOfOneCopyIsSurvived();
    void reportsAGptThatIsGone();
    void readsAGptWithoutItsProtectiveMbr();
    void ignoresAStaleGptBehindAClassicTable();
    void rejectsHeaderFields_data();
    void rejectsHeaderFields();
    void reportsEntriesOutside();
    void findsTheCopyOfADiskThatHasGrown();

    void sgdiskFindsNoProblems();
    void sfdiskReadsTheTable();
    void readsWhatSgdiskWrote();
    void numbersPartitionsByTheirPlace();
};

void TestGpt::checksumIsTheStandardOne()
{
    constexpr std::string_view check = "123456789";
    QCOMPARE(crc32(std::as_bytes(std::span(check))), 0xCBF43926U);
    QCOMPARE(crc32({}), 0U);
}

void TestGpt::readsWhatItWrote_data()
{
    QTest::addColumn<quint32>("sectorSize");
    for (const quint32 size : {512U, 1024U, 2048U, 4096U})
        QTest::addRow("%u", size) << size;
}

void TestGpt::readsWhatItWrote()
{
    QFETCH(quint32, sectorSize);
    for (const quint32 deviceSectorSize : {sectorSize, 512U}) {
        const PartitionTable table = readTable(diskOf(request(sectorSize)), deviceSectorSize);
        const std::uint64_t scale = sectorSize / deviceSectorSize;
        QCOMPARE(table.kind, TableKind::Gpt);
        QVERIFY(table.findings.empty());
        QCOMPARE(table.partitions.size(), std::size_t{1});
        const Partition& partition = table.partitions[0];
        QCOMPARE(partition.first.value, 2048 * scale);
        QCOMPARE(partition.sectorCount, 4096 * scale);
        QVERIFY(partition.typeGuid == gpt_type::efiSystem);
        QCOMPARE(partition.typeName, std::string("EFI system"));
        QCOMPARE(partition.name, std::string("MY DISK"));
    }
}

void TestGpt::reservesTheSectorsItNeeds()
{
    QCOMPARE(gptFirstUsable(512), std::uint64_t{34});
    QCOMPARE(gptFirstUsable(4096), std::uint64_t{6});
    QCOMPARE(gptTailSectors(512), std::uint64_t{33});
    QCOMPARE(gptTailSectors(4096), std::uint64_t{5});
    const GptImage image = encodeGpt(request());
    QCOMPARE(image.start.size(), std::size_t{34 * 512});
    QCOMPARE(image.end.size(), std::size_t{33 * 512});
    QCOMPARE(image.endSector, diskSectors - 33);
}

void TestGpt::cutsNamesBetweenCharacters()
{
    GptRequest wanted = request();
    wanted.name = std::string(35, 'x') + "\xF0\x9F\x92\xBE"; // the pair would be units 36 and 37
    QCOMPARE(readTable(diskOf(wanted)).partitions.at(0).name, std::string(35, 'x'));
    wanted.name = std::string(34, 'x') + "\xF0\x9F\x92\xBE";
    QCOMPARE(readTable(diskOf(wanted)).partitions.at(0).name, wanted.name);
}

void TestGpt::damageOfOneCopyIsSurvived_data()
{
    QTest::addColumn<quint64>("offset");
    QTest::addColumn<QByteArray>("rule");
    QTest::newRow("first signature") << quint64{512} << QByteArray("P24");
    QTest::newRow("first header") << quint64{512 + 0x30} << QByteArray("P24");
    QTest::newRow("first entries") << quint64{1024 + 0x20} << QByteArray("P24");
    QTest::newRow("last of the first entries") << quint64{34 * 512 - 1} << QByteArray("P24");
    QTest::newRow("second header") << quint64{backupAt + 0x30} << QByteArray("P25");
    QTest::newRow("second entries") << quint64{backupAt - 512} << QByteArray("P25");
}

void TestGpt::damageOfOneCopyIsSurvived()
{
    QFETCH(quint64, offset);
    QFETCH(QByteArray, rule);
    Bytes disk = diskOf(request());
    disk[offset] ^= std::byte{1};
    const PartitionTable table = readTable(std::move(disk));
    QCOMPARE(table.kind, TableKind::Gpt);
    QCOMPARE(table.partitions.size(), std::size_t{1});
    QCOMPARE(table.partitions[0].first.value, std::uint64_t{2048});
    QVERIFY(rulesOf(table) == std::vector<std::string>{rule.toStdString()});
}

void TestGpt::reportsAGptThatIsGone()
{
    Bytes disk = diskOf(request());
    disk[512] ^= std::byte{1};
    disk[backupAt] ^= std::byte{1};
    const PartitionTable table = readTable(std::move(disk));
    QCOMPARE(table.kind, TableKind::Mbr);
    QCOMPARE(table.partitions.at(0).type, mbr_type::gptProtective);
    QVERIFY(rulesOf(table) == std::vector<std::string>{"P20"});
}

void TestGpt::readsAGptWithoutItsProtectiveMbr()
{
    Bytes disk = diskOf(request());
    std::fill_n(disk.begin(), 512, std::byte{0});
    const PartitionTable table = readTable(std::move(disk));
    QCOMPARE(table.kind, TableKind::Gpt);
    QVERIFY(rulesOf(table) == std::vector<std::string>{"P7"});
}

void TestGpt::ignoresAStaleGptBehindAClassicTable()
{
    Bytes disk = diskOf(request());
    std::ranges::copy(encodeMbr({.firstSector = 63, .sectorCount = 500, .type = 6}), disk.begin());
    const PartitionTable table = readTable(std::move(disk));
    QCOMPARE(table.kind, TableKind::Mbr);
    QCOMPARE(table.partitions.at(0).first.value, std::uint64_t{63});
}

void TestGpt::rejectsHeaderFields_data()
{
    QTest::addColumn<int>("field");
    QTest::addColumn<quint64>("value");
    QTest::newRow("header size too small") << 0x0C << quint64{91};
    QTest::newRow("header size too large") << 0x0C << quint64{513};
    QTest::newRow("header size huge") << 0x0C << quint64{0xFFFFFFFF};
    QTest::newRow("other place") << 0x18 << quint64{2};
    QTest::newRow("no entries") << 0x50 << quint64{0};
    QTest::newRow("too many entries") << 0x50 << quint64{0xFFFFFFFF};
    QTest::newRow("entry size too small") << 0x54 << quint64{64};
    QTest::newRow("entry size odd") << 0x54 << quint64{200};
    QTest::newRow("entry size huge") << 0x54 << quint64{0x80000000};
    QTest::newRow("entries behind the disk") << 0x48 << quint64{0xFFFFFFFF};
}

void TestGpt::rejectsHeaderFields()
{
    QFETCH(int, field);
    QFETCH(quint64, value);
    Bytes disk = diskOf(request());
    changeHeader(disk, 512, [&](GptHeaderRaw& header) {
        Bytes bytes(sizeof header);
        store(bytes, 0, header);
        store(bytes, static_cast<std::size_t>(field), Le32(static_cast<std::uint32_t>(value)));
        header = *load<GptHeaderRaw>(bytes);
    });
    const PartitionTable table = readTable(std::move(disk));
    QCOMPARE(table.partitions.size(), std::size_t{1});
    QVERIFY(rulesOf(table) == std::vector<std::string>{"P24"});
}

void TestGpt::reportsEntriesOutside()
{
    GptRequest wanted = request();
    wanted.sectorCount = diskSectors;
    PartitionTable table = readTable(diskOf(wanted));
    QVERIFY(table.partitions.empty());
    QVERIFY(rulesOf(table) == std::vector<std::string>{"P27"});
    wanted.firstSector = 20;
    wanted.sectorCount = 100;
    table = readTable(diskOf(wanted));
    QCOMPARE(table.partitions.size(), std::size_t{1});
    QVERIFY(rulesOf(table) == std::vector<std::string>{"P28"});
}

void TestGpt::findsTheCopyOfADiskThatHasGrown()
{
    Bytes disk = diskOf(request());
    disk.resize(disk.size() + 1024 * 512);
    const PartitionTable table = readTable(std::move(disk));
    QCOMPARE(table.partitions.size(), std::size_t{1});
    QVERIFY(rulesOf(table) == std::vector<std::string>{"P26"});
}

void TestGpt::sgdiskFindsNoProblems()
{
    FATLAS_NEEDS_TOOL("sgdisk");
    const test::TempFolder folder;
    const auto path = QString::fromStdString(folder.writeFile("d.img", diskOf(request())));
    const auto run = test::runTool("sgdisk", {"-v", path});
    QCOMPARE(run.exitCode, 0);
    QVERIFY2(run.output.contains("No problems found"), run.output);
    const auto info = test::runTool("sgdisk", {"-i", "1", path});
    QVERIFY2(info.output.contains("C12A7328-F81F-11D2-BA4B-00A0C93EC93B"), info.output);
    QVERIFY2(info.output.contains("First sector: 2048"), info.output);
    QVERIFY2(info.output.contains("Last sector: 6143"), info.output);
    QVERIFY2(info.output.contains("'MY DISK'"), info.output);
}

void TestGpt::sfdiskReadsTheTable()
{
    FATLAS_NEEDS_TOOL("sfdisk");
    const test::TempFolder folder;
    const auto path = QString::fromStdString(folder.writeFile("d.img", diskOf(request())));
    const auto run = test::runTool("sfdisk", {"-J", path});
    QCOMPARE(run.exitCode, 0);
    const auto table = QJsonDocument::fromJson(run.output).object()["partitiontable"].toObject();
    QVERIFY2(table["label"] == "gpt", run.output);
    QCOMPARE(table["firstlba"].toInteger(), 34);
    QCOMPARE(table["lastlba"].toInteger(), static_cast<qint64>(diskSectors) - 34);
    const auto partition = table["partitions"].toArray().at(0).toObject();
    QCOMPARE(partition["start"].toInteger(), 2048);
    QCOMPARE(partition["size"].toInteger(), 4096);
    QCOMPARE(partition["name"].toString(), QString("MY DISK"));
    QCOMPARE(partition["uuid"].toString().toStdString(), formatGuid(guidOf(0x40)));
    QCOMPARE(table["id"].toString().toStdString(), formatGuid(guidOf(0x10)));
}

void TestGpt::readsWhatSgdiskWrote()
{
    FATLAS_NEEDS_TOOL("sgdisk");
    const test::TempFolder folder;
    const auto file = folder.writeHole("d.img", 16 * 1024 * 1024);
    const auto run = test::runTool("sgdisk", {"-o", "-n", "1:2048:+4M", "-t", "1:ef00", "-c",
                                              "1:boot", "-n", "2:0:0", "-t", "2:0700", "-c",
                                              "2:data \u03A9", QString::fromStdString(file)});
    QCOMPARE(run.exitCode, 0);
    const PartitionTable table = readTable(folder.readFile("d.img"));
    QCOMPARE(table.kind, TableKind::Gpt);
    QVERIFY(table.findings.empty());
    QCOMPARE(table.partitions.size(), std::size_t{2});
    QCOMPARE(table.partitions[0].sectorCount, std::uint64_t{8192});
    QCOMPARE(table.partitions[0].name, std::string("boot"));
    QCOMPARE(table.partitions[1].typeName, std::string("Microsoft basic data"));
    QCOMPARE(table.partitions[1].name, std::string("data \u03A9"));
}

void TestGpt::numbersPartitionsByTheirPlace()
{
    FATLAS_NEEDS_TOOL("sgdisk");
    const test::TempFolder folder;
    const auto file = folder.writeHole("d.img", 16 * 1024 * 1024);
    const auto run = test::runTool("sgdisk", {"-o", "-n", "7:2048:+4M", "-n", "3:0:+4M", "-n",
                                              "128:0:0", QString::fromStdString(file)});
    QCOMPARE(run.exitCode, 0);
    const PartitionTable table = readTable(folder.readFile("d.img"));
    QCOMPARE(table.partitions.size(), std::size_t{3});
    QCOMPARE(table.partitions[0].number, 3U);
    QCOMPARE(table.partitions[1].number, 7U);
    QCOMPARE(table.partitions[2].number, 128U);
    QCOMPARE(table.find(7)->first.value, std::uint64_t{2048});
    QVERIFY(table.findings.empty());
}

QTEST_GUILESS_MAIN(TestGpt)
#include "tst_gpt.moc"
