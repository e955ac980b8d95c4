#include "tests/support/temp_folder.hpp"
#include "tests/ui/damaged_volume.hpp"
#include "ui/views/chain_view.hpp"
#include "ui/views/chain_walk.hpp"
#include "ui/views/walk_bar.hpp"

#include <QAction>
#include <QComboBox>
#include <QSignalSpy>
#include <QTest>

using namespace fatlas;
using namespace fatlas::ui;
using namespace Qt::StringLiterals;
using fatlas::test::TempFolder;

class TestChainWalk : public QObject {
    Q_OBJECT

private:
    TempFolder m_folder;
    std::unique_ptr<VolumeDocument> m_document;
    std::unique_ptr<ChainView> m_view;

    [[nodiscard]] Focus& focus() const { return m_document->focus(); }

    [[nodiscard]] ChainWalk& walk() const { return m_view->walk(); }

    void open(fat::FatType type = fat::FatType::Fat12)
    {
        m_view.reset();
        m_document = test::openChecked(test::writeDamaged(m_folder, type));
        m_view = std::make_unique<ChainView>();
        m_view->setContent(m_document->content());
        m_view->setFocus(&focus());
        m_view->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_view.get()));
    }

    void selectFile(const char* path)
    {
        const std::uint32_t node = m_document->content()->tree->find(path).value_or(0);
        QVERIFY(node != 0);
        m_document->selectNode(node);
    }

    void step()
    {
        const QString before = walk().sentence();
        walk().stepForward();
        QTRY_VERIFY(walk().sentence() != before);
    }

