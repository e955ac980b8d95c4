#include "core/folder_disk/draft.hpp"

#include "core/base/text.hpp"
#include "core/fat/directory_entry.hpp"
#include "core/folder_disk/plan_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace fatlas::folder_disk {
namespace {

constexpr std::uint64_t maxFileSize = std::numeric_limits<std::uint32_t>::max();

/// What a file weighs; a folder weighs nothing by itself.
std::uint64_t contentSize(const host::Node& node)
{
    return node.kind == host::NodeKind::File ? node.size : 0;
}

class Drafting {
public:
    Drafting(const DraftRequest& request, const JobControl& job) : m_request(request), m_job(job) {}

    Result<Draft> run();

private:
    [[nodiscard]] const host::Node& node(std::uint32_t index) const
    {
        return m_request.snapshot.nodes[index];
    }

    Result<> draftFolder(std::uint32_t folder);
    std::vector<std::uint32_t> selectChildren(std::uint32_t folder);
    [[nodiscard]] bool isExcluded(const host::Node& child) const;
    bool isImpossible(const host::Node& child, std::uint32_t index);
    Result<> moveFirst(std::vector<std::uint32_t>& nodes) const;
    void append(std::uint32_t folder, std::vector<NamedChild> children);
    void appendOne(std::uint32_t folder, NamedChild child);
    void addUnfit(std::uint32_t index, UnfitReason reason, std::string message);
    void addUnfitBelow(std::uint32_t folderNode, const std::string& path);

