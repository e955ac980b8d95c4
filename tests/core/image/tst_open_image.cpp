#include "core/fat/tree.hpp"
#include "core/image/find_volume.hpp"
#include "core/image/image.hpp"

#include "tests/core/image/image_maker.hpp"

#include <QtTest>

using namespace fatlas;
using namespace fatlas::image;
using folder_disk::PartitionScheme;

namespace {

constexpr std::size_t mbrEntries = 446;

/// One entry of an MBR: type, first sector, sectors; CHS left empty.
void setMbrEntry(Bytes& image, std::size_t slot, unsigned char type, std::uint32_t first,
                 std::uint32_t count)
{
    const std::size_t place = mbrEntries + slot * 16;
    std::fill_n(image.begin() + std::ptrdiff_t(place), 16, std::byte{0});
    image[place + 4] = std::byte{type};
    store(image, place + 8, Le32(first));
    store(image, place + 12, Le32(count));
    image[510] = std::byte{0x55};
    image[511] = std::byte{0xAA};
}

} // namespace

class TestOpenImage : public QObject {
    Q_OBJECT

private slots:

    void initTestCase()
    {
        m_folder.writeText("HELLO.TXT", "hello");
        m_floppy = test::imageOf(m_folder.path());
    }

    void opensAFloppyImage()
    {
        const auto image = openImage(write("floppy", m_floppy));
        QVERIFY2(image, image ? "" : image.error().message.c_str());
        QVERIFY(!image->partitionIndex);
        QCOMPARE(image->volumeOffset, std::uint64_t(0));
        QVERIFY(image->plan == nullptr);
        QVERIFY(holdsHello(*image));
    }

    void opensWhatWasMadeFromAFolder_data()
    {
        QTest::addColumn<int>("scheme");
        QTest::addColumn<unsigned>("sectorSize");
        for (const unsigned sectorSize : {512U, 1024U, 2048U, 4096U}) {
            QTest::addRow("none %u", sectorSize) << int(PartitionScheme::None) << sectorSize;
            QTest::addRow("mbr %u", sectorSize) << int(PartitionScheme::Mbr) << sectorSize;
            QTest::addRow("gpt %u", sectorSize) << int(PartitionScheme::Gpt) << sectorSize;
        }
    }

    void opensWhatWasMadeFromAFolder()
    {
        QFETCH(int, scheme);
        QFETCH(unsigned, sectorSize);
        folder_disk::Options options;
        options.partition = PartitionScheme(scheme);
        options.sectorSize = sectorSize;
        options.size = 16 * MiB;
        const bool partitioned = options.partition != PartitionScheme::None;

        const auto computed = openImage(m_folder.path().native(), {.folder = options});
        QVERIFY2(computed, computed ? "" : computed.error().message.c_str());
        QVERIFY(computed->plan != nullptr);
        QVERIFY(holdsHello(*computed));
        QCOMPARE(computed->partitionIndex.has_value(), partitioned);
        QCOMPARE(computed->volumeOffset, computed->plan->layout.volumeOffset);

        const auto saved = openImage(write("disk", test::imageOf(m_folder.path(), options)));
        QVERIFY2(saved, saved ? "" : saved.error().message.c_str());
        QVERIFY(holdsHello(*saved));
        QCOMPARE(saved->volumeOffset, computed->volumeOffset);
    }

    void opensAnAddressWithItsOwnOptions()
    {
        const auto image = openImage("fat:12:floppy:" + m_folder.path().native());
        QVERIFY2(image, image ? "" : image.error().message.c_str());
        QCOMPARE(image->disk->size(), std::uint64_t(1'474'560));
        const auto tree = fat::readTree(*image->volume);
        QCOMPARE((*tree)->label, std::string("QEMU VVFAT"));
    }

    void asksWhichPartitionWhenThereAreSeveral()
    {
        Bytes disk(6'000'000);
        place(disk, 512 * 100, m_floppy);
        place(disk, 512 * 5000, m_floppy);
        setMbrEntry(disk, 0, 0x01, 100, 2880);
        setMbrEntry(disk, 1, 0x01, 5000, 2880);
        const std::string path = write("two", disk);

        const auto unclear = openImage(path);
        QVERIFY(!unclear);
        QCOMPARE(unclear.error().code, ErrorCode::InvalidArgument);
        const QString message = QString::fromStdString(unclear.error().message);
        QVERIFY2(message.contains("2 FAT volumes, choose one with --partition-index: 1: "),
                 qPrintable(message));
        QVERIFY2(message.contains("; 2: "), qPrintable(message));

        const auto second = openImage(path, {.partitionIndex = 2});
        QVERIFY(second);
        QCOMPARE(second->volumeOffset, std::uint64_t(512 * 5000));
        QVERIFY(holdsHello(*second));
    }

    void takesTheOnlyFatPartitionByItself()
    {
        Bytes disk(4'000'000);
        place(disk, 512 * 3000, m_floppy);
        setMbrEntry(disk, 0, 0x83, 63, 2000);
        setMbrEntry(disk, 1, 0x01, 3000, 2880);
        const auto image = openImage(write("one", disk));
        QVERIFY(image);
        QCOMPARE(image->partitionIndex, std::optional<std::uint32_t>(2));
    }

