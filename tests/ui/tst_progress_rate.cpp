#include "core/base/units.hpp"

#include "ui/tasks/progress_rate.hpp"

#include <QTest>

using fatlas::MiB;
using fatlas::ui::ProgressRate;

class TestProgressRate : public QObject {
    Q_OBJECT

private Q_SLOTS:

    void saysNothingBeforeHalfASecond()
    {
        ProgressRate rate;
        rate.add(0, {0, 100 * MiB});
        rate.add(400, {10 * MiB, 100 * MiB});
        QVERIFY(!rate.perSecond());
        QVERIFY(!rate.secondsLeft());
    }

    void measuresBytesPerSecond()
    {
        ProgressRate rate;
        rate.add(0, {0, 100 * MiB});
        rate.add(1000, {20 * MiB, 100 * MiB});
        QCOMPARE(rate.perSecond().value_or(0), double(20 * MiB));
        QCOMPARE(rate.secondsLeft().value_or(-1), 4);
    }

    void forgetsASlowStart()
    {
        ProgressRate rate;
        for (int second = 0; second <= 10; ++second)
            rate.add(second * 1000, {second < 5 ? 0 : (second - 5) * MiB, 100 * MiB});
        QCOMPARE(rate.perSecond().value_or(0), double(MiB));
    }

    void startsAnewWhenTheCountGoesBack()
    {
        ProgressRate rate;
        rate.add(0, {0, 0});
        rate.add(1000, {500, 0});
        rate.add(1100, {0, 100});
        QVERIFY(!rate.perSecond());
    }

    void knowsNoEndWithoutATotal()
    {
        ProgressRate rate;
        rate.add(0, {0, 0});
        rate.add(1000, {500, 0});
        QVERIFY(rate.perSecond());
        QVERIFY(!rate.secondsLeft());
    }

    void isDoneWhenMoreWasDoneThanPromised()
    {
        ProgressRate rate;
        rate.add(0, {0, 100});
        rate.add(1000, {500, 100});
        QCOMPARE(rate.secondsLeft().value_or(-1), 0);
    }
};

QTEST_GUILESS_MAIN(TestProgressRate)
#include "tst_progress_rate.moc"
