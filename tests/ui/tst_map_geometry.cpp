#include "ui/views/map_geometry.hpp"

#include <QTest>

using namespace fatlas::ui;

class TestMapGeometry : public QObject {
    Q_OBJECT

private Q_SLOTS:

    void showsAllCellsAsLargeAsTheyFit_data()
    {
        QTest::addColumn<QSize>("viewport");
        QTest::addColumn<double>("ratio");
        QTest::addColumn<quint64>("cells");
        for (const double ratio : {1.0, 1.25, 1.5, 2.0})
            for (const quint64 cells : {1ULL, 320ULL, 2880ULL, 65000ULL, 1000000ULL, 268435446ULL})
                for (const QSize size : {QSize(936, 480), QSize(1920, 1080), QSize(301, 77)})
                    QTest::addRow("%llu in %dx%d at %.2f", cells, size.width(), size.height(),
                                  ratio)
                        << size << ratio << cells;
    }

    void showsAllCellsAsLargeAsTheyFit()
    {
        QFETCH(const QSize, viewport);
        QFETCH(const double, ratio);
        QFETCH(const quint64, cells);
        const MapGeometry geometry(viewport, ratio, cells, {});
        QCOMPARE(geometry.maxScroll(), std::uint64_t{0});
        QCOMPARE(geometry.visibleCells(0), (CellRange{0, cells}));
        const int pitch = geometry.pitch();
        QVERIFY(pitch <= qRound(maxFillPixels * ratio));
        QVERIFY(geometry.cellsPerSlot() == 1 || pitch == 1);
        if (pitch < qRound(maxFillPixels * ratio)) // one pixel more would not fit
            QVERIFY(quint64(viewport.width() / (pitch + 1)) * (viewport.height() / (pitch + 1)) <
                    cells);
        if (geometry.cellsPerSlot() > 1)
            QVERIFY(quint64(viewport.width()) * viewport.height() * (geometry.cellsPerSlot() - 1) <
                    cells);
    }

    void findsTheSlotUnderEachOfItsPixels()
    {
        const MapGeometry geometry({500, 300}, 1.5, 5000, {false, 12});
        for (const std::uint64_t scroll : {0ULL, 1ULL, 17ULL, 1000ULL})
            for (std::uint64_t slot = 0; slot < geometry.slotCount(); slot += 7) {
                const QRect rect = geometry.rectOfSlot(slot, scroll).value_or(QRect());
                QVERIFY(!rect.isNull());
                if (!QRect(QPoint(0, 0), geometry.viewport()).contains(rect))
                    continue;
                QCOMPARE(geometry.slotAt(rect.topLeft(), scroll), std::optional(slot));
                QCOMPARE(geometry.slotAt(rect.bottomRight(), scroll), std::optional(slot));
            }
    }

    void findsNothingBesideTheCells()
    {
        const MapGeometry geometry({500, 300}, 1.0, 10, {false, 24});
        QCOMPARE(geometry.slotAt({-1, 0}, 0), std::nullopt);
        QCOMPARE(geometry.slotAt({499, 0}, 0), std::nullopt);
        QCOMPARE(geometry.slotAt({24 * 10 + 1, 0}, 0), std::nullopt);
        QCOMPARE(geometry.slotAt({5, 200}, 0), std::nullopt);
    }

    void keepsGapsWhole()
    {
        QCOMPARE(MapGeometry({500, 300}, 1.0, 9000, {false, 3}).gap(), 0);
        QCOMPARE(MapGeometry({500, 300}, 1.0, 9000, {false, 7}).gap(), 1);
        QCOMPARE(MapGeometry({500, 300}, 1.0, 9000, {false, 13}).gap(), 2);
        QCOMPARE(MapGeometry({500, 300}, 1.5, 9000, {false, 13}).gap(), 3);
    }

    void scrollsFarBeyondThirtyTwoBits()
    {
        const MapGeometry geometry({300, 500}, 2.0, 268435446, {false, 48});
        QVERIFY(geometry.contentHeight() > std::uint64_t{UINT32_MAX});
        const std::uint64_t bottom = geometry.maxScroll();
        const CellRange visible = geometry.visibleCells(bottom);
        QCOMPARE(visible.end(), std::uint64_t{268435446});
        const auto rect = geometry.rectOfSlot(visible.end() - 1, bottom);
        QVERIFY(rect && rect->bottom() < 500);
        QVERIFY(!geometry.rectOfSlot(0, bottom));
        QVERIFY(geometry.centerOfSlot(0, bottom).y() < -1e9);
    }

    void scrollsJustAsFarAsNeeded()
    {
        const MapGeometry geometry({240, 240}, 1.0, 1000, {false, 24});
        QCOMPARE(geometry.columns(), 10);
        QCOMPARE(geometry.scrollToShow(5, 0), std::uint64_t{0});
        QCOMPARE(geometry.scrollToShow(105, 0), std::uint64_t{24});
        QCOMPARE(geometry.scrollToShow(5, 100), std::uint64_t{0});
        QCOMPARE(geometry.scrollToShow(999, 0), geometry.maxScroll());
        QCOMPARE(geometry.scrollToCenter(505), std::uint64_t{50 * 24 - 120});
    }

    void survivesAnEmptyViewport()
    {
        const MapGeometry geometry({0, 0}, 1.0, 2880, {});
        QCOMPARE(geometry.columns(), 1);
        QVERIFY(geometry.pitch() >= 1);
        const MapGeometry empty({100, 100}, 1.0, 0, {});
        QCOMPARE(empty.visibleCells(0).count, std::uint64_t{0});
        QCOMPARE(empty.slotAt({1, 1}, 0), std::nullopt);
    }
};

QTEST_GUILESS_MAIN(TestMapGeometry)
#include "tst_map_geometry.moc"
