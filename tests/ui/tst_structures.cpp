#include "tests/ui/hex_fixture.hpp"
#include "ui/models/structure_loader.hpp"
#include "ui/models/structure_model.hpp"
#include "ui/models/structure_reader.hpp"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace fatlas;
using namespace fatlas::ui;
using namespace Qt::StringLiterals;

namespace {

StructureField field(std::uint64_t offset, std::uint64_t length, const QString& name,
                     const QString& bits = {})
{
    return {.place = {.offset = offset, .length = length},
            .bits = bits,
            .name = name,
            .value = u"1"_s,
            .meaning = {},
            .oddity = {}};
}

std::vector<StructurePart> read(StructureSource& source, ByteRange asked)
{
    auto parts = source.read(asked, {});
    return parts ? std::move(*parts) : std::vector<StructurePart>{};
}

const StructureField* named(const StructurePart& part, const QString& name)
{
    const auto found = std::ranges::find_if(
        part.fields, [&](const StructureField& each) { return each.name.contains(name); });
    return found == part.fields.end() ? nullptr : &*found;
}

/// Counts what it is asked, and fails on demand.
class CountingSource final : public StructureSource {
public:
    [[nodiscard]] Result<std::vector<StructurePart>> read(ByteRange range,
                                                          const JobControl&) override
    {
        ++questions;
        longest = std::max(longest.load(), range.length);
        if (fails)
            return fail(ErrorCode::Io, "the sector cannot be read");
        return std::vector{StructurePart{.place = range,
                                         .title = u"part"_s,
                                         .facts = {},
                                         .fields = {field(range.offset, 2, u"a"_s)}}};
    }

    std::atomic<int> questions = 0;
    std::atomic<std::uint64_t> longest = 0;
    std::atomic<bool> fails = false;
};

} // namespace

class TestStructures : public QObject {
    Q_OBJECT

private Q_SLOTS:

    void takesTheNarrowestFieldOfAByte()
    {
        const StructureMap map({{.place = {.offset = 0, .length = 64},
                                 .title = {},
                                 .facts = {},
                                 .fields = {field(0, 64, u"all"_s), field(11, 25, u"block"_s),
                                            field(11, 2, u"size"_s)}}});
        QCOMPARE(map.findField(12), std::optional(FieldRef{0, 2}));
        QCOMPARE(map.findField(13), std::optional(FieldRef{0, 1}));
        QCOMPARE(map.findField(63), std::optional(FieldRef{0, 0}));
        QVERIFY(!map.findField(64));
        QCOMPARE(map.findPart(63), std::optional(0U));
        QVERIFY(!map.findPart(64));
        QVERIFY(!StructureMap().findField(0));
    }

    void leavesOutFieldsThatLieElsewhere()
    {
        const StructureMap map({{.place = {.offset = 4096, .length = 512},
                                 .title = {},
                                 .facts = {},
                                 .fields = {field(512, 2, u"FAT entry"_s)}}});
        QVERIFY(!map.findField(512));
        QVERIFY(!map.findField(4096));
    }

    void knowsTheDigitsOfATwelveBitEntry()
    {
        const StructureField even = field(0x200, 2, u"entry"_s, u"bits 0-11"_s);
        QCOMPARE(digitsOf(even, 0x200), Digits::Both);
        QCOMPARE(digitsOf(even, 0x201), Digits::Low);
        QCOMPARE(digitsOf(even, 0x202), Digits::None);
        const StructureField odd = field(0x201, 2, u"entry"_s, u"bits 4-15"_s);
        QCOMPARE(digitsOf(odd, 0x201), Digits::High);
        QCOMPARE(digitsOf(odd, 0x202), Digits::Both);
        QCOMPARE(digitsOf(field(0, 1, u"flag"_s, u"bit 5"_s), 0), Digits::High);
        QCOMPARE(digitsOf(field(0, 1, u"whole"_s), 0), Digits::Both);
    }

    void explainsTheBootSectorToTheByte()
    {
        const auto source = makeStructureSource(test::makeSubject());
        const auto parts = read(*source, {.offset = 0, .length = 512});
        QCOMPARE(parts.size(), std::size_t{1});
        const StructureField* const size = named(parts[0], u"bytes per sector"_s);
        QVERIFY(size != nullptr);
        QCOMPARE(size->place, (ByteRange{0x0B, 2}));
        QVERIFY2(size->value.contains(u"512"), qPrintable(size->value));
        QVERIFY(parts[0].title[0].isUpper());
    }

    void comparesFatEntriesWithTheOtherFat()
    {
        Bytes bytes = test::floppyBytes();
        const fat::Geometry geometry = test::floppyGeometry();
        fat::setRawEntry(geometry.type,
                         ByteSpan(bytes).subspan(geometry.fatOffset(1), geometry.fatSize()),
                         Cluster{431}, 0x123);
        const auto disk = std::make_shared<block::MemoryDevice>(bytes);
        const auto subject = test::makeSubject(disk, disk);
        const std::uint64_t at =
            geometry.fatOffset(0) + fat::entryOffset(geometry.type, Cluster{430});
        const auto parts = read(*makeStructureSource(subject), {.offset = at, .length = 4});
        QVERIFY(!parts.empty());
        int same = 0;
        int other = 0;
        for (const StructureField& entry : parts[0].fields)
            if (entry.copy)
                (*entry.copy == entry.value ? same : other) += 1;
        QVERIFY(same > 0);
        QCOMPARE(other, 1);
    }

