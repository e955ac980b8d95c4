/// Lets somebody look on at what one client does to a device, without slowing the client down.
///
/// Everything goes to the device below as it is; when it is over, the Tap is told. Asking for
/// extents is not told. Whoever sends bytes past read() (by backingFile() and the kernel) calls
/// noteRead() for them.
///
/// Errors:   those of the device below.
/// Threads:  as the device below.
/// Lifetime: holds the device below and the Tap.
#pragma once

#include "core/block/block_device.hpp"
#include "core/block/tap.hpp"

namespace fatlas::block {

class TapDevice final : public BlockDevice {
public:
    /// `client` is the number that its events carry.
    TapDevice(std::shared_ptr<BlockDevice> below, std::shared_ptr<Tap> tap, std::uint32_t client);

    void noteRead(std::uint64_t offset, std::uint64_t length,
                  TapOutcome outcome = TapOutcome::Done) const noexcept;

    [[nodiscard]] std::uint64_t size() const noexcept override { return m_below->size(); }

    [[nodiscard]] std::uint32_t sectorSize() const noexcept override
    {
        return m_below->sectorSize();
    }

    [[nodiscard]] Capabilities capabilities() const noexcept override
    {
        return m_below->capabilities();
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

private:
    [[nodiscard]] Result<> note(TapEvent event, Result<> done) const noexcept;

    std::shared_ptr<BlockDevice> m_below;
    std::shared_ptr<Tap> m_tap;
    std::uint32_t m_client;
};

} // namespace fatlas::block
