#include "core/fat/boot_code.hpp"
#include "core/fat/boot_sector.hpp"
#include "core/fat/boot_sector_raw.hpp"
#include "core/fat/plan_geometry.hpp"

#include "tests/support/pseudo_random.hpp"

#include <QtTest>

#include <algorithm>
#include <functional>

using namespace fatlas;
using namespace fatlas::fat;

namespace {

BootSector bootFor(std::uint64_t size, FatType type, std::uint32_t sectorSize = 512)
{
    GeometryRequest request;
    request.volumeSize = size;
    request.type = type;
    request.bytesPerSector = sectorSize;
    request.sectorsPerTrack = 63;
    request.heads = 255;
    request.hiddenSectors = 2048;
    BootSector boot;
    boot.geometry = planGeometry(request).value();
    std::ranges::copy(std::string_view("FATLAS  "), boot.oemName.begin());
    std::ranges::copy(std::string_view("TEST DISK  "), boot.label.begin());
    boot.serial = 0x1234ABCD;
    return boot;
}

std::uint64_t sizeFor(FatType type)
{
    return type == FatType::Fat12 ? 1440 * KiB : type == FatType::Fat16 ? 64 * MiB : GiB;
}

constexpr std::array allTypes{FatType::Fat12, FatType::Fat16, FatType::Fat32};

QString rulesOf(const BootSector& boot)
{
    QStringList rules;
    for (const Finding& finding : boot.findings)
        rules << QString::fromStdString(finding.rule);
    return rules.join(' ');
}

void put16(Bytes& bytes, std::size_t offset, std::uint16_t value)
{
    store(bytes, offset, Le16{value});
}

void put32(Bytes& bytes, std::size_t offset, std::uint32_t value)
{
    store(bytes, offset, Le32{value});
}

using Change = std::function<void(Bytes&)>;

} // namespace

Q_DECLARE_METATYPE(Change)

class TestBootSector : public QObject {
    Q_OBJECT

private slots:

    void decodesWhatItEncoded_data()
    {
        QTest::addColumn<int>("type");
        QTest::addColumn<int>("sectorSize");
        for (const FatType type : allTypes)
            for (const int sectorSize : {512, 1024, 2048, 4096})
                QTest::addRow("%s %d", toString(type), sectorSize) << int(type) << sectorSize;
    }

    void decodesWhatItEncoded()
    {
        QFETCH(int, type);
        QFETCH(int, sectorSize);
        const auto fatType = static_cast<FatType>(type);
        const std::uint64_t size = sizeFor(fatType);
        BootSector boot = bootFor(size, fatType, static_cast<std::uint32_t>(sectorSize));
        boot.mirrored = fatType != FatType::Fat32;
        boot.activeFat = fatType == FatType::Fat32 ? 1 : 0;
        boot.state = 1;
        const Bytes bytes = encodeBootSector(boot, {});
        QCOMPARE(bytes.size(), std::size_t(sectorSize));
        const auto back = decodeBootSector(bytes, size);
        QVERIFY2(back.has_value(), back ? "" : back.error().message.c_str());
        QCOMPARE(rulesOf(*back), QString());
        QVERIFY(back->geometry == boot.geometry);
        QVERIFY(back->oemName == boot.oemName && back->label == boot.label);
        QCOMPARE(back->serial, boot.serial);
        QCOMPARE(back->driveNumber, boot.driveNumber);
        QCOMPARE(back->mirrored, boot.mirrored);
        QCOMPARE(back->activeFat, boot.activeFat);
        QCOMPARE(back->state, boot.state);
        QVERIFY(encodeBootSector(*back, {}) == bytes);
        QVERIFY(encodeBootSector(*back, {.sector = bytes}) == bytes);
    }

    void writesFieldsWhereTheSpecificationHasThem()
    {
        const Bytes bytes = encodeBootSector(bootFor(GiB, FatType::Fat32), {});
        const auto at = [&](std::size_t i) { return std::to_integer<int>(bytes[i]); };
        QCOMPARE(at(0), 0xEB);
        QCOMPARE(at(1), 0x58);
        QCOMPARE(at(2), 0x90);
        QCOMPARE(at(0x0B) | at(0x0C) << 8, 512);
        QCOMPARE(at(0x0D), 8);
        QCOMPARE(at(0x0E), 32);
        QCOMPARE(at(0x10), 2);
        QCOMPARE(at(0x15), 0xF8);
        QCOMPARE(at(0x16) | at(0x17), 0);
        QCOMPARE(load<Le32>(bytes, 0x20)->get(), 2097152U);
        QCOMPARE(load<Le32>(bytes, 0x2C)->get(), 2U);
        QCOMPARE(at(0x30), 1);
        QCOMPARE(at(0x32), 6);
        QCOMPARE(at(0x40), 0x80);
        QCOMPARE(at(0x42), 0x29);
        QCOMPARE(load<Le32>(bytes, 0x43)->get(), 0x1234ABCDU);
        QCOMPARE(at(0x47), int('T'));
        QCOMPARE(QByteArray(reinterpret_cast<const char*>(&bytes[0x52]), 8), "FAT32   ");
        QCOMPARE(at(510), 0x55);
        QCOMPARE(at(511), 0xAA);
    }

