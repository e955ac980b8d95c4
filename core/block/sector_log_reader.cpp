#include "core/block/sector_log_reader.hpp"

#include "core/base/checked.hpp"
#include "core/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace fatlas::block {

namespace {

constexpr std::uint64_t recordSize = sizeof(SectorRecordRaw);
constexpr std::uint64_t recordsPerBlock = 24'000; // about 1 MiB

std::unexpected<Error> broken(const File& file, const std::string& what, std::uint64_t offset)
{
    return std::unexpected(
        Error{.code = ErrorCode::BadFormat,
              .message = fmt::format("{}: {}", escapeForTerminal(file.path().native()), what),
              .deviceOffset = offset});
}

Result<SectorLogHeaderRaw> readHeader(const File& file, std::uint64_t diskSize)
{
    Bytes bytes(sizeof(SectorLogHeaderRaw));
    if (!file.readAt(0, bytes))
        return broken(file, "too short for a sector log of Fatlas", 0);
    FATLAS_ASSIGN(const auto raw, load<SectorLogHeaderRaw>(bytes));
    if (!std::ranges::equal(raw.magic, sectorLogMagic))
        return broken(file, "does not begin as a sector log of Fatlas does", 0);
    if (raw.checksum.get() != checksumOf(raw))
        return broken(file, "the checksum of its header is wrong", 0);
    if (raw.version.get() != sectorLogVersion)
        return broken(file,
                      fmt::format("its version is {}, expected {}: another version of Fatlas made "
                                  "it",
                                  raw.version.get(), sectorLogVersion),
                      0);
    if (raw.diskSize.get() != diskSize)
        return fail(ErrorCode::Refused,
                    fmt::format("{} belongs to a disk of {} bytes, this one has {}",
                                escapeForTerminal(file.path().native()), raw.diskSize.get(),
                                diskSize));
    return raw;
}

/// Hands the records of a log out, one place after the other, whole or not.
class RecordReader {
public:
    RecordReader(const File& file, std::uint64_t fileSize)
        : m_file(file), m_count((fileSize - sizeof(SectorLogHeaderRaw)) / recordSize)
    {}

    [[nodiscard]] std::uint64_t count() const { return m_count; }

    [[nodiscard]] Result<SectorRecordRaw> at(std::uint64_t index)
    {
        if (index < m_first || index >= m_first + m_bytes.size() / recordSize)
            FATLAS_TRY(fill(index));
        return load<SectorRecordRaw>(m_bytes,
                                     static_cast<std::size_t>((index - m_first) * recordSize));
    }

private:
    Result<> fill(std::uint64_t index)
    {
        m_first = index;
        m_bytes.resize(
            static_cast<std::size_t>(std::min(recordsPerBlock, m_count - index) * recordSize));
        return m_file.readAt(sizeof(SectorLogHeaderRaw) + index * recordSize, m_bytes);
    }

    const File& m_file;
    std::uint64_t m_count;
    std::uint64_t m_first = 0;
    Bytes m_bytes;
};

class LogReader {
public:
    LogReader(const File& file, std::uint64_t fileSize, std::uint32_t log, SectorStates& states)
        : m_file(file), m_records(file, fileSize), m_log(log), m_states(states)
    {}

    Result<LogContent> run()
    {
        LogContent content{.log = m_log};
        for (; content.records < m_records.count(); ++content.records) {
            FATLAS_ASSIGN(const SectorRecordRaw raw, m_records.at(content.records));
            if (!isWhole(raw) || raw.number.get() != content.records + 1)
                break;
            FATLAS_TRY(take(raw, offsetOf(content.records)));
            content.durable = raw.durable.get();
        }
        content.end = offsetOf(content.records);
        FATLAS_TRY(checkTail(content.records));
        return content;
    }

private:
    static std::uint64_t offsetOf(std::uint64_t index)
    {
        return sizeof(SectorLogHeaderRaw) + index * recordSize;
    }

    [[nodiscard]] bool isWhole(const SectorRecordRaw& raw) const
    {
        return raw.log.get() == m_log && raw.checksum.get() == checksumOf(raw);
    }

    Result<> take(const SectorRecordRaw& raw, std::uint64_t offset)
    {
        const std::uint64_t first = raw.first.get();
        const std::uint64_t count = raw.count.get();
        if (count == 0 || !rangeFits(first, count, m_states.count()))
            return broken(m_file,
                          fmt::format("the record at byte {} speaks of {} sectors from {}, the "
                                      "disk has {}",
                                      offset, count, first, m_states.count()),
                          offset);
        if (raw.state != static_cast<std::uint8_t>(SectorState::Data) &&
            raw.state != static_cast<std::uint8_t>(SectorState::Zero))
            return broken(m_file,
                          fmt::format("the record at byte {} has state {}, expected 1 or 2", offset,
                                      raw.state),
                          offset);
        m_states.set(first, first + count, static_cast<SectorState>(raw.state));
        return {};
    }

    /// What stands behind the last whole record may be what a crash tore off. It is damage when a
    /// record there knows that more than this was on the medium.
    Result<> checkTail(std::uint64_t good)
    {
        for (std::uint64_t index = good; index < m_records.count(); ++index) {
            FATLAS_ASSIGN(const SectorRecordRaw raw, m_records.at(index));
            if (isWhole(raw) && raw.number.get() == index + 1 && raw.durable.get() > good)
                return broken(m_file,
                              fmt::format("the record at byte {} is damaged, and {} records "
                                          "behind it are not: restore the file from a copy",
                                          offsetOf(good), raw.durable.get() - good),
                              offsetOf(good));
        }
        return {};
    }

    const File& m_file;
    RecordReader m_records;
    std::uint32_t m_log;
    SectorStates& m_states;
};

} // namespace

Result<LogContent> readSectorLog(const File& file, std::uint64_t diskSize, SectorStates& states)
{
    FATLAS_ASSIGN(const SectorLogHeaderRaw header, readHeader(file, diskSize));
    FATLAS_ASSIGN(const std::uint64_t fileSize, file.size());
    FATLAS_ASSIGN(LogContent content, LogReader(file, fileSize, header.log.get(), states).run());
    content.session = header.session;
    return content;
}

} // namespace fatlas::block
