/// Internal to planRepair(): the volume as repaired so far, and what was done to it.
///
/// Passes read the volume and its tree as they are now, write through the session, and note each
/// thing they did. What was read before a write is stale; refresh() reads it again.
///
/// Units:   offsets in bytes from the start of the volume.
/// Errors:  those of the device, Limit, Cancelled.
/// Threads: one.
#pragma once

#include "core/fat/repair/repair.hpp"
#include "core/fat/tree.hpp"

#include <memory>
#include <string>
#include <vector>

namespace fatlas::fat {

class RepairSession {
public:
    RepairSession(std::shared_ptr<const block::BlockDevice> device, RepairOptions options,
                  const JobControl& job);

    [[nodiscard]] const std::shared_ptr<block::StagedDevice>& staged() const { return m_staged; }

    [[nodiscard]] const RepairOptions& options() const { return m_options; }

    [[nodiscard]] const JobControl& job() const { return m_job; }

    /// Opens the volume and reads its tree, unless both are as the device is now.
    [[nodiscard]] Result<> refresh();

    [[nodiscard]] const Volume& volume() const { return *m_volume; }

    [[nodiscard]] const Geometry& geometry() const { return m_volume->geometry(); }

    [[nodiscard]] const Tree& tree() const { return *m_tree; }

    [[nodiscard]] Result<> read(std::uint64_t offset, ByteSpan into) const;
    [[nodiscard]] Result<> write(std::uint64_t offset, ByteView bytes);

    /// Whether anything was written since the last call.
    [[nodiscard]] bool takeChanged();

    void note(Finding finding, std::string action);
    /// About a file or folder of the tree; names its place.
    void noteNode(std::uint32_t node, Finding finding, std::string action);

    /// Beyond the first ones they are only counted.
    [[nodiscard]] std::vector<Repair> takeRepairs();

private:
    static constexpr std::size_t maxListed = 100'000;

    std::shared_ptr<block::StagedDevice> m_staged;
    RepairOptions m_options;
    const JobControl& m_job;
    std::shared_ptr<const Volume> m_volume;
    std::shared_ptr<const Tree> m_tree;
    std::vector<Repair> m_repairs;
    std::size_t m_repairCount = 0;
    bool m_stale = true;
    bool m_changed = false;
};

} // namespace fatlas::fat
