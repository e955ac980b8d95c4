#include "tests/support/temp_folder.hpp"
#include "tests/ui/damaged_volume.hpp"
#include "ui/base/segmented_control.hpp"
#include "ui/base/theme.hpp"
#include "ui/views/cluster_map_view.hpp"
#include "ui/views/everything_else_view.hpp"
#include "ui/views/map_colourist.hpp"
#include "ui/views/map_export.hpp"
#include "ui/views/map_legend.hpp"
#include "ui/views/map_mode_bar.hpp"
#include "ui/views/map_overview.hpp"

#include <QAbstractButton>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>
#include <QVBoxLayout>

#include <bit>
#include <set>

using namespace fatlas;
using namespace fatlas::ui;
using namespace Qt::StringLiterals;
using fatlas::test::TempFolder;

/// A map with its bar and legend, as the window has them.
class MapPart : public QWidget {
public:
    explicit MapPart(VolumeDocument& document)
        : map(new ClusterMapView(this)), colourist(new MapColourist(*map, this)),
          bar(new MapModeBar(*map, *colourist, this)), legend(new MapLegend(this))
    {
        auto* layout = new QVBoxLayout(this);
        layout->addWidget(bar);
        layout->addWidget(map, 1);
        layout->addWidget(legend);
        bar->addKeysTo(*this);
        legend->setMap(map);
        map->setFocus(&document.focus());
        colourist->setContent(document.content());
        map->setCells(MapCells::make(document.content()->usage));
        resize(1000, 600);
    }

    ~MapPart() override
    {
        delete bar;
        delete colourist;
    }

    MapPart(const MapPart&) = delete;
    MapPart& operator=(const MapPart&) = delete;

    ClusterMapView* map;
    MapColourist* colourist;
    MapModeBar* bar;
    MapLegend* legend;
};

class TestMapModes : public QObject {
    Q_OBJECT

private:
    TempFolder m_folder;
    std::unique_ptr<VolumeDocument> m_document;
    std::unique_ptr<MapPart> m_part;

    void open(fat::FatType type = fat::FatType::Fat12)
    {
        m_part.reset();
        m_document = test::openChecked(test::writeDamaged(m_folder, type));
        m_part = std::make_unique<MapPart>(*m_document);
        m_part->show();
        m_part->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_part.get()));
    }

    void show(MapMode mode)
    {
        m_part->colourist->setMode(mode);
        QTRY_VERIFY(m_part->colourist->isSettled());
    }

    [[nodiscard]] QString lookAt(std::uint32_t cluster) const
    {
        const auto cell = m_part->map->cells()->cellOfCluster(Cluster{cluster});
        const StateMask mask = m_part->map->looksIn({cell.value_or(0), 1});
        return m_part->map->looks()[static_cast<std::size_t>(std::bit_width(mask)) - 1].name;
    }

    [[nodiscard]] Chip* chip(const QString& name) const
    {
        for (Chip* one : m_part->legend->chips())
            if (one->text() == name && !one->isHidden())
                return one;
        return nullptr;
    }

