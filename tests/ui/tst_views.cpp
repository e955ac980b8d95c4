#include "tests/ui/map_fixture.hpp"
#include "ui/base/banner.hpp"
#include "ui/base/chip.hpp"
#include "ui/base/command_box.hpp"
#include "ui/base/labels.hpp"
#include "ui/base/segmented_control.hpp"
#include "ui/views/chain_strip.hpp"
#include "ui/views/chain_view.hpp"
#include "ui/views/file_tree_view.hpp"
#include "ui/views/fit_meter.hpp"
#include "ui/views/fit_words.hpp"
#include "ui/views/table_style.hpp"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QStandardItemModel>
#include <QTableView>
#include <QTest>
#include <QToolButton>
#include <QTreeView>

using namespace fatlas;
using namespace fatlas::ui;
using namespace Qt::StringLiterals;

namespace {

std::shared_ptr<folder_disk::Plan> makePlan()
{
    auto plan = std::make_shared<folder_disk::Plan>();
    plan->boot.geometry = test::floppyGeometry();
    plan->options.floppy = folder_disk::FloppyFormat::F1440K;
    plan->fit = {.fileCount = 251,
                 .directoryCount = 8,
                 .contentSize = 1100000,
                 .slackSize = 70532,
                 .clustersNeeded = 2296,
                 .clustersUsed = 2296,
                 .rootEntriesNeeded = 38,
                 .rootEntriesUsed = 38,
                 .formats = {{folder_disk::FloppyFormat::F720K, false},
                             {folder_disk::FloppyFormat::F1440K, true},
                             {folder_disk::FloppyFormat::F2880K, true}}};
    return plan;
}

} // namespace

class TestViews : public QObject {
    Q_OBJECT

private Q_SLOTS:

    void fitWordsGiveTheNumbers()
    {
        const FitWords words = fitWords(*makePlan());
        QCOMPARE(words.verdict, FitVerdict::Fits);
        QCOMPARE(words.headline, u"It fits: 1,148 KiB of 1,423 KiB"_s);
        QCOMPARE(words.detail,
                 u"2,296 of 2,847 clusters · 38 of 224 root entries · 251 files · 6 % slack"_s);
    }

    void fitWordsSayWhatIsTooMuch()
    {
        auto plan = makePlan();
        plan->unfit = {{"big.bin", 5000000, folder_disk::UnfitReason::NoRoom, "no room"}};
        plan->fit.clustersNeeded = 12062;
        QCOMPARE(fitWords(*plan).verdict, FitVerdict::DoesNotFit);
        QCOMPARE(fitWords(*plan).headline, u"It does not fit: 6,031 KiB of 1,423 KiB"_s);
        QCOMPARE(fitAmounts(*plan).tooMuch, std::uint64_t{12062 - 2847});
        plan->options.unfit = folder_disk::Unfit::Skip;
        QCOMPARE(fitWords(*plan).headline, u"It fits without 1 item: 1,148 KiB of 1,423 KiB"_s);
        plan->options.unfit = folder_disk::Unfit::Refuse;
        plan->fit.clustersNeeded = 2296;
        plan->fit.rootEntriesNeeded = 300;
        QCOMPARE(fitWords(*plan).headline, u"It does not fit: 300 of 224 root entries"_s);
        plan->fit.rootEntriesNeeded = 38;
        QCOMPARE(fitWords(*plan).headline, u"1 item does not fit"_s);
    }

    void fitMeterOffersTheFormats()
    {
        FitMeter meter;
        meter.resize(900, 120);
        meter.setPlan(makePlan());
        QSignalSpy chosen(&meter, &FitMeter::formatChosen);
        QStringList offered;
        Chip* larger = nullptr;
        for (Chip* chip : meter.findChildren<Chip*>()) {
            if (chip->isHidden())
                continue;
            offered << chip->text();
            if (chip->text() == u"2.88M"_s)
                larger = chip;
            QCOMPARE(chip->isCurrent(), chip->text() == u"1.44M"_s);
            QCOMPARE(chip->mark(),
                     chip->text() == u"720K"_s ? Chip::Mark::Cross : Chip::Mark::Check);
        }
        QCOMPARE(offered, (QStringList{u"720K"_s, u"1.44M"_s, u"2.88M"_s}));
        larger->click();
        QCOMPARE(chosen.count(), 1);
        QCOMPARE(chosen.first().first().value<folder_disk::FloppyFormat>(),
                 folder_disk::FloppyFormat::F2880K);
    }

