// What stands for a boot sector that is gone, and what must never be taken for one.
#include "core/fat/boot_sector_raw.hpp"
#include "core/fat/boot_sector_read.hpp"
#include "core/fat/plan_geometry.hpp"
#include "core/fat/volume.hpp"

#include "tests/core/fat/volume_builder.hpp"
#include "tests/support/fault_device.hpp"
#include "tests/support/pseudo_random.hpp"

#include <QTest>

using namespace fatlas;
using namespace fatlas::fat;

namespace {

struct Floppy {
    const char* name;
    unsigned char media;
    std::uint32_t sectorSize, sectors, perCluster, rootEntries, perFat;
};

constexpr std::array floppies{
    Floppy{"160K", 0xFE, 512, 320, 1, 64, 1},     Floppy{"180K", 0xFC, 512, 360, 1, 64, 2},
    Floppy{"320K", 0xFF, 512, 640, 2, 112, 1},    Floppy{"360K", 0xFD, 512, 720, 2, 112, 2},
    Floppy{"320K/80", 0xFA, 512, 640, 2, 112, 1}, Floppy{"360K/80", 0xF8, 512, 720, 2, 112, 2},
    Floppy{"640K", 0xFB, 512, 1280, 2, 112, 2},   Floppy{"720K", 0xF9, 512, 1440, 2, 112, 3},
    Floppy{"1.2M", 0xF9, 512, 2400, 1, 224, 7},   Floppy{"1.23M", 0xFE, 1024, 1232, 1, 192, 2},
    Floppy{"1.44M", 0xF0, 512, 2880, 1, 224, 9},  Floppy{"1.68M", 0xF0, 512, 3360, 4, 16, 3},
    Floppy{"2.88M", 0xF0, 512, 5760, 2, 240, 9},
};

BootSector bootOf(const Floppy& floppy)
{
    BootSector boot;
    boot.oemName.fill(' ');
    boot.label.fill(' ');
    Geometry& g = boot.geometry;
    g.bytesPerSector = floppy.sectorSize;
    g.sectorsPerCluster = floppy.perCluster;
    g.sectorsPerFat = floppy.perFat;
    g.rootEntryCount = floppy.rootEntries;
    g.totalSectors = floppy.sectors;
    g.media = floppy.media;
    return boot;
}

/// With fields, FATs and one file; a test takes the fields away.
Bytes imageOf(const Floppy& floppy)
{
    const BootSector boot = bootOf(floppy);
    const Geometry& g = boot.geometry;
    Bytes image(g.volumeSize());
    std::ranges::copy(encodeBootSector(boot, {}), image.begin());
    for (std::uint32_t copy = 0; copy < 2; ++copy) {
        const auto table = ByteSpan(image).subspan(g.fatOffset(copy), g.fatSize());
        setRawEntry(FatType::Fat12, table, Cluster{0}, 0xF00U | floppy.media);
        setRawEntry(FatType::Fat12, table, Cluster{1}, 0xFFF);
        setRawEntry(FatType::Fat12, table, Cluster{2}, 0xFFF);
    }
    store(image, g.rootOffset(), test::slotNamed("HELLO   TXT", 0x20, 2, 5));
    return image;
}

std::shared_ptr<block::MemoryDevice> deviceOf(Bytes bytes)
{
    return std::make_shared<block::MemoryDevice>(std::move(bytes));
}

void fill(Bytes& image, std::size_t offset, std::size_t count, std::byte value)
{
    std::fill_n(image.begin() + static_cast<std::ptrdiff_t>(offset), count, value);
}

const Finding* findingOf(const BootSector& boot, const char* rule)
{
    const auto found = std::ranges::find(boot.findings, rule, &Finding::rule);
    return found == boot.findings.end() ? nullptr : &*found;
}

/// A sound FAT32 volume, its backup boot sector written.
Bytes wideImage(std::uint32_t sectorSize = 512, std::uint32_t backup = 6)
{
    BootSector boot;
    boot.oemName.fill(' ');
    boot.label.fill(' ');
    Geometry& g = boot.geometry;
    g.type = FatType::Fat32;
    g.bytesPerSector = sectorSize;
    g.reservedSectors = 32;
    g.sectorsPerFat = 4096 / sectorSize;
    g.rootCluster = Cluster{2};
    g.fsInfoSector = backup == 1 ? 2 : 1;
    g.backupBootSector = backup;
    g.totalSectors = static_cast<std::uint32_t>(g.dataOffset() / sectorSize) + 900;
    Bytes image(g.volumeSize());
    const Bytes sector = encodeBootSector(boot, {});
    std::ranges::copy(sector, image.begin());
    std::ranges::copy(sector, image.begin() + std::ptrdiff_t{backup} * sectorSize);
    for (std::uint32_t copy = 0; copy < 2; ++copy) {
        store(image, g.fatOffset(copy), Le32(0x0FFFFFF8));
        store(image, g.fatOffset(copy) + 4, Le32(0x0FFFFFFF));
        store(image, g.fatOffset(copy) + 8, Le32(0x0FFFFFFF));
    }
    store(image, g.dataOffset(), test::slotNamed("HELLO   TXT", 0x20, 0, 0));
    return image;
}

bool holdsHello(const std::shared_ptr<const Volume>& volume)
{
    const auto root = volume->readDirectory(Cluster{0});
    return root && root->items.size() == 1 && root->items[0].name == "HELLO.TXT";
}

} // namespace

