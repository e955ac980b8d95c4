#include "tests/ui/hex_fixture.hpp"
#include "ui/models/hex_address.hpp"
#include "ui/models/hex_blocks.hpp"
#include "ui/models/hex_copy.hpp"
#include "ui/models/hex_marks.hpp"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>

using namespace fatlas;
using namespace fatlas::ui;
using namespace Qt::StringLiterals;

namespace {

HexSpace textSpace()
{
    return HexSpace::ofChain(test::floppyGeometry(), 0, test::textRuns(), 4500);
}

std::vector<HexByte> fill(const HexBlocks& blocks, std::uint64_t offset, std::size_t count)
{
    std::vector<HexByte> bytes(count);
    blocks.fill(offset, bytes);
    return bytes;
}

bool areAll(const std::vector<HexByte>& bytes, ByteState state)
{
    return std::ranges::all_of(bytes, [state](HexByte byte) { return byte.state == state; });
}

const CodePage& page437()
{
    return **CodePage::open(437);
}

} // namespace

class TestHexModels : public QObject {
    Q_OBJECT

private Q_SLOTS:

    void spaceOfAnImageIsTheImage()
    {
        const HexSpace space = HexSpace::ofImage(2 * TiB);
        QCOMPARE(space.imageOffset(TiB), std::optional(TiB));
        QCOMPARE(space.placeOf(TiB + 3), std::optional(TiB + 3));
        QVERIFY(!space.imageOffset(2 * TiB));
        QCOMPARE(HexSpace::ofImage(0).pieces().size(), std::size_t{0});
    }

    void spaceOfAFileGluesItsChain()
    {
        const HexSpace space = textSpace();
        const fat::Geometry geometry = test::floppyGeometry();
        QCOMPARE(space.size(), std::uint64_t{9 * 512});
        QCOMPARE(space.contentSize(), std::uint64_t{4500});
        QCOMPARE(space.pieces().size(), std::size_t{3});
        QCOMPARE(space.imageOffset(4 * 512), std::optional(geometry.clusterOffset(Cluster{700})));
        QCOMPARE(space.placeOf(geometry.clusterOffset(Cluster{101}) + 7),
                 std::optional<std::uint64_t>(8 * 512 + 7));
        QVERIFY(!space.placeOf(geometry.clusterOffset(Cluster{102})));
        const auto parts = space.cut({.offset = 2000, .length = 100});
        QCOMPARE(parts.size(), std::size_t{2});
        QCOMPARE(parts[0].length, std::uint64_t{48});
        QCOMPARE(parts[1].place, std::uint64_t{2048});
        QVERIFY(space.cut({.offset = 9 * 512, .length = 1}).empty());
        QCOMPARE(space.cut({.offset = 9 * 512 - 1, .length = UINT64_MAX}).size(), std::size_t{1});
    }

    void neighbouringRunsHaveNoSeam()
    {
        const std::vector<ClusterRange> runs{{Cluster{10}, 2}, {Cluster{12}, 3}, {Cluster{11}, 1}};
        const auto space = HexSpace::ofChain(test::floppyGeometry(), 0, runs, std::nullopt);
        QCOMPARE(space.pieces().size(), std::size_t{2});
        QCOMPARE(space.contentSize(), space.size());
    }

    void blocksComeFromWorkers()
    {
        const auto device = std::make_shared<test::BadDevice>(test::floppyBytes());
        HexBlocks blocks;
        blocks.setDevice(device);
        QSignalSpy changed(&blocks, &HexBlocks::changed);
        QVERIFY(areAll(fill(blocks, 0, 16), ByteState::Loading));
        blocks.want(std::vector<ByteRange>{{.offset = 0, .length = 600}});
        QVERIFY(blocks.isBusy());
        QTRY_VERIFY(!blocks.isBusy());
        QVERIFY(changed.count() >= 1);
        const auto bytes = fill(blocks, 510, 3);
        QCOMPARE(bytes[0], (HexByte{0x55, ByteState::Known}));
        QCOMPARE(bytes[1], (HexByte{0xAA, ByteState::Known}));
        QCOMPARE(bytes[2], (HexByte{0xF0, ByteState::Known}));
        QCOMPARE(device->readsHere.load(), 0);
    }

