#include "core/fat/explain/chain_report.hpp"
#include "core/fat/explain/explain.hpp"

#include "tests/core/fat/volume_builder.hpp"
#include "tests/support/pseudo_random.hpp"

#include <QtTest>

using namespace fatlas;
using namespace fatlas::fat;
using fatlas::test::VolumeBuilder;

namespace {

FatType typeOfRow()
{
    QFETCH_GLOBAL(int, bits);
    return static_cast<FatType>(bits);
}

Explainer explainerOf(const VolumeBuilder& builder, std::vector<Finding> findings = {})
{
    ExplainContext context;
    context.volume = builder.open();
    context.tree = builder.tree();
    context.usage = *mapUsage(*context.volume, *context.tree);
    context.findings = std::move(findings);
    return Explainer(context);
}

Explanation at(const VolumeBuilder& builder, std::uint64_t offset, std::uint64_t length = 1)
{
    return explainerOf(builder).explain({.offset = offset, .length = length}).value();
}

const ExplainedField* fieldAt(const Explanation& explanation, std::uint64_t offset)
{
    for (const ExplainedPart& part : explanation.parts)
        for (const ExplainedField& field : part.fields)
            if (field.place.contains(offset))
                return &field;
    return nullptr;
}

/// /FILE.BIN in 10, 11 and 20; 21 bad; 30 lost.
VolumeBuilder filled()
{
    VolumeBuilder builder(typeOfRow());
    builder.putFile(0, 0, "FILE    BIN", 10, 1100);
    builder.link({10, 11, 20});
    builder.setBad(21);
    builder.setEnd(30);
    return builder;
}

} // namespace

class TestExplain : public QObject {
    Q_OBJECT

private slots:

    void initTestCase_data()
    {
        QTest::addColumn<int>("bits");
        for (const int bits : {12, 16, 32})
            QTest::addRow("FAT%d", bits) << bits;
    }

    void theBootSectorIsFieldsWithoutGaps()
    {
        const auto said = at(filled(), 0, 512);
        QCOMPARE(said.parts.size(), std::size_t{1});
        QCOMPARE(said.parts[0].kind, PartKind::BootSector);
        std::uint64_t end = 0;
        for (const ExplainedField& field : said.parts[0].fields) {
            QCOMPARE(field.place.offset, end);
            QVERIFY(!field.name.empty() && !field.value.empty());
            end = field.place.end();
        }
        QCOMPARE(end, std::uint64_t{512});
        QCOMPARE(fieldAt(said, 0x0B)->value, std::string("512"));
        QCOMPARE(fieldAt(said, 0x10)->value, std::string("2"));
    }

    /// Each byte of the FAT is explained by the entries that have bits in it.
    void entriesOfTheFat()
    {
        const VolumeBuilder builder = filled();
        const int bits = static_cast<int>(typeOfRow());
        for (std::uint32_t copy = 0; copy < 2; ++copy) {
            const std::uint64_t offset = builder.geometry().fatOffset(copy) + 10 * bits / 8;
            const auto said = at(builder, offset);
            QCOMPARE(said.parts[0].kind, PartKind::FatEntries);
            const ExplainedField* const field = fieldAt(said, offset);
            QVERIFY(field != nullptr);
            QVERIFY2(field->meaning.contains("11"), field->meaning.c_str());
            QCOMPARE(field->bits.empty(), bits == 16);
        }
        const auto shared = at(builder, builder.geometry().fatOffset(0) + 10 * bits / 8 + 1);
        QCOMPARE(shared.parts[0].fields.size(), bits == 12 ? std::size_t{2} : std::size_t{1});
    }

    void clustersSayWhoseTheyAre_data()
    {
        QTest::addColumn<int>("cluster");
        QTest::addColumn<int>("kind");
        QTest::addColumn<QByteArray>("path");
        QTest::newRow("first of a file")
            << 10 << int(PartKind::FileData) << QByteArray("/FILE.BIN");
        QTest::newRow("last of a file") << 20 << int(PartKind::FileData) << QByteArray("/FILE.BIN");
        QTest::newRow("free") << 50 << int(PartKind::FreeCluster) << QByteArray();
        QTest::newRow("bad") << 21 << int(PartKind::BadCluster) << QByteArray();
        QTest::newRow("lost") << 30 << int(PartKind::LostCluster) << QByteArray();
    }

