#include "tests/ui/map_fixture.hpp"
#include "ui/models/map_modes.hpp"

#include <QTest>

#include <bit>
#include <random>

using namespace fatlas;
using namespace fatlas::ui;

namespace {

/// Runs of random looks, and each cell by itself to compare with.
struct Random {
    LookRuns runs;
    std::vector<std::uint8_t> cells;
};

Random randomRuns(std::uint32_t seed, std::size_t count, std::uint32_t longest)
{
    std::mt19937 generator(seed);
    Random made;
    for (std::size_t i = 0; i < count; ++i) {
        const auto look = static_cast<std::uint8_t>(generator() % 5);
        const std::uint32_t length = 1 + generator() % longest;
        made.runs.append(length, look);
        made.cells.insert(made.cells.end(), length, look);
    }
    return made;
}

MapColouring::Parts fiveLooks(StateMask peers = 0)
{
    MapColouring::Parts parts;
    for (int i = 0; i < 5; ++i)
        parts.looks.push_back({Token::Free, CellMark::None, QString::number(i)});
    parts.peers = peers;
    parts.addsWords = true;
    return parts;
}

QString lookAt(const MapColouring& colouring, const MapCells& cells, std::uint32_t cluster)
{
    const auto cell = cells.cellOfCluster(Cluster{cluster});
    const StateMask mask = cell ? colouring.looksInCells({*cell, 1}) : StateMask{0};
    return std::popcount(mask) == 1
               ? colouring.looks()[static_cast<std::size_t>(std::bit_width(mask)) - 1].name
               : QStringLiteral("?");
}

std::uint64_t countNamed(const MapColouring& colouring, const QString& name)
{
    for (const LegendEntry& entry : colouring.legend())
        if (entry.name == name)
            return colouring.count(entry.looks);
    return UINT64_MAX;
}

/// Every look has its chip, and the chips count each cell once.
void balances(const MapColouring& colouring, const MapCells& cells)
{
    StateMask seen = 0;
    std::uint64_t sum = 0;
    for (const LegendEntry& entry : colouring.legend()) {
        QCOMPARE(seen & entry.looks, 0);
        seen |= entry.looks;
        sum += colouring.count(entry.looks);
        QVERIFY(!entry.name.isEmpty() && !entry.meaning.isEmpty());
    }
    QCOMPARE(sum, cells.cellCount());
    QCOMPARE(colouring.cellCount(), cells.cellCount());
    QCOMPARE(std::popcount(seen), static_cast<int>(colouring.looks().size()));
}

} // namespace

class TestMapColouring : public QObject {
    Q_OBJECT

private:
    std::shared_ptr<const MapCells> m_cells = MapCells::make(test::makeUsage());

private Q_SLOTS:

    void joinsNeighboursThatLookTheSame()
    {
        LookRuns runs;
        runs.append(3, 1);
        runs.append(0, 2);
        runs.append(4, 1);
        runs.append(2, 0);
        QCOMPARE(runs.size(), std::size_t{2});
        QCOMPARE(runs.cellCount(), std::uint64_t{9});
        QCOMPARE(runs.runOf(6), std::size_t{0});
        QCOMPARE(runs.runOf(7), std::size_t{1});
    }

    void agreesWithEachCellAtAnyZoom()
    {
        const Random made = randomRuns(3, 2000, 7);
        const MapColouring colouring(fiveLooks(), made.runs);
        QCOMPARE(colouring.cellCount(), made.cells.size());
        for (const std::uint64_t perSlot : {1ULL, 2ULL, 3ULL, 17ULL, 400ULL, 100000ULL})
            for (const std::uint64_t first : {0ULL, 5ULL, 1234ULL, 7990ULL}) {
                std::vector<StateMask> out(300, StateMask{0xFF});
                colouring.fillSlots(first, perSlot, out);
                for (std::size_t slot = 0; slot < out.size(); ++slot) {
                    StateMask expected = 0;
                    const std::uint64_t from = first + slot * perSlot;
                    for (std::uint64_t cell = from;
                         cell < std::min<std::uint64_t>(from + perSlot, made.cells.size()); ++cell)
                        expected |= static_cast<StateMask>(1U << made.cells[cell]);
                    QCOMPARE(out[slot], expected);
                    QCOMPARE(colouring.looksInCells({from, perSlot}), expected);
                }
            }
    }

