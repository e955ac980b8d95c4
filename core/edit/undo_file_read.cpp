#include "core/base/checked.hpp"
#include "core/base/crc32.hpp"
#include "core/base/units.hpp"
#include "core/edit/undo_file.hpp"
#include "core/edit/undo_file_raw.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace fatlas::edit {
namespace {

std::unexpected<Error> broken(const File& file, std::string_view what, std::string_view rule)
{
    return fail(ErrorCode::BadFormat, fmt::format("{} is not a sound undo file: {} [{}]",
                                                  file.path().native(), what, rule));
}

Result<UndoHeaderRaw> readHeader(const File& file)
{
    FATLAS_ASSIGN(const std::uint64_t size, file.size());
    UndoHeaderRaw header;
    if (size < sizeof header)
        return broken(file, fmt::format("it has {} bytes, expected at least 64", size), "U1");
    Bytes bytes(sizeof header);
    FATLAS_TRY(file.readAt(0, bytes));
    FATLAS_ASSIGN(header, load<UndoHeaderRaw>(bytes));
    if (header.magic != undoMagic)
        return broken(file, "it does not start with FATLUNDO", "U1");
    if (header.version.get() != undoVersion || header.unit.get() != undoUnit)
        return broken(file,
                      fmt::format("version {} with units of {} bytes, expected 1 with 512",
                                  header.version.get(), header.unit.get()),
                      "U1");
    if (header.headerCrc.get() != crc32(ByteView(bytes).first(offsetof(UndoHeaderRaw, headerCrc))))
        return broken(file, "the checksum of its header is wrong", "U2");
    if (header.recordsSize.get() != size - sizeof header)
        return broken(file,
                      fmt::format("{} bytes follow the header, expected {}", size - sizeof header,
                                  header.recordsSize.get()),
                      "U2");
    if (header.recordCount.get() >
        std::min(maxUndoRecordCount, header.recordsSize.get() / sizeof(UndoRecordRaw)))
        return broken(file, fmt::format("{} records cannot be in it", header.recordCount.get()),
                      "U3");
    return header;
}

Result<std::uint32_t> checksumOfRecords(const File& file, std::uint64_t size, const JobControl& job)
{
    Bytes buffer(std::min<std::uint64_t>(size, MiB));
    std::uint32_t crc = 0;
    for (std::uint64_t done = 0; done < size;) {
        FATLAS_TRY(job.checkpoint());
        const ByteSpan part = ByteSpan(buffer).first(std::min<std::uint64_t>(size - done, MiB));
        FATLAS_TRY(file.readAt(sizeof(UndoHeaderRaw) + done, part));
        crc = crc32(part, crc);
        done += part.size();
    }
    return crc;
}

std::uint64_t unitCount(std::uint64_t offset, std::uint64_t length)
{
    return (offset + length - 1) / undoUnit - offset / undoUnit + 1;
}

std::uint64_t sizeOfForm(UndoForm form, const UndoRecord& record)
{
    switch (form) {
    case UndoForm::Zeros: return 0;
    case UndoForm::Stored: return record.length;
    case UndoForm::Checksums: break;
    }
    return unitCount(record.offset, record.length) * checksumSize;
}

bool areDisjoint(std::span<const UndoRecord> records)
{
    std::vector<std::uint32_t> order(records.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::sort(order, {}, [&](std::uint32_t i) { return records[i].offset; });
    const auto overlap = std::ranges::adjacent_find(order, [&](std::uint32_t a, std::uint32_t b) {
        return records[a].offset + records[a].length > records[b].offset;
    });
    return overlap == order.end();
}

/// U3, for one record; nothing when it is sound.
std::string_view whyUnsound(const UndoRecordRaw& raw, std::uint64_t imageSize)
{
    if (raw.length.get() == 0 || raw.length.get() > maxUndoRecordLength)
        return "a record has an impossible length";
    if (!rangeFits(raw.offset.get(), raw.length.get(), imageSize))
        return "a record lies outside the image";
    if (raw.before > 1 || raw.after > 2)
        return "a record has a form that does not exist";
    return {};
}

} // namespace

Result<UndoReader> UndoReader::open(const std::filesystem::path& path, const JobControl& job)
{
    FATLAS_ASSIGN(File file, File::open(path));
    FATLAS_ASSIGN(const UndoHeaderRaw header, readHeader(file));
    FATLAS_ASSIGN(const std::uint32_t crc, checksumOfRecords(file, header.recordsSize.get(), job));
    if (crc != header.recordsCrc.get())
        return broken(file, "the checksum of its records is wrong", "U2");
    UndoReader reader(std::move(file), header.imageSize.get());
    FATLAS_TRY(reader.readRecords(header.recordsSize.get(), header.recordCount.get(), job));
    if (!areDisjoint(reader.m_records))
        return broken(reader.m_file, "two records share a byte", "U4");
    return reader;
}

Result<> UndoReader::readRecords(std::uint64_t size, std::uint64_t count, const JobControl& job)
{
    std::uint64_t at = sizeof(UndoHeaderRaw);
    const std::uint64_t end = at + size;
    Bytes bytes(sizeof(UndoRecordRaw));
    for (std::uint64_t i = 0; i < count; ++i) {
        FATLAS_TRY(job.checkpoint());
        if (end - at < bytes.size())
            return broken(m_file, "a record is cut off", "U3");
        FATLAS_TRY(m_file.readAt(at, bytes));
        FATLAS_ASSIGN(const auto raw, load<UndoRecordRaw>(bytes));
        if (const auto why = whyUnsound(raw, m_imageSize); !why.empty())
            return broken(m_file, why, "U3");
        UndoRecord record{.offset = raw.offset.get(),
                          .length = raw.length.get(),
                          .before = UndoForm{raw.before},
                          .after = UndoForm{raw.after},
                          .group = raw.group.get(),
                          .payloadOffset = at + bytes.size()};
        if (!m_records.empty() && record.group < m_records.back().group)
            return broken(m_file, "the groups of its records fall", "U5");
        at = record.payloadOffset + sizeOfForm(record.before, record) +
             sizeOfForm(record.after, record);
        if (at > end)
            return broken(m_file, "a record is cut off", "U3");
        m_changedSize += record.length;
        m_records.push_back(record);
    }
    return at == end ? Result<>{} : broken(m_file, "something follows its last record", "U3");
}

Result<Bytes> UndoReader::before(const UndoRecord& record) const
{
    Bytes bytes(record.length);
    if (record.before == UndoForm::Stored)
        FATLAS_TRY(m_file.readAt(record.payloadOffset, bytes));
    return bytes;
}

Result<std::optional<std::uint64_t>> UndoReader::findForeign(const UndoRecord& record,
                                                             ByteView current) const
{
    FATLAS_ASSIGN(const Bytes old, before(record));
    if (std::ranges::equal(old, current))
        return std::nullopt;
    Bytes after(record.after == UndoForm::Zeros ? record.length : sizeOfForm(record.after, record));
    if (record.after != UndoForm::Zeros)
        FATLAS_TRY(m_file.readAt(record.payloadOffset + sizeOfForm(record.before, record), after));
    if (record.after != UndoForm::Checksums) {
        for (std::size_t i = 0; i < current.size(); ++i)
            if (current[i] != old[i] && current[i] != after[i])
                return record.offset + i;
        return std::nullopt;
    }
    std::size_t at = 0;
    for (std::size_t unit = 0; at < current.size(); ++unit) {
        const std::uint64_t place = record.offset + at;
        const auto count = std::min<std::uint64_t>(current.size() - at, unitEnd(place) - place);
        const ByteView now = current.subspan(at, count);
        FATLAS_ASSIGN(const auto sum, load<Le32>(after, unit * checksumSize));
        if (!std::ranges::equal(now, ByteView(old).subspan(at, count)) && crc32(now) != sum.get())
            return place;
        at += count;
    }
    return std::nullopt;
}

} // namespace fatlas::edit
