/// A folder, its disk, a guest that edits it, and an engine that brings the edits home.
///
/// The guest changes a copy of the disk; its sectors are then written one by one, in an order that
/// the test chooses, with whatever the test wants to happen in between.
///
/// Errors: a step that fails ends the test program with its message.
#pragma once

#include "core/block/overlay_device.hpp"
#include "core/edit/editor.hpp"
#include "core/folder_disk/plan.hpp"
#include "core/sync/engine.hpp"

#include "tests/support/guest_edit.hpp"
#include "tests/support/temp_folder.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace fatlas::test {

struct SectorWrite {
    enum class Kind : std::uint8_t { Boot, Fat1, Fat2, Directory, Data };
    std::uint64_t offset = 0;
    Bytes bytes;
    Kind kind = Kind::Data;
};

using SectorWrites = std::vector<SectorWrite>;

/// Path and bytes of each file; a folder has a slash at its end.
using HostContent = std::map<std::string, Bytes>;

class GuestFixture {
public:
    GuestFixture() = default;

    /// The folder is as it shall be; from here on it is served.
    void begin(const sync::EngineOptions& options = {},
               const folder_disk::Options& layout = floppy());
    [[nodiscard]] static folder_disk::Options floppy();

    /// What the guest would write, sector by sector in the order of the disk.
    SectorWrites edit(const std::function<void(edit::Editor&)>& change);
    void write(const SectorWrite& sector);
    void write(const SectorWrites& sectors);

    /// `later`: how long after the last write.
    sync::PassResult pass(sync::Engine::Take take, std::chrono::milliseconds later = {},
                          const JobControl& job = {});

    sync::PassResult takeAll() { return pass(sync::Engine::Take::Everything); }

    [[nodiscard]] sync::Engine& engine() { return *m_engine; }

    /// So long that what is written from now on is no part of what was written before.
    static void rest();

    [[nodiscard]] HostContent hostContent() const;
    [[nodiscard]] HostContent guestContent() const;
    /// Every byte the guest can read.
    [[nodiscard]] Bytes view() const;
    [[nodiscard]] Bytes sector(std::uint64_t offset) const;

    /// What the engine looks at.
    [[nodiscard]] const sync::GuestDisk& disk() const { return m_disk; }

    [[nodiscard]] const sync::KnownTree& known() const { return m_engine->known(); }

    /// For writes that nobody is told of.
    [[nodiscard]] sync::WriteLog& log() { return *m_log; }

    [[nodiscard]] block::BlockDevice& overlay() { return *m_overlay; }

    TempFolder folder;
    std::vector<sync::Outcome> outcomes;
    std::function<void()> onOutcome; ///< once it was noted
    std::vector<sync::Waiting> waits;
    std::vector<std::string> held;
    std::vector<std::vector<sync::Proposal>> lists; ///< of proposals, as they were told

private:
    std::shared_ptr<const folder_disk::Plan> m_plan;
    std::shared_ptr<block::OverlayDevice> m_overlay;
    std::shared_ptr<sync::WriteLog> m_log;
    std::shared_ptr<block::BlockDevice> m_device;
    sync::GuestDisk m_disk;
    TempFolder m_state;
    std::unique_ptr<sync::Engine> m_engine;
};

/// Sorted by kind, in the order given; within a kind as they are.
[[nodiscard]] SectorWrites inOrder(SectorWrites sectors, const std::vector<int>& kinds);

} // namespace fatlas::test
