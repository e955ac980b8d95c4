#include "core/fat/check/check.hpp"
#include "core/fat/repair/repair.hpp"

#include "tests/core/fat/check/rule_fixture.hpp"

#include <QTest>

#include <algorithm>

using namespace fatlas;
using namespace fatlas::fat;
using fatlas::test::imageOf;
using fatlas::test::soundVolume;
using fatlas::test::VolumeBuilder;

namespace {

constexpr std::uint32_t root = 2;
constexpr std::uint32_t docs = 10;
constexpr std::uint32_t elsewhere = 50;

Result<RepairPlan> planFor(const VolumeBuilder& builder)
{
    return planRepair(std::make_shared<block::MemoryDevice>(imageOf(builder)));
}

Bytes text(std::size_t size)
{
    Bytes bytes(size);
    for (std::size_t i = 0; i < size; ++i)
        bytes[i] = static_cast<std::byte>('a' + i % 26);
    return bytes;
}

} // namespace

class TestLostRoot : public QObject {
    Q_OBJECT

    /// Paths of everything, once nothing is wrong any more.
    static QByteArray pathsAfter(const RepairPlan& plan)
    {
        const auto volume = Volume::open(plan.repaired);
        const auto report = volume ? checkVolume(**volume) : std::unexpected(volume.error());
        if (!report)
            return QByteArray::fromStdString(report.error().message);
        QByteArray text;
        for (const Finding& finding : (*report)->findings)
            text += QByteArray::fromStdString(finding.rule + ": " + finding.message + '\n');
        const Tree& tree = *(*report)->tree;
        for (std::uint32_t node = 1; node < tree.nodes.size(); ++node)
            text += QByteArray::fromStdString(tree.path(node)) + ' ';
        return text;
    }

private slots:

    void comesBackWhereItIs_data()
    {
        QTest::addColumn<std::uint32_t>("entry");
        QTest::addRow("free") << 0U;
        QTest::addRow("bad") << 0x0FFFFFF7U;
    }

    void comesBackWhereItIs()
    {
        QFETCH(std::uint32_t, entry);
        VolumeBuilder builder = soundVolume(FatType::Fat32);
        builder.setEntry(root, entry);
        const auto plan = planFor(builder);
        QVERIFY(plan.has_value());
        QCOMPARE(pathsAfter(*plan), QByteArray("/KEEP.TXT /DOCS /DOCS/INSIDE.TXT "));
    }

    void isEmptyWhereNothingIsLeftOfIt_data()
    {
        QTest::addColumn<bool>("isText");
        QTest::addRow("zeros") << false;
        QTest::addRow("text") << true;
    }

    /// What was in it comes back as what is lost does.
    void isEmptyWhereNothingIsLeftOfIt()
    {
        QFETCH(bool, isText);
        VolumeBuilder builder = soundVolume(FatType::Fat32);
        builder.setEntry(root, 0);
        builder.putData(root, isText ? text(512) : Bytes(512));
        const auto plan = planFor(builder);
        QVERIFY(plan.has_value());
        QCOMPARE(pathsAfter(*plan),
                 QByteArray("/FSCK0000.REC /FSCK0001.REC /FSCK0000.REC/INSIDE.TXT "));
    }

    void isFoundWhereTheBootSectorDoesNotLookForIt()
    {
        VolumeBuilder builder = soundVolume(FatType::Fat32);
        builder.boot().geometry.rootCluster = Cluster{elsewhere};
        const auto plan = planFor(builder);
        QVERIFY(plan.has_value());
        QCOMPARE(pathsAfter(*plan), QByteArray("/KEEP.TXT /DOCS /DOCS/INSIDE.TXT "));
    }

    void isNotGuessedAt()
    {
        VolumeBuilder builder = soundVolume(FatType::Fat32);
        builder.putData(root, text(512));
        builder.putData(docs, text(512));
        builder.boot().geometry.rootCluster = Cluster{elsewhere};
        builder.boot().geometry.backupBootSector = 0;
        const auto plan = planFor(builder);
        QVERIFY(!plan.has_value());
        QCOMPARE(plan.error().code, ErrorCode::Refused);
        QVERIFY(plan.error().message.contains("root cannot be found"));
    }
};

QTEST_GUILESS_MAIN(TestLostRoot)
#include "tst_lost_root.moc"