    void tablesAndTreesCanBeCopied()
    {
        QStandardItemModel model;
        model.setHorizontalHeaderLabels({u"Name"_s, u"Size"_s, u"Hidden"_s});
        auto* folder = new QStandardItem(u"DOCS"_s);
        folder->appendRow({new QStandardItem(u"A.TXT"_s), new QStandardItem(u"5"_s)});
        model.appendRow({folder, new QStandardItem(u""_s), new QStandardItem(u"x"_s)});
        QTreeView tree;
        tree.setModel(&model);
        styleTree(tree);
        tree.header()->moveSection(1, 0);
        tree.setColumnHidden(2, true);
        const auto trigger = [&tree](const QString& text) {
            for (QAction* action : tree.actions())
                if (action->text() == text)
                    action->trigger();
            return QGuiApplication::clipboard()->text();
        };
        QCOMPARE(trigger(u"Copy table as CSV"_s), u"Size,Name\n,DOCS\n"_s);
        tree.expandAll();
        QCOMPARE(trigger(u"Copy table as CSV"_s), u"Size,Name\n,DOCS\n5,A.TXT\n"_s);
        tree.setCurrentIndex(model.index(0, 0, folder->index()));
        tree.show();
        tree.setFocus();
        QVERIFY(QTest::qWaitForWindowActive(&tree));
        QTest::keySequence(&tree, QKeySequence::Copy);
        QCOMPARE(QGuiApplication::clipboard()->text(), u"Size\tName\n5\tA.TXT\n"_s);
    }

    void chainViewFollowsFocusBothWays()
    {
        ChainView view;
        Focus focus;
        view.setVolume(test::makeTree(), test::floppyGeometry(), 0);
        view.setFocus(&focus);
        view.resize(1000, 200);
        view.show();
        QCOMPARE(view.headline(), u"Select a file to see its chain"_s);
        focus.select({.node = test::text, .cluster = Cluster{701}, .runs = test::textRuns()});
        QCOMPARE(view.headline(), u"/DOCS/A.TXT: 9 clusters, 3 fragments; size 4,608 asks for 9"_s);
        auto* table = view.findChild<QTableView*>();
        QCOMPARE(table->model()->rowCount(), 3);
        QCOMPARE(table->currentIndex().row(), 1);
        QCOMPARE(focus.selection().cluster, std::optional(Cluster{701})); // only marked, not moved
        table->selectRow(2);
        QCOMPARE(focus.selection().cluster, std::optional(Cluster{100}));
        auto* strip = view.findChild<ChainStrip*>();
        QTest::mouseClick(strip, Qt::LeftButton, {}, strip->boxOf(0).center());
        QCOMPARE(focus.selection().cluster, std::optional(Cluster{430}));
        focus.select({});
        QCOMPARE(table->model()->rowCount(), 0);
    }

    void chainStripSurvivesAMillionFragments()
    {
        std::vector<ClusterRange> runs;
        for (std::uint32_t i = 0; i < 1000000; ++i)
            runs.push_back({Cluster{2 + 2 * i}, 1});
        ChainStrip strip;
        strip.setChain(std::move(runs), Token::File, u"end"_s);
        QVERIFY(strip.sizeHint().width() < 200000);
        QVERIFY(strip.boxOf(999999).isNull());
        QVERIFY(!strip.grab(QRect(0, 0, 500, 30)).isNull());
    }

    void fileTreePublishesAndFollows()
    {
        FileTreeView tree;
        Focus focus;
        tree.setTree(test::makeTree());
        tree.setFocus(&focus);
        tree.show();
        focus.select({.node = test::text, .runs = test::textRuns()});
        QCOMPARE(tree.view()->currentIndex().data().toString(), u"A.TXT"_s);
        QTest::keyClick(tree.view(), Qt::Key_Down);
        QCOMPARE(focus.selection().node, std::optional(test::letter));
        QCOMPARE(focus.selection().runs, (std::vector<ClusterRange>{{Cluster{203}, 75}}));
        tree.setTree(test::makeTree()); // a new tree must not publish rows of the old one
        QCOMPARE(focus.selection().node, std::optional(test::letter));
    }

