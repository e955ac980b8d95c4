#include "tests/core/convert/pieced_device.hpp"

#include <algorithm>
#include <utility>

namespace fatlas::test {

using block::Extent;
using block::ExtentKind;

void PiecedDevice::add(std::uint64_t length, std::variant<Hole, Bytes, FileRange> content)
{
    if (length == 0)
        return;
    m_pieces.push_back({.offset = m_size, .length = length, .content = std::move(content)});
    m_size += length;
}

void PiecedDevice::addFile(const std::filesystem::path& path, std::uint64_t offset,
                           std::uint64_t length)
{
    auto file = std::make_shared<const File>(File::open(path).value());
    const FileIdentity identity = file->identity().value();
    add(length, FileRange{.file = std::move(file), .identity = identity, .offset = offset});
}

void PiecedDevice::addBytes(Bytes bytes)
{
    const std::uint64_t length = bytes.size();
    add(length, std::move(bytes));
}

void PiecedDevice::addHole(std::uint64_t length)
{
    add(length, Hole{});
}

Result<> PiecedDevice::read(std::uint64_t offset, ByteSpan into) const
{
    FATLAS_TRY(checkRange(offset, into.size()));
    for (const Piece& piece : m_pieces) {
        const std::uint64_t first = std::max(offset, piece.offset);
        const std::uint64_t end = std::min(offset + into.size(), piece.offset + piece.length);
        if (first >= end)
            continue;
        const ByteSpan part = into.subspan(first - offset, end - first);
        const std::uint64_t inside = first - piece.offset;
        if (const auto* bytes = std::get_if<Bytes>(&piece.content))
            std::ranges::copy(ByteView(*bytes).subspan(inside, part.size()), part.begin());
        else if (const auto* range = std::get_if<FileRange>(&piece.content))
            FATLAS_TRY(range->file->readAt(range->offset + inside, part));
        else
            std::ranges::fill(part, std::byte{0});
    }
    return {};
}

Result<std::vector<Extent>> PiecedDevice::extents(std::uint64_t offset, std::uint64_t length) const
{
    FATLAS_TRY(checkRange(offset, length));
    std::vector<Extent> extents;
    for (std::size_t i = 0; i < m_pieces.size(); ++i) {
        const Piece& piece = m_pieces[i];
        const std::uint64_t first = std::max(offset, piece.offset);
        const std::uint64_t end = std::min(offset + length, piece.offset + piece.length);
        if (first >= end)
            continue;
        Extent extent{.offset = first, .length = end - first};
        if (std::holds_alternative<Hole>(piece.content))
            extent.kind = ExtentKind::Hole;
        if (const auto* range = std::get_if<FileRange>(&piece.content))
            extent.backing =
                block::Backing{.file = i, .offset = range->offset + (first - piece.offset)};
        extents.push_back(extent);
    }
    return extents;
}

Result<std::shared_ptr<const File>> PiecedDevice::backingFile(std::uint64_t file) const
{
    if (onBackingFile)
        onBackingFile(m_calls);
    ++m_calls;
    const auto& range = std::get<FileRange>(m_pieces.at(file).content);
    FATLAS_ASSIGN(const FileIdentity now, range.file->identity());
    if (now != range.identity)
        return fail(ErrorCode::Changed, range.file->path().native() + " changed");
    return range.file;
}

} // namespace fatlas::test