    void tellsFindingsWhereTheyBelong()
    {
        const fat::Geometry geometry = test::floppyGeometry();
        const std::uint64_t at =
            geometry.fatOffset(0) + fat::entryOffset(geometry.type, Cluster{430});
        auto subject = std::make_shared<HexSubject>(*test::makeSubject());
        Finding finding;
        finding.message = "points where it should not";
        finding.offset = at;
        subject->findings.push_back(finding);
        const auto parts = read(*makeStructureSource(subject), {.offset = at, .length = 1});
        QVERIFY(!parts.empty());
        const StructureMap map(parts);
        const auto ref = map.findField(at);
        QVERIFY(ref.has_value());
        QVERIFY2(map.field(*ref).oddity.contains(u"points where"),
                 qPrintable(map.field(*ref).oddity));
    }

    void knowsWhereBackupsLie()
    {
        const auto floppy = test::makeSubject();
        const fat::Geometry geometry = test::floppyGeometry();
        const std::uint64_t fat1 = geometry.fatOffset(0) + 5;
        QCOMPARE(backupOf(*floppy, fat1), std::optional(fat1 + geometry.fatSize()));
        QCOMPARE(backupOf(*floppy, fat1 + geometry.fatSize()), std::optional(fat1));
        QVERIFY(!backupOf(*floppy, 0)); // FAT12 keeps no copy of its boot sector
        QVERIFY(!backupOf(*floppy, geometry.rootOffset()));
        QVERIFY(!backupOf(*floppy, UINT64_MAX));
    }

    void modelShowsTheFieldsOfOnePart()
    {
        StructureModel model;
        const QAbstractItemModelTester tester(
            &model, QAbstractItemModelTester::FailureReportingMode::Fatal);
        StructureField odd = field(0x2B, 4, u"serial"_s);
        odd.oddity = u"not as it should be"_s;
        odd.meaning = u"tells media apart"_s;
        odd.copy = u"2"_s;
        const auto map = std::make_shared<const StructureMap>(
            std::vector{StructurePart{.place = {.offset = 0x20, .length = 64},
                                      .title = u"boot"_s,
                                      .facts = {},
                                      .fields = {odd, field(0x2F, 1, u"end"_s, u"bit 3"_s)}}});
        model.show(map, 0);
        QCOMPARE(model.rowCount(), 2);
        QVERIFY(model.hasCopies());
        const auto text = [&](int row, int column) {
            return model.index(row, column).data().toString();
        };
        QCOMPARE(text(0, StructureModel::OffsetColumn), u"0xB"_s);
        QCOMPARE(text(0, StructureModel::CopyColumn), u"2"_s);
        QCOMPARE(text(0, StructureModel::MeaningColumn),
                 u"not as it should be; tells media apart"_s);
        QCOMPARE(text(1, StructureModel::NameColumn), u"end, bit 3"_s);
        QVERIFY(model.index(0, StructureModel::CopyColumn).data(Qt::ForegroundRole).isValid());
        model.show(map, 7); // there is no such part
        QCOMPARE(model.rowCount(), 0);
        model.show(nullptr, 0);
        QCOMPARE(model.rowCount(), 0);
    }

    void loaderAsksOnceForWhatItKnows()
    {
        const auto source = std::make_shared<CountingSource>();
        StructureLoader loader;
        loader.setSource(source);
        const std::vector<ByteRange> sight{{.offset = 600, .length = 300}};
        loader.want(sight);
        QTRY_VERIFY(!loader.isBusy());
        QCOMPARE(source->questions.load(), 1);
        QCOMPARE(loader.map()->parts().size(), std::size_t{1});
        loader.want(std::vector<ByteRange>{{.offset = 700, .length = 100}});
        QVERIFY(!loader.isBusy());
        loader.want(std::vector<ByteRange>{{.offset = 2 * TiB, .length = UINT32_MAX}});
        QTRY_VERIFY(!loader.isBusy());
        QVERIFY(source->longest <= StructureSource::maxAsked);
    }

    void loaderKeepsTheLastAnswerBesideAnError()
    {
        const auto source = std::make_shared<CountingSource>();
        StructureLoader loader;
        loader.setSource(source);
        loader.want(std::vector<ByteRange>{{.offset = 0, .length = 16}});
        QTRY_VERIFY(!loader.isBusy());
        source->fails = true;
        loader.want(std::vector<ByteRange>{{.offset = 8192, .length = 16}});
        QTRY_VERIFY(loader.error().has_value());
        QCOMPARE(loader.map()->parts().size(), std::size_t{1});
    }
};

QTEST_MAIN(TestStructures)
#include "tst_structures.moc"
