#include "core/serve/journal_files.hpp"

#include "core/base/atomic_file.hpp"
#include "core/base/crc32.hpp"
#include "core/base/record_bytes.hpp"
#include "core/base/text.hpp"
#include "core/block/overlay_files.hpp"
#include "core/block/sector_log_reader.hpp"
#include "core/serve/journal_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <functional>
#include <optional>
#include <random>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace fatlas::serve {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view wholeMagic = "FATLASTC";
constexpr std::uint64_t maxWholeSize = 4096;
constexpr std::size_t maxSegmentFiles = 100'000;

fs::path folderOf(const fs::path& session)
{
    return session / "timeline";
}

fs::path logOf(const fs::path& folder, std::uint64_t number)
{
    return folder / fmt::format("{:010}.log", number);
}

fs::path dataOf(const fs::path& folder, std::uint64_t number)
{
    return folder / fmt::format("{:010}.data", number);
}

/// Zeros where the system does not say: then no run is the same as another.
BootId thisBoot()
{
    BootId id{};
    const auto file = File::open("/proc/sys/kernel/random/boot_id");
    Bytes text(36);
    if (!file || !file->readAt(0, text))
        return id;
    std::size_t digits = 0;
    for (const std::byte letter : text) {
        const char c = static_cast<char>(letter);
        unsigned value = 0;
        if (std::from_chars(&c, &c + 1, value, 16).ec != std::errc() || digits >= 2 * id.size())
            continue; // a hyphen
        id[digits / 2] = (id[digits / 2] << 4) | static_cast<std::byte>(value);
        ++digits;
    }
    return id;
}

Result<std::shared_ptr<File>> createFile(const fs::path& path)
{
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor < 0)
        return failSystem(errno, "cannot make " + escapeForTerminal(path.native()));
    return std::make_shared<File>(File::adopt(descriptor, path));
}

JournalHeaderRaw makeHeader(std::uint64_t diskSize, std::uint64_t firstNumber)
{
    std::random_device random;
    JournalHeaderRaw raw;
    std::ranges::copy(journalMagic, raw.magic.begin());
    raw.version.set(journalVersion);
    raw.tag.set(random());
    raw.diskSize.set(diskSize);
    raw.firstWrite.set(firstNumber);
    raw.boot = thisBoot();
    raw.checksum.set(block::checksumOf(raw));
    return raw;
}

/// The number in "0000000012.log".
std::optional<std::uint64_t> numberOf(const fs::path& path)
{
    const std::string stem = path.stem().native();
    std::uint64_t number = 0;
    const auto read = std::from_chars(stem.data(), stem.data() + stem.size(), number);
    const bool isNumber = read.ec == std::errc() && read.ptr == stem.data() + stem.size();
    if (!isNumber || (path.extension() != ".log" && path.extension() != ".data"))
        return std::nullopt;
    return number;
}

/// Newest first, each once.
std::vector<std::uint64_t> segmentNumbers(const fs::path& folder)
{
    std::vector<std::uint64_t> numbers;
    std::error_code error;
    fs::directory_iterator entries(folder, error);
    for (; !error && entries != fs::directory_iterator() && numbers.size() < maxSegmentFiles;
         entries.increment(error))
        if (const auto number = numberOf(entries->path()))
            numbers.push_back(*number);
    std::ranges::sort(numbers, std::greater());
    numbers.erase(std::ranges::unique(numbers).begin(), numbers.end());
    return numbers;
}

void removeSegment(const fs::path& folder, std::uint64_t number)
{
    std::error_code ignored;
    fs::remove(logOf(folder, number), ignored);
    fs::remove(dataOf(folder, number), ignored);
}

/// How far back the segments of a folder go without a gap.
class Chain {
public:
    Chain(const fs::path& folder, std::uint64_t diskSize, std::uint64_t maxRecords)
        : m_folder(folder), m_diskSize(diskSize), m_left(maxRecords)
    {}

    /// False: this one and those before it are of no use.
    bool take(std::uint64_t number)
    {
        auto read =
            readSegment(dataOf(m_folder, number), logOf(m_folder, number), m_diskSize, m_left);
        if (!read) {
            reason = read.error().message;
            return false;
        }
        const JournalSegment& segment = *read->segment;
        if (!segments.empty() && segment.endNumber() != segments.back()->firstNumber()) {
            reason = "a part of it is missing";
            return false;
        }
        if (segment.pieces().empty()) {
            removeSegment(m_folder, number); // begun, and never written to
            return true;
        }
        m_left -= read->recordCount;
        boot = segments.empty() ? read->boot : boot;
        segments.push_back(std::move(read->segment));
        return true;
    }

    JournalIndex::Segments segments; ///< newest first
    BootId boot{};                   ///< of the newest
    std::string reason;

private:
    const fs::path& m_folder;
    std::uint64_t m_diskSize;
    std::uint64_t m_left;
};

