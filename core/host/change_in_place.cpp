#include "core/base/units.hpp"
#include "core/host/changing_calls.hpp"
#include "core/host/file_meta.hpp"
#include "core/host/jail_changes.hpp"
#include "core/host/write_content.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>

namespace fatlas::host {

namespace {

/// So much is read before the file is touched, and written while readers of the snapshot wait.
constexpr std::uint64_t maxSmallChange = 4 * MiB;
constexpr std::size_t maxRanges = 4096; // of one record
constexpr mode_t ownerOnly = 0600;

std::uint64_t sizeOf(const std::vector<ByteRange>& ranges)
{
    std::uint64_t size = 0;
    for (const ByteRange& range : ranges)
        size += range.length;
    return size;
}

/// Content whose needed ranges were read already.
class ReadContent final : public ContentSource {
public:
    [[nodiscard]] static Result<std::unique_ptr<ReadContent>>
    create(const ContentSource& content, const std::vector<ByteRange>& ranges)
    {
        auto read = std::make_unique<ReadContent>(content.size(), ranges);
        for (const ByteRange& range : ranges) {
            Bytes& bytes = read->m_bytes.emplace_back(static_cast<std::size_t>(range.length));
            FATLAS_TRY(content.read(range.offset, bytes));
        }
        return read;
    }

    ReadContent(std::uint64_t size, const std::vector<ByteRange>& ranges)
        : m_size(size), m_ranges(ranges)
    {}

    [[nodiscard]] std::uint64_t size() const override { return m_size; }

    [[nodiscard]] Result<> read(std::uint64_t offset, ByteSpan into) const override
    {
        const auto range = std::ranges::upper_bound(m_ranges, offset, {}, &ByteRange::end);
        if (range == m_ranges.end() || range->offset > offset ||
            into.size() > range->end() - offset)
            return fail(ErrorCode::OutOfRange, "what is written was not among the ranges");
        const Bytes& bytes = m_bytes[static_cast<std::size_t>(range - m_ranges.begin())];
        std::ranges::copy(
            ByteView(bytes).subspan(static_cast<std::size_t>(offset - range->offset), into.size()),
            into.begin());
        return {};
    }

private:
    std::uint64_t m_size;
    const std::vector<ByteRange>& m_ranges;
    std::vector<Bytes> m_bytes;
};

/// What will be lost goes to a file of its own, durably; the record says where.
Result<FileIdentity> saveBytes(const JailContext& context, const File& file, Begun& begun,
                               const JobControl& job)
{
    const int keep = context.keep->descriptor();
    const auto made = createFileAt({.folder = keep, .name = begun.saved.c_str()}, ownerOnly);
    if (!made)
        return failSystem(made.error(), "cannot save old bytes of " + begun.path);
    File saved = File::adopt(*made, context.keep->pathOf(begun.saved));
    if (begun.wholeCopy)
        FATLAS_TRY(copyWhole(file, saved, begun.before.size, job));
    std::uint64_t at = 0;
    for (SavedRange& range : begun.ranges) {
        range.at = begun.wholeCopy ? range.offset : at;
        at += range.length;
        if (!begun.wholeCopy)
            FATLAS_TRY(copyRange(file, saved,
                                 {.offset = range.offset, .length = range.length, .at = range.at},
                                 job));
    }
    FATLAS_TRY(saved.sync());
    if (const int error = syncFolder(keep))
        return failSystem(error, "cannot sync the folder that old bytes are kept in");
    return saved.identity();
}

void dropSaved(const JailContext& context, const Begun& begun)
{
    if (!begun.saved.empty())
        static_cast<void>(
            removeFileAt({.folder = context.keep->descriptor(), .name = begun.saved.c_str()}));
}

/// One change in place, from the look at the file to the second record.
class InPlaceChange {
public:
    InPlaceChange(JailContext& context, const InPlace& change, const Request& request)
        : m_context(context), m_change(change), m_request(request)
    {}