class TestBootSectorRead : public QObject {
    Q_OBJECT

private slots:

    void knowsEveryOldFloppy_data()
    {
        QTest::addColumn<int>("index");
        QTest::addColumn<int>("damage");
        for (int i = 0; i < int(floppies.size()); ++i)
            for (int damage = 0; damage < 4; ++damage)
                QTest::addRow("%s, damage %d", floppies[std::size_t(i)].name, damage)
                    << i << damage;
    }

    void knowsEveryOldFloppy()
    {
        QFETCH(int, index);
        QFETCH(int, damage);
        const Floppy& floppy = floppies[std::size_t(index)];
        const Bytes sound = imageOf(floppy);
        const auto wanted = readBootSector(*deviceOf(sound));
        QVERIFY(wanted);
        QCOMPARE(wanted->layoutSource, LayoutSource::BootSector);

        Bytes image = sound;
        if (damage == 0)
            fill(image, 0, 512, std::byte{0});
        else if (damage == 1)
            fill(image, 0x0B, 25, std::byte{0});
        else if (damage == 2)
            fill(image, 0, 512, std::byte{0xF6});
        else
            std::ranges::copy(test::PseudoRandom(index + 1).bytes(512), image.begin());
        const auto volume = Volume::open(deviceOf(std::move(image)));
        QVERIFY2(volume, volume ? "" : volume.error().message.c_str());
        const BootSector& boot = (*volume)->boot();
        QCOMPARE(boot.layoutSource, LayoutSource::MediaAndSize);
        QVERIFY(findingOf(boot, "B22") != nullptr);
        QVERIFY(holdsHello(*volume));
        Geometry found = boot.geometry;
        found.heads = wanted->geometry.heads;
        found.sectorsPerTrack = wanted->geometry.sectorsPerTrack;
        QVERIFY(found == wanted->geometry);
    }

    void foundFloppyLayoutCanBeWrittenBack()
    {
        for (const Floppy& floppy : floppies) {
            Bytes image = imageOf(floppy);
            fill(image, 0, 512, std::byte{0});
            const auto found = readBootSector(*deviceOf(image));
            QVERIFY(found);
            std::ranges::copy(encodeBootSector(*found, {}), image.begin());
            const auto again = readBootSector(*deviceOf(image));
            QVERIFY(again);
            QCOMPARE(again->layoutSource, LayoutSource::BootSector);
            QVERIFY(again->geometry == found->geometry);
            QVERIFY(again->findings.empty());
        }
    }

    void takesNoFloppyOfAnotherSizeOrMedia()
    {
        Bytes image = imageOf(floppies[10]);
        fill(image, 0, 512, std::byte{0});
        Bytes longer = image;
        longer.resize(longer.size() + 512);
        refuses(std::move(longer), "(B22)");
        Bytes other = image;
        other[512] = std::byte{0xF9};
        refuses(std::move(other), "(B22)");
        Bytes noOnes = image;
        noOnes[513] = std::byte{0};
        refuses(std::move(noOnes), "(B22)");
        refuses(Bytes(image.size()), "empty");
    }

