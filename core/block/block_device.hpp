/// The one interface of everything that holds bytes: images, slices, computed disks, overlays.
///
/// Units:      offsets, lengths and sizes in bytes; any alignment is allowed.
/// Invariants: size() never changes while the device is open unless its own header says so.
/// Errors:     outside [0, size) is OutOfRange and touches nothing; writing to a read-only device
///             is ReadOnly. Errors carry the device offset.
/// Threads:    read, extents and backingFile are safe from many threads at once; write, flush,
///             trim and writeZeroes are serialised by the caller unless canWriteInParallel.
/// Lifetime:   devices are shared (`std::shared_ptr`) and stack by holding the one below.
#pragma once

#include "core/base/bytes.hpp"
#include "core/base/error.hpp"
#include "core/base/file.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace fatlas::block {

enum class ExtentKind : std::uint8_t {
    Data, ///< must be read
    Zero, ///< reads as zeros, and takes space below
    Hole, ///< reads as zeros, and takes no space below
};

/// Where an extent's bytes lie in a host file, for copies the kernel can do by itself.
struct Backing {
    std::uint64_t file = 0;   ///< argument for BlockDevice::backingFile
    std::uint64_t offset = 0; ///< in that file
};

struct Extent {
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
    ExtentKind kind = ExtentKind::Data;
    std::optional<Backing> backing = std::nullopt;

    [[nodiscard]] std::uint64_t end() const noexcept { return offset + length; }
};

struct Capabilities {
    bool canWrite = false;
    bool canTrim = false;
    bool canWriteInParallel = false;
};

class BlockDevice {
public:
    BlockDevice() = default;
    BlockDevice(const BlockDevice&) = delete;
    BlockDevice& operator=(const BlockDevice&) = delete;
    virtual ~BlockDevice() = default;

    [[nodiscard]] virtual std::uint64_t size() const noexcept = 0;

    /// Logical sector size in bytes, 512 to 4096.
    [[nodiscard]] virtual std::uint32_t sectorSize() const noexcept { return 512; }

    [[nodiscard]] virtual Capabilities capabilities() const noexcept { return {}; }

    /// Fills all of `into`, or fails.
    [[nodiscard]] virtual Result<> read(std::uint64_t offset, ByteSpan into) const = 0;

    [[nodiscard]] virtual Result<> write(std::uint64_t offset, ByteView bytes);
    /// After success everything written before survives a power cut.
    [[nodiscard]] virtual Result<> flush();
    /// The range may read as zeros afterwards; never uncovers older bytes.
    [[nodiscard]] virtual Result<> trim(std::uint64_t offset, std::uint64_t length);
    [[nodiscard]] virtual Result<> writeZeroes(std::uint64_t offset, std::uint64_t length);

    /// Gap-free and ordered cover of [offset, offset + result's length), at least one byte unless
    /// length is 0; may stop early (at most about 4096 extents), so callers loop.
    [[nodiscard]] virtual Result<std::vector<Extent>> extents(std::uint64_t offset,
                                                              std::uint64_t length) const;

    /// The file behind Backing::file, open for reading and, at the moment of the call, still the
    /// one that was recorded (else Changed, naming it; Unsupported when its bytes can only be
    /// read).
    [[nodiscard]] virtual Result<std::shared_ptr<const File>> backingFile(std::uint64_t file) const;

protected:
    /// OutOfRange unless [offset, offset + length) lies inside the device.
    [[nodiscard]] Result<> checkRange(std::uint64_t offset, std::uint64_t length) const;
};

} // namespace fatlas::block