    void slowDeviceNeverBlocksTheWindow()
    {
        const auto device = std::make_shared<test::BadDevice>(test::floppyBytes());
        device->delayMs = 150;
        HexBlocks blocks;
        QElapsedTimer clock;
        clock.start();
        blocks.setDevice(device);
        for (std::uint64_t offset = 0; offset < MiB; offset += 64 * KiB)
            blocks.want(std::vector<ByteRange>{{.offset = offset, .length = 4096}});
        QVERIFY(areAll(fill(blocks, 0, 4096), ByteState::Loading));
        QVERIFY2(clock.elapsed() < 100, qPrintable(QString::number(clock.elapsed())));
        device->delayMs = 0;
        QTRY_VERIFY(!blocks.isBusy()); // the last wish is fulfilled, not all of them
        QVERIFY(areAll(fill(blocks, MiB - 64 * KiB, 4096), ByteState::Known));
        QVERIFY(blocks.heldBlocks() < 10);
    }

    void onlyTheBadSectorIsUnreadable()
    {
        const auto device = std::make_shared<test::BadDevice>(test::floppyBytes());
        device->badSector = 3;
        HexBlocks blocks;
        blocks.setDevice(device);
        blocks.want(std::vector<ByteRange>{{.offset = 0, .length = 4096}});
        QTRY_VERIFY(!blocks.isBusy());
        QVERIFY(areAll(fill(blocks, 0, 3 * 512), ByteState::Known));
        QVERIFY(areAll(fill(blocks, 3 * 512, 512), ByteState::Unreadable));
        QVERIFY(areAll(fill(blocks, 4 * 512, 4 * 512), ByteState::Known));
        QVERIFY(!blocks.errorAt(0));
        QVERIFY(blocks.errorAt(3 * 512 + 5).has_value());
        device->badSector = UINT64_MAX / 1024;
        blocks.retry();
        QTRY_VERIFY(!blocks.isBusy());
        QVERIFY(areAll(fill(blocks, 0, 4096), ByteState::Known));
    }