    void refusesNumbersThatMakeNoVolume_data() // B3, B4, B5, B6, B8, B9, B10, B11
    {
        QTest::addColumn<int>("type");
        QTest::addColumn<Change>("change");
        QTest::addColumn<QString>("message");
        QTest::addColumn<int>("offset");
        const auto row = [](const char* name, int type, const char* message, int offset,
                            const Change& c) {
            QTest::newRow(name) << type << c << QString(message) << offset;
        };
        row("B3", 12, "bytes per sector is 513, expected 512, 1024, 2048 or 4096", 0x0B,
            [](Bytes& b) { put16(b, 0x0B, 513); });
        row("B3 256", 12, "bytes per sector is 256", 0x0B, [](Bytes& b) { put16(b, 0x0B, 256); });
        row("B3 8192", 12, "bytes per sector is 8192", 0x0B,
            [](Bytes& b) { put16(b, 0x0B, 8192); });
        row("B4", 16, "sectors per cluster is 3, expected a power of two", 0x0D,
            [](Bytes& b) { b[0x0D] = std::byte{3}; });
        row("B4 0", 16, "sectors per cluster is 0", 0x0D, [](Bytes& b) { b[0x0D] = {}; });
        row("B5", 32, "reserved sectors are 0", 0x0E, [](Bytes& b) { put16(b, 0x0E, 0); });
        row("B6", 16, "number of FATs is 0", 0x10, [](Bytes& b) { b[0x10] = {}; });
        row("B8", 12, "total sectors are 0 in both fields", 0x13,
            [](Bytes& b) { put16(b, 0x13, 0); });
        row("B9", 12, "sectors per FAT are 0", 0x24, [](Bytes& b) {
            put16(b, 0x16, 0);
            put32(b, 0x24, 0);
        });
        row("B9 FAT32", 32, "sectors per FAT are 0", 0x24, [](Bytes& b) { put32(b, 0x24, 0); });
        row("B10", 16, "root directory has 0 entries", 0x11, [](Bytes& b) { put16(b, 0x11, 0); });
        row("B11", 12, "but the volume has only 30 and needs room for a cluster", 0x13,
            [](Bytes& b) { put16(b, 0x13, 30); });
        row("B11 huge FAT", 32, "take 8589934622 sectors", 0x13,
            [](Bytes& b) { put32(b, 0x24, 0xFFFFFFFF); });
        row("B11 many FATs", 12, "take 2328 sectors", 0x13, [](Bytes& b) {
            b[0x10] = std::byte{255};
            put16(b, 0x13, 2310);
        });
    }

    void refusesNumbersThatMakeNoVolume()
    {
        QFETCH(int, type);
        QFETCH(Change, change);
        QFETCH(QString, message);
        QFETCH(int, offset);
        const auto fatType = static_cast<FatType>(type);
        Bytes bytes = encodeBootSector(bootFor(sizeFor(fatType), fatType), {});
        change(bytes);
        const auto boot = decodeBootSector(bytes, 4 * GiB);
        QVERIFY(!boot);
        QCOMPARE(boot.error().code, ErrorCode::BadFormat);
        QCOMPARE(boot.error().deviceOffset, std::optional<std::uint64_t>(offset));
        const QString text = QString::fromStdString(boot.error().message);
        QVERIFY2(text.contains(message) && text.startsWith("this is not a FAT volume"),
                 qPrintable(text));
    }

