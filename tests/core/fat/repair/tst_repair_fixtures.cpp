#include "core/fat/check/check.hpp"
#include "core/fat/repair/repair.hpp"
#include "core/fat/rules.hpp"

#include "tests/core/fat/check/rule_fixture.hpp"

#include <QTest>

#include <algorithm>
#include <optional>
#include <string>

using namespace fatlas;
using namespace fatlas::fat;
using fatlas::test::allFixtures;
using fatlas::test::RuleFixture;

namespace {

std::shared_ptr<block::MemoryDevice> deviceOf(Bytes bytes)
{
    return std::make_shared<block::MemoryDevice>(std::move(bytes));
}

Bytes contentOf(const block::BlockDevice& device)
{
    Bytes bytes(device.size());
    if (!device.read(0, bytes))
        qFatal("cannot read the device");
    return bytes;
}

Bytes applied(Bytes bytes, const std::vector<block::Patch>& patches)
{
    for (const block::Patch& patch : patches)
        std::ranges::copy(patch.after, bytes.begin() + static_cast<std::ptrdiff_t>(patch.offset));
    return bytes;
}

/// What a file holds, with name and times as its slot has them; nothing when it is not there.
std::optional<Bytes> fileOf(const std::shared_ptr<const block::BlockDevice>& device,
                            std::string_view path)
{
    const auto volume = Volume::open(device);
    if (!volume)
        return std::nullopt;
    const auto tree = readTree(**volume);
    const auto node = tree ? (*tree)->find(path) : std::nullopt;
    if (!node)
        return std::nullopt;
    Bytes content;
    for (const ClusterRange& run : (*tree)->runsOf(*node)) {
        const Geometry& g = (*volume)->geometry();
        Bytes part(std::size_t{run.count} * g.clusterSize());
        if (!device->read(g.clusterOffset(run.first), part))
            return std::nullopt;
        content.insert(content.end(), part.begin(), part.end());
    }
    content.resize((*tree)->nodes[*node].size());
    const auto slot = asBytes((*tree)->nodes[*node].raw);
    content.insert(content.end(), slot.begin(), slot.end());
    return content;
}

/// Of rules that no repair does anything about.
bool mayRemain(const Finding& finding)
{
    const Rule* const rule = findRule(finding.rule);
    return finding.severity == Severity::Info || (rule != nullptr && rule->fix.empty());
}

/// Where nothing can be recovered.
bool isRefusable(std::string_view rule)
{
    return rule == "B15";
}

} // namespace

class TestRepairFixtures : public QObject {
    Q_OBJECT

private slots:
    void leavesASoundVolumeWithTheSameFiles_data();
    void leavesASoundVolumeWithTheSameFiles();
};

namespace {

void hasNothingLeft(const RepairPlan& plan)
{
    for (const Finding& finding : plan.remaining)
        QVERIFY2(mayRemain(finding), (finding.rule + ": " + finding.message).c_str());
    const auto volume = Volume::open(plan.repaired);
    QVERIFY(volume.has_value());
    const auto report = checkVolume(**volume);
    QVERIFY(report.has_value());
    QVERIFY((*report)->findings == plan.remaining);
    QCOMPARE(plan.repairs.empty(), plan.patches.empty());
}

void changesOnlyWhatItsPatchesSay(const RepairPlan& plan, ByteView before)
{
    std::uint64_t end = 0;
    for (const block::Patch& patch : plan.patches) {
        QVERIFY(patch.offset >= end);
        QCOMPARE(patch.before.size(), patch.after.size());
        QVERIFY(patch.before != patch.after);
        QVERIFY(
            std::ranges::equal(patch.before, before.subspan(patch.offset, patch.before.size())));
        end = patch.offset + patch.after.size();
    }
    QVERIFY(applied(Bytes(before.begin(), before.end()), plan.patches) ==
            contentOf(*plan.repaired));
}

void repairsOnce(const RepairPlan& plan)
{
    const auto again = planRepair(plan.repaired);
    QVERIFY(again.has_value());
    QVERIFY(again->patches.empty());
    QVERIFY(again->repairs.empty());
}

} // namespace

void TestRepairFixtures::leavesASoundVolumeWithTheSameFiles_data()
{
    QTest::addColumn<int>("index");
    const auto fixtures = allFixtures();
    for (std::size_t i = 0; i < fixtures.size(); ++i)
        QTest::addRow("%s (%zu)", fixtures[i].rule, i) << static_cast<int>(i);
}

void TestRepairFixtures::leavesASoundVolumeWithTheSameFiles()
{
    QFETCH(int, index);
    const RuleFixture fixture = allFixtures()[static_cast<std::size_t>(index)];
    const auto device = deviceOf(fixture.make());
    const Bytes before = contentOf(*device);
    const auto plan = planRepair(device);
    QVERIFY(contentOf(*device) == before);
    if (!plan) {
        QVERIFY2(isRefusable(fixture.rule), plan.error().message.c_str());
        QCOMPARE(plan.error().code, ErrorCode::Refused);
        return;
    }
    hasNothingLeft(*plan);
    changesOnlyWhatItsPatchesSay(*plan, before);
    for (const char* const path : {"/KEEP.TXT", "/DOCS/INSIDE.TXT"})
        QVERIFY2(fileOf(device, path) == fileOf(plan->repaired, path), path);
    repairsOnce(*plan);
}

QTEST_GUILESS_MAIN(TestRepairFixtures)
#include "tst_repair_fixtures.moc"
