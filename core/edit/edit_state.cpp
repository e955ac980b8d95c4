#include "core/edit/edit_state.hpp"

#include "core/base/text.hpp"
#include "core/fat/owned_runs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace fatlas::edit {
namespace {

std::string_view inWords(fat::ChainEnd end)
{
    switch (end) {
    case fat::ChainEnd::EndMark: return "ends as it should";
    case fat::ChainEnd::Free: return "runs into a free cluster";
    case fat::ChainEnd::Bad: return "runs into a bad cluster";
    case fat::ChainEnd::Reserved: return "runs into a reserved value";
    case fat::ChainEnd::OutOfRange: return "runs out of the volume";
    case fat::ChainEnd::Loop: return "comes back to itself";
    case fat::ChainEnd::Limit: break;
    }
    return "is too long";
}

std::unexpected<Error> damaged(std::string_view path, std::string_view what)
{
    return fail(ErrorCode::Refused,
                fmt::format("{} stands on damage: its chain of clusters {}; repair the volume "
                            "first (fatlas-cli repair)",
                            escapeForTerminal(path), what));
}

/// `ordered` ranges neither touch nor overlap.
bool meets(const std::vector<ClusterRange>& ordered, std::span<const ClusterRange> runs)
{
    const auto lastOf = [](const ClusterRange& range) { return range.end() - 1; };
    return std::ranges::any_of(runs, [&](const ClusterRange& run) {
        const auto found = std::ranges::lower_bound(ordered, run.first, {}, lastOf);
        return found != ordered.end() && found->first < run.end();
    });
}

} // namespace

EditState::EditState(std::shared_ptr<const fat::Volume> opened, const EditOptions& wanted,
                     const JobControl& control, FsInfo info)
    : volume(std::move(opened)), options(wanted), job(control), fat(*volume),
      space(*volume, info.hint()), fsInfo(info)
{}

Cluster EditState::firstCluster(const fat::DirectoryItem& item) const
{
    return volume->firstCluster(item.raw);
}

/// Read once, when something is about to change for the first time.
Result<const std::vector<ClusterRange>*> EditState::sharedRuns()
{
    if (m_sharedRuns)
        return &*m_sharedRuns;
    FATLAS_ASSIGN(const auto tree, fat::readTree(*volume, job));
    FATLAS_ASSIGN(const auto runs, fat::ownedRuns(*tree, job));
    m_sharedRuns.emplace();
    for (const fat::UsageRun& run : runs)
        if (run.state == fat::ClusterState::CrossLinked)
            m_sharedRuns->push_back({.first = run.first, .count = run.count});
    return &*m_sharedRuns;
}

Result<fat::Chain> EditState::soundChain(Cluster first, std::string_view path)
{
    FATLAS_ASSIGN(fat::Chain chain, fat.chain(first));
    if (chain.end != fat::ChainEnd::EndMark)
        return damaged(path, inWords(chain.end));
    FATLAS_ASSIGN(const auto* const shared, sharedRuns());
    if (meets(*shared, chain.runs))
        return damaged(path, "belongs to something else as well");
    return chain;
}

StagedDirectory* EditState::findDirectory(Cluster first)
{
    const auto found = m_directories.find(first.value);
    return found != m_directories.end() ? found->second.get() : nullptr;
}

StagedDirectory& EditState::addDirectory(Cluster first, StagedDirectory directory)
{
    auto& place = m_directories[first.value];
    place = std::make_unique<StagedDirectory>(std::move(directory));
    return *place;
}

void EditState::dropDirectory(Cluster first)
{
    m_directories.erase(first.value);
}

Result<StagedDirectory*> EditState::directoryAt(Cluster first, std::string_view path)
{
    if (StagedDirectory* const known = findDirectory(first))
        return known;
    fat::Chain chain;
    const fat::Geometry& geometry = volume->geometry();
    if (first.value != 0 || geometry.type == fat::FatType::Fat32) {
        FATLAS_ASSIGN(chain, soundChain(first.value == 0 ? geometry.rootCluster : first, path));
    }
    FATLAS_ASSIGN(StagedDirectory loaded, StagedDirectory::load(*volume, chain));
    return &addDirectory(first, std::move(loaded));
}

Result<FolderPlace> EditState::enter(const EntryPlace& place)
{
    if (place.isRoot())
        return place.folder;
    const std::string path = place.path();
    if (place.item == nullptr || !place.item->isDirectory())
        return fail(ErrorCode::NotFound,
                    fmt::format("{} is a file, not a folder", escapeForTerminal(path)));
    const Cluster first = firstCluster(*place.item);
    if (first.value == 0 || first == volume->geometry().rootCluster)
        return damaged(path, "is that of the root");
    FolderPlace inside{
        .directory = nullptr, .cluster = first, .path = path, .parents = place.folder.parents};
    inside.parents.push_back(place.folder.cluster);
    FATLAS_ASSIGN(inside.directory, directoryAt(first, path));
    return inside;
}

std::string EntryPlace::path() const
{
    return isRoot() ? "/" : joined(folder.path, item != nullptr ? item->name : name);
}

