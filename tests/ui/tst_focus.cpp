#include "ui/document/focus.hpp"

#include <QSignalSpy>
#include <QTest>

using namespace fatlas;
using namespace fatlas::ui;

class TestFocus : public QObject {
    Q_OBJECT

private Q_SLOTS:

    void tellsOnlyWhatIsNew()
    {
        Focus focus;
        QSignalSpy changed(&focus, &Focus::changed);
        focus.select({.node = 3});
        focus.select({.node = 3});
        QCOMPARE(changed.count(), 1);
        QSignalSpy hovered(&focus, &Focus::hoverChanged);
        focus.setHover({.cluster = Cluster{7}});
        focus.setHover({.cluster = Cluster{7}});
        focus.clearHover();
        QCOMPARE(hovered.count(), 2);
        QCOMPARE(focus.selection().node, std::optional(3U));
    }

    void walksBackAndForward()
    {
        Focus focus;
        focus.select({.node = 1});
        focus.select({.node = 2});
        QVERIFY(focus.canGoBack());
        focus.goBack();
        QCOMPARE(focus.selection().node, std::optional(1U));
        QVERIFY(focus.canGoForward());
        focus.goForward();
        QCOMPARE(focus.selection().node, std::optional(2U));
        QVERIFY(!focus.canGoForward());
    }

    void forgetsWhatWasAheadWhenLeavingElsewhere()
    {
        Focus focus;
        focus.select({.node = 1});
        focus.select({.node = 2});
        focus.goBack();
        focus.select({.node = 3});
        QVERIFY(!focus.canGoForward());
        focus.goBack();
        QCOMPARE(focus.selection().node, std::optional(1U));
    }

    void keepsOnePlaceForAWalkAlongAChain()
    {
        Focus focus;
        focus.select({.node = 1});
        for (std::uint32_t cluster = 10; cluster < 20; ++cluster)
            focus.select({.node = 2, .cluster = Cluster{cluster}});
        focus.goBack();
        QCOMPARE(focus.selection().node, std::optional(1U));
        focus.goForward();
        QCOMPARE(focus.selection().cluster, std::optional(Cluster{19}));
    }

    void leavesBytesAndFindingWhenItMovesOn()
    {
        Focus focus;
        const std::vector<ClusterRange> runs{{Cluster{10}, 4}};
        focus.select({.node = 2, .runs = runs, .bytes = FocusBytes{512, 32}, .finding = 1});
        focus.moveTo(Cluster{11});
        QCOMPARE(focus.selection().cluster, std::optional(Cluster{11}));
        QCOMPARE(focus.selection().runs.size(), std::size_t{1});
        QVERIFY(!focus.selection().bytes && !focus.selection().finding);
        focus.select({.bytes = FocusBytes{0, 1}});
        QVERIFY(!focus.selection().isEmpty());
    }

    void keepsOnePlaceForACursorThatWalks()
    {
        Focus focus;
        focus.select({.node = 1});
        focus.select({.bytes = FocusBytes{0, 1}});
        for (std::uint64_t offset = 1; offset < 20; ++offset)
            focus.replace({.bytes = FocusBytes{offset, 1}});
        QCOMPARE(focus.selection().bytes, std::optional(FocusBytes{19, 1}));
        focus.goBack();
        QCOMPARE(focus.selection().node, std::optional(1U));
        focus.goForward();
        QCOMPARE(focus.selection().bytes, std::optional(FocusBytes{19, 1}));
    }

    void boundsItsHistory()
    {
        Focus focus;
        for (std::uint32_t node = 0; node < 1000; ++node)
            focus.select({.node = node});
        int steps = 0;
        for (; focus.canGoBack(); ++steps)
            focus.goBack();
        QVERIFY(steps > 100 && steps < 300);
    }

    void resetsForANewVolume()
    {
        Focus focus;
        focus.select({.node = 1});
        focus.setHover({.node = 2});
        focus.reset();
        QVERIFY(focus.selection().isEmpty());
        QVERIFY(focus.hover().isEmpty());
        QVERIFY(!focus.canGoBack() && !focus.canGoForward());
    }
};

QTEST_GUILESS_MAIN(TestFocus)
#include "tst_focus.moc"
