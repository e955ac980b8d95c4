/// A device that fails when told to: for every path that must survive a bad disk or a power cut.
///
/// The n-th read, write or flush (counted from 1 since the plan was set) fails with Io; a torn
/// write leaves its first bytes behind. Written bytes are kept apart until flush, so that cutPower
/// can lose them, all or all but the first few writes.
///
/// Threads: reads may run in parallel; the rest is serialised by the caller.
#pragma once

#include "core/block/block_device.hpp"

#include <atomic>

namespace fatlas::test {

struct FaultPlan {
    std::uint64_t failRead = 0; ///< 0: never
    std::uint64_t failWrite = 0;
    std::uint64_t failFlush = 0;
    std::uint64_t tornBytes = 0; ///< how much of the failing write still arrives
    bool staysDead = false;      ///< after the first fault nothing works any more
};

class FaultDevice final : public block::BlockDevice {
public:
    explicit FaultDevice(std::shared_ptr<block::BlockDevice> below);

    /// Counting starts again.
    void setPlan(const FaultPlan& plan);

    [[nodiscard]] std::uint64_t writeCount() const noexcept { return m_writes; }

    [[nodiscard]] std::uint64_t flushCount() const noexcept { return m_flushes; }

    /// What was not flushed is lost, but for the first `survivors` writes since the last flush.
    [[nodiscard]] Result<> cutPower(std::size_t survivors = 0);

    [[nodiscard]] std::uint64_t size() const noexcept override { return m_below->size(); }

    [[nodiscard]] std::uint32_t sectorSize() const noexcept override
    {
        return m_below->sectorSize();
    }

    [[nodiscard]] block::Capabilities capabilities() const noexcept override;
    [[nodiscard]] Result<> read(std::uint64_t offset, ByteSpan into) const override;
    [[nodiscard]] Result<> write(std::uint64_t offset, ByteView bytes) override;
    [[nodiscard]] Result<> flush() override;

private:
    struct Pending {
        std::uint64_t offset = 0;
        Bytes bytes;
    };

    /// Whether the operation whose turn is `number` fails.
    [[nodiscard]] bool fails(std::uint64_t number, std::uint64_t planned) const;

    std::shared_ptr<block::BlockDevice> m_below;
    FaultPlan m_plan;
    mutable std::atomic<std::uint64_t> m_reads = 0;
    mutable std::atomic<bool> m_isDead = false;
    std::uint64_t m_writes = 0;
    std::uint64_t m_flushes = 0;
    std::vector<Pending> m_pending; ///< in the order they were written
};

} // namespace fatlas::test