    void needsMoreThanOneFatStart()
    {
        Bytes image = imageOf(floppies[10]);
        fill(image, 0, 512, std::byte{0});
        fill(image, 512 * 10, 512 * 9, std::byte{0});
        QVERIFY(readBootSector(*deviceOf(image))); // the root still says what it is
        fill(image, 512 * 19, 512, std::byte{0xC3});
        refuses(std::move(image), "(B22)");
    }

    void neverGuessesOverAnotherFileSystem_data()
    {
        QTest::addColumn<QByteArray>("magic");
        QTest::addColumn<int>("offset");
        QTest::addColumn<QString>("name");
        QTest::newRow("NTFS") << QByteArray("NTFS    ") << 3 << "NTFS";
        QTest::newRow("exFAT") << QByteArray("EXFAT   ") << 3 << "exFAT";
        QTest::newRow("XFS") << QByteArray("XFSB") << 0 << "XFS";
        QTest::newRow("HFS+") << QByteArray("H+\0\4", 4) << 1024 << "HFS+";
        QTest::newRow("ext") << QByteArray("\x53\xEF\1\0", 4) << 1080 << "ext2";
        QTest::newRow("partitions")
            << QByteArray("\x83\0\0\0\x3F\0\0\0\xFF\0\0\0", 12) << 450 << "partition table";
        QTest::newRow("qcow2") << QByteArray("QFI\xFB") << 0 << "qcow2";
    }

    void neverGuessesOverAnotherFileSystem()
    {
        QFETCH(QByteArray, magic);
        QFETCH(int, offset);
        QFETCH(QString, name);
        Bytes image = wideImage();
        fill(image, 0, 512, std::byte{0});
        fill(image, 1024, 512, std::byte{0});
        QVERIFY(readBootSector(*deviceOf(image)));
        std::memcpy(image.data() + offset, magic.constData(), std::size_t(magic.size()));
        store(image, 510, Le16(0xAA55));
        refuses(image, qPrintable(name));
    }

    void readsTheBackup_data()
    {
        QTest::addColumn<unsigned>("sectorSize");
        QTest::addColumn<unsigned>("backup");
        QTest::addColumn<int>("damage");
        for (const unsigned sectorSize : {512U, 1024U, 2048U, 4096U})
            for (const unsigned backup : {6U, 1U, 12U})
                for (int damage = 0; damage < 3; ++damage)
                    QTest::addRow("%u bytes, sector %u, damage %d", sectorSize, backup, damage)
                        << sectorSize << backup << damage;
    }

    void readsTheBackup()
    {
        QFETCH(unsigned, sectorSize);
        QFETCH(unsigned, backup);
        QFETCH(int, damage);
        const Bytes sound = wideImage(sectorSize, backup);
        const auto wanted = readBootSector(*deviceOf(sound));
        QVERIFY(wanted);
        QCOMPARE(wanted->layoutSource, LayoutSource::BootSector);
        QVERIFY(std::ranges::all_of(wanted->findings,
                                    [](const Finding& f) { return f.rule == "B13"; }));
        Bytes image = sound;
        if (damage == 0)
            fill(image, 0, 512, std::byte{0});
        else if (damage == 1)
            std::ranges::copy(test::PseudoRandom(sectorSize + backup).bytes(512), image.begin());
        else
            store(image, 0x0B, Le16(513));
        const auto volume = Volume::open(deviceOf(std::move(image)));
        QVERIFY2(volume, volume ? "" : volume.error().message.c_str());
        QCOMPARE((*volume)->boot().layoutSource, LayoutSource::Backup);
        QCOMPARE((*volume)->boot().layoutOffset, std::uint64_t(sectorSize) * backup);
        QVERIFY((*volume)->geometry() == wanted->geometry);
        QVERIFY(findingOf((*volume)->boot(), "B21") != nullptr);
        QVERIFY(holdsHello(*volume));
    }

