#include "core/serve/write_journal.hpp"

#include "core/base/checked.hpp"
#include "core/base/crc32.hpp"
#include "core/block/sync_data.hpp"
#include "core/serve/moment_device.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace fatlas::serve {

namespace {

using block::SectorState;
using block::TapKind;

/// Segments are dropped whole: so many of them make the bound.
constexpr std::uint64_t segmentShare = 16;
constexpr std::uint64_t heldData = MiB; ///< more is copied piece by piece
constexpr std::chrono::seconds retryAfter{1};

std::int64_t wallClockNs()
{
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

} // namespace

/// From before the first byte changes until none changes any more.
class WriteJournal::Entry {
public:
    Entry(WriteJournal& journal, const JournalWrite& write)
        : m_journal(journal),
          m_sectors{.first = write.offset / journalSector,
                    .end = divideRoundUp(write.offset + write.length, journalSector)},
          m_guard(journal.m_ranges, m_sectors.first, m_sectors.end),
          m_number(journal.note(write, m_sectors))
    {}

    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;

    ~Entry() { m_journal.m_index->finish(m_number); }

private:
    WriteJournal& m_journal;
    Span m_sectors;
    block::RangeLock::Guard m_guard;
    std::uint64_t m_number;
};

class WriteJournal::Device final : public block::BlockDevice {
public:
    Device(std::shared_ptr<WriteJournal> journal, std::uint32_t client)
        : m_journal(std::move(journal)), m_below(m_journal->m_disk.device), m_client(client)
    {}

    [[nodiscard]] std::uint64_t size() const noexcept override { return m_below->size(); }

    [[nodiscard]] std::uint32_t sectorSize() const noexcept override
    {
        return m_below->sectorSize();
    }

    [[nodiscard]] block::Capabilities capabilities() const noexcept override
    {
        return m_below->capabilities();
    }

    [[nodiscard]] Result<> read(std::uint64_t offset, ByteSpan into) const override
    {
        return m_below->read(offset, into);
    }

    [[nodiscard]] Result<> write(std::uint64_t offset, ByteView bytes) override
    {
        return noted({.offset = offset, .length = bytes.size(), .kind = TapKind::Write},
                     [&] { return m_below->write(offset, bytes); });
    }

    [[nodiscard]] Result<> flush() override { return m_below->flush(); }

    [[nodiscard]] Result<> trim(std::uint64_t offset, std::uint64_t length) override
    {
        return noted({.offset = offset, .length = length, .kind = TapKind::Trim},
                     [&] { return m_below->trim(offset, length); });
    }

    [[nodiscard]] Result<> writeZeroes(std::uint64_t offset, std::uint64_t length) override
    {
        return noted({.offset = offset, .length = length, .kind = TapKind::WriteZeroes},
                     [&] { return m_below->writeZeroes(offset, length); });
    }

    [[nodiscard]] Result<std::vector<block::Extent>> extents(std::uint64_t offset,
                                                             std::uint64_t length) const override
    {
        return m_below->extents(offset, length);
    }

    [[nodiscard]] Result<std::shared_ptr<const File>> backingFile(std::uint64_t file) const override
    {
        return m_below->backingFile(file);
    }

private:
    template <class Change>
    Result<> noted(JournalWrite write, Change change)
    {
        FATLAS_TRY(checkRange(write.offset, write.length));
        if (write.length == 0)
            return change();
        write.client = m_client;
        const Entry entry(*m_journal, write);
        return change();
    }

