#include "core/folder_disk/plan_findings.hpp"

#include "tests/core/folder_disk/snapshot_maker.hpp"

#include <QTest>

#include <algorithm>

using namespace fatlas;
using namespace fatlas::folder_disk;

class PlanFindingsTest : public QObject {
    Q_OBJECT

private slots:
    void quietFolderHasNone();
    void F1_saysTheFirstFewNamesAndCountsTheRest();
    void F2_namesWhatIsLeftOut();
    void F3_countsClampedTimes();
    void F6_clustersLargerThanDosKnows();
    void F8_bootSectorWithoutRoomForTheLabel();
};

namespace {

std::vector<Finding> ofRule(const Plan& plan, const std::string& rule)
{
    std::vector<Finding> found;
    std::ranges::copy_if(plan.findings, std::back_inserter(found),
                         [&](const Finding& finding) { return finding.rule == rule; });
    return found;
}

} // namespace

void PlanFindingsTest::quietFolderHasNone()
{
    QVERIFY(test::planOrDie({{.path = "a/b", .size = 1}})->findings.empty());
}

void PlanFindingsTest::F1_saysTheFirstFewNamesAndCountsTheRest()
{
    const auto plan =
        test::planOrDie(test::manyFiles("", 40, 0, [](auto i) { return std::to_string(i) + "?"; }));
    const auto findings = ofRule(*plan, "F1");
    QCOMPARE(plan->nameChanges.size(), 40U);
    QCOMPARE(findings.size(), findingsPerRule + 1);
    QCOMPARE(findings.back().message, std::string("24 more names differ on the disk"));
    QVERIFY(findings.back().path.empty());
    QCOMPARE(findings.front().path, plan->nameChanges.front().hostPath);
}

void PlanFindingsTest::F2_namesWhatIsLeftOut()
{
    auto snapshot = test::makeSnapshot({});
    snapshot->leftOut.push_back({.path = "x/s", .reason = host::LeftOutReason::Socket});
    const auto plan = planDisk(snapshot, {});
    QVERIFY(plan.has_value());
    const auto findings = ofRule(**plan, "F2");
    QCOMPARE(findings.size(), 1U);
    QCOMPARE(findings.front().path, std::string("x/s"));
    QCOMPARE(findings.front().severity, Severity::Warning);
    QVERIFY(QString::fromStdString(findings.front().message).contains("socket"));
    QVERIFY(!(*plan)->refusal());
}

void PlanFindingsTest::F3_countsClampedTimes()
{
    auto snapshot = test::makeSnapshot({{.path = "a"}, {.path = "b"}, {.path = "c"}});
    constexpr std::int64_t in2200 = 7'258'118'400'000'000'000;
    snapshot->nodes[2].modifiedNs = in2200;
    snapshot->nodes[3].createdNs = -1;
    const auto plan = planDisk(snapshot, {});
    QVERIFY(plan.has_value());
    QCOMPARE((*plan)->clampedTimes, (std::vector<std::uint32_t>{2, 3}));
    const auto findings = ofRule(**plan, "F3");
    QCOMPARE(findings.size(), 1U);
    QCOMPARE(findings.front().path, std::string("b"));
    QVERIFY(QString::fromStdString(findings.front().message).contains("one other"));
}

void PlanFindingsTest::F6_clustersLargerThanDosKnows()
{
    Options options;
    options.clusterSize = 65536;
    QCOMPARE(ofRule(*test::planOrDie({}, options), "F6").size(), 1U);
    options.clusterSize = 32768;
    QCOMPARE(ofRule(*test::planOrDie({}, options), "F6").size(), 0U);
}

void PlanFindingsTest::F8_bootSectorWithoutRoomForTheLabel()
{
    Options options;
    options.floppy = FloppyFormat::F1440K;
    options.bootSector = {.path = "old.bin", .bytes = Bytes(512)};
    Bytes& sector = options.bootSector.bytes;
    sector[0] = std::byte{0xEB};
    sector[1] = std::byte{0x24}; // to 0x26, where DOS 4 put the serial
    sector[2] = std::byte{0x90};
    sector[510] = std::byte{0x55};
    sector[511] = std::byte{0xAA};
    const auto findings = ofRule(*test::planOrDie({}, options), "F8");
    QCOMPARE(findings.size(), 1U);
    QCOMPARE(findings.front().path, std::string("old.bin"));
    sector[1] = std::byte{0x3C};
    QVERIFY(ofRule(*test::planOrDie({}, options), "F8").empty());
}

QTEST_GUILESS_MAIN(PlanFindingsTest)
#include "tst_plan_findings.moc"