    void livesWithWhatIsOnlyOdd_data()
    {
        QTest::addColumn<int>("type");
        QTest::addColumn<Change>("change");
        QTest::addColumn<QString>("rule");
        const auto row = [](const char* name, int type, const Change& c) {
            QTest::newRow(name) << type << c << QString(name).section(' ', 0, 0);
        };
        row("B2", 12, [](Bytes& b) { b[0] = {}; });
        row("B4 64K", 16, [](Bytes& b) { b[0x0D] = std::byte{128}; });
        row("B6 three", 12, [](Bytes& b) { b[0x10] = std::byte{3}; });
        row("B7", 12, [](Bytes& b) { b[0x15] = std::byte{0xF7}; });
        row("B8 both", 12, [](Bytes& b) { put32(b, 0x20, 2881); });
        row("B10 part", 12, [](Bytes& b) { put16(b, 0x11, 225); });
        row("B10 FAT32", 32, [](Bytes& b) { put16(b, 0x11, 512); });
        row("B12", 16, [](Bytes& b) { put16(b, 0x16, 10); });
        row("B15", 32, [](Bytes& b) { put32(b, 0x2C, 0); });
        row("B15 far", 32, [](Bytes& b) { put32(b, 0x2C, 0x0FFFFFF0); });
        row("B16 FSInfo", 32, [](Bytes& b) { put16(b, 0x30, 32); });
        row("B16 backup", 32, [](Bytes& b) { put16(b, 0x32, 99); });
        row("B16 both in one", 32, [](Bytes& b) { put16(b, 0x32, 1); });
        row("B17 active", 32, [](Bytes& b) { put16(b, 0x28, 0x85); });
        row("B17 version", 32, [](Bytes& b) { put16(b, 0x2A, 1); });
        row("B18", 12, [](Bytes& b) { put16(b, 510, 0); });
    }

    void livesWithWhatIsOnlyOdd()
    {
        QFETCH(int, type);
        QFETCH(Change, change);
        QFETCH(QString, rule);
        const auto fatType = static_cast<FatType>(type);
        Bytes bytes = encodeBootSector(bootFor(sizeFor(fatType), fatType), {});
        change(bytes);
        const auto boot = decodeBootSector(bytes, 4 * GiB);
        QVERIFY2(boot.has_value(), boot ? "" : boot.error().message.c_str());
        QVERIFY2(rulesOf(*boot).split(' ').contains(rule), qPrintable(rulesOf(*boot)));
        QVERIFY(boot->findings.front().offset.has_value());
    }

    void acceptsReferencesThatMeanNone()
    {
        Bytes bytes = encodeBootSector(bootFor(GiB, FatType::Fat32), {});
        put16(bytes, 0x30, 0xFFFF);
        put16(bytes, 0x32, 0);
        const auto boot = decodeBootSector(bytes, GiB);
        QCOMPARE(rulesOf(*boot), QString());
        QCOMPARE(boot->geometry.fsInfoSector, 0U);
        QCOMPARE(boot->geometry.backupBootSector, 0U);
    }

    void opensSmallFat32ByItsFields() // B13: common on EFI sticks
    {
        BootSector boot = bootFor(GiB, FatType::Fat32);
        boot.geometry.totalSectors = 100'000;
        const auto back = decodeBootSector(encodeBootSector(boot, {}), GiB);
        QVERIFY(back.has_value());
        QCOMPARE(back->geometry.type, FatType::Fat32);
        QVERIFY(back->geometry.clusterCount < minClustersFat32);
        QCOMPARE(rulesOf(*back), QString("B13"));
    }

    void readsTooManyClustersAsFat16() // B13
    {
        Bytes bytes = encodeBootSector(bootFor(64 * MiB, FatType::Fat16), {});
        bytes[0x0D] = std::byte{1};
        put16(bytes, 0x16, 300);
        const auto back = decodeBootSector(bytes, 64 * MiB);
        QVERIFY(back.has_value());
        QCOMPARE(back->geometry.type, FatType::Fat16);
        QCOMPARE(back->geometry.clusterCount, 65524U);
        QCOMPARE(rulesOf(*back), QString("B13"));
    }

    void boundsClustersByTheFat() // B12
    {
        Bytes bytes = encodeBootSector(bootFor(64 * MiB, FatType::Fat16), {});
        put16(bytes, 0x16, 20);
        const auto back = decodeBootSector(bytes, 64 * MiB);
        QCOMPARE(back->geometry.clusterCount, 20U * 256 - 2);
        QCOMPARE(rulesOf(*back), QString("B12"));
    }

    void boundsClustersByACutImage() // B14
    {
        const BootSector boot = bootFor(64 * MiB, FatType::Fat16);
        const Geometry& g = boot.geometry;
        const Bytes bytes = encodeBootSector(boot, {});
        const std::uint64_t size = g.dataOffset() + 10 * g.clusterSize() + 1;
        const auto back = decodeBootSector(bytes, size);
        QVERIFY(back.has_value());
        QCOMPARE(back->geometry.type, FatType::Fat16);
        QCOMPARE(back->geometry.clusterCount, 10U);
        QCOMPARE(back->geometry.totalSectors, g.totalSectors);
        QCOMPARE(rulesOf(*back), QString("B14"));
        QVERIFY(!decodeBootSector(bytes, g.dataOffset()));
        QVERIFY(!decodeBootSector(bytes, 512));
    }

