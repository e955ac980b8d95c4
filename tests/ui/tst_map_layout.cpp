#include "tests/ui/map_fixture.hpp"
#include "ui/views/map_geometry.hpp"
#include "ui/views/map_layout.hpp"
#include "ui/views/rectangle_curve.hpp"

#include <QTest>

#include <set>

using namespace fatlas;
using namespace fatlas::ui;

namespace {

fat::Geometry floppy()
{
    fat::Geometry geometry = test::floppyGeometry();
    geometry.sectorsPerTrack = 18;
    geometry.heads = 2;
    return geometry;
}

/// 720K: two sectors a cluster, nine a track, so some cells lie on two tracks.
fat::Geometry smallFloppy()
{
    fat::Geometry geometry;
    geometry.sectorsPerCluster = 2;
    geometry.sectorsPerFat = 3;
    geometry.rootEntryCount = 112;
    geometry.totalSectors = 1440;
    geometry.clusterCount = 713;
    geometry.sectorsPerTrack = 9;
    geometry.heads = 2;
    return geometry;
}

/// Of a volume whose system cells are as large as its clusters.
TrackGrid gridOf(const fat::Geometry& geometry)
{
    const std::uint64_t size = geometry.clusterSize();
    return TrackGrid::of(geometry, (geometry.dataOffset() + size - 1) / size).value_or(TrackGrid{});
}

} // namespace

class TestMapLayout : public QObject {
    Q_OBJECT

private:
    /// Each slot has one place of its own, and finds its way back.
    static void holdsEachSlotOnce(const MapLayout& layout, std::uint64_t columns,
                                  std::uint64_t slots)
    {
        std::set<std::uint64_t> positions;
        for (std::uint64_t slot = 0; slot < slots; ++slot) {
            const std::uint64_t position = layout.positionOf(slot);
            const bool isGood = position < layout.rows() * columns &&
                                positions.insert(position).second &&
                                layout.slotAt(position) == std::optional(slot);
            if (!isGood)
                QFAIL(qPrintable(QString::number(slot)));
        }
        std::uint64_t filled = 0;
        for (std::uint64_t position = 0; position < layout.rows() * columns; ++position)
            filled += layout.slotAt(position).has_value() ? 1 : 0;
        QCOMPARE(filled, slots);
    }

private Q_SLOTS:

    void curvePassesEachSquareOnceAndStaysTogether_data()
    {
        QTest::addColumn<unsigned>("columns");
        QTest::addColumn<unsigned>("rows");
        for (unsigned columns = 1; columns <= 20; ++columns)
            for (unsigned rows = 1; rows <= 20; ++rows)
                QTest::addRow("%ux%u", columns, rows) << columns << rows;
        QTest::newRow("wide") << 80U << 36U;
        QTest::newRow("high") << 7U << 300U;
    }

    void curvePassesEachSquareOnceAndStaysTogether()
    {
        QFETCH(const unsigned, columns);
        QFETCH(const unsigned, rows);
        std::vector<QPoint> way;
        std::set<std::pair<int, int>> seen;
        curveThrough(columns, rows, [&](std::uint32_t x, std::uint32_t y) {
            way.emplace_back(static_cast<int>(x), static_cast<int>(y));
            seen.emplace(x, y);
        });
        QCOMPARE(way.size(), std::size_t{columns} * rows);
        QCOMPARE(seen.size(), way.size());
        int diagonals = 0;
        for (std::size_t i = 1; i < way.size(); ++i) {
            const QPoint step = way[i] - way[i - 1];
            QVERIFY(std::abs(step.x()) <= 1 && std::abs(step.y()) <= 1);
            diagonals += step.manhattanLength() == 2 ? 1 : 0;
        }
        QVERIFY(diagonals <= (rows % 2 == 0 ? 0 : 1));
        QCOMPARE(way.front(), QPoint(0, 0));
        if (rows % 2 == 0)
            QCOMPARE(way.back(), QPoint(0, static_cast<int>(rows) - 1));
    }

    void rowsAndCurvesHoldEachSlotOnce_data()
    {
        QTest::addColumn<int>("columns");
        QTest::addColumn<quint64>("slots");
        for (const int columns : {1, 2, 7, 64, 300})
            for (const quint64 slots : {quint64{1}, quint64{5}, quint64{64}, quint64{2880}})
                QTest::addRow("%d columns, %llu slots", columns, slots) << columns << slots;
    }

    void rowsAndCurvesHoldEachSlotOnce()
    {
        QFETCH(const int, columns);
        QFETCH(const quint64, slots);
        const auto width = static_cast<std::uint64_t>(columns);
        holdsEachSlotOnce(MapLayout::rowsOf(columns, slots), width, slots);
        holdsEachSlotOnce(MapLayout::hilbert(columns, slots), width, slots);
    }

