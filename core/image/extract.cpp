#include "core/image/extract.hpp"

#include "core/base/text.hpp"
#include "core/image/file_content.hpp"
#include "core/image/host_name.hpp"
#include "core/image/lookup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_set>

namespace fatlas::image {

namespace {

constexpr std::size_t maxDepth = 400; ///< each level holds one descriptor of the usual 1024

/// Writes what comes at the next offset; leaves zeros as holes.
class FileSink final : public ContentSink {
public:
    FileSink(NewFile& file, ExtractReport& report, const JobControl& job)
        : m_file(file), m_report(report), m_job(job)
    {}

    Result<> data(ByteView bytes) override
    {
        if (const auto written = m_file.writeAt(m_offset, bytes); !written) {
            m_hostFailed = true;
            return written;
        }
        advance(bytes.size());
        return {};
    }

    Result<> zeros(std::uint64_t length) override
    {
        advance(length);
        return {};
    }

    [[nodiscard]] bool hostFailed() const noexcept { return m_hostFailed; }

private:
    void advance(std::uint64_t length)
    {
        m_offset += length;
        m_report.contentSize += length;
        m_job.report(m_report.contentSize, 0);
    }

    NewFile& m_file;
    ExtractReport& m_report;
    const JobControl& m_job;
    std::uint64_t m_offset = 0;
    bool m_hostFailed = false;
};

/// A folder that is being filled: what is still to come, and where it goes.
struct Level {
    HostFolder folder;
    std::vector<fat::DirectoryItem> items;
    std::size_t next = 0;
    std::string path; ///< on the disk
    std::optional<std::int64_t> modified = std::nullopt;
    HostNames names;
};

class Extractor {
public:
    Extractor(const fat::Volume& volume, const ExtractOptions& options, const JobControl& job)
        : m_volume(volume), m_content(volume), m_options(options), m_job(job)
    {
        m_seen.insert(0);
        m_seen.insert(volume.geometry().rootCluster.value);
    }

    Result<ExtractReport> run(const Located& start)
    {
        FATLAS_ASSIGN(auto destination, HostFolder::open(m_options.destination));
        if (start.item) {
            std::string parent = start.path.substr(0, start.path.rfind('/'));
            m_levels.push_back({.folder = std::move(destination),
                                .items = {*start.item},
                                .path = parent.empty() ? "/" : std::move(parent),
                                .names = {}});
        } else {
            FATLAS_TRY(push(std::move(destination), Cluster{}, "/", std::nullopt));
        }
        while (!m_levels.empty()) {
            FATLAS_TRY(m_job.checkpoint());
            FATLAS_TRY(step());
        }
        return std::move(m_report);
    }

private:
    Result<> step()
    {
        Level& level = m_levels.back();
        if (level.next == level.items.size()) {
            if (level.modified)
                noteFailure(level.folder.setModified(*level.modified), level.path);
            m_levels.pop_back();
            return {};
        }
        const fat::DirectoryItem item = std::move(level.items[level.next++]);
        const std::string path = joinPath(level.path, item.name);
        const HostName host = level.names.makeUnique(item.name);
        if (!host.why.empty())
            note("X1", Severity::Warning, path,
                 fmt::format("is saved as \"{}\": {}", escapeForTerminal(host.name), host.why));
        return item.isDirectory() ? enterFolder(item, path, host.name)
                                  : saveFile(item, path, host.name);
    }

    Result<> enterFolder(const fat::DirectoryItem& item, const std::string& path,
                         const std::string& hostName)
    {
        const Cluster first = item.raw.firstCluster();
        if (!m_seen.insert(first.value).second) {
            note("X5", Severity::Error, path,
                 "is the same folder as one that was entered already: nothing of it is saved");
            return {};
        }
        if (m_levels.size() > maxDepth) {
            note("X5", Severity::Error, path,
                 fmt::format("lies more than {} folders deep: nothing of it is saved", maxDepth));
            return {};
        }
        auto folder = m_levels.back().folder.enter(hostName);
        if (!folder)
            return survive(folder.error(), path);
        ++m_report.folderCount;
        return push(std::move(*folder), first, path, modifiedOf(item));
    }