    const DraftRequest& m_request;
    const JobControl& m_job;
    Draft m_draft;
    std::string m_path; ///< of the folder at work
};

Result<Draft> Drafting::run()
{
    Entry root;
    root.isDirectory = true;
    root.attributes = fat::attribute::directory;
    m_draft.entries.reserve(m_request.snapshot.nodes.size());
    m_draft.entries.push_back(std::move(root));
    for (std::uint32_t i = 0; i < m_draft.entries.size(); ++i)
        if (m_draft.entries[i].isDirectory)
            FATLAS_TRY(draftFolder(i));
    return std::move(m_draft);
}

Result<> Drafting::draftFolder(std::uint32_t folder)
{
    FATLAS_TRY(m_job.checkpoint());
    m_path = m_request.snapshot.relativePath(m_draft.entries[folder].node);
    std::vector<std::uint32_t> nodes = selectChildren(folder);
    if (folder == 0)
        FATLAS_TRY(moveFirst(nodes));
    append(folder, nameChildren(m_request.snapshot, nodes, m_request.page));
    return {};
}

std::vector<std::uint32_t> Drafting::selectChildren(std::uint32_t folder)
{
    const host::Node& parent = node(m_draft.entries[folder].node);
    std::vector<std::uint32_t> nodes;
    nodes.reserve(parent.childCount);
    for (std::uint32_t i = parent.firstChild; i < parent.firstChild + parent.childCount; ++i) {
        if (isExcluded(node(i)))
            m_draft.excluded.push_back(joinPath(m_path, node(i).name));
        else if (!isImpossible(node(i), i))
            nodes.push_back(i);
    }
    return nodes;
}

bool Drafting::isExcluded(const host::Node& child) const
{
    const Excludes& excludes = m_request.excludes;
    if (excludes.empty())
        return false;
    const auto kind =
        child.kind == host::NodeKind::Directory ? HostKind::Directory : HostKind::File;
    if (excludes.needsPaths())
        return excludes.matches(joinPath(m_path, child.name), kind);
    return excludes.matches(child.name, kind);
}

bool Drafting::isImpossible(const host::Node& child, std::uint32_t index)
{
    const bool isFolder = child.kind == host::NodeKind::Directory;
    if (!child.readable) {
        addUnfit(index, UnfitReason::Unreadable,
                 isFolder ? "the folder cannot be listed: permission denied"
                          : "the file cannot be read: permission denied");
        return true;
    }
    if (isFolder || child.size <= maxFileSize)
        return false;
    addUnfit(index, UnfitReason::TooLarge,
             fmt::format("the file has {}, and a file on FAT holds at most 4 GiB less one byte",
                         formatSize(child.size)));
    return true;
}

Result<> Drafting::moveFirst(std::vector<std::uint32_t>& nodes) const
{
    auto next = nodes.begin();
    for (const std::string& name : m_request.options.first) {
        const std::u16string wanted = foldCase(utf16FromUtf8Lossy(name));
        const auto exact =
            std::find_if(next, nodes.end(), [&](std::uint32_t i) { return node(i).name == name; });
        const auto found =
            exact != nodes.end() ? exact : std::find_if(next, nodes.end(), [&](auto i) {
                return foldCase(utf16FromUtf8Lossy(node(i).name)) == wanted;
            });
        if (found == nodes.end())
            return fail(ErrorCode::InvalidArgument,
                        fmt::format("\"{}\" is to come first, but the top of the folder holds "
                                    "nothing of that name that goes on the disk",
                                    escapeForTerminal(name)));
        std::rotate(next, found, found + 1);
        ++next;
    }
    return {};
}

void Drafting::append(std::uint32_t folder, std::vector<NamedChild> children)
{
    std::uint32_t slots = ownSlots(folder, m_request.options);
    const auto first = static_cast<std::uint32_t>(m_draft.entries.size());
    for (NamedChild& child : children) {
        if (!child.hasShortName) {
            addUnfit(child.node, UnfitReason::ShortNamesUsedUp,
                     "every short name (8.3, with ~1 to ~999999) it could have is taken");
        } else if (slots + child.slotCount > fat::maxDirectorySlots) {
            addUnfit(child.node, UnfitReason::DirectoryFull,
                     "its folder is full: a folder on FAT holds 65,536 entries, and long names "
                     "take several each");
        } else {
            slots += child.slotCount;
            appendOne(folder, std::move(child));
        }
    }
    Entry& entry = m_draft.entries[folder];
    entry.firstChild = first;
    entry.childCount = static_cast<std::uint32_t>(m_draft.entries.size()) - first;
    entry.size = std::uint64_t{slots} * fat::slotSize;
}

void Drafting::appendOne(std::uint32_t folder, NamedChild child)
{
    const host::Node& source = node(child.node);
    Entry entry;
    entry.node = child.node;
    entry.parent = folder;
    entry.slotCount = child.slotCount;
    entry.isDirectory = source.kind == host::NodeKind::Directory;
    entry.attributes = entry.isDirectory ? fat::attribute::directory : fat::attribute::archive;
    if (!entry.isDirectory && !source.writable)
        entry.attributes |= fat::attribute::readOnly;
    entry.needsLongName = child.needsLongName;
    entry.shortName = child.shortName;
    entry.size = entry.isDirectory ? 0 : source.size;
    if (!child.why.empty())
        m_draft.nameChanges.push_back({.entry = static_cast<std::uint32_t>(m_draft.entries.size()),
                                       .hostPath = joinPath(m_path, source.name),
                                       .diskName = utf8FromUtf16(child.longName),
                                       .why = std::move(child.why)});
    entry.longName = std::move(child.longName);
    m_draft.entries.push_back(std::move(entry));
}

void Drafting::addUnfit(std::uint32_t index, UnfitReason reason, std::string message)
{
    std::string path = joinPath(m_path, node(index).name);
    if (node(index).kind == host::NodeKind::Directory)
        addUnfitBelow(index, path);
    m_draft.unfit.push_back({.path = std::move(path),
                             .size = contentSize(node(index)),
                             .reason = reason,
                             .message = std::move(message)});
}

/// Depth is bounded by the scan's.
void Drafting::addUnfitBelow(std::uint32_t folderNode, const std::string& path)
{
    const host::Node& folder = node(folderNode);
    for (std::uint32_t i = folder.firstChild; i < folder.firstChild + folder.childCount; ++i) {
        const std::string childPath = joinPath(path, node(i).name);
        const auto kind =
            node(i).kind == host::NodeKind::Directory ? HostKind::Directory : HostKind::File;
        if (m_request.excludes.matches(childPath, kind)) {
            m_draft.excluded.push_back(childPath);
            continue;
        }
        if (kind == HostKind::Directory)
            addUnfitBelow(i, childPath);
        m_draft.unfit.push_back({.path = childPath,
                                 .size = contentSize(node(i)),
                                 .reason = UnfitReason::ParentUnfit,
                                 .message = "a folder above it is not on the disk"});
    }
}

} // namespace

Result<Draft> draftEntries(const DraftRequest& request, const JobControl& job)
{
    return Drafting(request, job).run();
}

std::uint32_t ownSlots(std::uint32_t entry, const Options& options)
{
    if (entry != 0)
        return 2;
    return options.label.empty() ? 0 : 1;
}

std::string joinPath(std::string_view folder, std::string_view name)
{
    std::string path(folder);
    if (!path.empty())
        path += '/';
    path += name;
    return path;
}

} // namespace fatlas::folder_disk