    void clustersSayWhoseTheyAre()
    {
        QFETCH(const int, cluster);
        QFETCH(const int, kind);
        QFETCH(const QByteArray, path);
        const VolumeBuilder builder = filled();
        const auto offset =
            builder.geometry().clusterOffset(Cluster{static_cast<std::uint32_t>(cluster)});
        const auto said = at(builder, offset);
        QCOMPARE(static_cast<int>(said.parts[0].kind), kind);
        QCOMPARE(said.parts[0].path, path.toStdString());
        const auto byNumber =
            explainerOf(builder).explainCluster(Cluster{static_cast<std::uint32_t>(cluster)});
        QCOMPARE(byNumber->parts[0].kind, PartKind::FatEntries);
        QCOMPARE(static_cast<int>(byNumber->parts[1].kind), kind);
    }

    void behindTheEndOfAFileIsSlack()
    {
        const VolumeBuilder builder = filled();
        const std::uint64_t last = builder.geometry().clusterOffset(Cluster{20});
        QCOMPARE(at(builder, last + 75).parts[0].kind, PartKind::FileData);
        QCOMPARE(at(builder, last + 76).parts[0].kind, PartKind::Slack);
        QCOMPARE(at(builder, last, 512).parts.size(), std::size_t{2});
    }

    void slotsOfADirectory()
    {
        const VolumeBuilder builder = filled();
        const std::uint64_t slot = builder.slotOffset(0, 0);
        const auto said = at(builder, slot + 28);
        QCOMPARE(said.parts[0].kind, PartKind::DirectorySlot);
        QCOMPARE(said.parts[0].path, std::string("/FILE.BIN"));
        QCOMPARE(fieldAt(said, slot + 28)->value, std::string("1100"));
        QVERIFY(fieldAt(said, slot + 26)->meaning.contains("10"));
    }

    void theOtherSectorsOfFat32()
    {
        if (typeOfRow() != FatType::Fat32)
            return;
        const VolumeBuilder builder = filled();
        QCOMPARE(at(builder, 512).parts[0].kind, PartKind::FsInfo);
        QCOMPARE(at(builder, 6 * 512).parts[0].kind, PartKind::BackupBootSector);
        QCOMPARE(at(builder, 7 * 512).parts[0].kind, PartKind::BackupFsInfo);
        QCOMPARE(at(builder, 20 * 512).parts[0].kind, PartKind::Reserved);
    }

    void findingsAreToldWhereTheyBelong()
    {
        const VolumeBuilder builder = filled();
        const Finding finding{.rule = "T9",
                              .severity = Severity::Warning,
                              .path = {},
                              .message = "cluster 30 is lost",
                              .advice = {},
                              .offset = std::nullopt,
                              .cluster = 30};
        auto explainer = explainerOf(builder, {finding});
        const auto said = explainer.explainCluster(Cluster{30}).value();
        const bool isTold = std::ranges::any_of(said.parts, [](const ExplainedPart& part) {
            return std::ranges::any_of(
                part.facts, [](const std::string& fact) { return fact.contains("is lost"); });
        });
        QVERIFY(isTold);
    }

    /// Whatever lies there, every byte of the volume is in exactly one part.
    void everyByteIsInOnePart()
    {
        VolumeBuilder builder = filled();
        test::PseudoRandom random(7);
        for (std::uint32_t cluster = 60; cluster < 100; ++cluster)
            builder.setEntry(cluster, static_cast<std::uint32_t>(random.below(300)));
        for (std::uint32_t slot = 3; slot < 12; ++slot) {
            DirectoryEntryRaw raw;
            random.fill(std::as_writable_bytes(std::span(&raw, 1)));
            builder.putSlot(0, slot, raw);
        }
        auto explainer = explainerOf(builder);
        const std::uint64_t size =
            std::min<std::uint64_t>(builder.geometry().volumeSize(), 128 * KiB);
        for (std::uint64_t place = 0; place < size; place += 512) {
            const auto said = explainer.explain({.offset = place, .length = 512}).value();
            std::uint64_t end = place;
            for (const ExplainedPart& part : said.parts) {
                QVERIFY(part.place.offset <= end && part.place.end() > end);
                QVERIFY(!part.title.empty());
                end = part.place.end();
            }
            QVERIFY(end >= place + 512);
        }
    }