    Result<> push(HostFolder folder, Cluster first, const std::string& path,
                  std::optional<std::int64_t> modified)
    {
        auto listing = m_volume.readDirectory(first);
        if (!listing) {
            note("X4", Severity::Error, path,
                 fmt::format("cannot be listed: {}", listing.error().message));
            return {};
        }
        std::ranges::move(listing->findings, std::back_inserter(m_report.findings));
        m_levels.push_back({.folder = std::move(folder),
                            .items = std::move(listing->items),
                            .path = path,
                            .modified = modified,
                            .names = {}});
        return {};
    }

    Result<> saveFile(const fat::DirectoryItem& item, const std::string& path,
                      const std::string& hostName)
    {
        auto file = m_levels.back().folder.createFile(hostName, m_options.existing);
        if (!file)
            return survive(file.error(), path);
        FileSink sink(*file, m_report, m_job);
        const auto streamed = m_content.stream(item.raw, sink, m_job);
        if (!streamed && sink.hostFailed())
            return survive(streamed.error(), path);
        if (!streamed)
            return std::unexpected(streamed.error());
        const ContentEnd& end = *streamed;
        const auto finished =
            file->finish({.size = end.delivered,
                          .modified = modifiedOf(item),
                          .readOnly = (item.raw.attributes & fat::attribute::readOnly) != 0});
        if (!finished)
            return survive(finished.error(), path);
        if (end.damage)
            note("X2", Severity::Error, path,
                 fmt::format("only {} of {} bytes could be read: {}", formatCount(end.delivered),
                             formatCount(item.raw.size.get()), *end.damage));
        ++m_report.fileCount;
        return {};
    }

    [[nodiscard]] std::optional<std::int64_t> modifiedOf(const fat::DirectoryItem& item) const
    {
        if (item.raw.modifiedDate.get() == 0)
            return std::nullopt;
        return fat::decodeTime(
            {.date = item.raw.modifiedDate.get(), .time = item.raw.modifiedTime.get(), .tenths = 0},
            m_options.timeZone);
    }

    /// A failure of one file or folder is a finding; one that every other would share is an error.
    Result<> survive(const Error& error, const std::string& path)
    {
        const bool concernsAll = error.code == ErrorCode::NoSpace ||
                                 error.code == ErrorCode::ReadOnly ||
                                 error.code == ErrorCode::Cancelled;
        if (concernsAll)
            return std::unexpected(error);
        note(error.code == ErrorCode::Refused ? "X3" : "X4", Severity::Error, path,
             fmt::format("is not saved: {}", error.message));
        return {};
    }

    void noteFailure(const Result<>& result, const std::string& path)
    {
        if (!result)
            note("X4", Severity::Warning, path, result.error().message);
    }

    void note(std::string rule, Severity severity, const std::string& path, std::string message)
    {
        m_report.findings.push_back({.rule = std::move(rule),
                                     .severity = severity,
                                     .path = path,
                                     .message = std::move(message),
                                     .advice = {}});
    }

    const fat::Volume& m_volume;
    ContentReader m_content;
    const ExtractOptions& m_options;
    const JobControl& m_job;
    ExtractReport m_report;
    std::vector<Level> m_levels;
    std::unordered_set<std::uint32_t> m_seen; ///< first clusters of folders that were entered
};

} // namespace

Result<ExtractReport> extract(const fat::Volume& volume, std::string_view path,
                              const ExtractOptions& options, const JobControl& job)
{
    FATLAS_ASSIGN(const auto start, locate(volume, path));
    return Extractor(volume, options, job).run(start);
}

} // namespace fatlas::image
