// A VHD composed over a disk: it opens as that disk, and its blocks can be shared.

#include "core/block/memory_device.hpp"
#include "core/vhd/check.hpp"
#include "core/vhd/composed_vhd.hpp"

#include "tests/core/vhd/vhd_fixture.hpp"

#include <QtTest>

#include <algorithm>

using namespace fatlas;
using namespace fatlas::vhd;
using block::MemoryDevice;
using test::PseudoRandom;

namespace {

/// Data in some sectors, zeros in the others.
Bytes patchyDisk(std::uint64_t size, std::uint64_t seed)
{
    PseudoRandom random(seed);
    Bytes disk(size);
    for (int i = 0; i < 12; ++i) {
        const std::uint64_t at = random.below(size);
        const Bytes some = random.bytes(std::min(size - at, 1 + random.below(20'000)));
        std::ranges::copy(some, disk.begin() + static_cast<std::ptrdiff_t>(at));
    }
    return disk;
}

std::shared_ptr<const ComposedVhd> compose(const Bytes& disk, const CreateOptions& options)
{
    const auto device = std::make_shared<MemoryDevice>(disk);
    auto stored = findStoredRuns(*device, ZeroSearch::Read).value();
    return ComposedVhd::compose(planCreate(options).value(), device, std::move(stored)).value();
}

/// One sector of data, one of zeros, and so on.
class Comb final : public block::BlockDevice {
public:
    explicit Comb(std::uint64_t size) : m_size(size) {}

    std::uint64_t size() const noexcept override { return m_size; }

    Result<> read(std::uint64_t /*offset*/, ByteSpan into) const override
    {
        std::ranges::fill(into, std::byte{1});
        return {};
    }

    Result<std::vector<block::Extent>> extents(std::uint64_t offset,
                                               std::uint64_t length) const override
    {
        std::vector<block::Extent> extents;
        const std::uint64_t end = std::min(offset + length, offset + 4096 * 512);
        for (std::uint64_t at = offset; at < end; at += 512)
            extents.push_back(
                {.offset = at,
                 .length = std::min<std::uint64_t>(512, end - at),
                 .kind = at / 512 % 2 == 0 ? block::ExtentKind::Data : block::ExtentKind::Hole});
        return extents;
    }

private:
    std::uint64_t m_size;
};

} // namespace

class TestComposedVhd : public QObject {
    Q_OBJECT

private slots:

    void opensAsTheDisk_data()
    {
        QTest::addColumn<quint64>("diskSize");
        QTest::addColumn<quint32>("blockSize");
        QTest::newRow("small blocks") << quint64{300'032} << quint32{4 * KiB};
        QTest::newRow("middle blocks") << quint64{1'000'448} << quint32{32 * KiB};
        QTest::newRow("bitmap of more than a sector") << quint64{5 * MiB} << quint32{4 * MiB};
        QTest::newRow("usual blocks") << quint64{5 * MiB + 512} << quint32{2 * MiB};
        QTest::newRow("one sector") << quint64{512} << quint32{2 * MiB};
    }

    void opensAsTheDisk()
    {
        QFETCH(const quint64, diskSize);
        QFETCH(const quint32, blockSize);
        for (std::uint64_t seed = 0; seed < 5; ++seed) {
            const Bytes disk = patchyDisk(diskSize, seed);
            const auto composed = compose(disk, {.size = diskSize, .blockSize = blockSize});
            const Bytes bytes = test::readAll(*composed);
            const auto file = std::make_shared<MemoryDevice>(bytes);
            const auto report = checkVhd(*file).value();
            for (const Finding& finding : report.findings) // block sizes are legal, and noted
                QVERIFY2(finding.severity == Severity::Info, finding.message.c_str());
            const auto device = VhdDevice::openReadOnly(file, report.file).value();
            QVERIFY(test::readAll(*device) == disk);
            QVERIFY(test::readIgnoringBitmaps(bytes) == disk);
        }
    }

    void fixedIsTheDiskAndAFooter()
    {
        const Bytes disk = patchyDisk(100'864, 1);
        const auto composed = compose(disk, {.type = DiskType::Fixed, .size = disk.size()});
        const Bytes bytes = test::readAll(*composed);
        QCOMPARE(bytes.size(), disk.size() + footerSize);
        QVERIFY(std::equal(disk.begin(), disk.end(), bytes.begin()));
        const MemoryDevice file(bytes);
        QVERIFY(checkVhd(file).value().findings.empty());
    }

    void behindAShorterDiskAreZeros()
    {
        const Bytes disk = patchyDisk(70'000, 2); // ends inside a sector
        for (const auto type : {DiskType::Fixed, DiskType::Dynamic}) {
            const auto composed =
                compose(disk, {.type = type, .size = 256 * KiB, .blockSize = 64 * KiB});
            const auto file = std::make_shared<MemoryDevice>(test::readAll(*composed));
            Bytes read(256 * KiB);
            if (type == DiskType::Fixed)
                QVERIFY(file->read(0, read));
            else
                QVERIFY(VhdDevice::openReadOnly(file, readVhdFile(*file).value())
                            .value()
                            ->read(0, read));
            Bytes expected = disk;
            expected.resize(256 * KiB);
            QVERIFY(read == expected);
        }
    }

    void anEmptyDiskHasNoBlocks()
    {
        const auto composed = compose(Bytes(10 * MiB), {.size = 10 * MiB});
        QCOMPARE(composed->size(), planCreate({.size = 10 * MiB}).value().fileSize);
        const auto file = std::make_shared<MemoryDevice>(test::readAll(*composed));
        QCOMPARE(readVhdFile(*file).value().allocatedBlocks(), std::uint64_t{0});
    }

    void dataLieWhereTheyCanBeShared()
    {
        const Bytes disk = patchyDisk(2 * MiB, 3);
        for (const std::uint32_t blockSize : {4U * 1024, 64U * 1024, 512U * 1024}) {
            const auto composed = compose(disk, {.size = disk.size(), .blockSize = blockSize});
            const MemoryDevice file(test::readAll(*composed));
            const auto vhd = readVhdFile(file).value();
            for (const std::uint32_t entry : vhd.table)
                if (entry != unusedEntry)
                    QCOMPARE((std::uint64_t{entry} * 512 + vhd.header.bitmapSize()) % 4096,
                             std::uint64_t{0});
        }
    }

    void readsTheSameInPieces()
    {
        const Bytes disk = patchyDisk(400'384, 4);
        const auto composed = compose(disk, {.size = disk.size(), .blockSize = 32 * KiB});
        const Bytes whole = test::readAll(*composed);
        PseudoRandom random(4);
        for (int i = 0; i < 2000; ++i) {
            const std::uint64_t at = random.below(whole.size());
            Bytes piece(1 + random.below(std::min<std::uint64_t>(whole.size() - at, 9000)));
            QVERIFY(composed->read(at, piece));
            QVERIFY(std::ranges::equal(piece, ByteView(whole).subspan(at, piece.size())));
        }
    }

    void aDiskThatIsTooLongIsRefused()
    {
        const auto disk = std::make_shared<MemoryDevice>(Bytes(4 * MiB));
        const auto plan = planCreate({.size = 2 * MiB}).value();
        QCOMPARE(ComposedVhd::compose(plan, disk, {}).error().code, ErrorCode::Refused);
    }

    void zerosAreFoundOnlyWhenAskedFor()
    {
        Bytes bytes(64 * KiB);
        bytes[20 * KiB] = std::byte{1};
        const MemoryDevice disk(bytes);
        QCOMPARE(findStoredRuns(disk, ZeroSearch::Read).value(),
                 (std::vector<FileRange>{{20 * KiB, 24 * KiB}}));
        QCOMPARE(findStoredRuns(disk, ZeroSearch::AsTold).value(),
                 (std::vector<FileRange>{{0, 64 * KiB}}));
    }

    void runsStayFewHoweverManyThereAre()
    {
        const Comb disk((maxStoredRuns + 5000) * 1024);
        const auto runs = findStoredRuns(disk, ZeroSearch::AsTold).value();
        QVERIFY(!runs.empty() && runs.size() <= maxStoredRuns);
        std::uint64_t end = 0;
        for (const FileRange& run : runs) {
            QVERIFY(run.offset < run.end && (end == 0 || run.offset > end));
            end = run.end;
        }
        QCOMPARE(end, disk.size() - 512);
    }

    void searchCanBeStopped()
    {
        std::stop_source stop;
        stop.request_stop();
        const MemoryDevice disk(Bytes(1 * MiB));
        QCOMPARE(findStoredRuns(disk, ZeroSearch::Read, JobControl(stop.get_token())).error().code,
                 ErrorCode::Cancelled);
    }
};

QTEST_GUILESS_MAIN(TestComposedVhd)
#include "tst_composed_vhd.moc"
