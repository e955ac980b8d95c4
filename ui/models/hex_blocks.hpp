/// The bytes around what is looked at, read by workers a few blocks at a time.
///
/// Who paints asks for bytes with fill() and gets what is there at once; want() says which ones
/// should be there soon, and changed() comes when some have arrived. A block that cannot be read
/// is tried again sector by sector, so that only what is really lost shows as unreadable.
///
/// Units:    bytes from the start of the device.
/// Bounds:   at most maxBlocks blocks are held, least recently used ones go first.
/// Errors:   never fail; a byte says that it is Unreadable and errorAt() says why.
/// Threads:  GUI thread; the device is read on workers.
/// Lifetime: waits for its workers when destroyed.
#pragma once

#include "core/block/block_device.hpp"

#include "ui/models/hex_space.hpp"
#include "ui/tasks/task.hpp"

#include <QObject>

#include <array>
#include <bitset>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

namespace fatlas::ui {

enum class ByteState : std::uint8_t { Loading, Known, Unreadable };

struct HexByte {
    std::uint8_t value = 0; ///< when Known
    ByteState state = ByteState::Loading;

    bool operator==(const HexByte&) const = default;
};

/// What a worker brings.
struct HexBlock {
    static constexpr std::uint64_t size = 4 * KiB;
    static constexpr std::uint64_t sectorSize = 512;

    std::uint64_t index = 0;
    Bytes bytes = {}; ///< shorter than `size` at the end of the device
    std::bitset<size / sectorSize> unreadable = {};
    std::optional<Error> error = std::nullopt; ///< of the first unreadable sector
};

class HexBlocks final : public QObject {
    Q_OBJECT

public:
    static constexpr std::size_t maxBlocks = 512; ///< 2 MiB
    static constexpr std::size_t maxWanted = 64;

    explicit HexBlocks(QObject* parent = nullptr);

    void setDevice(std::shared_ptr<const block::BlockDevice> device);

    /// What is known of the bytes from `offset` on. Behind the end of the device: Unreadable.
    void fill(std::uint64_t offset, std::span<HexByte> out) const;
    /// From now on these are read, nearest first in the order given; older wishes are forgotten.
    void want(std::span<const ByteRange> ranges);
    /// Why the byte at `offset` is unreadable.
    [[nodiscard]] std::optional<Error> errorAt(std::uint64_t offset) const;
    /// Forgets what could not be read, to try once more.
    void retry();
    /// Forgets everything: the device has other content now.
    void clear();

    [[nodiscard]] std::size_t heldBlocks() const noexcept { return m_held.size(); }

    /// Something wanted is still on its way.
    [[nodiscard]] bool isBusy() const noexcept;

Q_SIGNALS:
    void changed();

private:
    struct Held {
        HexBlock block;
        std::uint64_t lastUse = 0;
    };

    struct Hand {
        Task task{Task::Lane::Quick};
        std::vector<std::uint64_t> blocks; ///< being read
    };

    [[nodiscard]] const HexBlock* find(std::uint64_t index) const;
    [[nodiscard]] bool isPending(std::uint64_t index) const;
    [[nodiscard]] std::vector<std::uint64_t> nextBatch() const;
    [[nodiscard]] Hand* idleHand();
    void readMissing();
    void take(Hand& hand, Result<std::vector<HexBlock>> blocks);
    void evict();

    std::shared_ptr<const block::BlockDevice> m_device;
    mutable std::unordered_map<std::uint64_t, Held> m_held; ///< by block index
    std::vector<std::uint64_t> m_wanted;                    ///< block indices
    mutable std::uint64_t m_clock = 0;
    std::array<Hand, 2> m_hands;
};

/// One block, sector by sector where it cannot be read as a whole. Cancelled, or the block.
[[nodiscard]] Result<HexBlock> readHexBlock(const block::BlockDevice& device, std::uint64_t index,
                                            const JobControl& job);

} // namespace fatlas::ui
