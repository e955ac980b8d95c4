#include "tests/ui/map_fixture.hpp"
#include "ui/models/chain_runs_model.hpp"
#include "ui/models/chain_words.hpp"
#include "ui/models/plan_models.hpp"
#include "ui/models/volume_tree_model.hpp"
#include "ui/models/volume_tree_proxy.hpp"

#include <QAbstractItemModelTester>
#include <QElapsedTimer>
#include <QTest>

using namespace fatlas;
using namespace fatlas::ui;
using namespace Qt::StringLiterals;

namespace {

QString textAt(const QAbstractItemModel& model, int row, int column, const QModelIndex& parent = {})
{
    return model.index(row, column, parent).data().toString();
}

QStringList column(const QAbstractItemModel& model, int column, const QModelIndex& parent = {})
{
    QStringList texts;
    for (int row = 0; row < model.rowCount(parent); ++row)
        texts << textAt(model, row, column, parent);
    return texts;
}

std::shared_ptr<const folder_disk::Plan> makePlan()
{
    auto plan = std::make_shared<folder_disk::Plan>();
    plan->boot.geometry = test::floppyGeometry();
    plan->entries.resize(2);
    plan->entries[1].longName = u"aux_.c";
    plan->nameChanges = {{1, "aux.c", "aux_.c", "AUX is a device in DOS and Windows"}};
    plan->unfit = {{"big.bin", std::uint64_t{5} << 30, folder_disk::UnfitReason::TooLarge,
                    "FAT holds files below 4 GiB"},
                   {"small.bin", 100, folder_disk::UnfitReason::NoRoom, "no room"}};
    plan->findings = {{"P3", Severity::Warning, "aux.c", "a device name", "it is renamed"},
                      {"P9", Severity::Error, "", "something", "", std::nullopt, 433}};
    plan->leftOut = {{"run/socket", host::LeftOutReason::Socket}};
    plan->excluded = {"old.bak"};
    return plan;
}

std::shared_ptr<const fat::Tree> wideTree(std::uint32_t count)
{
    auto tree = std::make_shared<fat::Tree>();
    test::addNode(*tree, "", "", 0, 0, {});
    for (std::uint32_t i = 0; i < count; ++i)
        test::addNode(*tree, "file " + std::to_string(i * 7919 % count) + ".txt", "FILE.TXT", 0, i,
                      {{Cluster{2 + i % 2000}, 1}});
    test::makeFolder(*tree, 0, 1, count);
    return tree;
}

} // namespace

class TestModels : public QObject {
    Q_OBJECT

private Q_SLOTS:

    void treeModelKeepsItsPromises()
    {
        VolumeTreeModel model;
        QAbstractItemModelTester tester(&model,
                                        QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setTree(test::makeTree());
        QCOMPARE(model.rowCount({}), 3);
        VolumeTreeProxy proxy(&model);
        QAbstractItemModelTester proxyTester(
            &proxy, QAbstractItemModelTester::FailureReportingMode::QtTest);
        proxy.sort(VolumeTreeModel::SizeColumn, Qt::DescendingOrder);
        proxy.setNameFilter(u"a.txt"_s);
        model.setTree(wideTree(50));
        model.setTree(nullptr);
        QCOMPARE(model.rowCount({}), 0);
    }

    void treeModelSaysWhatTheDiskSays()
    {
        VolumeTreeModel model;
        model.setTree(test::makeTree());
        const QModelIndex file = model.indexOfNode(test::text);
        const auto cell = [&file](int column) {
            return file.siblingAtColumn(column).data().toString();
        };
        QCOMPARE(cell(VolumeTreeModel::NameColumn), u"A.TXT"_s);
        QCOMPARE(cell(VolumeTreeModel::ClustersColumn), u"9"_s);
        QCOMPARE(cell(VolumeTreeModel::FragmentsColumn), u"3"_s);
        QCOMPARE(cell(VolumeTreeModel::FirstClusterColumn), u"430"_s);
        QCOMPARE(cell(VolumeTreeModel::AttributesColumn), u"A"_s);
        QCOMPARE(file.parent(), model.indexOfNode(test::docs));
        QCOMPARE(file.data(VolumeTreeModel::PathRole).toString(), u"/DOCS/A.TXT"_s);
        QCOMPARE(textAt(model, 0, VolumeTreeModel::SizeColumn), u"2 items"_s);
        QVERIFY(file.siblingAtColumn(VolumeTreeModel::SizeColumn)
                    .data(Qt::TextAlignmentRole)
                    .value<Qt::Alignment>() &
                Qt::AlignRight);
        QVERIFY(!model.indexOfNode(0).isValid());
        QVERIFY(!model.indexOfNode(4711).isValid());
    }

    void treeModelWarnsOfBrokenChains()
    {
        auto tree = test::makeTree();
        tree->nodes[test::text].end = fat::ChainEnd::Loop;
        VolumeTreeModel model;
        model.setTree(tree);
        const QModelIndex file = model.indexOfNode(test::text);
        QVERIFY(file.data(VolumeTreeModel::DamagedRole).toBool());
        QVERIFY(file.data(Qt::ToolTipRole).toString().contains(u"comes back to itself"_s));
    }

    void sortsFoldersFirstBothWays()
    {
        VolumeTreeModel model;
        model.setTree(test::makeTree());
        VolumeTreeProxy proxy(&model);
        proxy.sort(VolumeTreeModel::NameColumn, Qt::AscendingOrder);
        QCOMPARE(column(proxy, 0), (QStringList{u"DOCS"_s, u"GAMES"_s, u"COMMAND.COM"_s}));
        proxy.sort(VolumeTreeModel::NameColumn, Qt::DescendingOrder);
        QCOMPARE(column(proxy, 0), (QStringList{u"GAMES"_s, u"DOCS"_s, u"COMMAND.COM"_s}));
        proxy.sort(VolumeTreeModel::SizeColumn, Qt::DescendingOrder);
        const QModelIndex folder = proxy.mapFromSource(model.indexOfNode(test::docs));
        QCOMPARE(textAt(proxy, 0, 0, folder), u"letter to the bank.doc"_s);
    }

    void filterKeepsTheWayToAMatch()
    {
        VolumeTreeModel model;
        model.setTree(test::makeTree());
        VolumeTreeProxy proxy(&model);
        proxy.setNameFilter(u"BANK"_s);
        QCOMPARE(column(proxy, 0), QStringList{u"DOCS"_s});
        QCOMPARE(column(proxy, 0, proxy.index(0, 0)), QStringList{u"letter to the bank.doc"_s});
        proxy.setNameFilter(u"docs"_s); // what lies in a matching folder stays
        QCOMPARE(proxy.rowCount(proxy.index(0, 0)), 2);
        proxy.setNameFilter(u"letter~1"_s);
        QCOMPARE(proxy.rowCount(proxy.index(0, 0)), 1);
        proxy.setNameFilter(u"nothing like it"_s);
        QCOMPARE(proxy.rowCount(), 0);
        proxy.setNameFilter({});
        QCOMPARE(proxy.rowCount(), 3);
    }

    void sortsAHundredThousandNamesByNumber()
    {
        VolumeTreeModel model;
        model.setTree(wideTree(100000));
        VolumeTreeProxy proxy(&model);
        QElapsedTimer timer;
        timer.start();
        proxy.sort(VolumeTreeModel::NameColumn, Qt::AscendingOrder);
        QCOMPARE(textAt(proxy, 0, 0), u"file 0.txt"_s);
        QCOMPARE(textAt(proxy, 2, 0), u"file 2.txt"_s);
        QCOMPARE(textAt(proxy, 99999, 0), u"file 99999.txt"_s);
        qInfo("sorted 100,000 names in %lld ms", timer.elapsed());
    }

    void planModelsKeepTheirPromises()
    {
        const auto plan = makePlan();
        const auto check = [&plan](PlanTableModel&& model, int rows) {
            QAbstractItemModelTester tester(&model,
                                            QAbstractItemModelTester::FailureReportingMode::QtTest);
            QCOMPARE(model.rowCount(), 0);
            model.setPlan(plan);
            QCOMPARE(model.rowCount(), rows);
            model.setPlan(nullptr);
            QCOMPARE(model.rowCount(), 0);
        };
        check(NameChangesModel(), 1);
        check(UnfitModel(), 2);
        check(FindingsModel(), 2);
        check(LeftOutModel(), 2);
    }

    void planModelsSayWhatChanges()
    {
        const auto plan = makePlan();
        NameChangesModel names;
        names.setPlan(plan);
        QCOMPARE(textAt(names, 0, 0), u"aux.c"_s);
        QCOMPARE(textAt(names, 0, 1), u"aux_.c"_s);
        QVERIFY(names.index(0, 1).data(PlanTableModel::MonospaceRole).toBool());
        UnfitModel unfit;
        unfit.setPlan(plan);
        QCOMPARE(unfit.index(0, 1).data(Qt::ToolTipRole).toString(), u"5,368,709,120 bytes"_s);
        QCOMPARE(unfit.index(1, 1).data(PlanTableModel::SortRole).toULongLong(), 100ULL);
        FindingsModel findings;
        findings.setPlan(plan);
        QCOMPARE(textAt(findings, 0, 0), u"Warning"_s);
        QCOMPARE(textAt(findings, 0, 2), u"aux.c"_s);
        QCOMPARE(textAt(findings, 1, 2), u"cluster 433"_s);
        LeftOutModel leftOut;
        leftOut.setPlan(plan);
        QCOMPARE(textAt(leftOut, 0, 0), u"run/socket"_s);
        QCOMPARE(textAt(leftOut, 1, 0), u"old.bak"_s);
    }

    void chainModelGivesPlacesAndJumps()
    {
        ChainRunsModel model;
        QAbstractItemModelTester tester(&model,
                                        QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setChain(test::floppyGeometry(), 0x8000, test::textRuns());
        QCOMPARE(column(model, ChainRunsModel::ClustersColumn),
                 (QStringList{u"430 – 433"_s, u"700 – 702"_s, u"100 – 101"_s}));
        QCOMPARE(column(model, ChainRunsModel::FromPartColumn),
                 (QStringList{u"0"_s, u"4"_s, u"7"_s}));
        QCOMPARE(column(model, ChainRunsModel::JumpColumn),
                 (QStringList{u"—"_s, u"+267"_s, u"−602"_s}));
        // 33 sectors before cluster 2, then 428 clusters of 512 bytes
        QCOMPARE(textAt(model, 0, ChainRunsModel::OffsetColumn), u"0x41A00"_s);
        QCOMPARE(model.rowOf(Cluster{701}), 1);
        QCOMPARE(model.rowOf(Cluster{703}), -1);
        model.clear();
        QCOMPARE(model.rowCount(), 0);
    }

    void chainSentenceComparesWithTheSize()
    {
        const auto tree = test::makeTree();
        QCOMPARE(chainSentence(*tree, test::text, test::floppyGeometry()),
                 u"/DOCS/A.TXT: 9 clusters, 3 fragments; size 4,608 asks for 9"_s);
        tree->nodes[test::text].raw.size.set(5000);
        QCOMPARE(chainSentence(*tree, test::text, test::floppyGeometry()),
                 u"/DOCS/A.TXT: 9 clusters, 3 fragments; size 5,000 asks for 10"_s);
        QCOMPARE(chainEndText(fat::ChainEnd::EndMark, fat::FatType::Fat12), u"end 0xFFF"_s);
    }
};

QTEST_MAIN(TestModels)
#include "tst_models.moc"