/// What must be so for a journal to fit the disk beside it.
Result<Bytes> wholeMark(const fs::path& session, std::uint64_t count)
{
    FATLAS_ASSIGN(const File data, File::open(block::KeepPaths(session).data));
    FATLAS_ASSIGN(const FileIdentity identity, data.identity());
    RecordWriter writer;
    writer.put(wholeMagic);
    writer.put(count);
    writer.put(identity.size);
    writer.put(identity.modifiedNs);
    Bytes bytes = writer.bytes();
    RecordWriter checksum;
    checksum.put(crc32(bytes));
    bytes.insert(bytes.end(), checksum.bytes().begin(), checksum.bytes().end());
    return bytes;
}

} // namespace

JournalFiles::JournalFiles(Kind kind, fs::path folder, std::uint64_t diskSize)
    : m_kind(kind), m_session(std::move(folder)),
      m_folder(kind == Kind::Kept ? folderOf(m_session) : m_session), m_diskSize(diskSize)
{}

Result<bool> JournalFiles::isWhole(std::uint64_t count) const
{
    const auto found = readWholeFile(m_folder / "whole", maxWholeSize);
    if (!found)
        return false;
    FATLAS_ASSIGN(const Bytes expected, wholeMark(m_session, count));
    return *found == expected;
}

Result<JournalFiles::Found> JournalFiles::find(std::uint64_t maxRecords)
{
    Found found;
    std::error_code error;
    if (!fs::exists(m_folder, error))
        return found;
    const auto numbers = segmentNumbers(m_folder);
    m_next = numbers.empty() ? 1 : numbers.front() + 1;
    Chain chain(m_folder, m_diskSize, maxRecords);
    std::size_t used = 0;
    while (used < numbers.size() && chain.take(numbers[used]))
        ++used;
    found.reason = chain.reason;
    if (!chain.segments.empty()) {
        FATLAS_ASSIGN(const bool isWholeNow, isWhole(chain.segments.front()->endNumber() - 1));
        if (!isWholeNow && (chain.boot == BootId{} || chain.boot != thisBoot())) {
            found.reason = "the machine went down while the disk was in use, so what the timeline "
                           "remembers may not fit what is on the disk";
            used = 0;
            chain.segments.clear();
        }
    }
    for (; used < numbers.size(); ++used)
        removeSegment(m_folder, numbers[used]);
    fs::remove(m_folder / "whole", error); // from now on it is not
    std::ranges::reverse(chain.segments);
    found.segments = std::move(chain.segments);
    return found;
}

Result<std::shared_ptr<JournalSegment>> JournalFiles::begin(std::uint64_t firstNumber)
{
    JournalSegment::Files files{.data = nullptr};
    if (!isKept()) {
        FATLAS_ASSIGN(File data, block::createNamelessFile(m_folder, "what guests write over"));
        files.data = std::make_shared<File>(std::move(data));
        return std::make_shared<JournalSegment>(firstNumber, m_diskSize, std::move(files));
    }
    std::error_code error;
    fs::create_directory(m_folder, error);
    if (error)
        return failSystem(error.value(),
                          "cannot make the folder " + escapeForTerminal(m_folder.native()));
    const std::uint64_t number = m_next++;
    FATLAS_ASSIGN(files.data, createFile(dataOf(m_folder, number)));
    FATLAS_ASSIGN(files.log, createFile(logOf(m_folder, number)));
    const JournalHeaderRaw header = makeHeader(m_diskSize, firstNumber);
    FATLAS_TRY(files.log->writeAt(0, asBytes(header)));
    files.tag = header.tag.get();
    return std::make_shared<JournalSegment>(firstNumber, m_diskSize, std::move(files));
}

Result<> JournalFiles::markWhole(std::uint64_t count) const
{
    FATLAS_ASSIGN(const Bytes bytes, wholeMark(m_session, count));
    FATLAS_ASSIGN(AtomicFile file,
                  AtomicFile::create(m_folder / "whole", AtomicFile::Existing::Replace));
    FATLAS_TRY(file.file().writeAt(0, bytes));
    return file.commit();
}

Result<> JournalFiles::remove(const fs::path& sessionFolder)
{
    std::error_code error;
    fs::remove_all(folderOf(sessionFolder), error);
    if (error)
        return failSystem(error.value(),
                          "cannot remove " + escapeForTerminal(folderOf(sessionFolder).native()));
    return {};
}

Bytes encodeRecords(const JournalWrite& write, std::span<const UndoPiece> pieces, std::uint32_t tag)
{
    Bytes bytes(pieces.size() * sizeof(JournalRecordRaw));
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        const UndoPiece& piece = pieces[i];
        JournalRecordRaw raw;
        raw.number.set(write.number);
        raw.timeNs.set(static_cast<std::uint64_t>(write.timeNs));
        raw.offset.set(write.offset);
        raw.length.set(write.length);
        raw.first.set(piece.first);
        raw.count.set(piece.count);
        raw.dataOffset.set(piece.dataOffset);
        raw.dataChecksum.set(piece.checksum);
        raw.client.set(write.client);
        raw.kind = static_cast<std::uint8_t>(write.kind);
        raw.state = static_cast<std::uint8_t>(piece.state);
        raw.isLast = i + 1 == pieces.size() ? 1 : 0;
        raw.tag.set(tag);
        raw.checksum.set(block::checksumOf(raw));
        store(bytes, i * sizeof(JournalRecordRaw), raw);
    }
    return bytes;
}

} // namespace fatlas::serve
