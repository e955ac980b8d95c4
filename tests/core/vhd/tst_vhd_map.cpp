// Where the blocks of a VHD are, who answers for them, how parents are tested, and what is left of
// a damaged file.

#include "core/vhd/block_map.hpp"
#include "core/vhd/inspect.hpp"
#include "core/vhd/layers.hpp"
#include "core/vhd/openers.hpp"
#include "core/vhd/parent_tests.hpp"
#include "core/vhd/timestamp.hpp"

#include "tests/core/vhd/vhd_fixture.hpp"

#include <QtTest>

#include <algorithm>

using namespace fatlas;
using namespace fatlas::vhd;
using test::CrashFile;
using test::MemoryFiles;

namespace {

constexpr std::uint64_t diskSize = 64 * KiB; // 16 blocks of 4 KiB
constexpr std::int64_t written = 1'700'000'000;

/// Writes 512 bytes of `value` at each of the sectors, in that order.
Bytes withSectors(Bytes file, const std::vector<std::uint64_t>& sectors, unsigned char value,
                  const std::shared_ptr<const block::BlockDevice>& parent = nullptr)
{
    const auto crash = std::make_shared<CrashFile>(std::move(file));
    {
        const auto device = test::openForWriting(crash, parent);
        for (const std::uint64_t sector : sectors)
            device->write(sector * 512, Bytes(512, std::byte{value})).value();
        device->flush().value();
    }
    return crash->bytes();
}

std::vector<std::uint64_t> wholeBlock(std::uint64_t block)
{
    std::vector<std::uint64_t> sectors;
    for (std::uint64_t i = 0; i < 8; ++i)
        sectors.push_back(block * 8 + i);
    return sectors;
}

/// base.vhd holds blocks 1 and 2, child.vhd all of block 1 and two sectors of block 5.
struct Family {
    MemoryFiles files;

    explicit Family(std::int64_t recordedTime = written)
    {
        Bytes base = test::makeVhd(DiskType::Dynamic, diskSize);
        base = withSectors(base, wholeBlock(1), 1);
        base = withSectors(base, wholeBlock(2), 1);
        files.put("/d/base.vhd", base, written);
        ParentLink link = linkToParent("/d/base.vhd", "/d/child.vhd", files).value();
        link.timeStamp = timeStampFromUnix(recordedTime);
        Bytes child = test::bytesOf(
            planCreate({.type = DiskType::Differencing, .blockSize = 4 * KiB, .parent = link})
                .value());
        const auto below = openVhd();
        child = withSectors(child, wholeBlock(1), 2, below);
        child = withSectors(child, {46, 47}, 2, below);
        files.put("/d/child.vhd", child);
    }

    [[nodiscard]] std::shared_ptr<const block::BlockDevice> openVhd() const
    {
        const auto file = files.open("/d/base.vhd").value();
        return VhdDevice::openReadOnly(file.device, readVhdFile(*file.device).value()).value();
    }

    [[nodiscard]] Chain chain() const { return readChain("/d/child.vhd", files).value(); }
};

std::vector<FilePiece> blocksOf(const FileLayout& layout)
{
    std::vector<FilePiece> blocks;
    std::ranges::copy_if(layout.pieces, std::back_inserter(blocks), [](const FilePiece& piece) {
        return piece.kind == FilePiece::Kind::Block;
    });
    return blocks;
}

VhdFile described(const Bytes& bytes)
{
    return readVhdFile(CrashFile(bytes)).value();
}

} // namespace

class TestVhdMap : public QObject {
    Q_OBJECT

private slots:

    void tellsBlocksOfAChildFromThoseOfItsParent()
    {
        const Family family;
        const Chain chain = family.chain();
        const FileLayout layout = layOutFile(chain.links.front().vhd);
        const BlockMap map = readBitmaps(chain, layout).value();
        QCOMPARE(map.states.size(), std::size_t{16});
        QCOMPARE(map.states[0], BlockState::Nowhere);
        QCOMPARE(map.states[1], BlockState::Whole);
        QCOMPARE(map.states[2], BlockState::InParent);
        QCOMPARE(map.states[5], BlockState::Partial);
        QCOMPARE(map.sectorCounts[5], 2U);
        QCOMPARE(map.count(BlockState::Nowhere), std::uint64_t{13});
        QCOMPARE(holderOf(chain, 1, 2 * 4 * KiB, 4 * KiB), std::optional<std::size_t>(1));
        QVERIFY(!holderOf(chain, 1, 0, 4 * KiB));
    }