    void prefersTheBackupToAbsurdFields_data()
    {
        QTest::addColumn<int>("offset");
        QTest::addColumn<int>("width");
        QTest::addColumn<unsigned>("value");
        QTest::newRow("sectors per cluster") << 0x0D << 1 << 64U;
        QTest::newRow("reserved sectors") << 0x0E << 2 << 33U;
        QTest::newRow("number of FATs") << 0x10 << 1 << 1U;
        QTest::newRow("root entries") << 0x11 << 2 << 512U;
        QTest::newRow("16-bit sectors per FAT") << 0x16 << 2 << 8U;
        QTest::newRow("32-bit sectors per FAT") << 0x24 << 4 << 9U;
        QTest::newRow("root cluster") << 0x2C << 4 << 700U;
    }

    void prefersTheBackupToAbsurdFields()
    {
        QFETCH(int, offset);
        QFETCH(int, width);
        QFETCH(unsigned, value);
        Bytes image = wideImage();
        for (int i = 0; i < width; ++i)
            image.at(static_cast<std::size_t>(offset) + static_cast<std::size_t>(i)) =
                std::byte(value >> (8 * i));
        const auto volume = Volume::open(deviceOf(std::move(image)));
        QVERIFY2(volume, volume ? "" : volume.error().message.c_str());
        QCOMPARE((*volume)->boot().layoutSource, LayoutSource::Backup);
        QVERIFY(holdsHello(*volume));
    }

    void keepsTheBootSectorWhereTheCopyIsNoBetter()
    {
        // A tool that made the volume smaller and forgot the copy.
        Bytes image = wideImage();
        store(image, 0x20, Le32(800));
        const auto shrunk = readBootSector(*deviceOf(image));
        QVERIFY(shrunk);
        QCOMPARE(shrunk->layoutSource, LayoutSource::BootSector);
        QCOMPARE(shrunk->geometry.totalSectors, 800U);
        // Fields that decide no place.
        image = wideImage();
        image[0x15] = std::byte{0x12};
        const auto media = readBootSector(*deviceOf(image));
        QCOMPARE(media->layoutSource, LayoutSource::BootSector);
        QVERIFY(findingOf(*media, "B7") != nullptr);
    }

    void doesNotTakeAnOldCopyForABackup()
    {
        Bytes image = wideImage();
        const auto sector = image.begin() + 6 * 512;
        std::copy_n(sector, 512, image.begin() + 7 * 512); // lies where it does not say
        fill(image, 0, 512, std::byte{0});
        fill(image, 6 * 512, 512, std::byte{0});
        refuses(image, "no copy of it");
        // A copy in its place, but of a volume that is gone.
        image = wideImage();
        fill(image, 0, 512, std::byte{0});
        fill(image, 32 * 512, image.size() - 32 * 512, std::byte{0});
        refuses(image, "no copy of it");
    }

    void saysWhatIsWrongWithTheSector()
    {
        Bytes image = wideImage();
        store(image, 0x0B, Le16(513));
        const auto boot = readBootSector(*deviceOf(image));
        QCOMPARE(findingOf(*boot, "B21")->message,
                 std::string("the boot sector is unusable (bytes per sector is 513, expected 512, "
                             "1024, 2048 or 4096); its copy in sector 6 is used"));
    }

    void survivesEveryCutAndPassesDeviceErrorsOn()
    {
        Bytes image = wideImage();
        fill(image, 0, 512, std::byte{0xF6});
        for (std::size_t size = 512; size < image.size(); size += size < 8192 ? 7 : 4099) {
            const auto cut = readBootSector(*deviceOf({image.begin(), image.begin() + int(size)}));
            QVERIFY(cut || !cut.error().message.empty());
        }
        bool opened = false;
        for (std::uint64_t nth = 1; nth < 20 && !opened; ++nth) {
            const auto device = std::make_shared<test::FaultDevice>(deviceOf(image));
            device->setPlan({.failRead = nth});
            const auto boot = readBootSector(*device);
            opened = boot.has_value();
            if (!opened)
                QCOMPARE(boot.error().code, ErrorCode::Io);
        }
        QVERIFY(opened);
    }

private:
    static void refuses(Bytes image, const char* says)
    {
        const auto boot = readBootSector(*deviceOf(std::move(image)));
        QVERIFY(!boot);
        QCOMPARE(boot.error().code, ErrorCode::BadFormat);
        QVERIFY2(boot.error().message.find(says) != std::string::npos,
                 boot.error().message.c_str());
    }
};

QTEST_GUILESS_MAIN(TestBootSectorRead)
#include "tst_boot_sector_read.moc"
