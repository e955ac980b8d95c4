#include "tests/ui/map_fixture.hpp"
#include "ui/base/theme.hpp"
#include "ui/views/cluster_map_view.hpp"
#include "ui/views/map_heat.hpp"

#include <QTest>

using namespace fatlas;
using namespace fatlas::ui;

namespace {

constexpr std::uint64_t volumeOffset = 63 * 512;

std::shared_ptr<const block::Tap> makeTap(std::uint64_t binSize)
{
    const fat::Geometry geometry = test::floppyGeometry();
    return std::make_shared<block::Tap>(
        volumeOffset + geometry.volumeSize(),
        block::TapLayout{.origin = volumeOffset + geometry.dataOffset(),
                         .binSize = binSize,
                         .queueCapacity = 16});
}

std::uint64_t placeOf(std::uint32_t cluster)
{
    return volumeOffset + test::floppyGeometry().clusterOffset(Cluster{cluster});
}

std::shared_ptr<Glow> glowAt(std::uint32_t cluster, std::uint8_t read, std::uint8_t written,
                             std::uint64_t binSize = 512)
{
    auto glow = std::make_shared<Glow>();
    glow->tap = makeTap(binSize);
    glow->spots.push_back({.bin = static_cast<std::uint32_t>(glow->tap->binAt(placeOf(cluster))),
                           .read = read,
                           .written = written});
    return glow;
}

} // namespace

class TestMapHeat : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<ClusterMapView> m_map;

    [[nodiscard]] std::uint64_t cellOf(std::uint32_t cluster) const
    {
        return m_map->cells()->cellOfCluster(Cluster{cluster}).value_or(UINT64_MAX);
    }

    /// Of a cell, from its middle to its border.
    struct Look {
        QColor centre;
        QColor border;
    };

    [[nodiscard]] Look lookOf(std::uint32_t cluster) const
    {
        const QImage image = m_map->grab().toImage();
        const QRect rect = m_map->rectOfCell(cellOf(cluster)).value_or(QRect());
        const auto at = [&](QPoint point) {
            return image.pixelColor(point * image.devicePixelRatio());
        };
        return {at(rect.center()), at(QPoint(rect.left(), rect.center().y()))};
    }

    [[nodiscard]] HeatPlaces places() const { return {*m_map->cells(), volumeOffset}; }

