/// A small disk with a timeline, and what it must have been at every moment.
///
/// Threads: as the journal; one writes.
#pragma once

#include "core/base/units.hpp"
#include "core/block/memory_device.hpp"
#include "core/serve/write_journal.hpp"

#include "tests/support/pseudo_random.hpp"
#include "tests/support/temp_folder.hpp"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <system_error>
#include <vector>

namespace fatlas::test {

using serve::JournalLimits;
using serve::JournalSpan;
using serve::WriteJournal;

inline constexpr std::uint64_t diskSize = 20'100; // the last sector is cut off

using States = std::vector<Bytes>; ///< by moment

inline Bytes readAll(const block::BlockDevice& device)
{
    Bytes bytes(device.size());
    device.read(0, bytes).value();
    return bytes;
}

/// A disk with a timeline, and what it must have been at every moment.
class JournalFixture {
public:
    explicit JournalFixture(const JournalLimits& limits = {}, std::uint64_t seed = 1)
        : m_random(seed), m_base(m_random.bytes(diskSize)), m_limits(limits)
    {
        below = std::make_shared<block::MemoryDevice>(m_base, block::MemoryDevice::Mode::ReadOnly);
        states.push_back(m_base);
    }

    void openScratch() { openScratch(folder.path()); }

    void openScratch(const std::filesystem::path& journalFolder)
    {
        overlay = block::OverlayDevice::createScratch(below, folder.path()).value();
        journal =
            WriteJournal::create({.overlay = overlay, .below = below}, journalFolder, m_limits);
        device = journal->deviceFor(7);
    }

    void openKept()
    {
        std::error_code error;
        const bool isThere = std::filesystem::exists(folder / "disk.log", error);
        overlay = (isThere ? block::OverlayDevice::openKeep(below, folder.path())
                           : block::OverlayDevice::createKeep(below, folder.path()))
                      .value();
        journal =
            WriteJournal::openKept({.overlay = overlay, .below = below}, folder.path(), m_limits)
                .value();
        device = journal->deviceFor(7);
    }

    void close()
    {
        device.reset();
        journal.reset();
        overlay.reset();
    }

    void write(std::uint64_t offset, ByteView bytes)
    {
        next(offset, bytes);
        device->write(offset, bytes).value();
    }

    void clear(std::uint64_t offset, std::uint64_t length, bool isTrim)
    {
        next(offset, Bytes(length));
        (isTrim ? device->trim(offset, length) : device->writeZeroes(offset, length)).value();
    }

    /// One of any kind, anywhere, mostly small.
    void random()
    {
        const std::uint64_t offset = m_random.below(diskSize);
        const std::uint64_t most = m_random.below(8) == 0 ? diskSize : 1500;
        const std::uint64_t length = 1 + m_random.below(std::min(most, diskSize - offset));
        const std::uint64_t kind = m_random.below(5);
        if (kind < 3)
            write(offset, m_random.bytes(length));
        else
            clear(offset, length, kind == 3);
    }

    void random(int count)
    {
        for (int i = 0; i < count; ++i)
            random();
    }

    [[nodiscard]] bool isRight(std::uint64_t moment) const
    {
        const auto then = journal->moment(moment);
        return then && readAll(**then) == states[moment];
    }

    /// Every moment that is remembered; how many those are.
    [[nodiscard]] std::uint64_t rightMoments() const
    {
        const JournalSpan span = journal->span();
        std::uint64_t count = 0;
        for (std::uint64_t moment = span.oldest; moment <= span.newest; ++moment)
            count += isRight(moment) ? 1 : 0;
        return count;
    }

    [[nodiscard]] bool isAllRight() const
    {
        const JournalSpan span = journal->span();
        return span.newest == states.size() - 1 && rightMoments() == span.newest - span.oldest + 1;
    }

    TempFolder folder;
    std::shared_ptr<block::MemoryDevice> below;
    std::shared_ptr<block::OverlayDevice> overlay;
    std::shared_ptr<WriteJournal> journal;
    std::shared_ptr<block::BlockDevice> device;
    States states;

private:
    void next(std::uint64_t offset, ByteView bytes)
    {
        Bytes now = states.back();
        std::ranges::copy(bytes, now.begin() + static_cast<std::ptrdiff_t>(offset));
        states.push_back(std::move(now));
    }

    PseudoRandom m_random;
    Bytes m_base;
    JournalLimits m_limits;
};

} // namespace fatlas::test
