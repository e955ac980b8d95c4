#include "core/base/checked.hpp"
#include "core/base/crc32.hpp"
#include "core/base/text.hpp"
#include "core/base/units.hpp"
#include "core/base/zeros.hpp"
#include "core/edit/undo_file.hpp"
#include "core/edit/undo_file_raw.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace fatlas::edit {
namespace {

constexpr std::size_t heldLimit = MiB;

UndoForm formOf(ByteView bytes, UndoForm wanted)
{
    return areZeros(bytes) ? UndoForm::Zeros : wanted;
}

Bytes checksumsOf(std::uint64_t offset, ByteView bytes)
{
    Bytes sums;
    while (!bytes.empty()) {
        const auto count = std::min<std::uint64_t>(bytes.size(), unitEnd(offset) - offset);
        const Le32 sum = crc32(bytes.first(count));
        sums.insert(sums.end(), asBytes(sum).begin(), asBytes(sum).end());
        bytes = bytes.subspan(count);
        offset += count;
    }
    return sums;
}

} // namespace

UndoWriter::UndoWriter(AtomicFile file, std::uint64_t imageSize)
    : m_file(std::move(file)), m_imageSize(imageSize)
{}

Result<UndoWriter> UndoWriter::create(const std::filesystem::path& path, std::uint64_t imageSize)
{
    FATLAS_ASSIGN(AtomicFile file, AtomicFile::create(path, AtomicFile::Existing::Keep));
    return UndoWriter(std::move(file), imageSize);
}

Result<> UndoWriter::append(ByteView bytes)
{
    m_crc = crc32(bytes, m_crc);
    m_recordsSize += bytes.size();
    m_held.insert(m_held.end(), bytes.begin(), bytes.end());
    return m_held.size() < heldLimit ? Result<>{} : writeHeld();
}

Result<> UndoWriter::writeHeld()
{
    const std::uint64_t offset = sizeof(UndoHeaderRaw) + m_recordsSize - m_held.size();
    FATLAS_TRY(m_file.file().writeAt(offset, m_held));
    m_held.clear();
    return {};
}

Result<> UndoWriter::add(const UndoChange& change, UndoForm form)
{
    UndoChange rest = change;
    while (!rest.before.empty()) {
        // Records end at round places, so that units are whole.
        const std::uint64_t end = roundUp<std::uint64_t>(rest.offset + 1, maxUndoRecordLength);
        const auto count = std::min<std::uint64_t>(rest.before.size(), end - rest.offset);
        UndoChange piece = rest;
        piece.before = rest.before.first(count);
        piece.after = rest.after.first(count);
        FATLAS_TRY(addRecord(piece, form));
        rest.offset += count;
        rest.before = rest.before.subspan(count);
        rest.after = rest.after.subspan(count);
    }
    return {};
}

Result<> UndoWriter::addRecord(const UndoChange& change, UndoForm form)
{
    if (++m_recordCount > maxUndoRecordCount)
        return fail(ErrorCode::Limit,
                    fmt::format("the change has more than {} pieces, too many for an undo file",
                                formatCount(maxUndoRecordCount)));
    UndoRecordRaw raw;
    raw.offset = change.offset;
    raw.length = static_cast<std::uint32_t>(change.before.size());
    raw.before = std::to_underlying(formOf(change.before, UndoForm::Stored));
    raw.after = std::to_underlying(formOf(change.after, form));
    raw.group = change.group;
    FATLAS_TRY(append(asBytes(raw)));
    if (raw.before == std::to_underlying(UndoForm::Stored))
        FATLAS_TRY(append(change.before));
    if (raw.after == std::to_underlying(UndoForm::Stored))
        return append(change.after);
    if (raw.after == std::to_underlying(UndoForm::Checksums))
        return append(checksumsOf(change.offset, change.after));
    return {};
}

Result<> UndoWriter::finish()
{
    FATLAS_TRY(writeHeld());
    UndoHeaderRaw header;
    header.magic = undoMagic;
    header.version = undoVersion;
    header.unit = static_cast<std::uint32_t>(undoUnit);
    header.imageSize = m_imageSize;
    header.recordCount = m_recordCount;
    header.recordsSize = m_recordsSize;
    header.recordsCrc = m_crc;
    header.headerCrc = crc32(asBytes(header).first(offsetof(UndoHeaderRaw, headerCrc)));
    FATLAS_TRY(m_file.file().writeAt(0, asBytes(header)));
    return m_file.commit();
}

} // namespace fatlas::edit