private Q_SLOTS:

    void init() { open(); }

    void cleanup()
    {
        m_view.reset();
        m_document.reset();
    }

    void saysWhatEachEntrySays()
    {
        selectFile("/DOCS/A.TXT");
        QVERIFY(walk().canStepForward() && !walk().canStepBack());
        step();
        QCOMPARE(walk().sentence(),
                 u"cluster 10: FAT12 entry at byte 0x20F, bits 0-11 = 0x00C: next is 12"_s);
        step();
        QCOMPARE(walk().sentence(),
                 u"cluster 12: FAT12 entry at byte 0x212, bits 0-11 = 0x00B: next is 11"_s);
        step();
        QCOMPARE(walk().sentence(), u"cluster 11: FAT12 entry at byte 0x210, bits 4-15 = 0xFFF: "
                                    u"the end, after 3 steps"_s);
        QVERIFY(!walk().canStepForward() && walk().canStepBack());
    }

    void saysWholeEntriesOfOtherFats()
    {
        open(fat::FatType::Fat16);
        selectFile("/DOCS/A.TXT");
        step();
        QVERIFY2(walk().sentence().startsWith(u"cluster 10: FAT16 entry at byte 0x"),
                 qPrintable(walk().sentence()));
        QVERIFY(walk().sentence().endsWith(u" = 0x000C: next is 12"));
        QVERIFY(!walk().sentence().contains(u"bits"));
    }

    void putsFocusOnTheBitsOfTheEntry()
    {
        selectFile("/DOCS/A.TXT");
        step();
        QCOMPARE(focus().selection().cluster, std::optional(Cluster{10}));
        QCOMPARE(focus().selection().bytes, std::optional(FocusBytes{0x20F, 2, 0, 11}));
        step();
        step();
        QCOMPARE(focus().selection().bytes, std::optional(FocusBytes{0x210, 2, 4, 15}));
        // The chain stays selected, whatever its clusters are.
        QCOMPARE(focus().selection().node, m_document->content()->tree->find("/DOCS/A.TXT"));
    }

    void goesBackTheWayItCame()
    {
        selectFile("/DOCS/A.TXT");
        step();
        step();
        walk().stepBack();
        QTRY_VERIFY(walk().sentence().startsWith(u"cluster 10:"));
        QCOMPARE(focus().selection().cluster, std::optional(Cluster{10}));
        QVERIFY(!walk().canStepBack());
        walk().stepBack(); // there is nothing before the beginning
        QCOMPARE(focus().selection().cluster, std::optional(Cluster{10}));
    }

    void stopsAtALoop()
    {
        selectFile("/L.TXT");
        step();
        step();
        QVERIFY2(walk().sentence().endsWith(
                     u"next is 30, where the walk has been: a loop of 2 clusters"),
                 qPrintable(walk().sentence()));
        QVERIFY(!walk().canStepForward());
    }

    void staysItselfInAnotherChain()
    {
        selectFile("/B.COM");
        step();
        step();
        step(); // into A.TXT's cluster
        QCOMPARE(focus().selection().cluster, std::optional(Cluster{test::sharedCluster}));
        QCOMPARE(focus().selection().node, m_document->content()->tree->find("/B.COM"));
    }

    void beginsAtTheFocusedCluster()
    {
        m_document->selectCluster(Cluster{test::lostCluster + 1});
        step();
        QVERIFY(walk().sentence().startsWith(u"cluster 51:"));
        step();
        QVERIFY(walk().sentence().contains(u"the end, after 2 steps"));
    }

    void saysWhatBreaksAChain()
    {
        m_document->selectCluster(Cluster{100});
        step();
        QVERIFY(walk().sentence().endsWith(u"0x000: free, so the chain breaks off here"));
        m_document->selectCluster(Cluster{test::badCluster});
        step();
        QVERIFY(walk().sentence().endsWith(u"marked bad, so the chain breaks off here"));
    }

    void playsToTheEnd()
    {
        selectFile("/DOCS/A.TXT");
        walk().setIntervalMs(1);
        walk().play();
        QVERIFY(walk().isPlaying());
        QTRY_VERIFY(!walk().isPlaying());
        QVERIFY(walk().sentence().contains(u"the end, after 3 steps"));
    }

    void somebodyElsesChoiceEndsTheWalk()
    {
        selectFile("/DOCS/A.TXT");
        step();
        walk().play();
        selectFile("/L.TXT");
        QVERIFY(!walk().isPlaying() && !walk().canStepBack());
        QCOMPARE(walk().sentence(), QString());
        step();
        QVERIFY(walk().sentence().startsWith(u"cluster 30:"));
    }

    void hasNowhereToGoWithoutASelection()
    {
        QVERIFY(!walk().canStepForward());
        walk().stepForward();
        walk().stepBack();
        walk().toggle();
        QVERIFY(!walk().isPlaying());
        QCOMPARE(walk().sentence(), QString());
    }

    void isWalkedWithTheKeyboard()
    {
        selectFile("/DOCS/A.TXT");
        m_view->QWidget::setFocus();
        m_view->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_view.get()));
        QTest::keyClick(m_view.get(), Qt::Key_N);
        QTRY_VERIFY(m_view->walkBar()->text().startsWith(u"cluster 10:"));
        QTest::keyClick(m_view.get(), Qt::Key_N);
        QTRY_VERIFY(m_view->walkBar()->text().startsWith(u"cluster 12:"));
        QTest::keyClick(m_view.get(), Qt::Key_P);
        QTRY_VERIFY(m_view->walkBar()->text().startsWith(u"cluster 10:"));
        m_view->walkBar()->speed()->setCurrentIndex(m_view->walkBar()->speed()->count() - 1);
        QTest::keyClick(m_view.get(), Qt::Key_Space);
        QTRY_VERIFY(m_view->walkBar()->text().contains(u"the end"));
    }

    void namesItsButtonsAndSpeed()
    {
        QVERIFY(!m_view->walkBar()->speed()->accessibleName().isEmpty());
        for (const QAction* action : m_view->walkBar()->actions())
            QVERIFY(!action->toolTip().isEmpty());
        QVERIFY(!m_view->walkBar()->playAction()->isEnabled());
        selectFile("/DOCS/A.TXT");
        QVERIFY(m_view->walkBar()->playAction()->isEnabled());
    }
};

QTEST_MAIN(TestChainWalk)
#include "tst_chain_walk.moc"
