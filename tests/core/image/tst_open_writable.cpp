#include "core/block/file_device.hpp"
#include "core/image/open_writable.hpp"

#include "tests/core/image/image_maker.hpp"

#include <QtTest>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

using namespace fatlas;
using namespace fatlas::image;

class TestOpenWritable : public QObject {
    Q_OBJECT

private slots:

    void initTestCase()
    {
        m_folder.writeText("HELLO.TXT", "hello");
        m_floppy = test::imageOf(m_folder.path());
    }

    void writesToTheFileItself()
    {
        const auto path = m_images.writeFile("a.img", m_floppy);
        const auto image = test::need(openImage(path.native()));
        {
            const auto disk = test::need(openWritable(image));
            QVERIFY(disk->capabilities().canWrite);
            QVERIFY(disk->write(512 * 100 + 7, Bytes(3, std::byte{0x5A})));
            QVERIFY(disk->flush());
        }
        const auto bytes = test::need(readWholeFile(path, 10 * MiB));
        QCOMPARE(bytes.size(), m_floppy.size());
        QCOMPARE(bytes[512 * 100 + 9], std::byte{0x5A});
    }

    void refusesAFolder()
    {
        const auto image = test::need(openImage(m_folder.path().native()));
        refuses(image, ErrorCode::Refused, "is a folder");
    }

    void seesThatTheFileChanged()
    {
        const auto path = m_images.writeFile("b.img", m_floppy);
        const auto image = test::need(openImage(path.native()));
        QTest::qSleep(20); // the file system's clock ticks
        const auto again = m_images.writeFile("b.img", m_floppy);
        refuses(image, ErrorCode::Changed, "changed since it was opened");
    }

    void seesThatAnotherFileTookItsPlace()
    {
        const auto path = m_images.writeFile("c.img", m_floppy);
        const auto image = test::need(openImage(path.native()));
        const auto other = m_images.writeFile("other.img", m_floppy);
        std::filesystem::rename(other, path);
        refuses(image, ErrorCode::Changed, "changed since it was opened");
    }

    void refusesWhatSomebodyElseLocked()
    {
        const auto path = m_images.writeFile("d.img", m_floppy);
        const auto image = test::need(openImage(path.native()));
        const int other = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        QVERIFY(::flock(other, LOCK_SH | LOCK_NB) == 0);
        refuses(image, ErrorCode::Refused, "in use");
        QVERIFY(::flock(other, LOCK_UN) == 0);
        QVERIFY(openWritable(image));
        ::close(other);
    }

    /// QEMU locks single bytes, of which flock knows nothing.
    void refusesWhatQemuHasOpen()
    {
        const auto path = m_images.writeFile("e.img", m_floppy);
        const auto image = test::need(openImage(path.native()));
        const int other = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        struct flock bytes = {};
        bytes.l_type = F_RDLCK;
        bytes.l_start = 100;
        bytes.l_len = 1;
        QVERIFY(::fcntl(other, F_OFD_SETLK, &bytes) == 0);
        refuses(image, ErrorCode::Refused, "in use");
        ::close(other);
        QVERIFY(openWritable(image));
    }

    void keepsTheLockAsLongAsTheDeviceLives()
    {
        const auto path = m_images.writeFile("f.img", m_floppy);
        const auto image = test::need(openImage(path.native()));
        auto first = test::need(openWritable(image));
        refuses(image, ErrorCode::Refused, "in use");
        first.reset();
        QVERIFY(openWritable(image));
    }

private:
    static void refuses(const Image& image, ErrorCode code, const char* says)
    {
        const auto device = openWritable(image);
        QVERIFY(!device);
        QCOMPARE(device.error().code, code);
        QVERIFY2(device.error().message.find(says) != std::string::npos,
                 device.error().message.c_str());
    }

    test::TempFolder m_folder;
    test::TempFolder m_images;
    Bytes m_floppy;
};

QTEST_GUILESS_MAIN(TestOpenWritable)
#include "tst_open_writable.moc"
