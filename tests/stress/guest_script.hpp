/// What a guest writes to a disk, thought out beforehand on a copy of it: whole sectors in the
/// order of a careful driver, with flushes in between, to be played on the real one.
///
/// Units:   offsets in bytes; the disk is one volume without a partition.
/// Errors:  a script that cannot be made ends the program.
/// Threads: one.
#pragma once

#include "core/block/block_device.hpp"
#include "core/edit/editor.hpp"
#include "core/fat/tree.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace fatlas::test {

/// One request of the guest.
struct GuestStep {
    enum class Kind : std::uint8_t { Write, Zero, Flush } kind = Kind::Flush;
    std::uint64_t offset = 0;
    Bytes bytes = {}; ///< of Zero as many zeros
};

class GuestScript {
public:
    explicit GuestScript(Bytes disk);

    [[nodiscard]] const Bytes& disk() const noexcept { return m_disk; } ///< after all steps

    [[nodiscard]] const std::vector<GuestStep>& steps() const noexcept { return m_steps; }

    /// Like a driver that keeps the volume sound: content, FAT, directories, freed clusters.
    void edit(const std::function<void(edit::Editor&)>& change);
    /// Of a file, inside its clusters; its entry stays as it is.
    void overwrite(const std::string& path, std::uint64_t at, ByteView bytes);
    /// One more cluster at the end of a file's chain.
    void lengthen(const std::string& path);
    /// The entry itself: size, times, attributes, case bits.
    void changeEntry(const std::string& path,
                     const std::function<void(fat::DirectoryEntryRaw&)>& change);
    /// As a guest that gives back what a file held, which then is what its clusters read as.
    void zero(const std::string& path);
    void flush();

private:
    struct Found {
        std::shared_ptr<const fat::Volume> volume;
        std::shared_ptr<const fat::Tree> tree;
        std::uint32_t node = 0;

        [[nodiscard]] const fat::TreeNode& entry() const { return tree->nodes[node]; }
    };

    [[nodiscard]] Found find(const std::string& path) const;
    void write(std::uint64_t offset, ByteView bytes);

    Bytes m_disk;
    std::vector<GuestStep> m_steps;
};

[[nodiscard]] Result<> play(const GuestStep& step, block::BlockDevice& device);

/// Every file and folder of a disk: "docs/a.txt" -> its bytes; folders end with '/'.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> filesOf(const Bytes& disk);

} // namespace fatlas::test