    void takesPresentBlocksForWholeBeforeTheBitmapsAreRead()
    {
        const Family family;
        const Chain chain = family.chain();
        const BlockMap map = statesByTable(chain, layOutFile(chain.links.front().vhd));
        QVERIFY(!map.knowsBitmaps());
        QCOMPARE(map.states[5], BlockState::Whole);
    }

    void showsBlocksThatLieOutOfOrder()
    {
        Bytes bytes = test::makeVhd(DiskType::Dynamic, diskSize);
        bytes = withSectors(bytes, {9 * 8, 2 * 8, 12 * 8}, 3);
        const FileLayout layout = layOutFile(described(bytes));
        const auto blocks = blocksOf(layout);
        QCOMPARE(blocks.size(), std::size_t{3});
        QCOMPARE(blocks[0].block, 9U);
        QVERIFY(!blocks[0].isOutOfOrder && blocks[1].isOutOfOrder && !blocks[2].isOutOfOrder);
        QCOMPARE(layout.outOfOrderCount, std::uint64_t{1});
        QCOMPARE(layout.overlapCount, std::uint64_t{0});
        QCOMPARE(layout.pieces.front().kind, FilePiece::Kind::FooterCopy);
        QCOMPARE(layout.pieces.back().kind, FilePiece::Kind::Footer);
        QVERIFY(std::ranges::is_sorted(layout.pieces, {}, &FilePiece::offset));
    }

    void showsGapsAndOverlapsAndEntriesThatPointOutside()
    {
        Bytes bytes = test::makeVhd(DiskType::Dynamic, diskSize);
        bytes = withSectors(bytes, {0, 8, 16, 24}, 3);
        VhdFile file = described(bytes);
        const std::uint32_t second = file.table[1];
        file.table[1] = unusedEntry; // its place is a gap now
        file.table[3] = file.table[2];
        file.table[7] = 0x00FF'FFFF;
        const FileLayout layout = layOutFile(file);
        const auto gap = std::ranges::find(layout.pieces, FilePiece::Kind::Gap, &FilePiece::kind);
        QVERIFY(gap != layout.pieces.end());
        QVERIFY(gap->offset <= std::uint64_t{second} * 512);
        QVERIFY(layout.gapBytes >= 4 * KiB);
        QVERIFY(layout.overlapCount >= 1);
        Chain chain;
        ChainLink& link = chain.links.emplace_back();
        link.file.device = std::make_shared<CrashFile>(bytes);
        link.vhd = file;
        const BlockMap map = statesByTable(chain, layout);
        QCOMPARE(map.states[1], BlockState::Nowhere);
        QCOMPARE(map.states[2], BlockState::Overlapping);
        QCOMPARE(map.states[3], BlockState::Overlapping);
        QCOMPARE(map.states[7], BlockState::Outside);
    }

    void layersSayForEverySectorWhichFileAnswers()
    {
        const Family family;
        const Chain chain = family.chain();
        const auto layers = Layers::open(chain).value();
        const auto answers = layers->answers(0, diskSize).value();
        std::uint64_t reached = 0;
        for (const Answer& answer : answers) {
            QCOMPARE(answer.offset, reached);
            reached = answer.end();
        }
        QCOMPARE(reached, diskSize);
        const auto whose = [&](std::uint64_t sector) {
            return *std::ranges::find_if(answers, [&](const Answer& answer) {
                return sector * 512 >= answer.offset && sector * 512 < answer.end();
            });
        };
        QCOMPARE(whose(0).who, Answer::Who::Nobody);
        QCOMPARE(whose(9).link, std::size_t{0});
        QCOMPARE(whose(17).link, std::size_t{1});
        QCOMPARE(whose(46).link, std::size_t{0});
        QCOMPARE(whose(42).who, Answer::Who::Nobody);
        // What the answer points at is what the disk reads as.
        const Answer child = whose(47);
        Bytes sector(512);
        QVERIFY(
            chain.links[0].file.device->read(child.fileOffset + 47 * 512 - child.offset, sector));
        QCOMPARE(sector.front(), std::byte{2});
        QCOMPARE(layers->answers(diskSize, 512).error().code, ErrorCode::OutOfRange);
    }

    void aMissingParentIsNobodysAnswer()
    {
        MemoryFiles files;
        files.put("/d/child.vhd", test::makeChild(diskSize));
        const Inspection inspection = inspectVhd("/d/child.vhd", files).value();
        QVERIFY(inspection.isDisk() && inspection.isBroken());
        const auto layers = Layers::open(*inspection.chain).value();
        const auto answers = layers->answers(0, diskSize).value();
        QCOMPARE(answers.size(), std::size_t{1});
        QCOMPARE(answers.front().who, Answer::Who::Missing);
        const auto tests = parentTests(*inspection.chain, 0);
        QCOMPARE(tests.size(), std::size_t{1});
        QCOMPARE(tests.front().result, ParentTest::Result::Failed);
    }