    void findsTheFirstCellOfALook()
    {
        const Random made = randomRuns(4, 500, 5);
        const MapColouring colouring(fiveLooks(), made.runs);
        for (std::uint64_t first = 0; first < made.cells.size(); first += 13)
            for (std::uint8_t look = 0; look < 5; ++look) {
                std::optional<std::uint64_t> expected;
                for (std::uint64_t cell = first;
                     !expected && cell < std::min<std::uint64_t>(first + 40, made.cells.size());
                     ++cell)
                    if (made.cells[cell] == look)
                        expected = cell;
                QCOMPARE(colouring.findLook({first, 40}, static_cast<StateMask>(1U << look)),
                         expected);
            }
    }

    void ofPeersTheFirstShows()
    {
        LookRuns runs;
        runs.append(2, 1);
        runs.append(2, 3);
        runs.append(2, 2);
        runs.append(2, 4);
        const MapColouring colouring(fiveLooks(0b01110), std::move(runs));
        std::vector<StateMask> out(2);
        colouring.fillSlots(0, 4, out);
        QCOMPARE(out[0], StateMask{0b00010});
        QCOMPARE(out[1], StateMask{0b10100}); // 4 is no peer of 2
        colouring.fillSlots(2, 4, out);
        QCOMPARE(out[0], StateMask{0b01000});
    }

    void knowsNoCellsOutside()
    {
        LookRuns runs;
        runs.append(10, 1);
        const MapColouring colouring(fiveLooks(), std::move(runs));
        QCOMPARE(colouring.looksInCells({10, 5}), StateMask{0});
        QCOMPARE(colouring.findLook({10, 5}, 0xFFFF), std::nullopt);
        std::vector<StateMask> out(3, StateMask{7});
        colouring.fillSlots(10, 1, out);
        QCOMPARE(out, std::vector<StateMask>(3));
        colouring.fillSlots(9, 2, out);
        QCOMPARE(out, (std::vector<StateMask>{2, 0, 0}));
    }

    void survivesAnEmptyMap()
    {
        const MapColouring colouring(fiveLooks(), LookRuns{});
        std::vector<StateMask> out(3, StateMask{7});
        colouring.fillSlots(0, 1, out);
        QCOMPARE(out, std::vector<StateMask>(3));
        QCOMPARE(colouring.wordsAbout({0, 1}), QString());
    }

    void ownersHaveColoursOfTheirOwn()
    {
        const auto colouring = colourOwners(*m_cells, *test::makeTree());
        balances(*colouring, *m_cells);
        const auto maskAt = [&](std::uint32_t cluster) {
            return colouring->looksInCells(
                {m_cells->cellOfCluster(Cluster{cluster}).value_or(0), 1});
        };
        QCOMPARE(maskAt(430), maskAt(701));  // the same file
        QVERIFY(maskAt(203) != maskAt(300)); // beside each other on the disk
        QCOMPARE(lookAt(*colouring, *m_cells, 820), QStringLiteral("Lost"));
        QCOMPARE(countNamed(*colouring, QStringLiteral("Files and folders")),
                 std::uint64_t{3 + 2 + 75 + 2 + 4 + 107 + 3});
    }