    void longCurvesGoOnFromBandToBand()
    {
        constexpr int columns = 640;
        constexpr std::uint64_t slots = MapLayout::maxBand + 12345;
        const MapLayout layout = MapLayout::hilbert(columns, slots);
        std::uint64_t before = layout.positionOf(0);
        for (std::uint64_t slot = 1; slot < slots; ++slot) {
            const std::uint64_t position = layout.positionOf(slot);
            const auto dx =
                std::abs(static_cast<int>(position % columns) - static_cast<int>(before % columns));
            const auto dy =
                std::abs(static_cast<int>(position / columns) - static_cast<int>(before / columns));
            if (dx > 1 || dy > 1)
                QFAIL(qPrintable(QString::number(slot)));
            if (slot % 97 == 0)
                QCOMPARE(layout.slotAt(position), std::optional(slot));
            before = position;
        }
        QCOMPARE(layout.slotAt(layout.rows() * columns), std::nullopt);
    }

    void rowsOfACurveKnowTheirSlots()
    {
        const MapLayout layout = MapLayout::hilbert(640, MapLayout::maxBand * 2);
        const MapLayout::Span span = layout.slotsOfRows(100, 50);
        for (std::uint64_t position = 100 * 640; position < 150 * 640; ++position) {
            const auto slot = layout.slotAt(position);
            QVERIFY(slot && *slot >= span.first && *slot < span.end);
        }
    }