private Q_SLOTS:

    void init() { open(); }

    void cleanup()
    {
        m_part.reset();
        m_document.reset();
    }

    void everyModePaintsAndCounts_data()
    {
        QTest::addColumn<int>("mode");
        QTest::addColumn<bool>("dark");
        for (int mode = 0; mode < static_cast<int>(mapModeCount); ++mode)
            for (const bool dark : {false, true})
                QTest::addRow("mode %d %s", mode, dark ? "dark" : "light") << mode << dark;
    }

    void everyModePaintsAndCounts()
    {
        QFETCH(const int, mode);
        QFETCH(const bool, dark);
        Theme::instance().setForcedDark(dark);
        show(static_cast<MapMode>(mode));
        std::uint64_t shownChips = 0;
        for (const Chip* one : m_part->legend->chips())
            shownChips += one->isHidden() ? 0 : 1;
        QVERIFY(shownChips >= 3);
        QCOMPARE(m_part->map->colouring() != nullptr, mode != 0);
        for (const MapOrder order : {MapOrder::Rows, MapOrder::Hilbert})
            for (const int pixels : {1, 5, 9, 24}) {
                m_part->bar->setOrder(order);
                m_part->map->setZoom({.allVisible = false, .cellPixels = pixels});
                QVERIFY(!m_part->grab().isNull());
            }
        Theme::instance().setForcedDark(false);
    }

    void contentIsReadFromTheDisk()
    {
        show(MapMode::Content);
        QCOMPARE(lookAt(100), u"Zeros"_s);
        QVERIFY(m_part->colourist->progressText().isEmpty());
        // What was read stays known.
        show(MapMode::State);
        show(MapMode::Content);
        QCOMPARE(lookAt(100), u"Zeros"_s);
    }

    void copiesOfTheFatAreCompared()
    {
        show(MapMode::FatCopies);
        QCOMPARE(lookAt(test::differingEntry), u"Only in FAT 2"_s);
        QCOMPARE(lookAt(test::differingEntry + 1), u"Free in both"_s);
        const auto cell = m_part->map->cells()->cellOfCluster(Cluster{test::differingEntry});
        QVERIFY(m_part->map->describe({cell.value_or(0), 1}).endsWith(u" · only in fat 2"));
    }

    void findingsShowWhereTheyAre()
    {
        show(MapMode::Findings);
        QCOMPARE(lookAt(test::sharedCluster), u"Error"_s);
        QCOMPARE(lookAt(test::lostCluster + 1), u"Warning"_s);
        QCOMPARE(lookAt(100), u"Free"_s);
    }

    void keysChooseModeAndOrder()
    {
        m_part->map->QWidget::setFocus();
        QTest::keyClick(m_part->map, Qt::Key_2);
        QCOMPARE(m_part->colourist->mode(), MapMode::Owner);
        QCOMPARE(m_part->bar->modes()->currentIndex(), 1);
        QTest::keyClick(m_part->map, Qt::Key_1);
        QCOMPARE(m_part->colourist->mode(), MapMode::State);
        QTRY_VERIFY(!m_part->map->colouring());
        QTest::keyClick(m_part->map, Qt::Key_L);
        QCOMPARE(m_part->bar->order(), MapOrder::Hilbert);
        QCOMPARE(m_part->map->mapGeometry().order(), MapOrder::Hilbert);
        QTest::keyClick(m_part->map, Qt::Key_L); // no floppy: no tracks
        QCOMPARE(m_part->bar->order(), MapOrder::Rows);
    }

    void aModeThatCannotBeSaysWhy()
    {
        QVERIFY(!m_part->bar->problem(MapOrder::Tracks).isEmpty());
        m_part->bar->setOrder(MapOrder::Tracks);
        QCOMPARE(m_part->bar->order(), MapOrder::Rows);
        QVERIFY(m_part->colourist->problem(MapMode::FatCopies).isEmpty());
    }

    void legendFiltersTheLooksOfTheMode()
    {
        show(MapMode::Findings);
        Chip* const errors = chip(u"Error"_s);
        QVERIFY(errors != nullptr);
        errors->click();
        QVERIFY(m_part->map->filter() != 0);
        QVERIFY(errors->isChecked());
        // Another mode begins without a filter.
        show(MapMode::Fragments);
        QCOMPARE(m_part->map->filter(), StateMask{0});
        QVERIFY(chip(u"Error"_s) == nullptr);
        QVERIFY(chip(u"Fragment begins"_s) != nullptr);
    }

    void whoAsksForAStateSeesStates()
    {
        EverythingElseView others;
        others.setMap(m_part->map);
        show(MapMode::Owner);
        auto* const lost = qobject_cast<QAbstractButton*>(others.row(fat::ClusterState::Lost));
        QVERIFY(lost != nullptr);
        lost->click();
        QCOMPARE(m_part->colourist->mode(), MapMode::State);
        QVERIFY(!m_part->map->colouring());
        QCOMPARE(m_part->map->filter(), maskOf(fat::ClusterState::Lost));
    }

    void aMapOfOtherCellsIsColouredAnew()
    {
        show(MapMode::Fragments);
        const auto before = m_part->map->colouring();
        m_part->map->setCells(MapCells::make(m_document->content()->usage));
        QTRY_VERIFY(m_part->map->colouring() && m_part->map->colouring() != before);
        QCOMPARE(m_part->colourist->mode(), MapMode::Fragments);
        m_part->map->setCells(nullptr);
        QVERIFY(!m_part->map->colouring());
        QVERIFY(!m_part->grab().isNull());
    }

    void closesWhileItReads()
    {
        m_part->colourist->setMode(MapMode::Content);
        m_part.reset();
    }

    void aRubberBandSelectsAndSums()
    {
        ClusterMapView& map = *m_part->map;
        map.setZoom({.allVisible = false, .cellPixels = 24});
        QSignalSpy said(&map, &ClusterMapView::hoveredText);
        const auto center = [&](std::uint32_t cluster) {
            return map.rectOfCell(map.cells()->cellOfCluster(Cluster{cluster}).value_or(0))
                .value_or(QRect())
                .center();
        };
        const QPoint from = center(10);
        const QPoint to = center(14);
        QVERIFY(from.y() == to.y());
        QTest::mousePress(&map, Qt::LeftButton, {}, from);
        QTest::mouseMove(&map, from + QPoint(3, 0));
        QMouseEvent move(QEvent::MouseMove, to, map.mapToGlobal(to), Qt::NoButton, Qt::LeftButton,
                         Qt::NoModifier);
        QCoreApplication::sendEvent(&map, &move);
        QCOMPARE(said.last().first().toString(), u"5 clusters, 2.5 KiB"_s);
        QVERIFY(!map.grab().isNull());
        QTest::mouseRelease(&map, Qt::LeftButton, {}, to);
        QCOMPARE(m_document->focus().selection().runs,
                 (std::vector<ClusterRange>{{Cluster{10}, 5}}));
        QCOMPARE(m_document->focus().selection().node, std::nullopt);
    }

    void selectsInACurve()
    {
        m_part->bar->setOrder(MapOrder::Hilbert);
        ClusterMapView& map = *m_part->map;
        const auto cell = map.cells()->cellOfCluster(Cluster{11}).value_or(0);
        QTest::mouseClick(&map, Qt::LeftButton, {},
                          map.rectOfCell(cell).value_or(QRect()).center());
        QCOMPARE(m_document->focus().selection().cluster, std::optional(Cluster{11}));
        QVERIFY(!map.grab().isNull()); // with the outline of the chain
        map.QWidget::setFocus();
        const MapGeometry& geometry = map.mapGeometry();
        const std::uint64_t before = geometry.slotOfCell(map.cursorCell().value_or(0));
        const auto below = geometry.slotBeside(before, geometry.columns());
        const auto above = geometry.slotBeside(before, -geometry.columns());
        QVERIFY(below || above); // by place, whatever the order is
        QTest::keyClick(&map, below ? Qt::Key_Down : Qt::Key_Up);
        const std::uint64_t now = (below ? below : above).value_or(0);
        QCOMPARE(map.cursorCell(), std::optional(geometry.cellsOfSlot(now).first));
    }

    void aPictureHasTheWholeMapAndItsLegend()
    {
        show(MapMode::Findings);
        m_part->map->setZoom({.allVisible = false, .cellPixels = 40}); // not what is on screen
        const MapExport picture(*m_part->map, *m_part->legend, u"damaged.img"_s, 800);
        const QImage image = picture.image();
        QCOMPARE(image.size(), picture.size());
        QCOMPARE(image.width(), 800);
        QVERIFY(image.height() > 100 && image.height() < 900);
        std::set<QRgb> colors;
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x)
                colors.insert(image.pixel(x, y));
        for (const Token token : {Token::Free, Token::Used, Token::System, Token::Lost})
            QVERIFY(colors.contains(Theme::instance().color(token).rgb()));
        const QString svg = QString::fromUtf8(picture.svg());
        QVERIFY(svg.contains(u"damaged.img"_s) && svg.contains(u"Error: "_s));
        QVERIFY(svg.contains(Theme::instance().color(Token::Used).name(), Qt::CaseInsensitive));
    }

    void namesItsControls()
    {
        QVERIFY(!m_part->bar->modes()->accessibleName().isEmpty());
        QVERIFY(!m_part->bar->orderButton()->accessibleName().isEmpty());
        QCOMPARE(MapModeBar::modeNamed(u"fats"_s), std::optional(MapMode::FatCopies));
        QCOMPARE(MapModeBar::modeNamed(u"nonsense"_s), std::nullopt);
        QCOMPARE(MapModeBar::orderNamed(u"hilbert"_s), std::optional(MapOrder::Hilbert));
    }

    void givesWayWhereThereIsNoRoom()
    {
        const int before = m_part->bar->minimumSizeHint().width();
        QVERIFY(before < m_part->bar->modes()->sizeHint().width());
        m_part->resize(320, 300);
        QTRY_VERIFY(!m_part->bar->modes()->isVisible());
        m_part->resize(1000, 300);
        QTRY_VERIFY(m_part->bar->modes()->isVisible());
    }
};

QTEST_MAIN(TestMapModes)
#include "tst_map_modes.moc"
