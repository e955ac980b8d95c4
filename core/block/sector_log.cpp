#include "core/block/sector_log.hpp"

#include "core/base/atomic_file.hpp"
#include "core/base/units.hpp"
#include "core/block/sector_log_reader.hpp"
#include "core/block/sync_data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <random>

namespace fatlas::block {

namespace {

constexpr std::uint64_t minLimit = 65'536; // records, 2.75 MiB
constexpr std::uint64_t limitFactor = 4;

std::uint32_t newLogNumber()
{
    std::random_device random;
    return random();
}

/// Records of one log, as bytes.
class RecordWriter {
public:
    RecordWriter(std::uint32_t log, std::uint64_t last, std::uint64_t durable)
        : m_log(log), m_number(last), m_durable(durable)
    {}

    void add(std::uint64_t first, std::uint64_t end, SectorState state)
    {
        SectorRecordRaw raw;
        raw.number.set(++m_number);
        raw.first.set(first);
        raw.durable.set(m_durable);
        raw.count.set(end - first);
        raw.state = static_cast<std::uint8_t>(state);
        raw.log.set(m_log);
        raw.checksum.set(checksumOf(raw));
        const ByteView bytes = asBytes(raw);
        m_bytes.insert(m_bytes.end(), bytes.begin(), bytes.end());
    }

    [[nodiscard]] ByteView bytes() const { return m_bytes; }

    [[nodiscard]] std::uint64_t last() const { return m_number; }

    void clear() { m_bytes.clear(); }

private:
    std::uint32_t m_log;
    std::uint64_t m_number;
    std::uint64_t m_durable;
    Bytes m_bytes;
};

SectorLogHeaderRaw makeHeader(std::uint32_t log, std::uint64_t diskSize, const SessionId& session)
{
    SectorLogHeaderRaw raw;
    std::ranges::copy(sectorLogMagic, raw.magic.begin());
    raw.version.set(sectorLogVersion);
    raw.log.set(log);
    raw.diskSize.set(diskSize);
    raw.session = session;
    raw.checksum.set(checksumOf(raw));
    return raw;
}

Result<File> duplicate(const File& file)
{
    const int descriptor = ::fcntl(file.descriptor(), F_DUPFD_CLOEXEC, 0);
    if (descriptor < 0)
        return failSystem(errno, fmt::format("cannot open {} twice", file.path().native()));
    return File::adopt(descriptor, file.path());
}

bool hasName(const File& file, const std::filesystem::path& path)
{
    const auto found = File::open(path);
    const auto its = found ? found->identity() : Result<FileIdentity>(FileIdentity{});
    const auto own = file.identity();
    return its && own && its->device == own->device && its->inode == own->inode;
}

} // namespace

Result<> SectorLog::create(const std::filesystem::path& path, std::uint64_t diskSize,
                           const SessionId& session)
{
    FATLAS_ASSIGN(AtomicFile created, AtomicFile::create(path, AtomicFile::Existing::Keep));
    const auto header = makeHeader(newLogNumber(), diskSize, session);
    FATLAS_TRY(created.file().writeAt(0, asBytes(header)));
    return created.commit();
}

Result<std::unique_ptr<SectorLog>> SectorLog::open(const std::filesystem::path& path,
                                                   std::uint64_t diskSize, SectorStates& states)
{
    FATLAS_ASSIGN(File file, File::open(path, File::Access::ReadWrite));
    FATLAS_ASSIGN(const LogContent content, readSectorLog(file, diskSize, states));
    FATLAS_ASSIGN(const std::uint64_t size, file.size());
    if (size != content.end) {
        // On the medium too, before records grow over it: none of what is cut may come back.
        FATLAS_TRY(file.resize(content.end));
        FATLAS_TRY(syncData(file));
    }
    std::unique_ptr<SectorLog> log(new SectorLog(std::move(file), path, states));
    log->m_session = content.session;
    log->m_diskSize = diskSize;
    log->m_log = content.log;
    log->m_durable = content.durable;
    log->m_records = content.records;
    log->setLimit(states.runCount());
    return log;
}

void SectorLog::setLimit(std::uint64_t records)
{
    m_limit = std::max(minLimit, limitFactor * records);
}

Result<> SectorLog::append(std::uint64_t first, std::uint64_t end, SectorState state)
{
    const std::scoped_lock lock(m_mutex);
    RecordWriter writer(m_log, m_records, m_durable);
    writer.add(first, end, state);
    // At a known place: what a failed write left there is written over by the next.
    const std::uint64_t place = sizeof(SectorLogHeaderRaw) + m_records * sizeof(SectorRecordRaw);
    FATLAS_TRY(m_file->writeAt(place, writer.bytes()));
    m_records = writer.last();
    m_states.set(first, end, state);
    return {};
}

Result<> SectorLog::sync()
{
    std::shared_ptr<File> file;
    std::uint64_t last = 0;
    std::uint32_t log = 0;
    {
        const std::scoped_lock lock(m_mutex);
        if (m_failure)
            return std::unexpected(*m_failure);
        if (m_durable == m_records)
            return {};
        file = m_file;
        last = m_records;
        log = m_log;
    }
    FATLAS_TRY(syncData(*file)); // guests go on writing meanwhile
    const std::scoped_lock lock(m_mutex);
    if (log == m_log)
        m_durable = std::max(m_durable, last);
    return {};
}

bool SectorLog::wantsCompaction() const noexcept
{
    return m_records >= m_limit && m_records >= limitFactor * m_states.runCount();
}

Result<> SectorLog::writeStates(File& file, std::uint32_t log, std::uint64_t& records) const
{
    FATLAS_TRY(file.writeAt(0, asBytes(makeHeader(log, m_diskSize, m_session))));
    RecordWriter writer(log, 0, 0);
    std::uint64_t place = sizeof(SectorLogHeaderRaw);
    const auto writeOut = [&]() -> Result<> {
        FATLAS_TRY(file.writeAt(place, writer.bytes()));
        place += writer.bytes().size();
        writer.clear();
        return {};
    };
    for (std::uint64_t sector = 0; sector < m_states.count();) {
        const SectorRun run = m_states.runAt(sector, m_states.count());
        if (run.state != SectorState::Below)
            writer.add(run.first, run.end(), run.state);
        if (writer.bytes().size() >= MiB)
            FATLAS_TRY(writeOut());
        sector = run.end();
    }
    records = writer.last();
    return writeOut();
}

Result<> SectorLog::compact()
{
    const std::scoped_lock lock(m_mutex);
    if (!wantsCompaction())
        return {}; // somebody else just did
    m_limit = m_records * 2;
    FATLAS_ASSIGN(AtomicFile shorter, AtomicFile::create(m_path, AtomicFile::Existing::Replace));
    const std::uint32_t log = newLogNumber();
    std::uint64_t records = 0;
    FATLAS_TRY(writeStates(shorter.file(), log, records));
    FATLAS_ASSIGN(File file, duplicate(shorter.file())); // commit() closes its own
    const auto done = shorter.commit();
    if (!done && !hasName(file, m_path))
        return done;
    // It has the name, and so the next reader finds it; whether it is there after a power cut is
    // another question when commit() failed.
    if (!done)
        m_failure = done.error();
    m_file = std::make_shared<File>(std::move(file));
    m_log = log;
    m_records = records;
    m_durable = records;
    setLimit(records);
    return {};
}

} // namespace fatlas::block
