#include "tests/support/temp_folder.hpp"
#include "ui/document/address.hpp"

#include <QTest>

using namespace fatlas;
using namespace fatlas::ui;
using fatlas::test::TempFolder;

class TestAddress : public QObject {
    Q_OBJECT

private Q_SLOTS:

    void initTestCase()
    {
        m_folder.writePattern("DOCS/A.TXT", 5000);
        m_folder.writeText("B.TXT", "b");
        m_document = std::make_unique<VolumeDocument>(
            QStringLiteral("fat:floppy:12:") + QString::fromStdString(m_folder.path().string()));
        m_document->load();
        QTRY_VERIFY(m_document->content() != nullptr);
        QCOMPARE(m_document->content()->geometry().clusterSize(), 512u);
    }

    void understandsClusterSectorByteAndChs_data()
    {
        QTest::addColumn<QString>("address");
        QTest::addColumn<uint>("cluster");
        QTest::newRow("cluster") << QStringLiteral("cluster:433") << 433u;
        QTest::newRow("hex cluster") << QStringLiteral("cluster:0x10") << 16u;
        // The data area of a 1.44M floppy starts at sector 1 + 2 * 9 + 14 = 33.
        QTest::newRow("sector") << QStringLiteral("sector:464") << 433u;
        QTest::newRow("byte") << QStringLiteral("0x3A000") << 433u;
        QTest::newRow("last byte of a cluster") << QStringLiteral("0x3A1FF") << 433u;
        QTest::newRow("chs") << QStringLiteral("chs:12/1/15") << 12u * 36 + 18 + 14 - 33 + 2;
        QTest::newRow("blanks") << QStringLiteral("  cluster:2 ") << 2u;
    }

    void understandsClusterSectorByteAndChs()
    {
        QFETCH(const QString, address);
        QFETCH(const uint, cluster);
        const auto place = findPlace(*m_document->content(), address);
        QVERIFY2(place.has_value(), place ? "" : place.error().message.c_str());
        if (const auto* number = std::get_if<Cluster>(&*place))
            m_document->selectCluster(*number);
        else
            m_document->selectBytes(std::get<FocusBytes>(*place));
        QCOMPARE(m_document->focus().selection().cluster, std::optional(Cluster{cluster}));
    }

    void findsBytesOutsideOfClusters()
    {
        const auto place = findPlace(*m_document->content(), QStringLiteral("0x1FE"));
        QVERIFY2(place.has_value(), place ? "" : place.error().message.c_str());
        QCOMPARE(std::get<FocusBytes>(*place), (FocusBytes{0x1FE, 1}));
        m_document->selectBytes(std::get<FocusBytes>(*place));
        QCOMPARE(m_document->focus().selection().cluster, std::nullopt);
        QCOMPARE(m_document->focus().selection().bytes, std::optional(FocusBytes{0x1FE, 1}));
        const auto sector = findPlace(*m_document->content(), QStringLiteral("sector:1"));
        QVERIFY(sector.has_value());
        QCOMPARE(std::get<FocusBytes>(*sector), (FocusBytes{512, 512}));
    }

    void findsPathsByEitherSlash()
    {
        for (const char* const path : {"/DOCS/A.TXT", "\\docs\\a.txt", "DOCS/A.TXT"}) {
            const auto place = findPlace(*m_document->content(), QString::fromLatin1(path));
            QVERIFY2(place.has_value(), path);
            const auto node = std::get<std::uint32_t>(*place);
            QCOMPARE(m_document->content()->tree->path(node), std::string("/DOCS/A.TXT"));
        }
    }

    void saysWhatIsWrong_data()
    {
        QTest::addColumn<QString>("address");
        QTest::addColumn<QString>("words");
        QTest::newRow("cluster 1") << QStringLiteral("cluster:1") << QStringLiteral("2 to 2,848");
        QTest::newRow("far") << QStringLiteral("cluster:99999") << QStringLiteral("2 to 2,848");
        QTest::newRow("no number") << QStringLiteral("cluster:x") << QStringLiteral("address");
        QTest::newRow("huge number")
            << QStringLiteral("sector:99999999999999999999") << QStringLiteral("address");
        QTest::newRow("sector") << QStringLiteral("sector:2880") << QStringLiteral("2,880 sectors");
        QTest::newRow("overflow") << QStringLiteral("sector:18446744073709551615")
                                  << QStringLiteral("past the end");
        QTest::newRow("byte") << QStringLiteral("0x168000") << QStringLiteral("1,474,560 bytes");
        QTest::newRow("head") << QStringLiteral("chs:0/2/1") << QStringLiteral("heads 0 to 1");
        QTest::newRow("sector 0") << QStringLiteral("chs:0/0/0") << QStringLiteral("1 to 18");
        QTest::newRow("chs huge") << QStringLiteral("chs:4294967295/1/18")
                                  << QStringLiteral("past the end");
        QTest::newRow("path") << QStringLiteral("/NO/SUCH") << QStringLiteral("/NO/SUCH");
        QTest::newRow("noise") << QStringLiteral("what?") << QStringLiteral("not an address");
        QTest::newRow("empty") << QString() << QStringLiteral("not an address");
    }

    void saysWhatIsWrong()
    {
        QFETCH(const QString, address);
        QFETCH(const QString, words);
        const auto place = findPlace(*m_document->content(), address);
        QVERIFY(!place);
        const QString message = QString::fromStdString(place.error().message);
        QVERIFY2(message.contains(words), qPrintable(message));
    }

    void looksUpWhatTheFatsSay()
    {
        const auto node = m_document->content()->tree->find("/DOCS/A.TXT");
        QVERIFY(node.has_value());
        const Cluster first = m_document->content()->tree->runsOf(node.value_or(0)).front().first;
        ClusterFacts got;
        connect(m_document.get(), &VolumeDocument::factsReady, this,
                [&](const ClusterFacts& facts) { got = facts; });
        m_document->lookUp(first + 1);
        QTRY_COMPARE(got.cluster, first + 1);
        QCOMPARE(got.entry.next, first + 2);
        QCOMPARE(got.secondRaw, std::optional(got.entry.raw));
        QVERIFY(got.pointers.isWhole);
        QCOMPARE(got.pointers.entries, std::vector<Cluster>{first});
        QVERIFY(got.pointers.nodes.empty());
    }

    void selectsTheChainThroughACluster()
    {
        const auto node = m_document->content()->tree->find("/DOCS/A.TXT");
        const Cluster first = m_document->content()->tree->runsOf(node.value_or(0)).front().first;
        m_document->selectCluster(first + 3);
        QCOMPARE(m_document->focus().selection().node, node);
        QCOMPARE(m_document->focus().selection().cluster, std::optional(first + 3));
        QCOMPARE(m_document->focus().selection().runs.front().count, 10u);
    }

private:
    TempFolder m_folder;
    std::unique_ptr<VolumeDocument> m_document;
};

QTEST_GUILESS_MAIN(TestAddress)
#include "tst_address.moc"
