#include "core/serve/journal_reader.hpp"

#include "core/base/checked.hpp"
#include "core/base/text.hpp"
#include "core/block/sector_log_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace fatlas::serve {

namespace {

constexpr std::uint64_t recordSize = sizeof(JournalRecordRaw);
constexpr std::uint64_t maxFirstWrite = std::uint64_t{1} << 62;
constexpr std::uint64_t recordsPerBlock = 13'000; // about 1 MiB

std::unexpected<Error> broken(const File& file, const std::string& what, std::uint64_t offset)
{
    return std::unexpected(
        Error{.code = ErrorCode::BadFormat,
              .message = fmt::format("{}: {}", escapeForTerminal(file.path().native()), what),
              .deviceOffset = offset});
}

Result<JournalHeaderRaw> readHeader(const File& log, std::uint64_t diskSize)
{
    Bytes bytes(sizeof(JournalHeaderRaw));
    if (!log.readAt(0, bytes))
        return broken(log, "too short for a timeline of Fatlas", 0);
    FATLAS_ASSIGN(const auto raw, load<JournalHeaderRaw>(bytes));
    if (!std::ranges::equal(raw.magic, journalMagic))
        return broken(log, "does not begin as a timeline of Fatlas does", 0);
    if (raw.checksum.get() != block::checksumOf(raw))
        return broken(log, "the checksum of its header is wrong", 0);
    if (raw.version.get() != journalVersion)
        return broken(
            log, fmt::format("its version is {}, expected {}", raw.version.get(), journalVersion),
            0);
    if (raw.diskSize.get() != diskSize)
        return broken(log,
                      fmt::format("it belongs to a disk of {} bytes, this one has {}",
                                  raw.diskSize.get(), diskSize),
                      0);
    if (raw.firstWrite.get() == 0 || raw.firstWrite.get() > maxFirstWrite)
        return broken(log,
                      fmt::format("it begins with write {}, expected 1 to {}", raw.firstWrite.get(),
                                  maxFirstWrite),
                      0);
    return raw;
}

/// One segment, record by record.
class Reader {
public:
    Reader(const File& log, const JournalHeaderRaw& header, ReadSegment& into)
        : m_log(log), m_tag(header.tag.get()), m_number(header.firstWrite.get()),
          m_diskSize(header.diskSize.get()), m_into(into)
    {}

    Result<> run(std::uint64_t count, std::uint64_t dataSize)
    {
        m_dataSize = dataSize;
        for (std::uint64_t done = 0; done < count;) {
            const std::uint64_t some = std::min(recordsPerBlock, count - done);
            Bytes bytes(static_cast<std::size_t>(some * recordSize));
            FATLAS_TRY(m_log.readAt(sizeof(JournalHeaderRaw) + done * recordSize, bytes));
            for (std::uint64_t i = 0; i < some; ++i) {
                FATLAS_ASSIGN(const auto raw, load<JournalRecordRaw>(
                                                  bytes, static_cast<std::size_t>(i * recordSize)));
                FATLAS_TRY(take(raw, sizeof(JournalHeaderRaw) + (done + i) * recordSize));
            }
            done += some;
        }
        m_into.isCut = m_into.isCut || !m_pieces.empty();
        return {};
    }

private:
    [[nodiscard]] bool isWhole(const JournalRecordRaw& raw) const
    {
        return raw.tag.get() == m_tag && raw.checksum.get() == block::checksumOf(raw);
    }