    void namesWhatIsNotFat_data() // B1
    {
        QTest::addColumn<Change>("change");
        QTest::addColumn<QString>("name");
        const auto text = [](Bytes& b, std::size_t offset, std::string_view what) {
            std::ranges::copy(std::as_bytes(std::span(what)), &b[offset]);
        };
        QTest::newRow("NTFS") << Change([=](Bytes& b) { text(b, 3, "NTFS    "); }) << "NTFS";
        QTest::newRow("exFAT") << Change([=](Bytes& b) { text(b, 3, "EXFAT   "); }) << "exFAT";
        QTest::newRow("ext4") << Change([](Bytes& b) { put16(b, 1080, 0xEF53); })
                              << "ext2, ext3 or ext4";
        QTest::newRow("empty") << Change([](Bytes&) {}) << "empty (all zero)";
        QTest::newRow("MBR") << Change([](Bytes& b) {
            b[446] = std::byte{0x80};
            b[450] = std::byte{6};
            put16(b, 510, 0xAA55);
        }) << "a disk with a partition table";
        QTest::newRow("GPT") << Change([=](Bytes& b) { text(b, 512, "EFI PART"); })
                             << "a disk with a GPT";
    }

    void namesWhatIsNotFat()
    {
        QFETCH(Change, change);
        QFETCH(QString, name);
        Bytes bytes(2048);
        change(bytes);
        const auto boot = decodeBootSector(bytes, GiB);
        QVERIFY(!boot);
        const QString text = QString::fromStdString(boot.error().message);
        QVERIFY2(text.startsWith("this is not a FAT volume but " + name), qPrintable(text));
    }

    void refusesLessThanASector()
    {
        QVERIFY(!decodeBootSector({}, 0));
        QVERIFY(!decodeBootSector(Bytes(511), 511));
    }

    void readsOldSectorsWithoutExtendedFields()
    {
        BootSector boot = bootFor(1440 * KiB, FatType::Fat12);
        boot.hasExtendedFields = false;
        const Bytes bytes = encodeBootSector(boot, {});
        QCOMPARE(bytes[0x26], std::byte{0});
        const auto back = decodeBootSector(bytes, 1440 * KiB);
        QVERIFY(!back->hasExtendedFields);
        QCOMPARE(back->serial, 0U);
    }

    void readsASerialWithoutALabel()
    {
        Bytes bytes = encodeBootSector(bootFor(1440 * KiB, FatType::Fat12), {});
        bytes[0x26] = std::byte{0x28};
        const auto back = decodeBootSector(bytes, 1440 * KiB);
        QVERIFY(back->hasExtendedFields);
        QCOMPARE(back->serial, 0x1234ABCDU);
        QCOMPARE(back->label[0], static_cast<unsigned char>(' '));
    }

    void survivesRandomSectors() // whatever decodes is valid together
    {
        test::PseudoRandom random(2);
        const Bytes good = encodeBootSector(bootFor(64 * MiB, FatType::Fat16), {});
        int decoded = 0;
        for (int i = 0; i < 50'000; ++i) {
            Bytes bytes = good;
            for (std::uint64_t n = 1 + random.below(6); n > 0; --n)
                bytes[0x0B + random.below(0x40)] = static_cast<std::byte>(random.next());
            const std::uint64_t size = random.below(1ULL << (9 + random.below(32)));
            const auto boot = decodeBootSector(bytes, size);
            if (!boot)
                continue;
            ++decoded;
            const Geometry& g = boot->geometry;
            QVERIFY(g.clusterCount >= 1 && g.clusterCount <= clusterCountRange(g.type).max);
            QVERIFY(g.dataOffset() + std::uint64_t{g.clusterCount} * g.clusterSize() <= size);
            QVERIFY(g.clusterOffset(g.endCluster()) <= g.volumeSize());
            QVERIFY(boot->activeFat < g.fatCount);
        }
        QVERIFY(decoded > 500);
    }

    void encodesFsInfo() // B20
    {
        const Geometry g = bootFor(GiB, FatType::Fat32, 4096).geometry;
        const Bytes bytes = encodeFsInfo(g, 1000, Cluster{7});
        QCOMPARE(bytes.size(), std::size_t{4096});
        QCOMPARE(load<Le32>(bytes, 0)->get(), 0x41615252U);
        QCOMPARE(load<Le32>(bytes, 484)->get(), 0x61417272U);
        QCOMPARE(load<Le32>(bytes, 488)->get(), 1000U);
        QCOMPARE(load<Le32>(bytes, 492)->get(), 7U);
        QCOMPARE(load<Le32>(bytes, 508)->get(), 0xAA550000U);
        QCOMPARE(std::ranges::count_if(bytes, [](std::byte b) { return b != std::byte{0}; }), 13);
    }
};

QTEST_GUILESS_MAIN(TestBootSector)
#include "tst_boot_sector.moc"
