#include "core/image/extract_deleted.hpp"

#include "core/base/text.hpp"
#include "core/image/host_name.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_set>

namespace fatlas::image {

namespace {

using fat::DeletedEntry;
using fat::Recovery;

constexpr std::uint64_t chunkSize = MiB;
constexpr std::size_t maxDepth = 400; ///< each level holds one descriptor of the usual 1024

class DeletedExtractor {
public:
    DeletedExtractor(const fat::Volume& volume, const fat::DeletedReport& deleted,
                     const fat::UsageMap& usage, const ExtractOptions& options,
                     const JobControl& job)
        : m_volume(volume), m_deleted(deleted), m_usage(usage), m_options(options), m_job(job)
    {
        for (std::size_t i = 0; i < deleted.entries.size(); ++i)
            if (deleted.entries[i].parent)
                m_children.emplace(*deleted.entries[i].parent, i);
    }

    Result<ExtractReport> run(std::span<const std::size_t> chosen)
    {
        FATLAS_ASSIGN(auto top, HostFolder::open(m_options.destination));
        m_levels.push_back({.folder = std::move(top), .entries = topmost(chosen), .names = {}});
        while (!m_levels.empty()) {
            FATLAS_TRY(m_job.checkpoint());
            Level& level = m_levels.back();
            if (level.next == level.entries.size()) {
                m_levels.pop_back();
                continue;
            }
            FATLAS_TRY(extract(level.entries[level.next++]));
        }
        return std::move(m_report);
    }

private:
    struct Level {
        HostFolder folder;
        std::vector<std::size_t> entries;
        std::size_t next = 0;
        HostNames names;
    };

    /// What lies in a folder that was chosen too comes with it.
    [[nodiscard]] std::vector<std::size_t> topmost(std::span<const std::size_t> chosen) const
    {
        const std::unordered_set<std::size_t> all(chosen.begin(), chosen.end());
        std::vector<std::size_t> top;
        for (const std::size_t index : chosen) {
            auto above = m_deleted.entries[index].parent;
            while (above && !all.contains(*above))
                above = m_deleted.entries[*above].parent;
            if (!above)
                top.push_back(index);
        }
        return top;
    }

    Result<> extract(std::size_t index)
    {
        const DeletedEntry& entry = m_deleted.entries[index];
        const HostName host = m_levels.back().names.makeUnique(entry.name);
        if (!host.why.empty())
            note("X1", Severity::Warning, entry,
                 fmt::format("is saved as \"{}\": {}", escapeForTerminal(host.name), host.why));
        return entry.isDirectory ? enterFolder(index, host.name) : saveFile(entry, host.name);
    }

    Result<> enterFolder(std::size_t index, const std::string& name)
    {
        const DeletedEntry& entry = m_deleted.entries[index];
        if (m_levels.size() > maxDepth) {
            note("X5", Severity::Error, entry,
                 fmt::format("lies more than {} folders deep: nothing of it is saved", maxDepth));
            return {};
        }
        if (entry.chance == Recovery::None)
            note("X6", Severity::Error, entry, "what was in it is gone");
        auto folder = m_levels.back().folder.enter(name);
        if (!folder)
            return survive(folder.error(), entry);
        ++m_report.folderCount;
        std::vector<std::size_t> inside;
        const auto [first, last] = m_children.equal_range(index);
        for (auto at = first; at != last; ++at)
            inside.push_back(at->second);
        m_levels.push_back(
            {.folder = std::move(*folder), .entries = std::move(inside), .names = {}});
        return {};
    }

    Result<> saveFile(const DeletedEntry& entry, const std::string& name)
    {
        if (entry.chance == Recovery::None) {
            note("X6", Severity::Error, entry,
                 fmt::format("is not saved: {}", fat::describeChance(entry)));
            return {};
        }
        auto file = m_levels.back().folder.createFile(name, m_options.existing);
        if (!file)
            return survive(file.error(), entry);
        const std::uint64_t before = m_report.contentSize;
        if (const auto written = writePieces(entry, *file); !written)
            return survive(written.error(), entry);
        const auto finished = file->finish({.size = entry.size(), .modified = modifiedOf(entry)});
        if (!finished)
            return survive(finished.error(), entry);
        ++m_report.fileCount;
        const std::uint64_t saved = m_report.contentSize - before;
        if (saved != entry.size())
            note("X2", Severity::Warning, entry,
                 fmt::format("only {} of {} bytes are its own, the others are zeros now",
                             formatCount(saved), formatCount(entry.size())));
        return {};
    }

    Result<> writePieces(const DeletedEntry& entry, NewFile& file)
    {
        Bytes buffer;
        for (const fat::DeletedPiece& piece : fat::piecesOf(entry, m_usage)) {
            for (std::uint64_t done = 0; done < piece.length;) {
                FATLAS_TRY(m_job.checkpoint());
                buffer.resize(std::min(chunkSize, piece.length - done));
                FATLAS_TRY(m_volume.device().read(piece.volumeOffset + done, buffer));
                FATLAS_TRY(file.writeAt(piece.fileOffset + done, buffer));
                done += buffer.size();
                m_report.contentSize += buffer.size();
                m_job.report(m_report.contentSize, 0);
            }
        }
        return {};
    }

    [[nodiscard]] std::optional<std::int64_t> modifiedOf(const DeletedEntry& entry) const
    {
        if (entry.raw.modifiedDate.get() == 0)
            return std::nullopt;
        return fat::decodeTime({.date = entry.raw.modifiedDate.get(),
                                .time = entry.raw.modifiedTime.get(),
                                .tenths = 0},
                               m_options.timeZone);
    }

    /// A failure of one file or folder is a finding; one that every other would share is an error.
    Result<> survive(const Error& error, const DeletedEntry& entry)
    {
        const bool concernsAll = error.code == ErrorCode::NoSpace ||
                                 error.code == ErrorCode::ReadOnly ||
                                 error.code == ErrorCode::Cancelled;
        if (concernsAll)
            return std::unexpected(error);
        note(error.code == ErrorCode::Refused ? "X3" : "X4", Severity::Error, entry,
             fmt::format("is not saved: {}", error.message));
        return {};
    }

    void note(const char* rule, Severity severity, const DeletedEntry& entry, std::string message)
    {
        m_report.findings.push_back({.rule = rule,
                                     .severity = severity,
                                     .path = entry.path(),
                                     .message = std::move(message),
                                     .advice = {}});
    }

    const fat::Volume& m_volume;
    const fat::DeletedReport& m_deleted;
    const fat::UsageMap& m_usage;
    const ExtractOptions& m_options;
    const JobControl& m_job;
    std::multimap<std::size_t, std::size_t> m_children;
    std::vector<Level> m_levels;
    ExtractReport m_report;
};

} // namespace

Result<ExtractReport> extractDeleted(const fat::Volume& volume, const fat::DeletedReport& report,
                                     const fat::UsageMap& usage,
                                     std::span<const std::size_t> chosen,
                                     const ExtractOptions& options, const JobControl& job)
{
    return DeletedExtractor(volume, report, usage, options, job).run(chosen);
}

} // namespace fatlas::image