    /// Of a record that is whole in itself: it comes next, and speaks of what there is.
    [[nodiscard]] bool fits(const JournalRecordRaw& raw) const
    {
        const std::uint64_t sectors = divideRoundUp(m_diskSize, journalSector);
        const std::uint64_t first = raw.first.get();
        const std::uint64_t count = raw.count.get();
        const bool isWrite = raw.kind >= static_cast<std::uint8_t>(block::TapKind::Write) &&
                             raw.kind <= static_cast<std::uint8_t>(block::TapKind::Trim);
        if (raw.number.get() != m_number || !isWrite || count == 0 ||
            !rangeFits(first, count, sectors) || raw.length.get() == 0 ||
            !rangeFits(raw.offset.get(), raw.length.get(), m_diskSize) ||
            raw.state > static_cast<std::uint8_t>(block::SectorState::Zero))
            return false;
        if (raw.state != static_cast<std::uint8_t>(block::SectorState::Data))
            return true;
        const std::uint64_t size = m_into.segment->bytesOf(first, first + count);
        return rangeFits(raw.dataOffset.get(), size, m_dataSize);
    }

    Result<> take(const JournalRecordRaw& raw, std::uint64_t offset)
    {
        const bool isGood = isWhole(raw) && fits(raw);
        if (m_into.isCut) {
            // What a crash tore off has nothing whole behind it that was written later.
            if (isWhole(raw) && raw.number.get() > m_number)
                return broken(
                    m_log,
                    fmt::format("it is damaged before byte {}, and behind that it is not", offset),
                    offset);
            return {};
        }
        if (!isGood) {
            m_into.isCut = true;
            m_pieces.clear();
            return {};
        }
        m_pieces.push_back({.first = raw.first.get(),
                            .count = raw.count.get(),
                            .dataOffset = raw.dataOffset.get(),
                            .checksum = raw.dataChecksum.get(),
                            .state = static_cast<block::SectorState>(raw.state)});
        if (raw.isLast != 0)
            addWrite(raw);
        return {};
    }

    void addWrite(const JournalRecordRaw& raw)
    {
        m_timeNs = std::max(m_timeNs, static_cast<std::int64_t>(raw.timeNs.get()));
        m_into.segment->add({.number = m_number,
                             .timeNs = m_timeNs,
                             .offset = raw.offset.get(),
                             .length = raw.length.get(),
                             .client = raw.client.get(),
                             .kind = static_cast<block::TapKind>(raw.kind)},
                            m_pieces);
        m_into.recordCount += m_pieces.size();
        m_pieces.clear();
        ++m_number;
    }

    const File& m_log;
    std::uint32_t m_tag;
    std::uint64_t m_number; ///< of the write that comes next
    std::uint64_t m_diskSize;
    std::uint64_t m_dataSize = 0;
    std::int64_t m_timeNs = 0;
    ReadSegment& m_into;
    std::vector<UndoPiece> m_pieces; ///< of that write, so far
};

} // namespace

Result<ReadSegment> readSegment(const std::filesystem::path& data, const std::filesystem::path& log,
                                std::uint64_t diskSize, std::uint64_t maxRecords)
{
    FATLAS_ASSIGN(File logFile, File::open(log));
    FATLAS_ASSIGN(const JournalHeaderRaw header, readHeader(logFile, diskSize));
    FATLAS_ASSIGN(File dataFile, File::open(data));
    FATLAS_ASSIGN(const std::uint64_t logSize, logFile.size());
    FATLAS_ASSIGN(const std::uint64_t dataSize, dataFile.size());
    const std::uint64_t count = (logSize - sizeof(JournalHeaderRaw)) / recordSize;
    if (count > maxRecords)
        return broken(logFile,
                      fmt::format("it has {} records, expected at most {}", count, maxRecords), 0);
    ReadSegment read{.segment = nullptr, .boot = header.boot};
    read.segment = std::make_shared<JournalSegment>(
        header.firstWrite.get(), diskSize,
        JournalSegment::Files{.data = std::make_shared<File>(std::move(dataFile)),
                              .log = std::make_shared<File>(std::move(logFile)),
                              .tag = header.tag.get()});
    const File& kept = *read.segment->files().log;
    read.isCut = false;
    FATLAS_TRY(Reader(kept, header, read).run(count, dataSize));
    read.isCut = read.isCut || sizeof(JournalHeaderRaw) + count * recordSize != logSize;
    read.segment->settle();
    read.segment->distrustData();
    return read;
}

} // namespace fatlas::serve
