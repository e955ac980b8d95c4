#include "tests/ui/map_fixture.hpp"
#include "ui/models/keyed_rows_model.hpp"
#include "ui/models/serve_rows.hpp"
#include "ui/models/volume_tree_model.hpp"

#include <QAbstractItemModelTester>
#include <QPersistentModelIndex>
#include <QSignalSpy>
#include <QTest>

using namespace fatlas;
using namespace fatlas::ui;
using namespace Qt::StringLiterals;

namespace {

std::vector<KeyedRow> rowsOf(std::initializer_list<std::uint64_t> keys,
                             const QString& text = u"a"_s)
{
    std::vector<KeyedRow> rows;
    for (const std::uint64_t key : keys)
        rows.push_back({.key = key, .texts = {QString::number(key), text}});
    return rows;
}

QStringList textsOf(const KeyedRowsModel& model)
{
    QStringList texts;
    for (int row = 0; row < model.rowCount(); ++row)
        texts << model.index(row, 0).data().toString();
    return texts;
}

} // namespace

class TestServeModels : public QObject {
    Q_OBJECT

private Q_SLOTS:

    void rowsComeChangeAndGo()
    {
        KeyedRowsModel model({{u"#"_s, KeyedRowsModel::Kind::Number}, {u"What"_s}});
        QAbstractItemModelTester tester(&model,
                                        QAbstractItemModelTester::FailureReportingMode::QtTest);
        QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
        model.setRows(rowsOf({3, 5, 7}));
        const QPersistentModelIndex five = model.index(1, 1);
        model.setRows(rowsOf({1, 2, 5, 6, 7, 9}, u"b"_s));
        QCOMPARE(textsOf(model), (QStringList{u"1"_s, u"2"_s, u"5"_s, u"6"_s, u"7"_s, u"9"_s}));
        QCOMPARE(five.row(), 2);
        QCOMPARE(five.data().toString(), u"b"_s);
        model.setRows(rowsOf({1, 9}, u"b"_s));
        QVERIFY(!five.isValid());
        model.setRows({});
        model.setRows(rowsOf({4}));
        QCOMPARE(textsOf(model), QStringList{u"4"_s});
        QCOMPARE(resets.count(), 0);
        model.setRows(rowsOf({4, 8}));
        model.setRows(rowsOf({8, 4}));
        QCOMPARE(resets.count(), 1); // what stays changed its order
        QCOMPARE(textsOf(model), (QStringList{u"8"_s, u"4"_s}));
    }

    void theSameRowsChangeNothing()
    {
        KeyedRowsModel model({{u"#"_s}, {u"What"_s}});
        model.setRows(rowsOf({1, 2}));
        QSignalSpy changes(&model, &QAbstractItemModel::dataChanged);
        model.setRows(rowsOf({1, 2}));
        QCOMPARE(changes.count(), 0);
        QVERIFY(!model.data({}, Qt::DisplayRole).isValid());
        QCOMPARE(model.headerData(1, Qt::Horizontal, Qt::DisplayRole).toString(), u"What"_s);
    }