    std::shared_ptr<WriteJournal> m_journal;
    std::shared_ptr<block::BlockDevice> m_below;
    std::uint32_t m_client;
};

WriteJournal::WriteJournal(JournalDisk disk, JournalFiles files, const JournalLimits& limits)
    : m_disk(std::move(disk)), m_limits(limits), m_files(std::move(files)), m_lastNs(wallClockNs())
{
    m_index = std::make_shared<JournalIndex>(m_lastNs);
    if (!m_disk.device)
        m_disk.device = m_disk.overlay;
}

std::shared_ptr<WriteJournal> WriteJournal::create(JournalDisk disk,
                                                   const std::filesystem::path& folder,
                                                   const JournalLimits& limits)
{
    JournalFiles files(JournalFiles::Kind::Nameless, folder, disk.overlay->size());
    return std::shared_ptr<WriteJournal>(
        new WriteJournal(std::move(disk), std::move(files), limits));
}

Result<std::shared_ptr<WriteJournal>>
WriteJournal::openKept(JournalDisk disk, const std::filesystem::path& sessionFolder,
                       const JournalLimits& limits)
{
    JournalFiles files(JournalFiles::Kind::Kept, sessionFolder, disk.overlay->size());
    FATLAS_ASSIGN(JournalFiles::Found found, files.find(limits.records));
    std::shared_ptr<WriteJournal> journal(
        new WriteJournal(std::move(disk), std::move(files), limits));
    for (const auto& segment : found.segments) {
        FATLAS_ASSIGN(const std::uint64_t data, segment->files().data->size());
        FATLAS_ASSIGN(const std::uint64_t log, segment->files().log->size());
        journal->m_sizes.push_back({.bytes = data + log, .records = segment->pieces().size()});
    }
    if (!found.segments.empty()) {
        const JournalSegment& last = *found.segments.back();
        journal->m_lastNs = std::max(journal->m_lastNs, last.write(last.endNumber() - 1).timeNs);
    }
    journal->m_index->restore(std::move(found.segments));
    if (!found.reason.empty())
        journal->m_loss = JournalLoss{
            .timeNs = journal->m_lastNs,
            .error = {.code = ErrorCode::BadFormat, .message = std::move(found.reason)}};
    return journal;
}

WriteJournal::~WriteJournal()
{
    if (m_files.isKept())
        (void)makeWhole(); // if not, it is of use as long as the machine runs
}

/// First the disk, then what it was, then the word that both are there.
Result<> WriteJournal::makeWhole() const
{
    if (m_sizes.empty() && m_records == 0)
        return {};
    FATLAS_TRY(m_disk.overlay->flush());
    for (const JournalSegment::Files& files : m_unsynced) {
        FATLAS_TRY(block::syncData(*files.data));
        FATLAS_TRY(block::syncData(*files.log));
    }
    return m_files.markWhole(m_index->count());
}

std::shared_ptr<block::BlockDevice> WriteJournal::deviceFor(std::uint32_t client)
{
    return std::make_shared<Device>(shared_from_this(), client);
}

Result<std::shared_ptr<const block::BlockDevice>> WriteJournal::moment(std::uint64_t number) const
{
    const JournalSpan span = m_index->span();
    if (number > span.newest)
        return fail(
            ErrorCode::OutOfRange,
            fmt::format("there is no write {} yet, the last one is {}", number, span.newest));
    if (number < span.oldest)
        return fail(ErrorCode::Changed, fmt::format("the timeline goes back to write {}, not to {}",
                                                    span.oldest, number));
    return std::make_shared<MomentDevice>(m_disk.overlay, m_disk.below, m_index, number);
}

std::uint64_t WriteJournal::bytesOf(const UndoPiece& piece) const
{
    return std::min(piece.end() * journalSector, m_disk.overlay->size()) -
           piece.first * journalSector;
}

/// Nobody else changes these sectors meanwhile.
Result<WriteJournal::Draft> WriteJournal::draft(Span sectors) const
{
    Draft draft;
    for (std::uint64_t at = sectors.first; at < sectors.end;) {
        const block::SectorRun run = m_disk.overlay->runAt(at, sectors.end);
        draft.pieces.push_back({.first = run.first, .count = run.count, .state = run.state});
        if (draft.pieces.size() > m_limits.records / segmentShare)
            return fail(ErrorCode::Limit,
                        "a write found more pieces on the disk than the timeline takes");
        if (run.state == SectorState::Data)
            draft.dataSize += bytesOf(draft.pieces.back());
        at = run.end();
    }
    if (draft.dataSize == 0 || draft.dataSize > heldData)
        return draft;
    draft.data.resize(static_cast<std::size_t>(draft.dataSize));
    ByteSpan left(draft.data);
    for (UndoPiece& piece : draft.pieces) {
        if (piece.state != SectorState::Data)
            continue;
        const ByteSpan part = left.first(static_cast<std::size_t>(bytesOf(piece)));
        FATLAS_TRY(m_disk.overlay->read(piece.first * journalSector, part));
        if (m_files.isKept())
            piece.checksum = crc32(part);
        left = left.subspan(part.size());
    }
    return draft;
}

std::uint64_t WriteJournal::note(JournalWrite write, Span sectors)
{
    auto draft = this->draft(sectors);
    const std::scoped_lock lock(m_mutex);
    m_lastNs = std::max(m_lastNs, wallClockNs());
    write.timeNs = m_lastNs;
    write.number = m_index->count() + 1;
    Result<> stored;
    if (draft)
        stored = store(write, *draft);
    else
        stored = std::unexpected(draft.error());
    return stored ? m_index->add(write, draft->pieces) : giveUp(write.timeNs, stored.error());
}

Result<> WriteJournal::store(const JournalWrite& write, Draft& draft)
{
    if (!m_segment && m_loss && std::chrono::steady_clock::now() < m_retryAt)
        return std::unexpected(m_loss->error);
    const std::uint64_t logSize = draft.pieces.size() * sizeof(JournalRecordRaw);
    FATLAS_TRY(makeRoom(draft.dataSize + logSize, draft.pieces.size()));
    auto done = put(write, draft);
    if (done || done.error().code != ErrorCode::NoSpace || m_sizes.empty())
        return done;
    // The oldest moments make room, for the guest too.
    for (std::size_t half = (m_sizes.size() + 1) / 2; half > 0; --half)
        drop();
    return put(write, draft);
}

WriteJournal::Size WriteJournal::total() const
{
    Size sum;
    if (m_segment) {
        sum.bytes = m_dataSize;
        sum.records = m_records;
        if (m_files.isKept())
            sum.bytes += sizeof(JournalHeaderRaw) + m_records * sizeof(JournalRecordRaw);
    }
    for (const Size& size : m_sizes) {
        sum.bytes += size.bytes;
        sum.records += size.records;
    }
    return sum;
}

Result<> WriteJournal::makeRoom(std::uint64_t bytes, std::uint64_t records)
{
    if (bytes > m_limits.bytes / 2)
        return fail(ErrorCode::Limit,
                    fmt::format("a write would need {} bytes of the {} that the timeline may take",
                                bytes, m_limits.bytes));
    const bool isFull = m_dataSize + bytes > m_limits.bytes / segmentShare ||
                        m_records + records > m_limits.records / segmentShare;
    if (!m_segment || (isFull && m_records != 0))
        FATLAS_TRY(beginSegment());
    for (Size now = total();
         now.bytes + bytes > m_limits.bytes || now.records + records > m_limits.records;
         now = total())
        if (!drop())
            break;
    return {};
}

Result<> WriteJournal::beginSegment()
{
    FATLAS_ASSIGN(auto begun, m_files.begin(m_index->count() + 1));
    if (m_segment) {
        Size size{.bytes = m_dataSize, .records = m_records};
        if (m_files.isKept())
            size.bytes += sizeof(JournalHeaderRaw) + m_records * sizeof(JournalRecordRaw);
        m_sizes.push_back(size);
    }
    m_segment = std::move(begun);
    m_dataSize = 0;
    m_records = 0;
    m_index->begin(m_segment);
    if (m_files.isKept())
        m_unsynced.push_back(m_segment->files());
    return {};
}

Result<> WriteJournal::put(const JournalWrite& write, Draft& draft)
{
    FATLAS_TRY(putData(draft));
    if (const auto& log = m_segment->files().log) {
        const std::uint64_t place = sizeof(JournalHeaderRaw) + m_records * sizeof(JournalRecordRaw);
        FATLAS_TRY(log->writeAt(place, encodeRecords(write, draft.pieces, m_segment->files().tag)));
    }
    m_dataSize += draft.dataSize;
    m_records += draft.pieces.size();
    return {};
}

/// At a known place: what a failed one left there is written over by the next.
Result<> WriteJournal::putData(Draft& draft)
{
    std::uint64_t place = m_dataSize;
    for (UndoPiece& piece : draft.pieces) {
        if (piece.state != SectorState::Data)
            continue;
        piece.dataOffset = place;
        place += bytesOf(piece);
    }
    File& file = *m_segment->files().data;
    if (!draft.data.empty())
        return file.writeAt(m_dataSize, draft.data);
    Bytes buffer;
    for (UndoPiece& piece : draft.pieces) {
        if (piece.state != SectorState::Data)
            continue;
        piece.checksum = 0;
        const std::uint64_t size = bytesOf(piece);
        for (std::uint64_t done = 0; done < size; done += buffer.size()) {
            buffer.resize(static_cast<std::size_t>(std::min(size - done, heldData)));
            FATLAS_TRY(m_disk.overlay->read(piece.first * journalSector + done, buffer));
            FATLAS_TRY(file.writeAt(piece.dataOffset + done, buffer));
            if (m_files.isKept())
                piece.checksum = crc32(buffer, piece.checksum);
        }
    }
    return {};
}

bool WriteJournal::drop()
{
    const auto gone = m_index->dropOldest();
    if (!gone)
        return false;
    gone->removeFiles();
    m_sizes.pop_front();
    std::erase_if(m_unsynced, [&](const JournalSegment::Files& files) {
        return files.log == gone->files().log;
    });
    return true;
}

std::uint64_t WriteJournal::giveUp(std::int64_t timeNs, const Error& error)
{
    JournalIndex::Segments gone;
    const std::uint64_t number = m_index->forget(timeNs, gone);
    for (const auto& segment : gone)
        segment->removeFiles();
    if (m_segment)
        m_segment->removeFiles();
    m_segment.reset();
    m_dataSize = 0;
    m_records = 0;
    m_sizes.clear();
    m_unsynced.clear();
    m_loss = JournalLoss{.timeNs = timeNs, .error = error};
    const auto now = std::chrono::steady_clock::now();
    if (error.code != ErrorCode::Limit && now >= m_retryAt)
        m_retryAt = now + retryAfter;
    return number;
}

std::uint64_t WriteJournal::storedBytes() const
{
    const std::scoped_lock lock(m_mutex);
    return total().bytes;
}

std::optional<JournalLoss> WriteJournal::loss() const
{
    const std::scoped_lock lock(m_mutex);
    return m_loss;
}

} // namespace fatlas::serve
