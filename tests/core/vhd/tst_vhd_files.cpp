// Files of the host through everything that can be done to them, beside a plain array of bytes.
// FATLAS_FULL_MATRIX makes it tens of thousands of steps.

#include "core/vhd/check.hpp"
#include "core/vhd/merge.hpp"
#include "core/vhd/open_vhd.hpp"
#include "core/vhd/own_layer.hpp"
#include "core/vhd/resize.hpp"
#include "core/vhd/rewrite.hpp"

#include "tests/core/vhd/vhd_fixture.hpp"
#include "tests/support/temp_folder.hpp"

#include <QtTest>

#include <algorithm>
#include <optional>

using namespace fatlas;
using namespace fatlas::vhd;
using test::CrashFile;
using test::PseudoRandom;
using test::TempFolder;

namespace {

constexpr std::uint64_t startSize = 400 * KiB;
constexpr std::uint64_t maxSize = 1200 * KiB;
constexpr std::size_t maxDepth = 5;

/// In memory where there is room for files in memory: what is durable is not looked at here.
std::filesystem::path placeForFiles()
{
    std::error_code missing;
    const std::filesystem::path memory = "/dev/shm";
    return std::filesystem::is_directory(memory, missing) ? memory
                                                          : std::filesystem::temp_directory_path();
}

#define MUST(result)                                                                               \
    do {                                                                                           \
        const auto& outcome = (result);                                                            \
        QVERIFY2(outcome, outcome ? "" : outcome.error().message.c_str());                         \
    } while (false)

class Disk {
public:
    explicit Disk(std::uint32_t blockSize)
        : m_folder(placeForFiles()), m_blockSize(blockSize), m_expected(startSize)
    {
        m_files.push_back(m_folder / "0.vhd");
        MUST(createVhd(m_files.back(), {.size = startSize, .blockSize = blockSize},
                       AtomicFile::Existing::Keep));
    }

    void step(PseudoRandom& random)
    {
        const std::uint64_t what = random.below(1000);
        if (what < 560)
            write(random);
        else if (what < 900)
            zero(random);
        else if (what < 940)
            MUST(open().flush());
        else if (what < 960)
            close();
        else if (what < 972)
            snapshot();
        else if (what < 984)
            merge();
        else if (what < 992)
            compact();
        else
            resize(random);
    }

    void compare()
    {
        close();
        const auto report = checkVhdChain(m_files.back());
        MUST(report);
        for (const Finding& finding : report->findings)
            QVERIFY2(finding.severity == Severity::Info, finding.message.c_str());
        const auto opened = openVhd(m_files.back());
        MUST(opened);
        QVERIFY(test::readAll(*opened->device) == m_expected);
    }

private:
    block::BlockDevice& open()
    {
        if (!m_device) {
            auto opened = openVhdForWriting(m_files.back());
            if (!opened)
                qFatal("%s", opened.error().message.c_str());
            m_device = std::move(opened->device);
        }
        return *m_device;
    }

    void close() { m_device.reset(); }

    struct Range {
        std::uint64_t offset = 0;
        std::uint64_t length = 0;
    };

    Range range(PseudoRandom& random) const
    {
        Range range{.offset = random.below(m_expected.size())};
        if (random.below(2) == 0)
            range.offset = range.offset / 512 * 512;
        const std::uint64_t most = random.below(8) == 0 ? 3 * m_blockSize : 6 * KiB;
        range.length = 1 + random.below(std::min(most, m_expected.size() - range.offset));
        return range;
    }

    void write(PseudoRandom& random)
    {
        const Range where = range(random);
        const Bytes bytes =
            random.below(10) == 0 ? Bytes(where.length) : random.bytes(where.length);
        MUST(open().write(where.offset, bytes));
        std::ranges::copy(bytes, m_expected.begin() + static_cast<std::ptrdiff_t>(where.offset));
    }

    void zero(PseudoRandom& random)
    {
        const Range where = range(random);
        MUST(random.below(2) == 0 ? open().trim(where.offset, where.length)
                                  : open().writeZeroes(where.offset, where.length));
        std::fill_n(m_expected.begin() + static_cast<std::ptrdiff_t>(where.offset), where.length,
                    std::byte{0});
    }

    void snapshot()
    {
        if (m_files.size() == maxDepth)
            return;
        close();
        const auto child = m_folder / (std::to_string(++m_made) + ".vhd");
        const auto parent = linkToParent(m_files.back(), child);
        MUST(parent);
        MUST(createVhd(
            child, {.type = DiskType::Differencing, .blockSize = m_blockSize, .parent = *parent},
            AtomicFile::Existing::Keep));
        m_files.push_back(child);
    }

    void merge()
    {
        if (m_files.size() == 1)
            return;
        close();
        MUST(mergeIntoParent(m_files.back()));
        // The child reads the same until it is deleted, and merging once more changes nothing.
        QVERIFY(test::readAll(*openVhd(m_files.back())->device) == m_expected);
        MUST(mergeIntoParent(m_files.back()));
        std::filesystem::remove(m_files.back());
        m_files.pop_back();
    }

    void compact()
    {
        close();
        const auto before = std::filesystem::file_size(m_files.back());
        MUST(rewriteVhd(m_files.back(), {}));
        QVERIFY(std::filesystem::file_size(m_files.back()) <= before + 8 * KiB);
    }

