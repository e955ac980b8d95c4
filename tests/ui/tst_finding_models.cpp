#include "core/fat/rules.hpp"

#include "ui/models/finding_list_model.hpp"
#include "ui/models/finding_repairs_model.hpp"
#include "ui/models/finding_words.hpp"

#include <QAbstractItemModelTester>
#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>

using namespace fatlas;
using namespace fatlas::ui;
using namespace Qt::StringLiterals;

namespace {

constexpr auto strict = QAbstractItemModelTester::FailureReportingMode::QtTest;

FindingListModel::Findings makeFindings()
{
    return std::make_shared<const std::vector<Finding>>(std::vector<Finding>{
        {"B7", Severity::Warning, "", "the media byte is 0x12", "", 21},
        {"C3", Severity::Error, "/DOCS/A.TXT", "two files share cluster 433", "", 0x200, 433},
        {"C3", Severity::Error, "", "cluster 1,024 belongs to two files", "", std::nullopt, 1024},
        {"N1", Severity::Info, "", "the label is unusual", ""},
    });
}

std::shared_ptr<const fat::RepairPlan> makePlan()
{
    auto plan = std::make_shared<fat::RepairPlan>();
    plan->repairs = {{makeFindings()->at(1), "the chain of A.TXT is cut"},
                     {makeFindings()->at(0), "the media byte is written"}};
    plan->patches = {{.offset = 21, .before = Bytes(1), .after = Bytes{std::byte{0xF0}}},
                     {.offset = 512, .before = Bytes(40), .after = Bytes(40, std::byte{0xAB})}};
    return plan;
}

QString cell(const QAbstractItemModel& model, int row, int column)
{
    return model.index(row, column).data().toString();
}

} // namespace

class TestFindingModels : public QObject {
    Q_OBJECT

private Q_SLOTS:

    void listKeepsItsPromises()
    {
        FindingListModel model;
        QAbstractItemModelTester tester(&model, strict);
        QCOMPARE(model.rowCount(), 0);
        model.setFindings(makeFindings());
        QCOMPARE(model.rowCount(), 4);
        model.setShown(Severity::Error, false);
        model.setRule("B7");
        model.setFindings(nullptr);
        QCOMPARE(model.rowCount(), 0);
    }

    void listSaysSeverityRulePlaceAndWhat()
    {
        FindingListModel model;
        model.setFindings(makeFindings());
        QCOMPARE(cell(model, 1, FindingListModel::SeverityColumn), u"Error"_s);
        QCOMPARE(cell(model, 1, FindingListModel::RuleColumn), u"C3"_s);
        QCOMPARE(cell(model, 1, FindingListModel::WhereColumn), u"/DOCS/A.TXT"_s);
        QCOMPARE(cell(model, 1, FindingListModel::WhatColumn), u"Two files share cluster 433"_s);
        QCOMPARE(cell(model, 0, FindingListModel::WhereColumn), u"0x15"_s);
        QCOMPARE(cell(model, 2, FindingListModel::WhereColumn), u"cluster 1,024"_s);
        QCOMPARE(cell(model, 3, FindingListModel::WhereColumn), u"the whole volume"_s);
        QCOMPARE(model.index(1, 0).data(Qt::AccessibleTextRole).toString(),
                 u"Error: Two files share cluster 433 (/DOCS/A.TXT)"_s);
    }

    void listSortsByAnyColumnAndGoesBack()
    {
        FindingListModel model;
        QAbstractItemModelTester tester(&model, strict);
        const auto findings = std::make_shared<const std::vector<Finding>>(
            std::vector<Finding>{{"C10", Severity::Warning, "/B", "m", ""},
                                 {"C9", Severity::Error, "/A", "z", ""},
                                 {"B2", Severity::Info, "/C", "a", ""}});
        model.setFindings(findings);
        const auto orderBy = [&model](int column, Qt::SortOrder order = Qt::AscendingOrder) {
            model.sort(column, order);
            QList<uint> rows;
            for (int row = 0; row < model.rowCount(); ++row) {
                rows << model.findingAt(row);
                if (model.rowOf(model.findingAt(row)) != row)
                    rows << 99;
            }
            return rows;
        };
        QCOMPARE(orderBy(FindingListModel::SeverityColumn), (QList<uint>{1, 0, 2}));
        QCOMPARE(orderBy(FindingListModel::RuleColumn), (QList<uint>{2, 1, 0}));
        QCOMPARE(orderBy(FindingListModel::RuleColumn, Qt::DescendingOrder),
                 (QList<uint>{0, 1, 2}));
        QCOMPARE(orderBy(FindingListModel::WhereColumn), (QList<uint>{1, 0, 2}));
        QCOMPARE(orderBy(FindingListModel::WhatColumn), (QList<uint>{2, 0, 1}));
        model.setShown(Severity::Warning, false);
        QCOMPARE(orderBy(FindingListModel::WhatColumn), (QList<uint>{2, 1}));
        model.setShown(Severity::Warning, true);
        QCOMPARE(orderBy(-1), (QList<uint>{0, 1, 2}));
    }

