#include "core/fat/check/check.hpp"
#include "core/fat/rules.hpp"

#include "tests/core/fat/check/rule_fixture.hpp"

#include <QTest>

#include <algorithm>
#include <set>
#include <string>

using namespace fatlas;
using namespace fatlas::fat;
using fatlas::test::allFixtures;
using fatlas::test::RuleFixture;

namespace {

std::vector<Finding> findingsOf(Bytes image)
{
    const auto device = std::make_shared<block::MemoryDevice>(std::move(image));
    const auto volume = Volume::open(device);
    if (!volume) {
        qWarning("not opened: %s", volume.error().message.c_str());
        return {};
    }
    const auto report = checkVolume(**volume);
    if (!report) {
        qWarning("not checked: %s", report.error().message.c_str());
        return {};
    }
    return (*report)->findings;
}

QByteArray rulesOf(const std::vector<Finding>& findings)
{
    std::set<std::string> rules;
    for (const Finding& finding : findings)
        rules.insert(finding.rule);
    QByteArray text;
    for (const std::string& rule : rules)
        text += QByteArray::fromStdString(rule) + ' ';
    return text;
}

bool isExpected(const RuleFixture& fixture, const Finding& finding)
{
    return finding.rule == fixture.rule ||
           std::ranges::find(fixture.companions, finding.rule) != fixture.companions.end();
}

} // namespace

class TestRuleFixtures : public QObject {
    Q_OBJECT

private slots:
    void eachBreaksItsRuleOnly_data();
    void eachBreaksItsRuleOnly();
    void everyRuleHasOne();
    void soundVolumesBreakNone_data();
    void soundVolumesBreakNone();
};

void TestRuleFixtures::eachBreaksItsRuleOnly_data()
{
    QTest::addColumn<int>("index");
    const auto fixtures = allFixtures();
    for (std::size_t i = 0; i < fixtures.size(); ++i)
        QTest::addRow("%s (%zu)", fixtures[i].rule, i) << static_cast<int>(i);
}

void TestRuleFixtures::eachBreaksItsRuleOnly()
{
    QFETCH(int, index);
    const RuleFixture fixture = allFixtures()[static_cast<std::size_t>(index)];
    const auto findings = findingsOf(fixture.make());
    const QByteArray found = rulesOf(findings);
    QVERIFY2(std::ranges::find(findings, fixture.rule, &Finding::rule) != findings.end(), found);
    for (const Finding& finding : findings)
        QVERIFY2(isExpected(fixture, finding), (found + finding.message.c_str()).constData());
}

void TestRuleFixtures::everyRuleHasOne()
{
    const auto fixtures = allFixtures();
    for (const Rule& rule : rules())
        QVERIFY2(std::ranges::any_of(
                     fixtures, [&](const auto& fixture) { return fixture.rule == rule.number; }),
                 rule.number.data());
    for (const RuleFixture& fixture : fixtures)
        QVERIFY2(findRule(fixture.rule) != nullptr, fixture.rule);
}

void TestRuleFixtures::soundVolumesBreakNone_data()
{
    QTest::addColumn<int>("bits");
    for (const int bits : {12, 16, 32})
        QTest::addRow("FAT%d", bits) << bits;
}

void TestRuleFixtures::soundVolumesBreakNone()
{
    QFETCH(int, bits);
    const auto findings = findingsOf(imageOf(test::soundVolume(static_cast<FatType>(bits))));
    QCOMPARE(rulesOf(findings), QByteArray());
}

QTEST_GUILESS_MAIN(TestRuleFixtures)
#include "tst_rule_fixtures.moc"