    void fillsAPieceOfTheGridAtOnce()
    {
        const TrackGrid grid = gridOf(floppy());
        const std::uint64_t slots = MapLayout::maxBand * 2 + 777;
        for (const MapLayout& layout : {MapLayout::hilbert(640, slots), MapLayout::tracks(grid),
                                        MapLayout::rowsOf(640, slots)})
            for (const std::uint64_t first :
                 {std::uint64_t{0}, std::uint64_t{1000}, MapLayout::maxBand - 5000,
                  MapLayout::maxBand * 2 - 100}) {
                std::vector<std::uint32_t> found(20'000);
                layout.fillSlots(first, found);
                for (std::size_t i = 0; i < found.size(); i += 7)
                    QCOMPARE(found[i], static_cast<std::uint32_t>(
                                           layout.slotAt(first + i).value_or(MapLayout::noSlot)));
            }
    }

    void tracksHoldEachSectorOnce()
    {
        for (const fat::Geometry& geometry : {floppy(), smallFloppy()}) {
            const TrackGrid grid = gridOf(geometry);
            QCOMPARE(grid.cylinders, 80U);
            holdsEachSlotOnce(MapLayout::tracks(grid), 80, grid.sectorCount());
        }
    }

    void tracksPutCylindersBesideEachOtherAndHeadsBelow()
    {
        const TrackGrid grid = gridOf(floppy());
        const MapLayout layout = MapLayout::tracks(grid);
        QCOMPARE(layout.rows(), std::uint64_t{2 * 19});
        QCOMPARE(layout.positionOf(0), std::uint64_t{80});       // below the row of the label
        QCOMPARE(layout.positionOf(17), std::uint64_t{18 * 80}); // last sector of head 0
        QCOMPARE(layout.positionOf(18), std::uint64_t{20 * 80}); // first one of head 1
        QCOMPARE(layout.positionOf(36), std::uint64_t{80 + 1});  // next cylinder
        QCOMPARE(layout.slotAt(layout.labelRowOf(1) * 80 + 3), std::nullopt);
    }

    void cellsOfSeveralSectorsFindTheirWay()
    {
        const TrackGrid grid = gridOf(smallFloppy());
        QCOMPARE(grid.sectorOfCell(6), std::uint64_t{12});
        QCOMPARE(grid.sectorOfCell(7), std::uint64_t{14});
        QCOMPARE(grid.cellOfSector(14), std::optional(std::uint64_t{7}));
        QCOMPARE(grid.cellOfSector(15), std::optional(std::uint64_t{7}));
        QCOMPARE(grid.cellOfSector(16), std::optional(std::uint64_t{8}));
        QCOMPARE(grid.cellOfSector(grid.sectorCount()), std::nullopt);
        const MapGeometry geometry({960, 480}, 1.0, {grid.cellCount, MapOrder::Tracks, grid}, {});
        for (std::uint64_t cell = 0; cell < grid.cellCount; ++cell) {
            const std::uint64_t end = geometry.slotEndOf({cell, 1});
            QCOMPARE(end - geometry.slotOfCell(cell), std::uint64_t{2});
            for (std::uint64_t slot = geometry.slotOfCell(cell); slot < end; ++slot)
                QCOMPARE(geometry.cellsOfSlot(slot), (CellRange{cell, 1}));
        }
    }

    void refusesWhatIsNoFloppy()
    {
        fat::Geometry disk = floppy();
        disk.heads = 16;
        disk.sectorsPerTrack = 63;
        QVERIFY(!TrackGrid::of(disk, 33));
        fat::Geometry odd = floppy();
        odd.totalSectors = 2881;
        QVERIFY(!TrackGrid::of(odd, 33));
        fat::Geometry none = floppy();
        none.sectorsPerTrack = 0;
        QVERIFY(!TrackGrid::of(none, 33));
        QVERIFY(!TrackGrid::of(floppy(), 20)); // system cells of another size
        // Without the tracks it is rows.
        QCOMPARE(MapGeometry({300, 300}, 1.0, {100, MapOrder::Tracks}, {}).order(), MapOrder::Rows);
    }

    void hitsTheSquareThatIsPainted_data()
    {
        QTest::addColumn<int>("order");
        QTest::addColumn<double>("ratio");
        for (const double ratio : {1.0, 1.5, 2.0}) {
            QTest::addRow("rows at %.1f", ratio) << int(MapOrder::Rows) << ratio;
            QTest::addRow("curve at %.1f", ratio) << int(MapOrder::Hilbert) << ratio;
            QTest::addRow("tracks at %.1f", ratio) << int(MapOrder::Tracks) << ratio;
        }
    }

    void hitsTheSquareThatIsPainted()
    {
        QFETCH(const int, order);
        QFETCH(const double, ratio);
        const TrackGrid grid = gridOf(floppy());
        const MapContents contents(2880, static_cast<MapOrder>(order), grid);
        for (const MapZoom zoom : {MapZoom{}, MapZoom{false, 12}, MapZoom{false, 40}}) {
            const MapGeometry geometry((QSizeF(936, 480) * ratio).toSize(), ratio, contents, zoom);
            QCOMPARE(geometry.order(), static_cast<MapOrder>(order));
            const std::uint64_t scroll = geometry.maxScroll() / 2;
            for (std::uint64_t cell = 0; cell < 2880; ++cell) {
                const std::uint64_t slot = geometry.slotOfCell(cell);
                const QRect rect = geometry.rectOfSlot(slot, scroll).value_or(QRect());
                QVERIFY(!rect.isNull());
                const bool isInside = QRect({0, 0}, geometry.viewport()).contains(rect);
                if (!isInside)
                    continue;
                QCOMPARE(geometry.slotAt(rect.center(), scroll), std::optional(slot));
                QCOMPARE(geometry.cellsIn(rect, scroll),
                         (std::vector<CellRange>{geometry.cellsOfSlot(slot)}));
                const std::size_t index = geometry.visibleIndexOf(slot, scroll).value_or(0);
                QCOMPARE(geometry.visibleSlots(scroll)[index], static_cast<std::uint32_t>(slot));
                cell += 40;
            }
        }
    }

    void aBandAroundEverythingHoldsEachCellOnce()
    {
        const TrackGrid grid = gridOf(floppy());
        for (const MapOrder order : {MapOrder::Rows, MapOrder::Hilbert, MapOrder::Tracks}) {
            const MapGeometry geometry({936, 480}, 1.0, {2880, order, grid}, {});
            const std::vector<CellRange> all{{0, 2880}};
            QCOMPARE(geometry.cellsIn(QRect({0, 0}, geometry.viewport()), 0), all);
            QVERIFY(geometry.cellsIn(QRect(930, 470, 3, 3), 0).empty() ||
                    order != MapOrder::Tracks);
        }
    }

    void aBandInRowsTakesAPieceOfEachRow()
    {
        const MapGeometry geometry({240, 240}, 1.0, 100, {false, 24});
        QCOMPARE(geometry.cellsIn(QRect(QPoint(24, 24), QPoint(50, 60)), 0),
                 (std::vector<CellRange>{{11, 2}, {21, 2}}));
        // Pulled to the left and up it is the same.
        QCOMPARE(geometry.cellsIn(QRect(QPoint(50, 60), QPoint(24, 24)).normalized(), 0),
                 (std::vector<CellRange>{{11, 2}, {21, 2}}));
    }

    void arrowsGoOverTheRowOfALabel()
    {
        const TrackGrid grid = gridOf(floppy());
        const MapGeometry geometry({960, 480}, 1.0, {2880, MapOrder::Tracks, grid}, {});
        QCOMPARE(geometry.slotBeside(17, 80), std::optional(std::uint64_t{18})); // to head 1
        QCOMPARE(geometry.slotBeside(18, -80), std::optional(std::uint64_t{17}));
        QCOMPARE(geometry.slotBeside(0, -80), std::nullopt);
        QCOMPARE(geometry.slotBeside(0, 1), std::optional(std::uint64_t{36}));
    }

    void showsTracksAsLargeAsTheyFit()
    {
        const TrackGrid grid = gridOf(floppy());
        const MapGeometry geometry({936, 480}, 1.0, {2880, MapOrder::Tracks, grid}, {});
        QCOMPARE(geometry.pitch(), 11);
        QCOMPARE(geometry.maxScroll(), std::uint64_t{0});
        const MapGeometry zoomed({936, 480}, 1.0, {2880, MapOrder::Tracks, grid}, {false, 48});
        QVERIFY(zoomed.pitch() * zoomed.columns() <= 936); // never wider than the view
    }
};

QTEST_GUILESS_MAIN(TestMapLayout)
#include "tst_map_layout.moc"