private Q_SLOTS:

    void init()
    {
        m_map = std::make_unique<ClusterMapView>();
        m_map->resize(900, 600);
        m_map->setCells(MapCells::make(test::makeUsage()));
        m_map->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_map.get()));
    }

    void cleanup() { m_map.reset(); }

    void bytesOfTheDiskAreCellsOfTheMap()
    {
        const HeatPlaces here = places();
        const std::uint64_t place = placeOf(430);
        QCOMPARE(here.cellsOf(place, place + 512), (CellRange{cellOf(430), 1}));
        QCOMPARE(here.cellsOf(place + 511, place + 513), (CellRange{cellOf(430), 2}));
        QCOMPARE(here.cellsOf(volumeOffset, volumeOffset + 1), (CellRange{0, 1}));
        QCOMPARE(here.cellsOf(placeOf(2), placeOf(2) + 1),
                 (CellRange{m_map->cells()->systemCellCount(), 1}));
        QCOMPARE(here.cellsOf(0, volumeOffset).count, std::uint64_t{0});
        QCOMPARE(here.cellsOf(0, UINT64_MAX), (CellRange{0, m_map->cells()->cellCount()}));
        const std::uint64_t end = placeOf(2849); // one past the last
        QCOMPARE(here.cellsOf(end, end + 512).count, std::uint64_t{0});
    }

    void aReadIsARing()
    {
        const Look before = lookOf(2500);
        m_map->setGlow(glowAt(2500, 255, 0), volumeOffset);
        const Look now = lookOf(2500);
        QCOMPARE(now.border, Theme::instance().color(Token::GuestRead));
        QCOMPARE(now.centre, before.centre);
    }

    void aWriteIsACentre()
    {
        const Look before = lookOf(2500);
        m_map->setGlow(glowAt(2500, 0, 255), volumeOffset);
        const Look now = lookOf(2500);
        QCOMPARE(now.centre, Theme::instance().color(Token::GuestWrite));
        QCOMPARE(now.border, before.border);
    }

    void bothAreSeenTogetherAndFadeToNothing()
    {
        const Look before = lookOf(2500);
        m_map->setGlow(glowAt(2500, 255, 255), volumeOffset);
        const Look both = lookOf(2500);
        QCOMPARE(both.border, Theme::instance().color(Token::GuestRead));
        QCOMPARE(both.centre, Theme::instance().color(Token::GuestWrite));
        m_map->setGlow(glowAt(2500, 128, 128), volumeOffset);
        const Look half = lookOf(2500);
        QVERIFY(half.border != both.border && half.border != before.border);
        QVERIFY(half.centre != both.centre && half.centre != before.centre);
        m_map->setGlow(nullptr, 0);
        QCOMPARE(lookOf(2500).border, before.border);
        QCOMPARE(lookOf(2500).centre, before.centre);
    }

    void neighboursStayDark()
    {
        const Look before = lookOf(2501);
        m_map->setGlow(glowAt(2500, 255, 255), volumeOffset);
        QCOMPARE(lookOf(2501).border, before.border);
        QCOMPARE(lookOf(2501).centre, before.centre);
    }

    void aBinOfManyClustersLightsThemAll()
    {
        m_map->setGlow(glowAt(2500, 255, 0, 4096), volumeOffset);
        const std::uint32_t first = 2500 - (2500 - 2) % 8;
        const QColor ring = Theme::instance().color(Token::GuestRead);
        QCOMPARE(lookOf(first).border, ring);
        QCOMPARE(lookOf(first + 7).border, ring);
        QVERIFY(lookOf(first + 8).border != ring);
    }

    void bothAreToldApartInSmallCells()
    {
        m_map->setZoom({.allVisible = false, .cellPixels = 4});
        const Look before = lookOf(600);
        m_map->setGlow(glowAt(600, 255, 0), volumeOffset);
        const Look read = lookOf(600);
        m_map->setGlow(glowAt(600, 0, 255), volumeOffset);
        const Look written = lookOf(600);
        QVERIFY(read.border != before.border);
        QVERIFY(written.centre != before.centre);
        QVERIFY(read.centre != written.centre || read.border != written.border);
    }

    void theMapGoesWhereGuestsAre()
    {
        m_map->setZoom({.allVisible = false, .cellPixels = 48});
        QVERIFY(!m_map->visibleCells().contains(cellOf(2500)));
        m_map->setGlow(glowAt(2500, 20, 0), volumeOffset);
        m_map->followGlow(); // that was long ago
        QVERIFY(!m_map->visibleCells().contains(cellOf(2500)));
        m_map->setGlow(glowAt(2500, 255, 0), volumeOffset);
        m_map->followGlow();
        QVERIFY(m_map->visibleCells().contains(cellOf(2500)));
        const std::uint64_t scroll = m_map->scrollOffset();
        m_map->setGlow(glowAt(2501, 255, 0), volumeOffset);
        m_map->followGlow();
        QCOMPARE(m_map->scrollOffset(), scroll); // it is in sight
    }

    void allOfALargeGlowIsPainted()
    {
        auto glow = std::make_shared<Glow>();
        glow->tap = makeTap(512);
        for (std::uint32_t bin = 0; bin < glow->tap->binCount(); ++bin)
            glow->spots.push_back({.bin = bin, .read = 255, .written = 0});
        m_map->setGlow(glow, volumeOffset);
        const QColor ring = Theme::instance().color(Token::GuestRead);
        QCOMPARE(lookOf(2).border, ring);
        QCOMPARE(lookOf(2848).border, ring);
        const MapFrame frame{m_map->mapGeometry(), 0};
        const HeatLevels levels = heatLevels(frame, places(), *glow);
        QVERIFY(std::ranges::all_of(levels.read, [](std::uint8_t level) { return level == 255; }));
    }
};

QTEST_MAIN(TestMapHeat)
#include "tst_map_heat.moc"
