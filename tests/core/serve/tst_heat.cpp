#include "core/serve/event_player.hpp"
#include "core/serve/heat.hpp"

#include <QtTest>

#include <algorithm>

using namespace fatlas;
using namespace fatlas::serve;
using block::TapEvent;
using block::TapKind;
using block::TapOutcome;

namespace {

constexpr std::uint64_t second = 1'000'000'000;
constexpr std::uint64_t halfLife = second / 2;

/// Bins of 4 KiB that begin at byte 0.
block::Tap smallTap()
{
    return block::Tap(64 << 10, {.origin = 0, .binSize = 4096});
}

TapEvent eventOf(TapKind kind, std::uint64_t offset, std::uint64_t length,
                 std::uint64_t timeNs = second)
{
    return {.timeNs = timeNs, .offset = offset, .length = length, .client = 1, .kind = kind};
}

std::vector<std::uint32_t> bins(const std::vector<HeatSpot>& spots)
{
    std::vector<std::uint32_t> found;
    for (const HeatSpot& spot : spots)
        found.push_back(spot.bin);
    return found;
}

} // namespace

class TestHeat : public QObject {
    Q_OBJECT

private slots:

    void glowsWhereItWasTouchedAndFades()
    {
        Heat heat(10, halfLife);
        heat.touch({.first = 3, .last = 4, .isRead = true, .timeNs = 10 * second});
        QVERIFY((heat.at(10 * second) == std::vector<HeatSpot>{{3, 255, 0}, {4, 255, 0}}));
        const auto later = heat.at(10 * second + halfLife);
        QCOMPARE(later.size(), std::size_t{2});
        QCOMPARE(int{later.front().read}, 128);
        QVERIFY(heat.at(10 * second + 20 * halfLife).empty());
        QVERIFY(heat.isCold());
        QVERIFY(heat.at(11 * second).empty()); // forgotten is forgotten
    }

    void readsAndWritesFadeByThemselves()
    {
        Heat heat(10, halfLife);
        heat.touch({.first = 1, .last = 1, .isRead = true, .timeNs = second});
        heat.touch({.first = 1, .last = 1, .isRead = false, .timeNs = second + halfLife});
        const auto spots = heat.at(second + halfLife);
        QCOMPARE(spots.size(), std::size_t{1});
        QCOMPARE(int{spots.front().read}, 128);
        QCOMPARE(int{spots.front().written}, 255);
    }

    void aLaterTouchGlowsAnewAndAnEarlierOneDoesNotDim()
    {
        Heat heat(10, halfLife);
        heat.touch({.first = 1, .last = 1, .isRead = true, .timeNs = 5 * second});
        heat.touch({.first = 1, .last = 1, .isRead = true, .timeNs = 4 * second});
        QCOMPARE(int{heat.at(5 * second).front().read}, 255);
        heat.touch({.first = 1, .last = 1, .isRead = true, .timeNs = 6 * second});
        QCOMPARE(int{heat.at(6 * second).front().read}, 255);
    }

    void spotsComeInTheOrderOfTheDisk()
    {
        Heat heat(100, halfLife);
        for (const std::size_t bin : {70U, 3U, 50U, 4U})
            heat.touch({.first = bin, .last = bin, .isRead = false, .timeNs = second});
        QCOMPARE(bins(heat.at(second)), (std::vector<std::uint32_t>{3, 4, 50, 70}));
    }

    void anEventTouchesTheBinsItLiesIn()
    {
        const auto tap = smallTap();
        Heat heat(tap.binCount(), halfLife);
        heat.touch(tap, eventOf(TapKind::Read, 4095, 2), second);
        QCOMPARE(bins(heat.at(second)), (std::vector<std::uint32_t>{0, 1}));
        heat.touch(tap, eventOf(TapKind::Trim, 8192, 4096), second);
        QCOMPARE(bins(heat.at(second)), (std::vector<std::uint32_t>{0, 1, 2}));
        QCOMPARE(int{heat.at(second).back().written}, 255);
    }