    void aClientIsARowOfItsNumber()
    {
        const serve::ClientActivity client{.client = {.number = 12,
                                                      .address = "127.0.0.1:4711",
                                                      .exportName = "dos\n",
                                                      .requestCount = 3,
                                                      .readSize = 4096,
                                                      .writtenSize = 0},
                                           .readRate = 2048,
                                           .writtenRate = 0,
                                           .requestRate = 1.5,
                                           .idleNs = 5'000'000'000};
        const auto rows = clientRows(std::span(&client, 1));
        QCOMPARE(rows.size(), std::size_t{1});
        QCOMPARE(rows[0].key, std::uint64_t{12});
        QCOMPARE(rows[0].texts.size(), static_cast<qsizetype>(clientColumns().size()));
        QVERIFY(!rows[0].texts[2].contains(u'\n'));
        QVERIFY(rows[0].texts[3].endsWith(u"/s"_s));
        QCOMPARE(rows[0].texts[4], u"–"_s);
        QVERIFY(rows[0].texts[8].contains(u"5 s"_s));
    }

    void aWriteSaysWhereItWent()
    {
        const auto tree = test::makeTree();
        const auto usage = test::makeUsage();
        const ServedVolume volume{.tree = tree.get(), .usage = usage.get(), .volumeOffset = 1000};
        const fat::Geometry& geometry = usage->geometry();
        const auto place = [&](std::uint64_t inVolume) {
            return placeText(volume, 1000 + inVolume);
        };
        QCOMPARE(placeText(volume, 0), u"before the volume"_s);
        QCOMPARE(place(0), u"boot sectors"_s);
        QCOMPARE(place(geometry.fatOffset(1)), u"FAT 2"_s);
        QCOMPARE(place(geometry.rootOffset()), u"root directory"_s);
        QCOMPARE(place(geometry.clusterOffset(Cluster{430})), u"/DOCS/A.TXT"_s);
        QCOMPARE(place(geometry.clusterOffset(Cluster{2500})), u"free"_s);
        QCOMPARE(place(geometry.volumeSize()), u"behind the volume"_s);
        QCOMPARE(placeText({}, 0), QString());
        const serve::WriteRecord record{
            .number = 7,
            .event = {.timeNs = 0,
                      .offset = 1000 + geometry.clusterOffset(Cluster{430}),
                      .length = 512,
                      .client = 2,
                      .kind = block::TapKind::WriteZeroes}};
        const auto rows = writeRows(std::span(&record, 1), volume, 61'000'000'000);
        QCOMPARE(rows[0].texts.size(), static_cast<qsizetype>(writeColumns().size()));
        QCOMPARE(rows[0].texts[1], u"61 s ago"_s);
        QCOMPARE(rows[0].texts[3], u"zeros"_s);
        QCOMPARE(rows[0].texts[6], u"/DOCS/A.TXT"_s);
    }

    void foldersHaveTheTrafficOfAllThatIsInThem()
    {
        const auto tree = test::makeTree();
        VolumeTreeModel model;
        QAbstractItemModelTester tester(&model,
                                        QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setTree(tree);
        auto traffic = std::make_shared<serve::DiskTraffic>();
        traffic->owners.resize(tree->nodes.size());
        traffic->owners[test::text] = {1000, 24};
        traffic->owners[test::docs] = {0, 1000};
        model.setTraffic(traffic);
        QVERIFY((model.trafficOf(test::docs) == serve::Traffic{1000, 1024}));
        const auto cell = [&](std::uint32_t node, int role) {
            return model.indexOfNode(node, VolumeTreeModel::TrafficColumn).data(role);
        };
        QCOMPARE(cell(test::docs, VolumeTreeModel::WrittenPartRole).toDouble(), 1.0);
        QVERIFY(cell(test::text, VolumeTreeModel::WrittenPartRole).toDouble() < 0.6);
        QCOMPARE(cell(test::games, VolumeTreeModel::ReadPartRole).toDouble(), 0.0);
        QCOMPARE(cell(test::games, Qt::DisplayRole).toString(), QString());
        QVERIFY(cell(test::text, Qt::ToolTipRole).toString().contains(u"written"_s));
        QCOMPARE(cell(test::text, VolumeTreeModel::SortRole).toULongLong(), 1024ULL);
        model.setTraffic(nullptr);
        QCOMPARE(cell(test::docs, Qt::DisplayRole).toString(), QString());
    }

    void trafficOfAnotherTreeIsNotShown()
    {
        VolumeTreeModel model;
        model.setTree(test::makeTree());
        auto traffic = std::make_shared<serve::DiskTraffic>();
        traffic->owners.resize(100, {1, 1});
        model.setTraffic(traffic);
        QVERIFY((model.trafficOf(test::docs) == serve::Traffic{}));
    }

    void whatGuestsDoIsSaidInOneSentence()
    {
        QCOMPARE(activitySentence(0, {}), u"No client is connected"_s);
        QCOMPARE(activitySentence(1, {}), u"1 client · idle"_s);
        const QString busy = activitySentence(2, {3 << 20, 0, 12});
        QVERIFY2(busy.startsWith(u"2 clients · 3"_s), qPrintable(busy));
        QVERIFY2(busy.contains(u"– written"_s), qPrintable(busy));
        QVERIFY2(busy.endsWith(u"12 requests/s"_s), qPrintable(busy));
    }
};

QTEST_MAIN(TestServeModels)
#include "tst_serve_models.moc"
