/// A disk put together from pieces: ranges of other devices, bytes, zeros; one after the other,
/// without gaps.
///
/// Units:     offsets and lengths in bytes.
/// Errors:    OutOfRange when a piece reaches past the end of its device; those of the devices.
/// Threads:   putting together: one; then as BlockDevice.
/// Lifetime:  holds the devices, whose Backing it passes on.
#pragma once

#include "core/block/block_device.hpp"

#include <memory>
#include <variant>
#include <vector>

namespace fatlas::block {

class PiecesDevice final : public BlockDevice {
public:
    explicit PiecesDevice(std::uint32_t sectorSize = 512) : m_sectorSize(sectorSize) {}

    /// Each goes where the last one ended; empty ones are left out.
    [[nodiscard]] Result<> addRange(std::shared_ptr<const BlockDevice> device, std::uint64_t offset,
                                    std::uint64_t length);
    void addBytes(Bytes bytes);
    void addZeros(std::uint64_t length);

    [[nodiscard]] std::uint64_t size() const noexcept override { return m_size; }

    [[nodiscard]] std::uint32_t sectorSize() const noexcept override { return m_sectorSize; }

    [[nodiscard]] Result<> read(std::uint64_t offset, ByteSpan into) const override;
    [[nodiscard]] Result<std::vector<Extent>> extents(std::uint64_t offset,
                                                      std::uint64_t length) const override;
    [[nodiscard]] Result<std::shared_ptr<const File>>
    backingFile(std::uint64_t file) const override;

private:
    struct Zeros {};

    struct Range {
        std::uint32_t device = 0; ///< index into m_devices
        std::uint64_t offset = 0;
    };

    struct Piece {
        std::uint64_t end = 0; ///< where the next one begins
        std::uint64_t length = 0;
        std::variant<Zeros, Bytes, Range> content;

        [[nodiscard]] std::uint64_t start() const noexcept { return end - length; }
    };

    void add(std::uint64_t length, std::variant<Zeros, Bytes, Range> content);
    [[nodiscard]] const Piece& pieceAt(std::uint64_t offset) const;
    [[nodiscard]] Result<> readPiece(const Piece& piece, std::uint64_t offset, ByteSpan into) const;
    [[nodiscard]] Result<> addExtents(const Piece& piece, std::uint64_t offset,
                                      std::uint64_t length, std::vector<Extent>& extents) const;

    std::uint32_t m_sectorSize;
    std::vector<std::shared_ptr<const BlockDevice>> m_devices;
    std::vector<Piece> m_pieces;
    std::uint64_t m_size = 0;
};

} // namespace fatlas::block
