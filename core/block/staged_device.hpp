/// Changes to a device, kept in memory above it; the one below is never written.
///
/// Repairs and edits are tried on it, looked at, listed as patches, taken back.
///
/// Units:   offsets in bytes.
/// Errors:  those of the device below; Limit beyond `maxStagedSize` bytes of changed blocks.
/// Threads: as BlockDevice; a write may not run beside anything else.
#pragma once

#include "core/block/block_device.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

namespace fatlas::block {

/// Bytes that become other bytes; both of the same length.
struct Patch {
    std::uint64_t offset = 0;
    Bytes before;
    Bytes after;
};

class StagedDevice final : public BlockDevice {
public:
    static constexpr std::uint64_t blockSize = 512;
    static constexpr std::uint64_t maxStagedSize = std::uint64_t{64} << 20;

    explicit StagedDevice(std::shared_ptr<const BlockDevice> base);

    [[nodiscard]] std::uint64_t size() const noexcept override { return m_base->size(); }

    [[nodiscard]] std::uint32_t sectorSize() const noexcept override
    {
        return m_base->sectorSize();
    }

    [[nodiscard]] Capabilities capabilities() const noexcept override;
    [[nodiscard]] Result<> read(std::uint64_t offset, ByteSpan into) const override;
    [[nodiscard]] Result<> write(std::uint64_t offset, ByteView bytes) override;

    [[nodiscard]] Result<> flush() override { return {}; }

    /// Ordered and disjoint; only bytes that differ from the device below, runs of less than 16
    /// equal bytes between two changes included.
    [[nodiscard]] Result<std::vector<Patch>> patches() const;

    /// Back to what lies below.
    void revert() noexcept { m_blocks.clear(); }

private:
    std::shared_ptr<const BlockDevice> m_base;
    std::map<std::uint64_t, Bytes> m_blocks; ///< block index -> content
};

} // namespace fatlas::block
