#include "core/image/file_content.hpp"
#include "core/image/lookup.hpp"

#include "tests/core/image/image_maker.hpp"
#include "tests/support/fault_device.hpp"

#include <QtTest>

using namespace fatlas;
using namespace fatlas::image;

namespace {

class Collector final : public ContentSink {
public:
    Result<> data(ByteView bytes) override
    {
        content.insert(content.end(), bytes.begin(), bytes.end());
        return verdict;
    }

    Result<> zeros(std::uint64_t length) override
    {
        content.resize(content.size() + length);
        return verdict;
    }

    Bytes content;
    Result<> verdict;
};

constexpr std::uint64_t fatOffset = 512; ///< of a 1.44M floppy

/// FAT12: what entry 3 (the second data cluster) says.
void setThirdEntry(Bytes& image, unsigned value)
{
    auto& low = image[fatOffset + 4];
    auto& high = image[fatOffset + 5];
    low = (low & std::byte{0x0F}) | static_cast<std::byte>((value & 0x0F) << 4);
    high = static_cast<std::byte>(value >> 4);
}

fat::DirectoryEntryRaw rawOf(const Located& place)
{
    return place.item ? place.item->raw : fat::DirectoryEntryRaw{};
}

} // namespace

class TestFileContent : public QObject {
    Q_OBJECT

private slots:

    void initTestCase()
    {
        m_folder.writePattern("A.BIN", 3000);
        m_folder.writeText("EMPTY.TXT", "");
        m_image = test::imageOf(m_folder.path());
    }

    void deliversEveryByte()
    {
        Collector sink;
        const auto end = stream(m_image, "A.BIN", sink);
        QVERIFY(end && !end->damage);
        QCOMPARE(end->delivered, std::uint64_t(3000));
        QCOMPARE(sink.content, m_folder.readFile("A.BIN"));
    }

    void deliversNothingOfAnEmptyFile()
    {
        Collector sink;
        const auto end = stream(m_image, "EMPTY.TXT", sink);
        QVERIFY(end && !end->damage);
        QVERIFY(sink.content.empty());
    }

    void saysWhereADamagedChainStops_data()
    {
        QTest::addColumn<unsigned>("entry");
        QTest::addColumn<int>("clusters");
        QTest::addColumn<QString>("damage");
        QTest::newRow("ends") << 0xFFFU << 2 << "its chain ends after 2 of 6 clusters";
        QTest::newRow("free") << 0U << 1
                              << "its chain runs into a free cluster after 1 of 6 clusters";
        QTest::newRow("bad") << 0xFF7U << 1
                             << "its chain runs into a cluster marked bad after 1 of 6 clusters";
        QTest::newRow("loop") << 2U << 2 << "its chain comes back to itself after 2 of 6 clusters";
        QTest::newRow("outside") << 0xFE0U << 2
                                 << "its chain runs out of the volume after 2 of 6 clusters";
    }

    void saysWhereADamagedChainStops()
    {
        QFETCH(unsigned, entry);
        QFETCH(int, clusters);
        QFETCH(QString, damage);
        Bytes image = m_image;
        setThirdEntry(image, entry);
        Collector sink;
        const auto end = stream(image, "A.BIN", sink);
        QVERIFY(end && end->damage);
        QCOMPARE(QString::fromStdString(end->damage.value_or("")), damage);
        QCOMPARE(end->delivered, std::uint64_t(clusters) * 512);
        const Bytes whole = m_folder.readFile("A.BIN");
        QCOMPARE(sink.content, Bytes(whole.begin(), whole.begin() + clusters * 512));
    }

    void aDeviceThatCannotBeReadIsDamage()
    {
        auto memory = std::make_shared<block::MemoryDevice>(m_image);
        const auto device = std::make_shared<test::FaultDevice>(memory);
        const auto volume = test::need(fat::Volume::open(device));
        const auto place = test::need(locate(*volume, "A.BIN"));
        const auto chain = volume->chain(place.firstCluster());
        QVERIFY(chain);
        device->setPlan({.failRead = 1});
        Collector sink;
        const auto end = ContentReader(*volume).stream(rawOf(place), sink);
        QVERIFY(end && end->damage);
        QCOMPARE(end->delivered, std::uint64_t(0));
    }

    void theSinkCanEndIt()
    {
        Collector sink;
        sink.verdict = fail(ErrorCode::NoSpace, "full");
        const auto end = stream(m_image, "A.BIN", sink);
        QVERIFY(!end);
        QCOMPARE(end.error().code, ErrorCode::NoSpace);
    }

    void stopsWhenAsked()
    {
        std::stop_source stop;
        stop.request_stop();
        const auto volume = test::volumeOf(m_image);
        const auto place = test::need(locate(*volume, "A.BIN"));
        Collector sink;
        const auto end =
            ContentReader(*volume).stream(rawOf(place), sink, JobControl(stop.get_token()));
        QVERIFY(!end);
        QCOMPARE(end.error().code, ErrorCode::Cancelled);
    }

private:
    static Result<ContentEnd> stream(const Bytes& image, std::string_view path, ContentSink& sink)
    {
        const auto volume = test::volumeOf(image);
        const auto place = test::need(locate(*volume, path));
        return ContentReader(*volume).stream(rawOf(place), sink);
    }

    test::TempFolder m_folder;
    Bytes m_image;
};

QTEST_GUILESS_MAIN(TestFileContent)
#include "tst_file_content.moc"
