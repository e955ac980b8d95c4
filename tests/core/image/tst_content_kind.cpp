#include "core/block/memory_device.hpp"
#include "core/image/content_kind.hpp"

#include <QtTest>

#include <cstring>

using namespace fatlas;
using namespace fatlas::image;

class TestContentKind : public QObject {
    Q_OBJECT

private slots:

    void recognisesWhatIsNotARawDisk_data()
    {
        QTest::addColumn<int>("offset");
        QTest::addColumn<QByteArray>("signature");
        QTest::addColumn<QString>("what");
        const auto row = [](int offset, const QByteArray& signature, const char* what) {
            QTest::newRow(what) << offset << signature << QString(what);
        };
        row(0, "QFI\xfb", "a qcow2 image");
        row(0, "vhdxfile", "a VHDX image");
        row(0, "conectix", "a dynamic or differencing VHD");
        row(99'488, "conectix", "a fixed VHD");
        row(0, "\x1f\x8b", "a gzip file");
        row(0, "PK\x03\x04", "a ZIP archive");
        row(3, "NTFS    ", "an NTFS volume");
        row(3, "EXFAT   ", "an exFAT volume");
        row(0x438, "\x53\xef", "an ext2, ext3 or ext4 volume");
        row(0x8001, "CD001", "an ISO 9660 image");
        row(0x10040, "_BHRfS_M", "a Btrfs volume");
        row(0, "\x89PNG", "a PNG picture");
        row(90'000, "x", "zeros at its beginning: perhaps a disk that was never formatted");
    }

    void recognisesWhatIsNotARawDisk()
    {
        QFETCH(int, offset);
        QFETCH(QByteArray, signature);
        QFETCH(QString, what);
        Bytes bytes(100'000);
        std::memcpy(bytes.data() + offset, signature.data(), std::size_t(signature.size()));
        const block::MemoryDevice disk(std::move(bytes));
        QCOMPARE(QString::fromStdString(recogniseContent(disk).what), what);
    }

    void saysHowToConvertAnotherImageFormat()
    {
        Bytes bytes(1024);
        std::memcpy(bytes.data(), "QFI\xfb", 4);
        const block::MemoryDevice disk(std::move(bytes));
        QVERIFY(recogniseContent(disk).advice.find("qemu-img convert") != std::string::npos);
    }

    void recognisesTextAndNothingness()
    {
        Bytes text(700, std::byte{'a'});
        QCOMPARE(recogniseContent(block::MemoryDevice(text)).what, std::string("text"));
        QCOMPARE(recogniseContent(block::MemoryDevice(Bytes{})).what, std::string("an empty file"));
    }

    void knowsNothingAboutNoise()
    {
        Bytes noise(4096, std::byte{0xA5});
        QCOMPARE(recogniseContent(block::MemoryDevice(noise)).what, std::string());
    }
};

QTEST_GUILESS_MAIN(TestContentKind)
#include "tst_content_kind.moc"
