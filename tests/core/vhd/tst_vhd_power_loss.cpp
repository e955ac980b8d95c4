// Power goes after any step of any write: the file opens, and every sector is old or new.

#include "core/block/memory_device.hpp"
#include "core/vhd/vhd_device.hpp"

#include "tests/core/vhd/vhd_fixture.hpp"

#include <QtTest>

#include <algorithm>
#include <set>

using namespace fatlas;
using namespace fatlas::vhd;
using block::MemoryDevice;
using test::CrashFile;
using test::PseudoRandom;

namespace {

constexpr std::uint64_t diskSize = 40 * KiB;
constexpr std::uint32_t blockSize = 4 * KiB;

using Parent = std::shared_ptr<const block::BlockDevice>;

/// What each sector may be: what it was at the last flush, or anything written since.
struct Allowed {
    std::vector<std::set<Bytes>> sectors;
    Bytes now;

    explicit Allowed(const Bytes& start) : now(start) { settle(); }

    void settle()
    {
        sectors.clear();
        for (std::uint64_t at = 0; at < now.size(); at += 512)
            sectors.push_back({sector(at)});
    }

    [[nodiscard]] Bytes sector(std::uint64_t at) const
    {
        const ByteView view = ByteView(now).subspan(at, 512);
        return {view.begin(), view.end()};
    }

    void change(std::uint64_t offset, const Bytes& bytes)
    {
        std::ranges::copy(bytes, now.begin() + static_cast<std::ptrdiff_t>(offset));
        for (std::uint64_t at = offset / 512 * 512; at < offset + bytes.size(); at += 512)
            sectors[at / 512].insert(sector(at));
    }

    [[nodiscard]] bool permits(const Bytes& disk) const
    {
        for (std::uint64_t at = 0; at < disk.size(); at += 512) {
            const ByteView view = ByteView(disk).subspan(at, 512);
            if (!sectors[at / 512].contains(Bytes(view.begin(), view.end())))
                return false;
        }
        return true;
    }
};

/// Opens what was left, and compares.
void examine(const Bytes& left, const Allowed& allowed, const Parent& parent)
{
    const auto file = std::make_shared<MemoryDevice>(left);
    const auto vhd = readVhdFile(*file);
    QVERIFY2(vhd, vhd ? "" : vhd.error().message.c_str());
    for (const Finding& finding : vhd->findings)
        QVERIFY2(finding.severity != Severity::Error, finding.message.c_str());
    const auto device = VhdDevice::openReadOnly(file, *vhd, parent).value();
    QVERIFY(allowed.permits(test::readAll(*device)));
    if (!parent)
        QVERIFY(allowed.permits(test::readIgnoringBitmaps(left)));
    // And it can be written to again.
    const auto again = std::make_shared<CrashFile>(left);
    const auto writable = test::openForWriting(again, parent);
    const Bytes marks(diskSize, std::byte{0x5A});
    QVERIFY(writable->write(0, marks));
    QVERIFY(test::readAll(*test::openForWriting(again, parent)) == marks);
}

struct Change {
    enum class Kind : std::uint8_t { Write, Zero, Flush };
    Kind kind = Kind::Flush;
    std::uint64_t offset = 0;
    Bytes bytes;
};

Change randomChange(PseudoRandom& random)
{
    const std::uint64_t what = random.below(10);
    const std::uint64_t offset = random.below(diskSize / 512) * 512;
    const std::uint64_t length = std::min(diskSize - offset, (1 + random.below(20)) * 512);
    if (what < 6)
        return {.kind = Change::Kind::Write, .offset = offset, .bytes = random.bytes(length)};
    if (what < 9)
        return {.kind = Change::Kind::Zero, .offset = offset, .bytes = Bytes(length)};
    return {};
}

Result<> apply(VhdDevice& device, const Change& change)
{
    switch (change.kind) {
    case Change::Kind::Write: return device.write(change.offset, change.bytes);
    case Change::Kind::Zero: return device.writeZeroes(change.offset, change.bytes.size());
    case Change::Kind::Flush: break;
    }
    return device.flush();
}

/// Runs the changes until step `cut` of the file, then pulls the plug in several ways.
bool runAndCut(const Bytes& start, const Parent& parent, const std::vector<Change>& changes,
               std::size_t cut)
{
    const auto file = std::make_shared<CrashFile>(start);
    const auto device = test::openForWriting(file, parent);
    Allowed allowed(test::readAll(*device));
    file->failAt(cut);
    bool finished = true;
    for (const Change& change : changes) {
        allowed.change(change.offset, change.bytes);
        if (!apply(*device, change)) {
            finished = false;
            break;
        }
        if (change.kind == Change::Kind::Flush)
            allowed.settle();
    }
    PseudoRandom random(cut);
    examine(file->afterPowerCut(true), allowed, parent);
    examine(file->afterPowerCut(false), allowed, parent);
    for (int i = 0; i < 3; ++i)
        examine(file->afterPowerCut(random), allowed, parent);
    return finished;
}

void cutEverywhere(const Bytes& start, const Parent& parent, std::uint64_t seed)
{
    PseudoRandom random(seed);
    std::vector<Change> changes;
    for (int i = 0; i < 12; ++i)
        changes.push_back(randomChange(random));
    for (std::size_t cut = 1; cut < 1000; ++cut)
        if (runAndCut(start, parent, changes, cut) || QTest::currentTestFailed())
            return;
    QFAIL("the changes never end");
}

} // namespace

class TestVhdPowerLoss : public QObject {
    Q_OBJECT

private slots:

    void aDynamicDiskIsOldOrNew()
    {
        for (std::uint64_t seed = 1; seed <= 6 && !QTest::currentTestFailed(); ++seed)
            cutEverywhere(test::makeVhd(DiskType::Dynamic, diskSize, blockSize), nullptr, seed);
    }

    void aDiskWithoutItsLastFooterIsOldOrNew()
    {
        Bytes start = test::makeVhd(DiskType::Dynamic, diskSize, blockSize);
        start.resize(start.size() - 512);
        for (std::uint64_t seed = 1; seed <= 2 && !QTest::currentTestFailed(); ++seed)
            cutEverywhere(start, nullptr, seed);
    }

    void aChildIsOldOrNew()
    {
        PseudoRandom random(77);
        const auto parent = std::make_shared<MemoryDevice>(random.bytes(diskSize));
        for (std::uint64_t seed = 1; seed <= 6 && !QTest::currentTestFailed(); ++seed)
            cutEverywhere(test::makeChild(diskSize, blockSize), parent, seed);
    }
};

QTEST_GUILESS_MAIN(TestVhdPowerLoss)
#include "tst_vhd_power_loss.moc"