    void everyTestOfAParentIsSaidInWords()
    {
        const auto tests = parentTests(Family().chain(), 0);
        QCOMPARE(tests.size(), std::size_t{4});
        for (const ParentTest& test : tests)
            QVERIFY2(test.result == ParentTest::Result::Passed, test.words.c_str());
        QVERIFY(tests[0].words.starts_with("Found through W2ru"));
    }

    void wholeHoursAreWhatClocksDo()
    {
        const Chain chain = Family(written - 3600).chain();
        const auto tests = parentTests(chain, 0);
        QCOMPARE(tests[2].result, ParentTest::Result::Doubtful);
        QVERIFY2(tests[2].words.find("3600 s") != std::string::npos, tests[2].words.c_str());
        QVERIFY(tests[2].words.find("daylight saving") != std::string::npos);
        QVERIFY(needsOnlyStamp(chain, 0));
        const auto odd = parentTests(Family(written - 5000).chain(), 0);
        QVERIFY(odd[2].words.find("daylight saving") == std::string::npos);
    }

    void inspectsWhatIsLeftOfADamagedFile()
    {
        MemoryFiles files;
        Bytes bytes = test::makeVhd(DiskType::Dynamic, diskSize);
        bytes[512] = std::byte{'X'}; // the header's cookie
        bytes[513] = std::byte{'X'};
        files.put("/d/x.vhd", bytes);
        const Inspection inspection = inspectVhd("/d/x.vhd", files).value();
        QVERIFY(!inspection.isDisk());
        QVERIFY(inspection.problem);
        QCOMPARE(inspection.file().front.state, FooterCopy::State::Good);
        QCOMPARE(inspection.headerBytes.size(), std::size_t{1024});
        QVERIFY(footerChecksums(inspection.file().front.bytes)->isRight());
        files.put("/d/text.vhd", Bytes(4096, std::byte{'a'}));
        const Inspection text = inspectVhd("/d/text.vhd", files).value();
        QCOMPARE(text.problem->code, ErrorCode::NotFound);
    }

    void computesChecksumsBesideTheStoredOnes()
    {
        Bytes footer = encodeFooter(Footer{});
        QVERIFY(footerChecksums(footer)->isRight());
        footer[0x30] ^= std::byte{1};
        QVERIFY(!footerChecksums(footer)->isRight());
        QVERIFY(!footerChecksums(Bytes(100)));
        Bytes header = encodeHeader(DynamicHeader{});
        QVERIFY(headerChecksums(header)->isRight());
        header[0x1C] ^= std::byte{1};
        QVERIFY(!headerChecksums(header)->isRight());
    }

    void aFixedDiskIsTheDiskAndAFooter()
    {
        const VhdFile file = described(test::makeVhd(DiskType::Fixed, diskSize));
        const FileLayout layout = layOutFile(file);
        QCOMPARE(layout.pieces.size(), std::size_t{2});
        QCOMPARE(layout.pieces[0].kind, FilePiece::Kind::Data);
        QCOMPARE(layout.pieces[0].length, diskSize);
        QCOMPARE(layout.pieces[1].kind, FilePiece::Kind::Footer);
    }

    void saysWhoOpensADisk()
    {
        const auto verdict = [](const CreateOptions& options, std::string_view program) {
            const auto openers = whoOpens(planCreate(options).value());
            return std::ranges::find(openers, program, &Opener::program)->verdict;
        };
        using Verdict = Opener::Verdict;
        QCOMPARE(verdict({.size = 64 * MiB}, "Azure"), Verdict::DoesNot);
        QCOMPARE(verdict({.type = DiskType::Fixed, .size = 64 * MiB}, "Azure"), Verdict::Opens);
        QCOMPARE(verdict({.type = DiskType::Fixed, .size = 64 * MiB + 512}, "Azure"),
                 Verdict::DoesNot);
        QCOMPARE(verdict({.size = 64 * MiB, .blockSize = 4 * KiB}, "Windows, Hyper-V"),
                 Verdict::DoesNot);
        QCOMPARE(verdict({.size = 64 * MiB}, "Windows, Hyper-V"), Verdict::Opens);
    }
};

QTEST_GUILESS_MAIN(TestVhdMap)
#include "tst_vhd_map.moc"