    void fragmentsBeginWhereFilesGoOn()
    {
        const auto colouring = colourFragments(*m_cells);
        balances(*colouring, *m_cells);
        QCOMPARE(countNamed(*colouring, QStringLiteral("Fragment begins")), std::uint64_t{2});
        QCOMPARE(lookAt(*colouring, *m_cells, 700), QStringLiteral("Fragment begins"));
        QCOMPARE(lookAt(*colouring, *m_cells, 100), QStringLiteral("Fragment begins"));
        QVERIFY(lookAt(*colouring, *m_cells, 430) != QStringLiteral("Fragment begins"));
    }

    void findingsShowBySeverity()
    {
        constexpr std::uint64_t volumeOffset = 63 * 512;
        const fat::Geometry geometry = test::floppyGeometry();
        std::vector<Finding> findings(4);
        findings[0].severity = Severity::Warning;
        findings[0].cluster = 203;
        findings[1].severity = Severity::Error; // in the same cluster: it wins
        findings[1].offset = volumeOffset + geometry.clusterOffset(Cluster{203}) + 7;
        findings[2].severity = Severity::Info;
        findings[2].offset = volumeOffset + 11; // boot sector
        findings[3].severity = Severity::Error;
        findings[3].offset = 5; // of the partition table: on no cell
        const auto colouring = colourFindings(*m_cells, findings, volumeOffset);
        balances(*colouring, *m_cells);
        QCOMPARE(lookAt(*colouring, *m_cells, 203), QStringLiteral("Error"));
        QCOMPARE(lookAt(*colouring, *m_cells, 204), QStringLiteral("Used"));
        QCOMPARE(lookAt(*colouring, *m_cells, 821), QStringLiteral("Warning")); // lost
        QCOMPARE(lookAt(*colouring, *m_cells, 1025), QStringLiteral("Error"));  // cross-linked
        QCOMPARE(countNamed(*colouring, QStringLiteral("Note")), std::uint64_t{1});
        QCOMPARE(colouring->wordsAbout({0, 1}), QStringLiteral("note"));
    }

    void contentShowsHowFarItWasRead()
    {
        const std::vector<fat::ContentRun> runs{{Cluster{2}, 98, fat::ContentKind::Zero},
                                                {Cluster{100}, 2, fat::ContentKind::Text},
                                                {Cluster{102}, 1, fat::ContentKind::Dense}};
        const auto colouring = colourContent(*m_cells, runs);
        balances(*colouring, *m_cells);
        QCOMPARE(lookAt(*colouring, *m_cells, 101), QStringLiteral("Text"));
        QCOMPARE(lookAt(*colouring, *m_cells, 102), QStringLiteral("Dense"));
        QCOMPARE(colouring->count(1U << contentUnknownLook), std::uint64_t{2847 - 101});
    }

    void copiesShowWhereTheyDiffer()
    {
        const std::vector<fat::DifferingRun> runs{
            {{Cluster{90}, 20}, fat::CopyDifference::OnlyOther},
            {{Cluster{205}, 1}, fat::CopyDifference::Value},
            {{Cluster{2848}, 1}, fat::CopyDifference::OnlyRead}};
        const auto colouring = colourFatCopies(*m_cells, runs, 1, 2);
        balances(*colouring, *m_cells);
        QCOMPARE(lookAt(*colouring, *m_cells, 89), QStringLiteral("Free in both"));
        QCOMPARE(lookAt(*colouring, *m_cells, 90), QStringLiteral("Only in FAT 2"));
        QCOMPARE(lookAt(*colouring, *m_cells, 109), QStringLiteral("Only in FAT 2"));
        QCOMPARE(lookAt(*colouring, *m_cells, 110), QStringLiteral("Free in both"));
        QCOMPARE(lookAt(*colouring, *m_cells, 205), QStringLiteral("Different values"));
        QCOMPARE(lookAt(*colouring, *m_cells, 206), QStringLiteral("The same in both"));
        QCOMPARE(lookAt(*colouring, *m_cells, 2848), QStringLiteral("Only in FAT 1"));
    }
};

QTEST_GUILESS_MAIN(TestMapColouring)
#include "tst_map_colouring.moc"
