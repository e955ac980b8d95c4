#include "core/fat/cluster_content.hpp"

#include "tests/core/fat/volume_builder.hpp"
#include "tests/support/pseudo_random.hpp"

#include <QTest>

using namespace fatlas;
using namespace fatlas::fat;

namespace {

Bytes bytesOf(std::string_view text, std::size_t size = 0)
{
    Bytes bytes(std::max(size, text.size()));
    std::ranges::transform(text, bytes.begin(), [](char c) { return static_cast<std::byte>(c); });
    return bytes;
}

Bytes randomBytes(std::size_t size)
{
    test::PseudoRandom random(7);
    Bytes bytes(size);
    for (std::byte& b : bytes)
        b = static_cast<std::byte>(random.below(256));
    return bytes;
}

} // namespace

class TestClusterContent : public QObject {
    Q_OBJECT

private Q_SLOTS:

    void tellsZerosFromOtherFillings()
    {
        QCOMPARE(contentKind(Bytes(512)), ContentKind::Zero);
        QCOMPARE(contentKind(Bytes(512, std::byte{0xF6})), ContentKind::Filled);
        QCOMPARE(contentKind(Bytes(1)), ContentKind::Zero);
    }

    void knowsText_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("one line") << QByteArray("FILES=30\r\nBUFFERS=20\r\n");
        QTest::newRow("end of file of DOS") << QByteArray("echo off\r\n\x1A");
        QTest::newRow("OEM letters") << QByteArray("Gr\x81\xE1"
                                                   " aus M\x81nchen und K\x94ln");
        QTest::newRow("UTF-8") << QByteArray("Grüße aus München");
        QTest::newRow("one letter") << QByteArray("A");
    }

    void knowsText()
    {
        QFETCH(const QByteArray, text);
        const std::string_view view(text.constData(), static_cast<std::size_t>(text.size()));
        QCOMPARE(contentKind(bytesOf(view)),
                 view.size() == 1 ? ContentKind::Filled : ContentKind::Text);
        QCOMPARE(contentKind(bytesOf(view, 512)), ContentKind::Text);
    }

    void knowsWideText()
    {
        Bytes wide;
        wide.insert(wide.end(), {std::byte{0xFF}, std::byte{0xFE}});
        for (const char c : std::string_view("Wide letters"))
            wide.insert(wide.end(), {static_cast<std::byte>(c), std::byte{0}});
        QCOMPARE(contentKind(wide), ContentKind::Text);
        wide.resize(512);
        QCOMPARE(contentKind(wide), ContentKind::Text);
    }

    void knowsWhatIsDense()
    {
        for (const std::size_t size : {512U, 1024U, 4096U, 65536U})
            QCOMPARE(contentKind(randomBytes(size)), ContentKind::Dense);
    }

    void takesTheRestForOtherData()
    {
        Bytes table(512);
        for (std::size_t i = 0; i < table.size(); ++i)
            table[i] = static_cast<std::byte>(i % 16 == 0 ? i / 16 : i % 3);
        QCOMPARE(contentKind(table), ContentKind::Other);
        QCOMPARE(contentKind(randomBytes(64)), ContentKind::Other);
    }

    void scansAVolumeInSlices()
    {
        test::VolumeBuilder builder(FatType::Fat12);
        const Geometry geometry = builder.geometry();
        builder.putData(5, bytesOf("some text"));
        builder.putData(6, bytesOf("and more"));
        builder.putData(9, randomBytes(geometry.clusterSize()));
        const auto volume = builder.open();
        std::vector<ContentRun> runs;
        Cluster at{2};
        int slices = 0;
        while (at < geometry.endCluster()) {
            const auto next = scanContent(*volume, at, geometry.clusterSize(), runs);
            QVERIFY(next.has_value() && *next > at);
            at = *next;
            ++slices;
        }
        QVERIFY(slices >= 1);
        const std::vector<ContentRun> expected{
            {Cluster{2}, 3, ContentKind::Zero},
            {Cluster{5}, 2, ContentKind::Text},
            {Cluster{7}, 2, ContentKind::Zero},
            {Cluster{9}, 1, ContentKind::Dense},
            {Cluster{10}, geometry.endCluster() - Cluster{10}, ContentKind::Zero}};
        QCOMPARE(runs, expected);
    }

    void stopsWhenAsked()
    {
        test::VolumeBuilder builder(FatType::Fat12);
        const auto volume = builder.open();
        std::stop_source stop;
        stop.request_stop();
        std::vector<ContentRun> runs;
        const auto next = scanContent(*volume, Cluster{2}, MiB, runs, JobControl(stop.get_token()));
        QVERIFY(!next && next.error().code == ErrorCode::Cancelled);
    }
};

QTEST_GUILESS_MAIN(TestClusterContent)
#include "tst_cluster_content.moc"
