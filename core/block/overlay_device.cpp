#include "core/block/overlay_device.hpp"

#include "core/base/checked.hpp"
#include "core/block/overlay_content.hpp"
#include "core/block/overlay_files.hpp"
#include "core/block/range_lock.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>
#include <optional>
#include <utility>

namespace fatlas::block {

namespace {

constexpr std::uint64_t sectorBytes = OverlayContent::sectorBytes;

Result<> checkSize(const BlockDevice& below)
{
    if (below.size() <= SectorStates::maxSectors * sectorBytes)
        return {};
    return fail(ErrorCode::Limit,
                fmt::format("the disk has {} bytes, an overlay takes at most {}", below.size(),
                            SectorStates::maxSectors * sectorBytes));
}

/// A moment of an overlay: nobody writes to its file any more.
class FrozenOverlay final : public BlockDevice {
public:
    FrozenOverlay(std::shared_ptr<const BlockDevice> below, std::shared_ptr<FileDevice> data)
        : m_content(std::move(below), std::move(data))
    {}

    [[nodiscard]] SectorStates& states() noexcept { return m_content.states; }

    [[nodiscard]] std::uint64_t size() const noexcept override { return m_content.below->size(); }

    [[nodiscard]] std::uint32_t sectorSize() const noexcept override
    {
        return m_content.below->sectorSize();
    }

    [[nodiscard]] Result<> read(std::uint64_t offset, ByteSpan into) const override
    {
        FATLAS_TRY(checkRange(offset, into.size()));
        return m_content.read(offset, into);
    }

    [[nodiscard]] Result<std::vector<Extent>> extents(std::uint64_t offset,
                                                      std::uint64_t length) const override
    {
        FATLAS_TRY(checkRange(offset, length));
        return m_content.extents(offset, length);
    }

    [[nodiscard]] Result<std::shared_ptr<const File>> backingFile(std::uint64_t file) const override
    {
        return m_content.backingFile(file);
    }

private:
    OverlayContent m_content;
};

class Overlay final : public OverlayDevice {
public:
    Overlay(std::shared_ptr<const BlockDevice> below, std::shared_ptr<FileDevice> data)
        : m_content(std::move(below), std::move(data))
    {}

    [[nodiscard]] Result<> openLog(const KeepPaths& paths);

    [[nodiscard]] std::uint64_t size() const noexcept override { return m_content.below->size(); }

    [[nodiscard]] std::uint32_t sectorSize() const noexcept override
    {
        return m_content.below->sectorSize();
    }

    [[nodiscard]] Capabilities capabilities() const noexcept override
    {
        return {.canWrite = true, .canTrim = true, .canWriteInParallel = true};
    }

    [[nodiscard]] Result<> read(std::uint64_t offset, ByteSpan into) const override;
    [[nodiscard]] Result<> write(std::uint64_t offset, ByteView bytes) override;
    [[nodiscard]] Result<> flush() override;
    [[nodiscard]] Result<> trim(std::uint64_t offset, std::uint64_t length) override;
    [[nodiscard]] Result<> writeZeroes(std::uint64_t offset, std::uint64_t length) override;
    [[nodiscard]] Result<std::vector<Extent>> extents(std::uint64_t offset,
                                                      std::uint64_t length) const override;
    [[nodiscard]] Result<std::shared_ptr<const File>>
    backingFile(std::uint64_t file) const override;

    [[nodiscard]] std::uint64_t changedBytes() const override;
    [[nodiscard]] std::vector<ChangedRange> changedRanges() const override;

    [[nodiscard]] SectorRun runAt(std::uint64_t first, std::uint64_t limit) const override
    {
        return m_content.states.runAt(first, limit);
    }

    [[nodiscard]] Result<std::shared_ptr<const BlockDevice>>
    freeze(const std::filesystem::path& folder) const override;

private:
    /// A range of bytes and the sectors it touches.
    struct Touched {
        std::uint64_t offset;
        std::uint64_t end;
        std::uint64_t firstSector = offset / sectorBytes;
        std::uint64_t endSector = divideRoundUp(end, sectorBytes);
    };

    [[nodiscard]] Result<> store(const Touched& range, ByteView bytes);
    [[nodiscard]] Result<> storeZeros(std::uint64_t offset, std::uint64_t end);
    [[nodiscard]] Result<> completeSectors(const Touched& range);
    [[nodiscard]] Result<> copyUp(std::uint64_t offset, std::uint64_t end);
    [[nodiscard]] Result<> clear(std::uint64_t firstSector, std::uint64_t endSector);
    [[nodiscard]] Result<> mark(std::uint64_t first, std::uint64_t end, SectorState state);
    void compactLog();
    [[nodiscard]] Result<> syncAll();