    void fileTreeFilters()
    {
        FileTreeView tree;
        tree.setTree(test::makeTree());
        auto* field = tree.findChild<QLineEdit*>();
        QTest::keyClicks(field, u"bank"_s);
        QTRY_COMPARE(tree.view()->model()->rowCount(), 1);
        QVERIFY(tree.view()->isExpanded(tree.view()->model()->index(0, 0)));
        QTest::keyClick(field, Qt::Key_Escape);
        QTRY_COMPARE(tree.view()->model()->rowCount(), 3);
    }

    void segmentsMoveWithTheArrows()
    {
        SegmentedControl control;
        control.addSegment(u"Floppy"_s);
        control.addSegment(u"Disk"_s);
        control.addSegment(u"EFI stick"_s);
        QSignalSpy chosen(&control, &SegmentedControl::chosen);
        QCOMPARE(control.currentIndex(), 0);
        control.setSegmentEnabled(1, false, u"too small"_s);
        QTest::keyClick(&control, Qt::Key_Right);
        QCOMPARE(control.currentIndex(), 2);
        QTest::keyClick(&control, Qt::Key_Right);
        QTest::keyClick(&control, Qt::Key_Home);
        QCOMPARE(control.currentIndex(), 0);
        QCOMPARE(chosen.count(), 2);
        control.setCurrentIndex(2); // by the program: not chosen
        QCOMPARE(chosen.count(), 2);
    }

    void chipRowWraps()
    {
        ChipRow row;
        for (int i = 0; i < 12; ++i)
            row.addChip(u"chip number "_s + QString::number(i));
        QVERIFY(row.heightForWidth(300) > 2 * row.heightForWidth(4000));
        row.resize(300, row.heightForWidth(300));
        row.show();
        for (const Chip* chip : row.chips())
            QVERIFY(QRect(QPoint(), row.size()).contains(chip->geometry()));
    }

    void bannerSaysCauseAndNextStep()
    {
        Banner banner;
        QVERIFY(banner.isHidden());
        banner.showError(Error{.code = ErrorCode::NoSpace, .message = "the disk is full"},
                         u"Nothing was written."_s, u"Choose another place."_s, u"Choose..."_s);
        QVERIFY(!banner.isHidden());
        QCOMPARE(banner.message().headline, u"The disk is full."_s);
        QSignalSpy action(&banner, &Banner::actionTriggered);
        QSignalSpy dismissed(&banner, &Banner::dismissed);
        banner.findChild<QPushButton*>()->click();
        banner.findChild<QToolButton*>()->click();
        QCOMPARE(action.count(), 1);
        QCOMPARE(dismissed.count(), 1);
        QVERIFY(banner.isHidden());
    }

    void namesNeverBecomeMarkup()
    {
        Banner banner;
        Banner::Message message;
        message.headline = u"<b>x</b>"_s;
        banner.show(message);
        for (const QLabel* label : banner.findChildren<QLabel*>())
            if (!label->text().isEmpty())
                QCOMPARE(label->textFormat(), Qt::PlainText);
        QCOMPARE(ThemedLabel(u"<b>x</b>"_s, Token::Text).textFormat(), Qt::PlainText);
    }

    void commandBoxCopies()
    {
        CommandBox box;
        box.setCommand(u"fatlas-cli create ~/a -o a.img"_s);
        QSignalSpy copied(&box, &CommandBox::copied);
        box.findChild<QToolButton*>()->click();
        QCOMPARE(copied.count(), 1);
        QCOMPARE(QGuiApplication::clipboard()->text(), u"fatlas-cli create ~/a -o a.img"_s);
    }

    void elidedLabelKeepsTheWholeText()
    {
        ElidedLabel label(u"/a/very/long/path/that/does/not/fit/anywhere.txt"_s, Qt::ElideMiddle);
        label.resize(60, 20);
        label.show();
        QCOMPARE(label.toolTip(), label.text());
        label.resize(2000, 20);
        QVERIFY(label.toolTip().isEmpty());
        QVERIFY(label.minimumSizeHint().width() < 200);
    }
};

QTEST_MAIN(TestViews)
#include "tst_views.moc"