    void listFiltersBySeverityAndRule()
    {
        FindingListModel model;
        model.setFindings(makeFindings());
        QCOMPARE(model.count(Severity::Error), std::uint64_t{2});
        QCOMPARE(model.rules().at("C3"), std::uint64_t{2});
        model.setShown(Severity::Error, false);
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(model.findingAt(1), 3U);
        QCOMPARE(model.rowOf(3), 1);
        QCOMPARE(model.rowOf(1), -1);
        model.setShown(Severity::Error, true);
        model.setRule("C3");
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(model.count(Severity::Warning), std::uint64_t{1}); // counts what there is
        // A rule that the new findings do not have would show nothing and say not why.
        model.setFindings(std::make_shared<const std::vector<Finding>>(1, makeFindings()->at(0)));
        QCOMPARE(model.rowCount(), 1);
    }

    void listStaysQuickWithManyFindings()
    {
        std::vector<Finding> many(300'000, makeFindings()->at(1));
        for (std::size_t i = 0; i < many.size(); i += 3)
            many[i].severity = Severity::Warning;
        FindingListModel model;
        QElapsedTimer timer;
        timer.start();
        model.setFindings(std::make_shared<const std::vector<Finding>>(std::move(many)));
        model.setShown(Severity::Error, false);
        qInfo("listed and filtered 300,000 findings in %lld ms", timer.elapsed());
        QCOMPARE(model.rowCount(), 100'000);
        QCOMPARE(model.rowOf(299'997), 99'999);
    }

    void repairModelsKeepTheirPromises()
    {
        FindingRepairsModel repairs;
        FindingPatchesModel patches;
        QAbstractItemModelTester repairsTester(&repairs, strict);
        QAbstractItemModelTester patchesTester(&patches, strict);
        repairs.setPlan(makePlan());
        patches.setPlan(makePlan(), 0);
        QCOMPARE(repairs.rowCount(), 2);
        QCOMPARE(patches.rowCount(), 2);
        repairs.setPlan(nullptr);
        patches.setPlan(nullptr, 0);
        QCOMPARE(repairs.rowCount() + patches.rowCount(), 0);
    }

    void repairsSayWhatIsDoneAndWhy()
    {
        FindingRepairsModel model;
        model.setPlan(makePlan());
        QCOMPARE(cell(model, 0, FindingRepairsModel::ActionColumn), u"The chain of A.TXT is cut"_s);
        QCOMPARE(cell(model, 0, FindingRepairsModel::FindingColumn),
                 u"C3: Two files share cluster 433"_s);
        QCOMPARE(cell(model, 0, FindingRepairsModel::WhereColumn), u"/DOCS/A.TXT"_s);
    }

    void patchesCountFromTheStartOfTheDisk()
    {
        FindingPatchesModel model;
        model.setPlan(makePlan(), 0x8000);
        QCOMPARE(cell(model, 0, FindingPatchesModel::PlaceColumn), u"0x8015"_s);
        QCOMPARE(cell(model, 0, FindingPatchesModel::BeforeColumn), u"00"_s);
        QCOMPARE(cell(model, 0, FindingPatchesModel::AfterColumn), u"F0"_s);
        QCOMPARE(cell(model, 1, FindingPatchesModel::BytesColumn), u"40"_s);
        const QString after = cell(model, 1, FindingPatchesModel::AfterColumn);
        QVERIFY2(after.startsWith(u"AB AB AB "_s) && after.endsWith(u'…'), qPrintable(after));
        QCOMPARE(after.count(u"AB"_s), qsizetype(FindingPatchesModel::maxShownBytes));
    }

    void everyRuleHasWordsToShow()
    {
        for (const Rule& rule : fat::rules()) {
            const Finding finding{
                .rule = std::string(rule.number), .path = {}, .message = {}, .advice = {}};
            QVERIFY(ruleOf(finding) == &rule);
            QVERIFY(!rule.title.empty() && !rule.meaning.empty());
        }
        QVERIFY(ruleOf({.rule = "none of ours", .path = {}, .message = {}, .advice = {}}) ==
                nullptr);
    }

    void severitiesDifferInGlyphAndColour()
    {
        QVERIFY(iconNameOf(Severity::Warning) != iconNameOf(Severity::Error));
        QVERIFY(iconNameOf(Severity::Warning) != iconNameOf(Severity::Info));
        QVERIFY(tokenOf(Severity::Warning) != tokenOf(Severity::Error));
        QVERIFY(tokenOf(Severity::Warning) != tokenOf(Severity::Info));
    }
};

QTEST_MAIN(TestFindingModels)
#include "tst_finding_models.moc"
