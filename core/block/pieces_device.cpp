#include "core/block/pieces_device.hpp"

#include "core/base/checked.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace fatlas::block {

namespace {

constexpr std::size_t maxExtents = 4096;
/// Backing::file of a device below, and which device it is, share a number.
constexpr unsigned deviceShift = 40;

} // namespace

Result<> PiecesDevice::addRange(std::shared_ptr<const BlockDevice> device, std::uint64_t offset,
                                std::uint64_t length)
{
    if (!rangeFits(offset, length, device->size()))
        return std::unexpected(
            Error{.code = ErrorCode::OutOfRange,
                  .message = fmt::format("a piece of {} bytes at offset {} reaches past the end of "
                                         "its device, which is {} bytes long",
                                         length, offset, device->size()),
                  .deviceOffset = offset});
    auto known = std::ranges::find(m_devices, device);
    if (known == m_devices.end())
        known = m_devices.insert(known, std::move(device));
    add(length,
        Range{.device = static_cast<std::uint32_t>(known - m_devices.begin()), .offset = offset});
    return {};
}

void PiecesDevice::addBytes(Bytes bytes)
{
    const std::uint64_t length = bytes.size();
    add(length, std::move(bytes));
}

void PiecesDevice::addZeros(std::uint64_t length)
{
    add(length, Zeros{});
}

void PiecesDevice::add(std::uint64_t length, std::variant<Zeros, Bytes, Range> content)
{
    if (length == 0)
        return;
    m_size += length;
    m_pieces.push_back({.end = m_size, .length = length, .content = std::move(content)});
}

const PiecesDevice::Piece& PiecesDevice::pieceAt(std::uint64_t offset) const
{
    return *std::ranges::upper_bound(m_pieces, offset, {}, &Piece::end);
}

Result<> PiecesDevice::readPiece(const Piece& piece, std::uint64_t offset, ByteSpan into) const
{
    const std::uint64_t within = offset - piece.start();
    if (const auto* range = std::get_if<Range>(&piece.content))
        return m_devices[range->device]->read(range->offset + within, into);
    if (const auto* bytes = std::get_if<Bytes>(&piece.content))
        std::ranges::copy(ByteView(*bytes).subspan(within, into.size()), into.begin());
    else
        std::ranges::fill(into, std::byte{0});
    return {};
}

Result<> PiecesDevice::read(std::uint64_t offset, ByteSpan into) const
{
    FATLAS_TRY(checkRange(offset, into.size()));
    while (!into.empty()) {
        const Piece& piece = pieceAt(offset);
        const std::size_t count = std::min<std::uint64_t>(piece.end - offset, into.size());
        FATLAS_TRY(readPiece(piece, offset, into.first(count)));
        into = into.subspan(count);
        offset += count;
    }
    return {};
}

Result<> PiecesDevice::addExtents(const Piece& piece, std::uint64_t offset, std::uint64_t length,
                                  std::vector<Extent>& extents) const
{
    const auto* range = std::get_if<Range>(&piece.content);
    if (range == nullptr) {
        const bool isData = std::holds_alternative<Bytes>(piece.content);
        extents.push_back({.offset = offset,
                           .length = length,
                           .kind = isData ? ExtentKind::Data : ExtentKind::Hole});
        return {};
    }
    const std::uint64_t below = range->offset + (offset - piece.start());
    FATLAS_ASSIGN(const auto found, m_devices[range->device]->extents(below, length));
    for (Extent extent : found) {
        extent.offset = offset + (extent.offset - below);
        if (extent.backing)
            extent.backing->file |= std::uint64_t{range->device} << deviceShift;
        extents.push_back(extent);
    }
    return {};
}

Result<std::vector<Extent>> PiecesDevice::extents(std::uint64_t offset, std::uint64_t length) const
{
    FATLAS_TRY(checkRange(offset, length));
    const std::uint64_t end = offset + length;
    std::vector<Extent> extents;
    while (offset < end && extents.size() < maxExtents) {
        const Piece& piece = pieceAt(offset);
        FATLAS_TRY(addExtents(piece, offset, std::min(piece.end, end) - offset, extents));
        if (extents.empty() || extents.back().end() <= offset)
            return fail(ErrorCode::Io,
                        fmt::format("the device does not say what lies at offset {}", offset));
        offset = extents.back().end();
    }
    return extents;
}

Result<std::shared_ptr<const File>> PiecesDevice::backingFile(std::uint64_t file) const
{
    const std::uint64_t device = file >> deviceShift;
    if (device >= m_devices.size())
        return BlockDevice::backingFile(file);
    return m_devices[device]->backingFile(file & ((std::uint64_t{1} << deviceShift) - 1));
}

} // namespace fatlas::block
