#include "core/host/journal_reader.hpp"

#include "core/base/checked.hpp"
#include "core/base/crc32.hpp"
#include "core/base/text.hpp"
#include "core/base/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace fatlas::host {

namespace {

constexpr std::uint64_t searchBlock = MiB;

std::unexpected<Error> broken(const File& file, const std::string& what, std::uint64_t offset)
{
    return std::unexpected(
        Error{.code = ErrorCode::BadFormat,
              .message = fmt::format("{}: {}", escapeForTerminal(file.path().native()), what),
              .deviceOffset = offset});
}

Result<JournalHeaderRaw> readHeader(const File& file)
{
    Bytes bytes(sizeof(JournalHeaderRaw));
    if (!file.readAt(0, bytes))
        return broken(file, "too short for a journal of Fatlas", 0);
    FATLAS_ASSIGN(const auto raw, load<JournalHeaderRaw>(bytes));
    if (!std::ranges::equal(raw.magic, journalMagic))
        return broken(file, "does not begin as a journal of Fatlas does", 0);
    if (raw.checksum.get() != checksumOf(raw))
        return broken(file, "the checksum of its header is wrong", 0);
    if (raw.version.get() != journalVersion)
        return fail(ErrorCode::Unsupported,
                    fmt::format("{}: its version is {}, expected {}: another version of Fatlas "
                                "made it",
                                escapeForTerminal(file.path().native()), raw.version.get(),
                                journalVersion));
    return raw;
}

JournalIdentity identityOf(const JournalHeaderRaw& header)
{
    return {.session = header.session.get(),
            .device = header.device.get(),
            .inode = header.inode.get()};
}

struct Found {
    JournalRecordRaw raw;
    Bytes payload;
};

class Reader {
public:
    Reader(const File& file, std::uint64_t size, std::uint32_t journal)
        : m_file(file), m_size(size), m_journal(journal)
    {}

    /// A whole record of this journal, whatever its number; nothing when there is none.
    Result<std::optional<Found>> recordAt(std::uint64_t offset) const
    {
        Bytes bytes(sizeof(JournalRecordRaw));
        if (!rangeFits(offset, bytes.size(), m_size))
            return std::nullopt;
        FATLAS_TRY(m_file.readAt(offset, bytes));
        FATLAS_ASSIGN(const auto raw, load<JournalRecordRaw>(bytes));
        const std::uint64_t place = offset + sizeof(JournalRecordRaw);
        if (raw.magic.get() != journalRecordMagic || raw.journal.get() != m_journal ||
            raw.size.get() > maxJournalPayload || !rangeFits(place, raw.size.get(), m_size))
            return std::nullopt;
        Bytes payload(raw.size.get());
        FATLAS_TRY(m_file.readAt(place, payload));
        if (raw.checksum.get() != checksumOf(raw, payload))
            return std::nullopt;
        return Found{.raw = raw, .payload = std::move(payload)};
    }

    /// Whether a record behind `offset` knows that record `number` was on the medium.
    Result<bool> isKnownDurable(std::uint64_t number, std::uint64_t offset) const
    {
        Bytes block;
        for (; offset < m_size; offset += searchBlock) {
            block.resize(static_cast<std::size_t>(std::min(searchBlock, m_size - offset)));
            FATLAS_TRY(m_file.readAt(offset, block));
            for (std::size_t at = 0; at + sizeof(Le32) <= block.size(); at += journalAlignment) {
                FATLAS_ASSIGN(const auto magic, load<Le32>(block, at));
                if (magic.get() != journalRecordMagic)
                    continue;
                FATLAS_ASSIGN(const auto found, recordAt(offset + at));
                if (found && found->raw.durable.get() >= number)
                    return true;
            }
        }
        return false;
    }

private:
    const File& m_file;
    std::uint64_t m_size;
    std::uint32_t m_journal;
};

} // namespace

std::uint32_t checksumOf(const JournalHeaderRaw& raw)
{
    return crc32(asBytes(raw).first(offsetof(JournalHeaderRaw, checksum)));
}

std::uint32_t checksumOf(const JournalRecordRaw& raw, ByteView payload)
{
    return crc32(payload, crc32(asBytes(raw).first(offsetof(JournalRecordRaw, checksum))));
}

Result<JournalIdentity> readJournalIdentity(const File& file)
{
    FATLAS_ASSIGN(const JournalHeaderRaw header, readHeader(file));
    return identityOf(header);
}

Result<JournalContent> readJournal(const File& file, const Journal::Visitor& visitor)
{
    FATLAS_ASSIGN(const JournalHeaderRaw header, readHeader(file));
    FATLAS_ASSIGN(const std::uint64_t size, file.size());
    const Reader reader(file, size, header.journal.get());
    JournalContent content{.identity = identityOf(header),
                           .journal = header.journal.get(),
                           .end = sizeof(JournalHeaderRaw)};
    for (;;) { // each record takes bytes of the file
        FATLAS_ASSIGN(const auto found, reader.recordAt(content.end));
        if (!found || found->raw.number.get() != content.records + 1)
            break;
        auto record = decodeJournalRecord(found->payload);
        if (!record)
            return broken(file,
                          fmt::format("record {}: {}", content.records + 1, record.error().message),
                          content.end);
        ++content.records;
        content.durable = std::max(content.durable, found->raw.durable.get());
        content.end += roundUp<std::uint64_t>(sizeof(JournalRecordRaw) + found->payload.size(),
                                              journalAlignment);
        FATLAS_TRY(visitor(content.records, std::move(*record)));
    }
    FATLAS_ASSIGN(const bool isDamage, reader.isKnownDurable(content.records + 1, content.end));
    if (isDamage || content.durable > content.records)
        return broken(
            file, fmt::format("record {} is damaged, and others follow it", content.records + 1),
            content.end);
    return content;
}

} // namespace fatlas::host