    void nothingIsReadBehindTheEnd()
    {
        HexBlocks blocks;
        blocks.setDevice(std::make_shared<block::MemoryDevice>(Bytes(5000)));
        blocks.want(std::vector<ByteRange>{{.offset = 4096, .length = UINT64_MAX - 4096},
                                           {.offset = 100'000, .length = 1}});
        QTRY_VERIFY(!blocks.isBusy());
        QVERIFY(areAll(fill(blocks, 4096, 904), ByteState::Known));
        QVERIFY(areAll(fill(blocks, 5000, 50), ByteState::Unreadable));
        QVERIFY(blocks.errorAt(5000).has_value());
    }

    void holdsAFewMebibytesAtMost()
    {
        const auto device = std::make_shared<test::HugeDevice>(2 * TiB, 0, "x");
        HexBlocks blocks;
        blocks.setDevice(device);
        for (std::uint64_t i = 0; i < 20; ++i) {
            blocks.want(std::vector<ByteRange>{{.offset = i * GiB, .length = 256 * KiB}});
            QTRY_VERIFY(!blocks.isBusy());
        }
        QVERIFY(blocks.heldBlocks() <= HexBlocks::maxBlocks);
        QVERIFY(areAll(fill(blocks, 19 * GiB, 4096), ByteState::Known));
        QVERIFY(areAll(fill(blocks, 0, 16), ByteState::Loading)); // the oldest went
    }

    void addressHasAllForms()
    {
        const auto subject = test::makeSubject();
        const std::uint64_t offset = 33 * 512 + (701 - 2) * 512 + 0x10;
        const HexAddress address = addressOf(*subject, offset);
        QCOMPARE(address.sector, std::uint64_t{732});
        QCOMPARE(address.chs, std::optional(ChsAddress{20, 0, 13}));
        QCOMPARE(address.cluster, std::optional(Cluster{701}));
        QCOMPARE(address.node, std::optional(test::text));
        QCOMPARE(address.inFile, std::uint64_t{5 * 512 + 0x10});
        QCOMPARE(addressText(*subject, offset),
                 u"0x5B810 · sector 732 + 0x10 · C/H/S 20/0/13 · cluster 701 + 0x10 · "
                 "/DOCS/A.TXT + 0xA10"_s);
        QCOMPARE(areaName(*subject, 0), u"boot sector"_s);
        QCOMPARE(areaName(*subject, 512), u"FAT 1"_s);
        QCOMPARE(areaName(*subject, 10 * 512), u"FAT 2"_s);
        QCOMPARE(areaName(*subject, 19 * 512), u"root directory"_s);
        QCOMPARE(areaName(*subject, offset), QString());
    }

    void marksSectorsClustersAndSeams()
    {
        const auto subject = test::makeSubject();
        const auto image = HexSpace::ofImage(test::floppySize);
        const auto first = marksIn(*subject, image, {.offset = 0, .length = 1024});
        QCOMPARE(first.size(), std::size_t{2});
        QCOMPARE(first[0].text, u"sector 0 · boot sector"_s);
        QCOMPARE(first[1].text, u"sector 1 · FAT 1"_s);
        const HexSpace file = textSpace();
        const auto marks = marksIn(*subject, file, {.offset = 0, .length = file.size()});
        QCOMPARE(marks.size(), std::size_t{9});
        QCOMPARE(marks[0].kind, HexMark::Kind::Cluster);
        QCOMPARE(marks[0].text, u"cluster 430 · /DOCS/A.TXT"_s);
        QCOMPARE(marks[4].kind, HexMark::Kind::Seam);
        QCOMPARE(marks[4].text, u"jumps to cluster 700"_s);
        QCOMPARE(marks[4].place, std::uint64_t{2048});
        QCOMPARE(marksIn(*subject, image, {.offset = 0, .length = test::floppySize}, 10).size(),
                 std::size_t{10});
    }

    void copiesInThreeForms()
    {
        const Bytes bytes{std::byte{0x55}, std::byte{0xAA}, std::byte{'A'}, std::byte{'\n'},
                          std::byte{0}};
        QCOMPARE(copyText(bytes, CopyForm::Hex, page437()), u"55 AA 41 0A 00"_s);
        QCOMPARE(copyText(bytes, CopyForm::CArray, page437()),
                 u"const unsigned char bytes[5] = {\n    0x55, 0xAA, 0x41, 0x0A, 0x00,\n};\n"_s);
        QCOMPARE(copyText(bytes, CopyForm::Text, page437()), u"U\u00ACA\n."_s);
        QCOMPARE(copyText(Bytes(17), CopyForm::Hex, page437()).count(u'\n'), 1);
    }

    void textColumnShowsOnlyWhatCanBeShown()
    {
        for (unsigned byte = 0; byte < 256; ++byte) {
            const QChar shown = shownByte(static_cast<std::uint8_t>(byte), page437());
            QVERIFY2(shown.isPrint(), qPrintable(QString::number(byte, 16)));
        }
        QCOMPARE(shownByte('A', page437()), QChar(u'A'));
        QCOMPARE(shownByte(0x81, page437()), QChar(u'\u00FC'));
        QCOMPARE(shownByte(0x7F, page437()), QChar(u'.'));
        QCOMPARE(shownByte(0x81, **CodePage::open(932)), QChar(u'.')); // a lead byte alone
    }
};

QTEST_GUILESS_MAIN(TestHexModels)
#include "tst_hex_models.moc"
