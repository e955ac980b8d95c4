#include "tests/ui/map_fixture.hpp"
#include "ui/base/theme.hpp"
#include "ui/document/focus.hpp"
#include "ui/views/cluster_map_view.hpp"
#include "ui/views/map_legend.hpp"
#include "ui/views/map_overview.hpp"
#include "ui/views/map_zoom_bar.hpp"

#include <QAccessible>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>

using namespace fatlas;
using namespace fatlas::ui;
using namespace Qt::StringLiterals;
using fat::ClusterState;

class TestClusterMapView : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<ClusterMapView> m_map;
    std::unique_ptr<Focus> m_focus;

    [[nodiscard]] std::uint64_t cellOf(std::uint32_t cluster) const
    {
        return m_map->cells()->cellOfCluster(Cluster{cluster}).value_or(UINT64_MAX);
    }

    [[nodiscard]] QPoint centerOf(std::uint32_t cluster) const
    {
        return m_map->rectOfCell(cellOf(cluster)).value_or(QRect()).center();
    }

    [[nodiscard]] QColor colorAt(std::uint32_t cluster, QPoint offset = {}) const
    {
        const QImage image = m_map->grab().toImage();
        return image.pixelColor((centerOf(cluster) + offset) * image.devicePixelRatio());
    }

private Q_SLOTS:

    void init()
    {
        m_map = std::make_unique<ClusterMapView>();
        m_focus = std::make_unique<Focus>();
        m_map->resize(900, 600);
        m_map->setFocus(m_focus.get());
        m_map->setCells(MapCells::make(test::makeUsage()));
        m_map->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_map.get()));
    }

    void cleanup()
    {
        m_map.reset();
        m_focus.reset();
    }

    void paintsEachStateInItsColour()
    {
        const auto token = [](Token t) { return Theme::instance().color(t); };
        QCOMPARE(colorAt(500 + 50), token(Token::File));
        QCOMPARE(colorAt(3, {2, 2}), token(Token::Directory));
        QCOMPARE(colorAt(2500), token(Token::Free));
        QCOMPARE(colorAt(824, {4, 1}), token(Token::Lost));
        QCOMPARE(colorAt(1029, {5, 0}), token(Token::Bad));
    }

    void tellsBadLostAndCrossLinkedApartWithoutColour()
    {
        for (const std::uint32_t cluster : {824U, 1026U, 1029U})
            QVERIFY(colorAt(cluster) != colorAt(cluster, {5, 3}));
    }

    void showsAllCellsAtFirst()
    {
        QCOMPARE(m_map->visibleCells(), (CellRange{0, m_map->cells()->cellCount()}));
        QCOMPARE(m_map->scaleText(), u"1 cell = 1 cluster"_s);
    }

    void clickSelectsTheOwner()
    {
        QTest::mouseClick(m_map.get(), Qt::LeftButton, {}, centerOf(701));
        QCOMPARE(m_focus->selection().node, std::optional(test::text));
        QCOMPARE(m_focus->selection().cluster, std::optional(Cluster{701}));
        QCOMPARE(m_focus->selection().runs, test::textRuns());
    }

    void clickOnFreeSpaceSelectsTheClusterOnly()
    {
        QTest::mouseClick(m_map.get(), Qt::LeftButton, {}, centerOf(2500));
        QCOMPARE(m_focus->selection().node, std::nullopt);
        QCOMPARE(m_focus->selection().cluster, std::optional(Cluster{2500}));
    }

    void hoverSaysWhatIsThere()
    {
        QSignalSpy said(m_map.get(), &ClusterMapView::hoveredText);
        QTest::mouseMove(m_map.get(), centerOf(431));
        QTRY_VERIFY(!said.isEmpty());
        QCOMPARE(said.last().first().toString(), u"Cluster 431: file, part 2 of 9"_s);
        QCOMPARE(m_focus->hover().node, std::optional(test::text));
        m_map->setDescriber([](CellRange cells) { return QString::number(cells.count); });
        QTest::mouseMove(m_map.get(), centerOf(900));
        QTRY_COMPARE(said.last().first().toString(), u"1"_s);
    }

    void followsTheSelectionOfOthers()
    {
        m_map->setZoom({.allVisible = false, .cellPixels = 40});
        QVERIFY(!m_map->visibleCells().contains(cellOf(2800)));
        m_focus->select({.node = 9, .runs = {{Cluster{2800}, 3}}});
        QVERIFY(m_map->visibleCells().contains(cellOf(2800)));
        QCOMPARE(m_map->cursorCell(), std::optional(cellOf(2800)));
    }

    void outlinesTheSelection()
    {
        const QColor before = colorAt(2500, {-8, 0});
        m_focus->select({.node = 9, .runs = {{Cluster{2500}, 1}}});
        QImage image = m_map->grab().toImage();
        const QRect cell = m_map->rectOfCell(cellOf(2500)).value_or(QRect());
        const QColor outline =
            image.pixelColor(QPoint(cell.left() - 1, cell.center().y()) * image.devicePixelRatio());
        QCOMPARE(outline, Theme::instance().color(Token::Selection));
        QVERIFY(before != outline);
    }

    void walksTheChainWithNAndP()
    {
        QTest::mouseClick(m_map.get(), Qt::LeftButton, {}, centerOf(433));
        QTest::keyClick(m_map.get(), Qt::Key_N);
        QCOMPARE(m_focus->selection().cluster, std::optional(Cluster{700}));
        QTest::keyClick(m_map.get(), Qt::Key_P);
        QCOMPARE(m_focus->selection().cluster, std::optional(Cluster{433}));
        QTest::keyClick(m_map.get(), Qt::Key_N, Qt::ShiftModifier);
        QTest::keyClick(m_map.get(), Qt::Key_N, Qt::ShiftModifier);
        QCOMPARE(m_focus->selection().cluster, std::optional(Cluster{100}));
        QTest::keyClick(m_map.get(), Qt::Key_End);
        QCOMPARE(m_focus->selection().cluster, std::optional(Cluster{101}));
        QTest::keyClick(m_map.get(), Qt::Key_N); // the end stays the end
        QCOMPARE(m_focus->selection().cluster, std::optional(Cluster{101}));
        QTest::keyClick(m_map.get(), Qt::Key_Home);
        QCOMPARE(m_focus->selection().cluster, std::optional(Cluster{430}));
    }

    void movesACursorWithTheArrows()
    {
        m_map->setCursorCell(0);
        QTest::keyClick(m_map.get(), Qt::Key_Right);
        QTest::keyClick(m_map.get(), Qt::Key_Down);
        const auto columns = static_cast<std::uint64_t>(m_map->mapGeometry().columns());
        QCOMPARE(m_map->cursorCell(), std::optional(1 + columns));
        QTest::keyClick(m_map.get(), Qt::Key_Up);
        QTest::keyClick(m_map.get(), Qt::Key_Up); // no row above
        QCOMPARE(m_map->cursorCell(), std::optional(std::uint64_t{1}));
        QTest::keyClick(m_map.get(), Qt::Key_End);
        QCOMPARE(m_map->cursorCell(), std::optional(m_map->cells()->cellCount() - 1));
        m_map->setCursorCell(cellOf(431));
        QSignalSpy activated(m_map.get(), &ClusterMapView::cellActivated);
        QTest::keyClick(m_map.get(), Qt::Key_Return);
        QCOMPARE(activated.count(), 1);
        QCOMPARE(m_focus->selection().node, std::optional(test::text));
    }

    void zoomsWithKeysAndComesBackToAll()
    {
        const int before = m_map->mapGeometry().pitch();
        QTest::keyClick(m_map.get(), Qt::Key_Plus);
        QVERIFY(m_map->mapGeometry().pitch() > before);
        QTest::keyClick(m_map.get(), Qt::Key_Minus);
        QVERIFY(m_map->zoom().allVisible);
        for (int i = 0; i < 30; ++i)
            QTest::keyClick(m_map.get(), Qt::Key_Plus);
        QCOMPARE(m_map->zoom().cellPixels, maxZoomPixels);
        QTest::keyClick(m_map.get(), Qt::Key_0);
        QVERIFY(m_map->zoom().allVisible);
    }

    void keepsTheCellUnderThePointerWhileZooming()
    {
        m_map->setZoom({.allVisible = false, .cellPixels = 24});
        m_map->scrollToCell(cellOf(2000));
        const QPoint at = centerOf(2000);
        QWheelEvent wheel(at, m_map->mapToGlobal(at), {}, {0, 120}, Qt::NoButton,
                          Qt::ControlModifier, Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(m_map.get(), &wheel);
        QCOMPARE(m_map->zoom().cellPixels, 32);
        QVERIFY(std::abs(centerOf(2000).y() - at.y()) <= 8);
    }

    void dimsWhatTheFilterLeavesOut()
    {
        const QColor file = colorAt(550);
        m_map->setFilter(maskOf(ClusterState::Lost));
        QVERIFY(colorAt(550) != file);
        QCOMPARE(colorAt(824, {4, 1}), Theme::instance().color(Token::Lost));
    }

    void legendCountsAndFilters()
    {
        MapLegend legend;
        legend.setMap(m_map.get());
        Chip* lost = nullptr;
        for (Chip* chip : legend.chips())
            if (chip->text() == u"Lost"_s)
                lost = chip;
        QVERIFY(lost && !lost->isHidden());
        QCOMPARE(lost->detail(), u"9"_s);
        lost->click();
        QCOMPARE(m_map->filter(), maskOf(ClusterState::Lost));
        lost->click();
        QCOMPARE(m_map->filter(), StateMask{0});
    }

    void overviewScrollsTheMap()
    {
        m_map->setZoom({.allVisible = false, .cellPixels = 40});
        MapOverview overview;
        overview.setMap(m_map.get());
        overview.resize(overview.sizeHint().width(), 400);
        overview.show();
        QTest::mouseClick(&overview, Qt::LeftButton, {}, {5, 395});
        QCOMPARE(m_map->scrollOffset(), m_map->mapGeometry().maxScroll());
        QTest::mouseClick(&overview, Qt::LeftButton, {}, {5, 5});
        QCOMPARE(m_map->scrollOffset(), std::uint64_t{0});
        QVERIFY(!overview.grab().isNull());
    }

    void exposesVisibleCellsToScreenReaders()
    {
        m_map->setCursorCell(cellOf(431));
        QAccessibleInterface* map = QAccessible::queryAccessibleInterface(m_map.get());
        QVERIFY(map);
        QCOMPARE(map->childCount(), static_cast<int>(m_map->mapGeometry().slotCount()));
        QAccessibleInterface* cell = map->focusChild();
        QVERIFY(cell && cell->isValid());
        QCOMPARE(cell->text(QAccessible::Name), u"Cluster 431: file, part 2 of 9"_s);
        QVERIFY(cell->state().focused);
        QCOMPARE(map->indexOfChild(cell), static_cast<int>(cellOf(431)));
        QVERIFY(!map->child(map->childCount()));
        m_map->setZoom({.allVisible = false, .cellPixels = 40});
        QVERIFY(map->childCount() < static_cast<int>(m_map->mapGeometry().slotCount()));
    }

    void survivesOtherCellsWhileSomethingIsSelected()
    {
        m_focus->select({.node = 9, .cluster = Cluster{2800}, .runs = {{Cluster{2800}, 40}}});
        fat::Geometry small = test::floppyGeometry();
        small.clusterCount = 100;
        m_map->setCells(MapCells::make(
            std::make_shared<const fat::UsageMap>(small, std::vector<fat::UsageRun>{})));
        QVERIFY(!m_map->grab().isNull());
        QCOMPARE(m_map->cursorCell(), std::nullopt);
        m_map->setCells(nullptr);
        QVERIFY(!m_map->grab().isNull());
        QTest::keyClick(m_map.get(), Qt::Key_N);
    }

    void paintsEverySizeOfCell()
    {
        m_focus->select({.node = test::text, .cluster = Cluster{431}, .runs = test::textRuns()});
        m_focus->setHover({.node = test::letter, .runs = {{Cluster{203}, 75}}});
        for (int pixels = 1; pixels <= maxZoomPixels; ++pixels) {
            m_map->setZoom({.allVisible = false, .cellPixels = pixels});
            m_map->setScrollOffset(13);
            QVERIFY(!m_map->grab().isNull());
        }
        m_map->resize(20, 12);
        QVERIFY(!m_map->grab().isNull());
    }
};

QTEST_MAIN(TestClusterMapView)
#include "tst_cluster_map_view.moc"
