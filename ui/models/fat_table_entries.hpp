/// The entries of the first two copies of a FAT, read in blocks by a worker through a small cache.
///
/// Asking for a row that is not there yet has it read, the newest wish first, and changed() comes.
///
/// Units:   entries by number, 0 and 1 included.
/// Errors:  a block that cannot be read stays absent; error() keeps why.
/// Threads: GUI thread; reads on a worker.
/// Bounds:  maxBlocks blocks of blockEntries entries.
#pragma once

#include "core/fat/fat_cache.hpp"

#include "ui/tasks/task.hpp"

#include <QObject>

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

namespace fatlas::ui {

class FatTableEntries final : public QObject {
    Q_OBJECT

public:
    static constexpr std::uint32_t blockEntries = 4096;
    static constexpr std::size_t maxBlocks = 128;

    struct Row {
        std::uint32_t first = 0;             ///< raw, in FAT 1
        std::optional<std::uint32_t> second; ///< raw, in FAT 2; nothing: there is none
    };

    explicit FatTableEntries(QObject* parent = nullptr);

    /// `device` holds the volume and nothing else. Null: no entries.
    void setVolume(std::shared_ptr<const block::BlockDevice> device, const fat::Geometry& geometry);

    /// The same volume with other bytes: what is known stays in sight until it was read anew.
    void setBytes(std::shared_ptr<const block::BlockDevice> device);

    /// Entries that every copy holds: clusters + 2, fewer when the FATs are too short.
    [[nodiscard]] std::uint32_t count() const noexcept { return m_count; }

    [[nodiscard]] std::uint32_t copyCount() const noexcept { return m_copies; }

    /// Nothing: not read yet. `entry` < count().
    [[nodiscard]] std::optional<Row> row(std::uint32_t entry);

    [[nodiscard]] const std::optional<Error>& error() const noexcept { return m_error; }

Q_SIGNALS:
    void changed();

private:
    struct Block {
        std::vector<std::uint32_t> first;
        std::vector<std::uint32_t> second; ///< empty: there is no second copy
    };

    /// What a worker needs.
    struct Source {
        std::unique_ptr<fat::FatCache> first;
        std::unique_ptr<fat::FatCache> second;
    };

    static Result<Block> read(const Source& source, std::uint32_t block, std::uint32_t count);
    void open(std::shared_ptr<const block::BlockDevice> device);
    void want(std::uint32_t block);
    void readNext();
    void keep(std::uint32_t block, Block content);

    fat::Geometry m_geometry;
    std::shared_ptr<const Source> m_source;
    std::uint32_t m_count = 0;
    std::uint32_t m_copies = 0;
    std::map<std::uint32_t, Block> m_blocks;
    std::deque<std::uint32_t> m_order;  ///< of m_blocks, the oldest first
    std::deque<std::uint32_t> m_wanted; ///< the newest last
    std::set<std::uint32_t> m_failed;
    std::set<std::uint32_t> m_stale; ///< of m_blocks, read from bytes that are others now
    std::optional<Error> m_error;
    Task m_reading{Task::Lane::Quick};
};

} // namespace fatlas::ui