    OverlayContent m_content;
    mutable RangeLock m_ranges;       ///< of sectors, for whoever changes them
    std::unique_ptr<SectorLog> m_log; ///< Keep only
    std::mutex m_flushMutex;
    std::optional<Error> m_syncFailure; ///< under the mutex
    std::atomic<bool> m_isDirty = false;
};

Result<> Overlay::openLog(const KeepPaths& paths)
{
    FATLAS_ASSIGN(m_log, SectorLog::open(paths.log, size(), m_content.states));
    m_isDirty = true; // what was answered before a crash may be with the kernel only
    return checkSession(*m_content.data, m_log->session());
}

Result<> Overlay::read(std::uint64_t offset, ByteSpan into) const
{
    FATLAS_TRY(checkRange(offset, into.size()));
    return m_content.read(offset, into);
}

Result<std::vector<Extent>> Overlay::extents(std::uint64_t offset, std::uint64_t length) const
{
    FATLAS_TRY(checkRange(offset, length));
    return m_content.extents(offset, length);
}

Result<std::shared_ptr<const File>> Overlay::backingFile(std::uint64_t file) const
{
    return m_content.backingFile(file);
}

Result<> Overlay::write(std::uint64_t offset, ByteView bytes)
{
    FATLAS_TRY(checkRange(offset, bytes.size()));
    if (bytes.empty())
        return {};
    const Touched range{.offset = offset, .end = offset + bytes.size()};
    const RangeLock::Guard guard(m_ranges, range.firstSector, range.endSector);
    return store(range, bytes);
}

/// Data first: until the sectors are marked nobody sees it, and a record never points to nothing.
Result<> Overlay::store(const Touched& range, ByteView bytes)
{
    FATLAS_TRY(completeSectors(range));
    auto done = m_content.data->write(range.offset, bytes);
    if (done)
        done = mark(range.firstSector, range.endSector, SectorState::Data);
    m_isDirty = true; // only now: a flush that began before need not have seen it all
    return done;
}

/// Of the first and the last sector, what the range leaves out must be in the sparse file as well.
Result<> Overlay::completeSectors(const Touched& range)
{
    const std::uint64_t start = range.firstSector * sectorBytes;
    if (start < range.offset)
        FATLAS_TRY(copyUp(start, range.offset));
    const std::uint64_t end = std::min(range.endSector * sectorBytes, size());
    if (range.end < end)
        FATLAS_TRY(copyUp(range.end, end));
    return {};
}

/// A part of one sector, unless it is there already.
Result<> Overlay::copyUp(std::uint64_t offset, std::uint64_t end)
{
    const std::uint64_t sector = offset / sectorBytes;
    if (m_content.states.areAll(sector, sector + 1, SectorState::Data))
        return {};
    std::array<std::byte, sectorBytes> buffer{};
    const ByteSpan part = ByteSpan(buffer).first(static_cast<std::size_t>(end - offset));
    FATLAS_TRY(m_content.read(offset, part));
    return m_content.data->write(offset, part);
}

Result<> Overlay::mark(std::uint64_t first, std::uint64_t end, SectorState state)
{
    if (m_content.states.areAll(first, end, state))
        return {};
    if (!m_log) {
        m_content.states.set(first, end, state);
        return {};
    }
    FATLAS_TRY(m_log->append(first, end, state));
    if (m_log->wantsCompaction())
        compactLog();
    return {};
}

/// When it fails, the long log is as good; but a sync that failed is never forgotten.
void Overlay::compactLog()
{
    const std::scoped_lock lock(m_flushMutex);
    if (m_syncFailure)
        return;
    if (auto synced = m_content.data->flush(); !synced)
        m_syncFailure = synced.error();
    else
        (void)m_log->compact();
}

Result<> Overlay::writeZeroes(std::uint64_t offset, std::uint64_t length)
{
    FATLAS_TRY(checkRange(offset, length));
    if (length == 0)
        return {};
    const std::uint64_t end = offset + length;
    const Touched range{.offset = offset, .end = end};
    const RangeLock::Guard guard(m_ranges, range.firstSector, range.endSector);
    // Whole sectors; the last one of the disk may be cut off.
    const std::uint64_t first = divideRoundUp(offset, sectorBytes);
    const std::uint64_t stop = end == size() ? range.endSector : end / sectorBytes;
    if (first >= stop)
        return storeZeros(offset, end);
    FATLAS_TRY(storeZeros(offset, first * sectorBytes));
    FATLAS_TRY(clear(first, stop));
    return storeZeros(stop * sectorBytes, end);
}

Result<> Overlay::trim(std::uint64_t offset, std::uint64_t length)
{
    return writeZeroes(offset, length);
}

/// Parts of at most two sectors.
Result<> Overlay::storeZeros(std::uint64_t offset, std::uint64_t end)
{
    if (offset >= end)
        return {};
    const std::array<std::byte, 2 * sectorBytes> zeros{};
    return store({.offset = offset, .end = end},
                 ByteView(zeros).first(static_cast<std::size_t>(end - offset)));
}

Result<> Overlay::clear(std::uint64_t firstSector, std::uint64_t endSector)
{
    const bool holdsData = m_content.holdsData(firstSector, endSector);
    FATLAS_TRY(mark(firstSector, endSector, SectorState::Zero));
    m_isDirty = true;
    if (!holdsData)
        return {};
    // They read as zeros already: what cannot give its room back keeps it.
    const std::uint64_t offset = firstSector * sectorBytes;
    const std::uint64_t end = std::min(endSector * sectorBytes, size());
    (void)m_content.data->trim(offset, end - offset);
    return {};
}

Result<> Overlay::flush()
{
    if (!m_log)
        return {}; // nobody will read it after a power cut
    const std::scoped_lock lock(m_flushMutex);
    if (m_syncFailure)
        return std::unexpected(*m_syncFailure);
    if (!m_isDirty.exchange(false))
        return {};
    auto synced = syncAll();
    if (!synced)
        m_syncFailure = synced.error();
    return synced;
}

Result<> Overlay::syncAll()
{
    FATLAS_TRY(m_content.data->flush());
    return m_log->sync();
}

std::uint64_t Overlay::changedBytes() const
{
    return std::min(m_content.states.changedCount() * sectorBytes, size());
}

std::vector<ChangedRange> Overlay::changedRanges() const
{
    std::vector<ChangedRange> ranges;
    const std::uint64_t count = m_content.states.count();
    for (std::uint64_t at = 0; at < count;) {
        const SectorRun run = m_content.states.runAt(at, count);
        at = run.end();
        if (run.state == SectorState::Below)
            continue;
        const std::uint64_t offset = run.first * sectorBytes;
        const std::uint64_t length = std::min(run.count * sectorBytes, size() - offset);
        if (!ranges.empty() && ranges.back().offset + ranges.back().length == offset)
            ranges.back().length += length;
        else
            ranges.push_back({.offset = offset, .length = length});
    }
    return ranges;
}

Result<std::shared_ptr<const BlockDevice>>
Overlay::freeze(const std::filesystem::path& folder) const
{
    const RangeLock::Guard guard(m_ranges, 0, m_content.states.count());
    FATLAS_ASSIGN(auto data, cloneData(*m_content.data, m_content.states, folder));
    auto frozen = std::make_shared<FrozenOverlay>(m_content.below, std::move(data));
    frozen->states().copyFrom(m_content.states);
    return frozen;
}

} // namespace

Result<std::shared_ptr<OverlayDevice>>
OverlayDevice::createScratch(std::shared_ptr<const BlockDevice> below,
                             const std::filesystem::path& folder)
{
    FATLAS_TRY(checkSize(*below));
    FATLAS_ASSIGN(auto data, createNamelessData(folder, below->size()));
    return std::make_shared<Overlay>(std::move(below), std::move(data));
}

Result<std::shared_ptr<OverlayDevice>>
OverlayDevice::createKeep(std::shared_ptr<const BlockDevice> below,
                          const std::filesystem::path& folder)
{
    FATLAS_TRY(checkSize(*below));
    FATLAS_TRY(createKeepFiles(KeepPaths(folder), below->size()));
    return openKeep(std::move(below), folder);
}

Result<std::shared_ptr<OverlayDevice>>
OverlayDevice::openKeep(std::shared_ptr<const BlockDevice> below,
                        const std::filesystem::path& folder)
{
    FATLAS_TRY(checkSize(*below));
    const KeepPaths paths(folder);
    FATLAS_ASSIGN(auto data, openKeepData(paths, below->size()));
    auto overlay = std::make_shared<Overlay>(std::move(below), std::move(data));
    FATLAS_TRY(overlay->openLog(paths));
    return overlay;
}

} // namespace fatlas::block