Result<EntryPlace> EditState::locate(std::string_view path)
{
    EntryPlace place;
    FATLAS_ASSIGN(place.folder.directory, directoryAt(Cluster{}, "/"));
    while (!path.empty()) {
        const std::size_t length = std::min(path.find_first_of("/\\"), path.size());
        const std::string_view component = path.substr(0, length);
        path.remove_prefix(std::min(length + 1, path.size()));
        if (component.empty() || component == ".")
            continue;
        if (!place.isRoot() && place.item == nullptr)
            return fail(ErrorCode::NotFound,
                        fmt::format("there is no folder \"{}\" in the folder {} of the volume",
                                    escapeForTerminal(place.name),
                                    escapeForTerminal(place.folder.path)));
        FATLAS_ASSIGN(FolderPlace folder, enter(place));
        place = {.folder = std::move(folder), .name = std::string(component), .item = nullptr};
        place.item = place.folder.directory->find(utf16FromUtf8Lossy(component));
    }
    return place;
}

Result<EntryPlace> EditState::locateExisting(std::string_view path)
{
    FATLAS_ASSIGN(EntryPlace place, locate(path));
    if (place.isRoot() || place.item != nullptr)
        return place;
    return fail(ErrorCode::NotFound,
                fmt::format("there is no \"{}\" in the folder {} of the volume",
                            escapeForTerminal(place.name), escapeForTerminal(place.folder.path)));
}

Result<FolderPlace> EditState::locateFolder(std::string_view path)
{
    FATLAS_ASSIGN(const EntryPlace place, locateExisting(path));
    return enter(place);
}

Result<std::vector<ClusterRange>> EditState::takeClusters(std::uint32_t count)
{
    if (count == 0)
        return std::vector<ClusterRange>{};
    FATLAS_ASSIGN(bool fits, space.has(count));
    if (!fits && !m_released.empty()) {
        for (const ClusterRange& run : std::exchange(m_released, {}))
            space.add(run);
        FATLAS_ASSIGN(fits, space.has(count));
    }
    if (fits && m_missingCount == 0) {
        FATLAS_ASSIGN(auto runs, space.take(count));
        m_takenCount += count;
        m_lastTaken = runs.back().end() - 1;
        return runs;
    }
    if (m_missingCount == 0) {
        FATLAS_ASSIGN(m_freeAtFirst, space.count());
    }
    // Numbers that no volume has, so that planning can go on and count what is missing.
    const std::uint32_t first = volume->geometry().endCluster().value + m_missingCount;
    if (std::numeric_limits<std::uint32_t>::max() - first < count)
        return fail(ErrorCode::NoSpace, "the volume is full: more is missing than FAT can hold");
    m_missingCount += count;
    return std::vector<ClusterRange>{{.first = Cluster{first}, .count = count}};
}

Result<> EditState::linkClusters(std::span<const ClusterRange> runs, Cluster after)
{
    return m_missingCount > 0 ? Result<>{} : fat.link(runs, after);
}

Result<> EditState::releaseClusters(const fat::Chain& chain)
{
    FATLAS_TRY(fat.release(chain.runs));
    m_freedCount += chain.clusterCount;
    m_released.insert(m_released.end(), chain.runs.begin(), chain.runs.end());
    return {};
}

Result<> EditState::makeRoom(StagedDirectory& directory, std::uint32_t slots)
{
    FATLAS_ASSIGN(const std::uint32_t count, directory.clustersFor(slots));
    if (count == 0)
        return {};
    FATLAS_ASSIGN(const auto runs, takeClusters(count));
    FATLAS_TRY(linkClusters(runs, directory.lastCluster()));
    directory.grow(runs);
    return {};
}

Result<> EditState::addEntry(StagedDirectory& directory, const EntryName& name,
                             const fat::DirectoryEntryRaw& raw)
{
    FATLAS_TRY(makeRoom(directory, name.slotCount()));
    directory.add(name, raw);
    return {};
}

void EditState::note(std::string_view rule, std::string_view path, std::string message)
{
    notes.push_back({.rule = std::string(rule),
                     .severity = Severity::Warning,
                     .path = std::string(path),
                     .message = std::move(message),
                     .advice = {}});
}

void EditState::setTimes(fat::DirectoryEntryRaw& raw, const std::optional<EntryTimes>& times,
                         std::string_view path)
{
    const EntryTimes given = times.value_or(EntryTimes{
        .modifiedNs = options.nowNs, .accessedNs = options.nowNs, .createdNs = options.nowNs});
    const fat::EncodedTime modified = fat::encodeTime(given.modifiedNs, options.timeZone);
    raw.modifiedDate = modified.stamp.date;
    raw.modifiedTime = modified.stamp.time;
    raw.accessedDate = fat::encodeTime(given.accessedNs, options.timeZone).stamp.date;
    if (modified.clamped == fat::Clamped::Yes)
        note("D10", path, "the time of its last change lies outside 1980-2107");
    if (!given.createdNs)
        return;
    const fat::Timestamp created = fat::encodeTime(*given.createdNs, options.timeZone).stamp;
    raw.createdDate = created.date;
    raw.createdTime = created.time;
    raw.createdTenths = created.tenths;
}

fat::DirectoryEntryRaw blankEntry(std::uint8_t attributes)
{
    fat::DirectoryEntryRaw raw;
    raw.attributes = attributes;
    return raw;
}

void setFirstCluster(fat::DirectoryEntryRaw& raw, Cluster cluster)
{
    raw.firstClusterLow = static_cast<std::uint16_t>(cluster.value & 0xFFFF);
    raw.firstClusterHigh = static_cast<std::uint16_t>(cluster.value >> 16);
}

std::string joined(std::string_view folder, std::string_view name)
{
    return folder == "/" ? fmt::format("/{}", name) : fmt::format("{}/{}", folder, name);
}

} // namespace fatlas::edit