    void opensAtAnOffset()
    {
        Bytes disk(4'000'000);
        place(disk, 12'345, m_floppy);
        const std::string path = write("offset", disk);
        QVERIFY(!openImage(path));
        const auto image = openImage(path, {.offset = 12'345});
        QVERIFY2(image, image ? "" : image.error().message.c_str());
        QCOMPARE(image->volumeOffset, std::uint64_t(12'345));
        QVERIFY(!image->partitionIndex);
        QVERIFY(holdsHello(*image));
    }

    void anOffsetThatIsAPartitionEndsWithIt()
    {
        Bytes disk(6'000'000);
        place(disk, 512 * 100, m_floppy);
        setMbrEntry(disk, 0, 0x83, 4000, 100);
        setMbrEntry(disk, 1, 0x01, 100, 2880);
        const auto image = openImage(write("at", disk), {.offset = 512 * 100});
        QVERIFY(image);
        QCOMPARE(image->volume->device().size(), std::uint64_t(2880 * 512));
        QCOMPARE(image->partitionIndex, std::optional<std::uint32_t>(2));
    }

    void refusesOffsetsWithNoVolume()
    {
        const std::string path = write("floppy", m_floppy);
        const auto behind = openImage(path, {.offset = m_floppy.size()});
        QCOMPARE(behind.error().code, ErrorCode::InvalidArgument);
        QVERIFY(behind.error().message.find("behind the end of the disk") != std::string::npos);
        const auto wrong = openImage(path, {.offset = 513});
        QCOMPARE(wrong.error().code, ErrorCode::BadFormat);
        QVERIFY(wrong.error().message.find("offset 513") != std::string::npos);
        const auto both = openImage(path, {.partitionIndex = 1, .offset = 512});
        QCOMPARE(both.error().code, ErrorCode::InvalidArgument);
    }

    void readsTheCopyOfTheFatAskedFor()
    {
        Bytes damaged = m_floppy;
        std::fill_n(damaged.begin() + 512 + 3, 512 * 9 - 3, std::byte{0});
        const std::string path = write("copies", damaged);
        const auto first = openImage(path, {.fatCopy = 0});
        const auto second = openImage(path, {.fatCopy = 1});
        QCOMPARE(first->volume->entry(Cluster{2})->kind, fat::EntryKind::Free);
        QCOMPARE(second->volume->entry(Cluster{2})->kind, fat::EntryKind::End);
        const auto third = openImage(path, {.fatCopy = 2});
        QCOMPARE(third.error().code, ErrorCode::InvalidArgument);
    }

    void refusesAPartitionThatIsNotThere()
    {
        const auto missing = openImage(write("floppy", m_floppy), {.partitionIndex = 1});
        QVERIFY(!missing);
        QCOMPARE(missing.error().code, ErrorCode::InvalidArgument);
        QVERIFY(missing.error().message.find("the disk has no partitions") != std::string::npos);
    }

    void namesWhatAFileIsInstead()
    {
        Bytes bytes(4096);
        test::patch(bytes, 0, "QFI\xfb");
        const auto image = openImage(write("disk.qcow2", bytes));
        QVERIFY(!image);
        QCOMPARE(image.error().code, ErrorCode::BadFormat);
        QVERIFY(image.error().message.find("it holds no FAT volume but a qcow2 image; convert it "
                                           "first") != std::string::npos);
    }

    void saysThatAFileIsNotThere()
    {
        const auto image = openImage("/nonexistent/fatlas.img");
        QVERIFY(!image);
        QCOMPARE(image.error().code, ErrorCode::NotFound);
        QVERIFY(image.error().message.find("/nonexistent/fatlas.img") != std::string::npos);
    }

    void survivesAnyPrefixOfAnImage()
    {
        for (const std::size_t size : {0, 1, 11, 511, 512, 513, 1024, 10'000, 200'000}) {
            const auto image =
                openImage(write("cut", Bytes(m_floppy.begin(), m_floppy.begin() + size)));
            if (!image)
                QVERIFY(!image.error().message.empty());
        }
    }

    void aRawDiskNeedsNoVolume()
    {
        const auto disk = openRawDisk(write("raw", Bytes(2048)));
        QVERIFY(disk);
        QCOMPARE((*disk)->size(), std::uint64_t(2048));
    }

private:
    std::string write(std::string_view name, const Bytes& bytes) const
    {
        return m_images.writeFile(name, bytes).native();
    }

    static void place(Bytes& disk, std::size_t offset, const Bytes& what)
    {
        std::ranges::copy(what, disk.begin() + std::ptrdiff_t(offset));
    }

    static bool holdsHello(const Image& image)
    {
        const auto tree = fat::readTree(*image.volume);
        return tree && (*tree)->find("/HELLO.TXT");
    }

    test::TempFolder m_folder;
    test::TempFolder m_images;
    Bytes m_floppy;
};

QTEST_GUILESS_MAIN(TestOpenImage)
#include "tst_open_image.moc"