    void behindTheEndIsSaid()
    {
        const VolumeBuilder builder = filled();
        QCOMPARE(at(builder, builder.geometry().volumeSize()).parts[0].kind, PartKind::Beyond);
        QCOMPARE(at(builder, UINT64_MAX - 1).parts[0].kind, PartKind::Beyond);
        auto explainer = explainerOf(builder);
        const auto outside = explainer.explainCluster(builder.geometry().endCluster());
        QCOMPARE(outside.error().code, ErrorCode::OutOfRange);
        QVERIFY(explainer.explainCluster(Cluster{0}));
        QVERIFY(explainer.explainCluster(Cluster{1}));
    }

    void aChainHasItsRunsAndItsEnd()
    {
        const VolumeBuilder builder = filled();
        const auto tree = builder.tree();
        const auto report = reportChain(*builder.open(), *tree, *tree->find("/FILE.BIN")).value();
        QCOMPARE(report.clusterCount, 3U);
        QCOMPARE(report.clustersForSize, std::optional(3U));
        QCOMPARE(report.runs.size(), std::size_t{2});
        QCOMPARE(report.runs[1].part, 2U);
        QCOMPARE(report.runs[1].jump, std::int64_t{8});
        QCOMPARE(report.last.value, 20U);
        QCOMPARE(report.end, ChainEnd::EndMark);
        QCOMPARE(report.pointerCount + report.ownerCount, std::uint64_t{0});
    }

    void whoElsePointsIntoAChainIsTold()
    {
        VolumeBuilder builder = filled();
        builder.link({40, 11}); // sets an end in the middle as well
        builder.setEntry(11, 20);
        builder.putFile(0, 1, "OTHER   BIN", 40, 1500);
        const auto tree = builder.tree();
        const auto report = reportChain(*builder.open(), *tree, *tree->find("/FILE.BIN")).value();
        QCOMPARE(report.pointerCount, std::uint64_t{1});
        QCOMPARE(report.pointers[0].from.value, 40U);
        QCOMPARE(report.pointers[0].to.value, 11U);
        QCOMPARE(report.ownerCount, std::uint64_t{1});
        QCOMPARE(tree->path(report.owners[0].node), std::string("/OTHER.BIN"));
        QCOMPARE(report.owners[0].firstShared.value, 11U);
        QCOMPARE(report.owners[0].sharedCount, 2U);
    }

    void endsOfAnyKindAreTold_data()
    {
        QTest::addColumn<int>("next");
        QTest::addColumn<int>("end");
        QTest::newRow("free") << 70 << int(ChainEnd::Free);
        QTest::newRow("bad") << 21 << int(ChainEnd::Bad);
        QTest::newRow("itself") << 10 << int(ChainEnd::Loop);
        QTest::newRow("nowhere") << 0xFFE << int(ChainEnd::OutOfRange);
        QTest::newRow("one") << 1 << int(ChainEnd::Reserved);
    }

    void endsOfAnyKindAreTold()
    {
        QFETCH(const int, next);
        QFETCH(const int, end);
        VolumeBuilder builder(typeOfRow());
        builder.putFile(0, 0, "FILE    BIN", 10, 5000);
        builder.setBad(21);
        builder.link({10, 11});
        const bool isFat12 = typeOfRow() == FatType::Fat12;
        builder.setEntry(
            11, static_cast<std::uint32_t>(next == 0xFFE ? (isFat12 ? 0xEEE : 0xEEEE) : next));
        const auto report = reportChainFrom(*builder.open(), *builder.tree(), Cluster{10}).value();
        QCOMPARE(static_cast<int>(report.end), end);
        QCOMPARE(report.clusterCount, 2U);
        QCOMPARE(report.last.value, 11U);
        QVERIFY(!std::string_view(describeEnd(report.end)).empty());
    }
};

QTEST_GUILESS_MAIN(TestExplain)
#include "tst_explain.moc"
