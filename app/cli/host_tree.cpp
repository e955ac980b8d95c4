#include "app/cli/host_tree.hpp"

#include "core/base/text.hpp"
#include "core/edit/file_source.hpp"
#include "core/host/host_stat.hpp"
#include "core/host/open_file.hpp"
#include "core/host/scan.hpp"

#include "app/cli/terminal.hpp"

#include <fmt/format.h>

#include <system_error>
#include <vector>

namespace fatlas::cli {

namespace {

constexpr std::size_t maxLeftOutShown = 100;

std::uint8_t attributesOf(bool isWritable)
{
    return static_cast<std::uint8_t>(fat::attribute::archive |
                                     (isWritable ? 0 : fat::attribute::readOnly));
}

edit::NewEntry entryFor(const HostPlace& place, const std::string& hostName)
{
    edit::NewEntry entry;
    entry.folder = place.folder;
    entry.name = place.name.empty() ? hostName : place.name;
    entry.names = place.name.empty() ? edit::Names::MadeLegal : edit::Names::Exact;
    return entry;
}

/// "docs/" and "." have names too.
Result<std::string> nameOf(const std::filesystem::path& path)
{
    std::error_code error;
    std::filesystem::path name = path.filename();
    if (name.empty() || name == "." || name == "..")
        name = std::filesystem::canonical(path, error).filename();
    if (name.empty())
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("{} has no name that it could have on the volume",
                                escapeForTerminal(path.native())));
    return name.native();
}

Result<> putFile(edit::Editor& editor, const HostPlace& place, const std::string& hostName)
{
    FATLAS_ASSIGN(const File file, File::open(place.source));
    const auto stat = host::statOf(file.descriptor());
    if (!stat || stat->kind != host::HostKind::File)
        return fail(ErrorCode::Unsupported, fmt::format("{} is not a file and not a folder",
                                                        escapeForTerminal(place.source.native())));
    edit::NewEntry entry = entryFor(place, hostName);
    entry.times = edit::EntryTimes{.modifiedNs = stat->identity.modifiedNs,
                                   .accessedNs = stat->accessedNs,
                                   .createdNs = stat->createdNs};
    entry.attributes = attributesOf((stat->mode & 0222U) != 0);
    FATLAS_TRY(
        editor.putFile(entry, edit::FileSource::at(place.source, stat->identity), place.existing));
    return {};
}

void sayLeftOut(const host::Snapshot& snapshot)
{
    std::vector<Finding> findings;
    for (const host::LeftOut& left : snapshot.leftOut)
        findings.push_back({.rule = "left out",
                            .severity = Severity::Warning,
                            .path = left.path,
                            .message = host::toString(left.reason),
                            .advice = {}});
    showFindings(findings, maxLeftOutShown);
}

/// A scanned folder onto the volume, parents before their children.
class FolderPut {
public:
    FolderPut(edit::Editor& editor, const HostPlace& place,
              std::shared_ptr<const host::Snapshot> snapshot)
        : m_editor(editor), m_place(place), m_snapshot(std::move(snapshot)),
          m_opener(std::make_shared<const host::FileOpener>(*m_snapshot)),
          m_paths(m_snapshot->nodes.size())
    {}

    Result<> run(const std::string& rootName, const std::stop_token& stop)
    {
        for (std::uint32_t i = 0; i < m_snapshot->nodes.size(); ++i) {
            FATLAS_TRY(JobControl(stop).checkpoint());
            FATLAS_TRY(put(i, rootName));
        }
        return {};
    }

private:
    Result<> put(std::uint32_t index, const std::string& rootName)
    {
        const host::Node& node = m_snapshot->nodes[index];
        if (!node.readable)
            return fail(ErrorCode::AccessDenied,
                        fmt::format("cannot read {}", escapeForTerminal(hostPath(index))));
        edit::NewEntry entry;
        if (index == 0) {
            entry = entryFor(m_place, rootName);
        } else {
            entry.folder = m_paths[node.parent];
            entry.name = node.name;
            entry.names = edit::Names::MadeLegal;
        }
        entry.times = edit::EntryTimes{.modifiedNs = node.modifiedNs,
                                       .accessedNs = node.accessedNs,
                                       .createdNs = node.createdNs};
        entry.attributes = attributesOf(node.writable);
        if (node.kind == host::NodeKind::File)
            return putNode(entry, index);
        // Read-only folders are a meaning of Windows that no host has.
        entry.attributes = 0;
        FATLAS_ASSIGN(m_paths[index], m_editor.makeFolder(entry, edit::Existing::Replace));
        return {};
    }

    Result<> putNode(const edit::NewEntry& entry, std::uint32_t index)
    {
        auto content = std::make_shared<edit::FileSource>(
            [snapshot = m_snapshot, opener = m_opener, index] { return opener->open(index); },
            m_snapshot->nodes[index].identity);
        FATLAS_TRY(m_editor.putFile(entry, std::move(content), m_place.existing));
        return {};
    }

    [[nodiscard]] std::string hostPath(std::uint32_t index) const
    {
        return (m_snapshot->root / m_snapshot->relativePath(index)).native();
    }

    edit::Editor& m_editor;
    const HostPlace& m_place;
    std::shared_ptr<const host::Snapshot> m_snapshot;
    std::shared_ptr<const host::FileOpener> m_opener;
    std::vector<std::string> m_paths; ///< of folders, on the volume
};

} // namespace

Result<> putFromHost(edit::Editor& editor, const HostPlace& place, const std::stop_token& stop)
{
    FATLAS_ASSIGN(const std::string name, nameOf(place.source));
    std::error_code error;
    if (!std::filesystem::is_directory(place.source, error))
        return putFile(editor, place, name);
    FATLAS_ASSIGN(auto snapshot, host::scan(place.source, JobControl(stop)));
    sayLeftOut(*snapshot);
    return FolderPut(editor, place, std::move(snapshot)).run(name, stop);
}

} // namespace fatlas::cli