    ChangeResult<> run()
    {
        FATLAS_TRY(openFile());
        FATLAS_TRY(checkRanges(m_change.ranges, m_change.file.identity.size,
                               m_change.content.bytes.size()));
        plan();
        FATLAS_TRY(prepare());
        auto running = RunningChange::begin(m_context, m_begun);
        if (!running) {
            dropSaved(m_context, m_begun);
            return std::unexpected(ChangeError(std::move(running).error()));
        }
        if (m_begun.wholeCopy) {
            m_ended.keptPath = m_context.keep->pathOf(m_begun.saved);
            m_ended.kept = m_saved;
            KeptFiles::Change kept(*m_context.kept);
            tellKept(kept, *m_context.keep, m_begun, m_ended);
        }
        if (const auto written = write(); !written)
            return takeBack(*running, written.error());
        m_ended.made = true;
        m_ended.result.inPlace = true;
        const Applied applied = running->end(m_ended);
        if (!m_isBase)
            dropSaved(m_context, m_begun);
        return applied;
    }

private:
    ChangeResult<> openFile()
    {
        FATLAS_ASSIGN(m_spot, openSpot(m_context.root(), m_change.file.path));
        FATLAS_ASSIGN(m_stat, checkKnown(m_spot, asKind(m_change.file, NodeKind::File)));
        if (!isWritable(m_spot.folder.get(), m_spot.name.c_str(), m_stat))
            return failChange(ConflictKind::NotWritable,
                              m_spot.shown() + " may not be written by this user");
        const int descriptor = ::openat(m_spot.folder.get(), m_spot.name.c_str(),
                                        O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
        if (descriptor < 0)
            return failChange(errno, "cannot open " + m_spot.shown());
        m_file = File::adopt(descriptor, m_spot.path);
        return checkFile();
    }

    ChangeResult<> checkFile()
    {
        FATLAS_ASSIGN(const FileIdentity now, m_file.identity());
        if (now != m_change.file.identity)
            return failChanged(m_spot);
        return Applied{};
    }

    void plan()
    {
        const FileIdentity& before = m_change.file.identity;
        const std::uint64_t newSize = m_change.content.bytes.size();
        m_isBase = m_context.kept->holds(before);
        std::vector<ByteRange> lost = rangesLost(m_change.ranges, before.size, newSize);
        if (lost.size() > maxRanges) {
            const ByteRange all{.offset = lost.front().offset,
                                .length = lost.back().end() - lost.front().offset};
            lost = {all};
        }
        m_isSmall = sizeOf(m_change.ranges) <= maxSmallChange && sizeOf(lost) <= maxSmallChange;
        m_begun.kind = m_change.kind;
        m_begun.inPlace = true;
        m_begun.wholeCopy = m_isBase && !m_isSmall;
        m_begun.path = m_change.file.path;
        m_begun.before = before;
        m_begun.newSize = newSize;
        m_begun.note = m_request.note;
        for (const ByteRange& range : lost)
            m_begun.ranges.push_back({.offset = range.offset, .length = range.length, .at = 0});
        if (!lost.empty() || m_begun.wholeCopy)
            m_begun.saved = m_context.keep->nextBytesName();
    }

    /// Whatever can fail without the file being touched.
    ChangeResult<> prepare()
    {
        if (m_isSmall) {
            FATLAS_ASSIGN(m_read, ReadContent::create(m_change.content.bytes, m_change.ranges));
        }
        if (m_begun.saved.empty())
            return checkFile();
        auto saved = saveBytes(m_context, m_file, m_begun, m_request.job);
        auto unchanged = checkFile();
        if (saved && unchanged) {
            m_saved = *saved;
            return unchanged;
        }
        dropSaved(m_context, m_begun);
        if (!saved)
            return std::unexpected(ChangeError(std::move(saved).error()));
        return unchanged;
    }

    /// Readers of the snapshot wait meanwhile where they read of this file and cannot be told
    /// before where its old bytes are.
    Result<> write()
    {
        if (m_isBase && !m_begun.wholeCopy)
            m_kept.emplace(*m_context.kept);
        const ContentSource& content = m_read ? *m_read : m_change.content.bytes;
        FATLAS_TRY(
            writeRanges(m_file, content, m_change.ranges, m_read ? JobControl() : m_request.job));
        if (m_begun.newSize != m_begun.before.size)
            FATLAS_TRY(m_file.resize(m_begun.newSize));
        const int error = applyMeta(m_file.descriptor(), m_change.content.meta);
        if (error != 0 && error != EPERM) // of another user's file, which may be written only
            return failSystem(error, "cannot set mode and times of " + m_spot.shown());
        FATLAS_ASSIGN(m_ended.result.identity, m_file.identity());
        if (m_kept) {
            m_ended.made = true;
            tellKept(*m_kept, *m_context.keep, m_begun, m_ended);
            m_kept.reset();
        }
        return m_file.sync();
    }

    ChangeResult<> takeBack(RunningChange& running, const Error& why)
    {
        if (!m_kept)
            m_kept.emplace(*m_context.kept);
        const FileIdentity known = m_ended.made ? m_ended.result.identity : m_begun.before;
        const bool isTold = std::exchange(m_ended.made, false);
        ChangeError error(why);
        auto restored = restoreBytes(*m_context.keep, m_begun, m_file);
        if (restored && m_change.content.meta.readOnly &&
            setMode(m_file.descriptor(), m_stat.mode & 07777) != 0)
            restored = fail(ErrorCode::Io, "cannot bring the mode back");
        const auto now = m_file.identity();
        if (now)
            m_ended.result.identity = *now;
        if (now && !m_begun.wholeCopy)
            m_kept->touched({.path = m_begun.path, .identity = known}, *now);
        if (!restored || !now) {
            running.leaveOpen();
            m_kept.reset();
            return std::unexpected(std::move(error));
        }
        m_kept.reset();
        error.restored = *now;
        running.end(m_ended);
        if (!isTold && !m_begun.wholeCopy)
            dropSaved(m_context, m_begun);
        return std::unexpected(std::move(error));
    }

    JailContext& m_context;
    const InPlace& m_change;
    const Request& m_request;
    Spot m_spot;
    HostStat m_stat;
    File m_file = File::adopt(-1, {});
    std::optional<KeptFiles::Change> m_kept; ///< while readers have to wait
    std::unique_ptr<ReadContent> m_read;
    bool m_isBase = false;
    bool m_isSmall = false;
    Begun m_begun;
    Ended m_ended;
    FileIdentity m_saved;
};

} // namespace

Result<> restoreBytes(const Keep& keep, const Begun& begun, File& file)
{
    if (!begun.ranges.empty()) {
        const int descriptor =
            ::openat(keep.descriptor(), begun.saved.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
        if (descriptor < 0)
            return failSystem(errno, "cannot open the saved bytes of " + begun.path);
        const File saved = File::adopt(descriptor, keep.pathOf(begun.saved));
        for (const SavedRange& range : begun.ranges)
            FATLAS_TRY(copyRange(
                saved, file, {.offset = range.at, .length = range.length, .at = range.offset}, {}));
    }
    FATLAS_TRY(file.resize(begun.before.size));
    if (const int error = setModified(file.descriptor(), begun.before.modifiedNs);
        error != 0 && error != EPERM)
        return failSystem(error, "cannot set the time of " + begun.path);
    return file.sync();
}

ChangeResult<> writeInPlace(JailContext& context, const InPlace& change, const Request& request)
{
    return InPlaceChange(context, change, request).run();
}

} // namespace fatlas::host
