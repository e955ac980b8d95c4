/// A disk whose writes are told to a WriteLog, before and after they are done.
///
/// Errors:   those of the device below; a write that failed counts as one: what it left is unknown.
/// Threads:  as the device below.
/// Lifetime: holds the device below and the log.
#pragma once

#include "core/block/block_device.hpp"
#include "core/sync/write_log.hpp"

#include <atomic>
#include <functional>
#include <memory>

namespace fatlas::sync {

class WatchedDevice final : public block::BlockDevice {
public:
    /// `onFlush` is called after a flush succeeded, on the thread that asked for it; it must return
    /// soon.
    WatchedDevice(std::shared_ptr<block::BlockDevice> below, std::shared_ptr<WriteLog> log,
                  std::function<void()> onFlush = {});

    [[nodiscard]] std::uint64_t size() const noexcept override { return m_below->size(); }

    [[nodiscard]] std::uint32_t sectorSize() const noexcept override
    {
        return m_below->sectorSize();
    }

    [[nodiscard]] block::Capabilities capabilities() const noexcept override
    {
        return m_below->capabilities();
    }

    [[nodiscard]] Result<> read(std::uint64_t offset, ByteSpan into) const override;
    [[nodiscard]] Result<> write(std::uint64_t offset, ByteView bytes) override;
    [[nodiscard]] Result<> flush() override;
    [[nodiscard]] Result<> trim(std::uint64_t offset, std::uint64_t length) override;
    [[nodiscard]] Result<> writeZeroes(std::uint64_t offset, std::uint64_t length) override;
    [[nodiscard]] Result<std::vector<block::Extent>> extents(std::uint64_t offset,
                                                             std::uint64_t length) const override;
    [[nodiscard]] Result<std::shared_ptr<const File>>
    backingFile(std::uint64_t file) const override;

private:
    class Writing;

    std::shared_ptr<block::BlockDevice> m_below;
    std::shared_ptr<WriteLog> m_log;
    std::function<void()> m_onFlush;
};

} // namespace fatlas::sync