    /// Only without a parent: a child as long as its parent is what every program expects.
    void resize(PseudoRandom& random)
    {
        if (m_files.size() > 1)
            return;
        close();
        const std::uint64_t size = (64 * KiB + random.below(maxSize - 64 * KiB)) / 512 * 512;
        const bool cutsData =
            size < m_expected.size() &&
            !std::all_of(
                m_expected.begin() + static_cast<std::ptrdiff_t>(size), m_expected.end(),
                [](std::byte byte) { return byte == std::byte{0}; });
        const auto resized = resizeVhd(m_files.back(), size);
        if (cutsData) {
            QVERIFY(!resized);
            QCOMPARE(resized.error().code, ErrorCode::Refused);
            return;
        }
        MUST(resized);
        m_expected.resize(size);
    }

    TempFolder m_folder;
    std::uint32_t m_blockSize;
    Bytes m_expected;
    std::vector<std::filesystem::path> m_files; ///< the disk itself last
    std::shared_ptr<block::BlockDevice> m_device;
    int m_made = 0;
};

} // namespace

class TestVhdFiles : public QObject {
    Q_OBJECT

private slots:

    void anySequenceOfStepsKeepsTheBytes_data()
    {
        QTest::addColumn<quint32>("blockSize");
        QTest::newRow("blocks of 4 KiB") << quint32{4 * KiB};
        QTest::newRow("blocks of 32 KiB") << quint32{32 * KiB};
        QTest::newRow("blocks of 512 KiB") << quint32{512 * KiB};
    }

    void anySequenceOfStepsKeepsTheBytes()
    {
        QFETCH(const quint32, blockSize);
        const int steps = qEnvironmentVariableIsSet("FATLAS_FULL_MATRIX") ? 20'000 : 1'500;
        PseudoRandom random(blockSize);
        Disk disk(blockSize);
        for (int i = 0; i < steps && !QTest::currentTestFailed(); ++i) {
            disk.step(random);
            if (i % 100 == 99)
                disk.compare();
        }
        disk.compare();
    }

    /// Power goes in the middle of a merge: the child reads the same, and the merge can be
    /// repeated.
    void aMergeCanBeCutAnywhere()
    {
        constexpr std::uint64_t size = 40 * KiB;
        PseudoRandom random(7);
        const auto below = std::make_shared<CrashFile>(test::makeVhd(DiskType::Dynamic, size));
        MUST(test::openForWriting(below)->write(5 * KiB, random.bytes(20 * KiB)));
        const auto above = std::make_shared<CrashFile>(test::makeChild(size));
        {
            const auto child = test::openForWriting(above, test::openForWriting(below));
            MUST(child->write(1000, random.bytes(9000)));
            MUST(child->writeZeroes(16 * KiB, 10 * KiB));
        }
        const VhdFile description = readVhdFile(*above).value();
        const auto layer = VhdDevice::openReadOnly(above, description, noParent(size)).value();
        const auto whole = [&](const std::shared_ptr<CrashFile>& parent) {
            return VhdDevice::openReadOnly(above, description, test::openForWriting(parent))
                .value();
        };
        const Bytes expected = test::readAll(*whole(below));
        for (std::size_t cut = 1; cut < 500; ++cut) {
            const auto file = std::make_shared<CrashFile>(below->bytes());
            const auto parent = test::openForWriting(file);
            file->failAt(cut);
            const bool isDone = writeStored(*layer, *parent).has_value();
            PseudoRandom loss(cut);
            const auto left = std::make_shared<CrashFile>(file->afterPowerCut(loss));
            QVERIFY(test::readAll(*whole(left)) == expected);
            const auto again = test::openForWriting(left);
            MUST(writeStored(*layer, *again));
            QVERIFY(test::readAll(*again) == expected);
            if (isDone)
                return;
        }
        QFAIL("the merge never ends");
    }

    void aFixedDiskKeepsItsBytesWhenItsSizeChanges()
    {
        const TempFolder folder;
        const auto path = folder / "fixed.vhd";
        MUST(createVhd(path, {.type = DiskType::Fixed, .size = 100 * KiB},
                       AtomicFile::Existing::Keep));
        PseudoRandom random(3);
        Bytes expected = random.bytes(50 * KiB);
        MUST(openVhdForWriting(path)->device->write(0, expected));
        for (const std::uint64_t size : {300 * KiB, 50 * KiB, 50 * KiB + 512, 1000 * KiB}) {
            MUST(resizeVhd(path, size));
            expected.resize(size);
            QVERIFY(test::readAll(*openVhd(path)->device) == expected);
            QVERIFY(checkVhdChain(path)->findings.empty());
            QCOMPARE(std::filesystem::file_size(path), size + 512);
        }
        QCOMPARE(resizeVhd(path, 49 * KiB).error().code, ErrorCode::Refused);
    }

    void aCutOfAFixedDiskThatWasInterruptedIsFinished()
    {
        const TempFolder folder;
        const auto path = folder / "fixed.vhd";
        MUST(createVhd(path, {.type = DiskType::Fixed, .size = 100 * KiB},
                       AtomicFile::Existing::Keep));
        const Bytes before = folder.readFile("fixed.vhd");
        MUST(resizeVhd(path, 64 * KiB));
        Bytes between = before; // the new footer is there, the end not yet cut off
        const Bytes after = folder.readFile("fixed.vhd");
        std::ranges::copy(ByteView(after).last(512), between.begin() + 64 * KiB);
        folder.writeFile("fixed.vhd", between);
        MUST(resizeVhd(path, 64 * KiB));
        QVERIFY(folder.readFile("fixed.vhd") == after);
    }
};

QTEST_GUILESS_MAIN(TestVhdFiles)
#include "tst_vhd_files.moc"