    void whatLiesOutsideTouchesNothingElse()
    {
        const auto tap = smallTap();
        Heat heat(tap.binCount(), halfLife);
        heat.touch(tap, eventOf(TapKind::Write, UINT64_MAX - 10, 100), second);
        heat.touch(tap, eventOf(TapKind::Write, 1 << 30, UINT64_MAX), second);
        heat.touch(tap, eventOf(TapKind::Flush, 0, 0), second);
        heat.touch(tap, eventOf(TapKind::Read, 0, 0), second);
        auto failed = eventOf(TapKind::Read, 0, 512);
        failed.outcome = TapOutcome::Failed;
        heat.touch(tap, failed, second);
        QVERIFY(heat.isCold());
        heat.touch(tap, eventOf(TapKind::Write, 60 << 10, UINT64_MAX), second);
        QVERIFY(!heat.isCold());
        for (const HeatSpot& spot : heat.at(second))
            QVERIFY(spot.bin >= 15 && spot.bin < tap.binCount());
    }

    void livePlaysEverythingAtOnce()
    {
        EventPlayer player;
        std::vector<std::uint64_t> played;
        const auto play = [&](const TapEvent& e) { played.push_back(e.offset); };
        const std::vector<TapEvent> events{eventOf(TapKind::Read, 1, 1, second),
                                           eventOf(TapKind::Read, 2, 1, 2 * second)};
        player.add(events);
        QCOMPARE(player.advance(3 * second, play), 3 * second);
        QCOMPARE(played, (std::vector<std::uint64_t>{1, 2}));
        QCOMPARE(player.lagNs(), std::uint64_t{0});
    }

    void slowFallsBehindAndLiveCatchesUp()
    {
        EventPlayer player;
        std::vector<std::uint64_t> played;
        const auto play = [&](const TapEvent& e) { played.push_back(e.offset); };
        player.advance(10 * second, play);
        player.setPace(Pace::Slow);
        const std::vector<TapEvent> events{eventOf(TapKind::Read, 1, 1, 10 * second + second / 2),
                                           eventOf(TapKind::Read, 2, 1, 13 * second)};
        player.add(events);
        QCOMPARE(player.advance(14 * second, play), 10 * second + second / 2);
        QCOMPARE(played, (std::vector<std::uint64_t>{1}));
        QCOMPARE(player.lagNs(), 3 * second + second / 2);
        QCOMPARE(player.waitingCount(), std::size_t{1});
        player.setPace(Pace::Live);
        QCOMPARE(player.advance(15 * second, play), 15 * second);
        QCOMPARE(played, (std::vector<std::uint64_t>{1, 2}));
    }

    void frozenStandsStill()
    {
        EventPlayer player;
        int played = 0;
        const auto play = [&](const TapEvent&) { ++played; };
        player.advance(10 * second, play);
        player.setPace(Pace::Frozen);
        const std::vector<TapEvent> events{eventOf(TapKind::Read, 1, 1, 11 * second)};
        player.add(events);
        QCOMPARE(player.advance(20 * second, play), 10 * second);
        QCOMPARE(played, 0);
        player.setPace(Pace::Live);
        QCOMPARE(player.advance(21 * second, play), 21 * second);
        QCOMPARE(played, 1);
    }

    void whatWaitsIsBounded()
    {
        EventPlayer player;
        std::size_t played = 0;
        const auto play = [&](const TapEvent&) { ++played; };
        player.advance(second, play);
        for (const Pace pace : {Pace::Frozen, Pace::Slow}) {
            player.setPace(pace);
            const std::vector<TapEvent> many(
                1000, eventOf(TapKind::Read, 0, 1, 1000 * second + (pace == Pace::Slow ? 1 : 0)));
            for (std::size_t i = 0; i < EventPlayer::maxWaiting / 1000 + 2; ++i) {
                player.add(many);
                player.advance(2 * second, play);
            }
            QCOMPARE(player.waitingCount(), EventPlayer::maxWaiting);
            QVERIFY(player.lagNs() <= 2 * second); // it never runs ahead of now
        }
        QVERIFY(played > 1000);
    }
};

QTEST_GUILESS_MAIN(TestHeat)
#include "tst_heat.moc"
