/// Internal to the editor: the volume, and everything that will be different on it.
///
/// Threads: one.
#pragma once

#include "core/edit/editor.hpp"
#include "core/edit/fat_stage.hpp"
#include "core/edit/free_space.hpp"
#include "core/edit/fs_info.hpp"
#include "core/edit/staged_directory.hpp"

#include <map>
#include <unordered_map>

namespace fatlas::edit {

/// A folder on the way to something.
struct FolderPlace {
    StagedDirectory* directory = nullptr;
    Cluster cluster; ///< 0 for the root
    std::string path = "/";
    std::vector<Cluster> parents; ///< from the root down, without itself
};

/// A name in a folder; the item is there or is not.
struct EntryPlace {
    FolderPlace folder;
    std::string name; ///< as asked for; empty for the root itself
    const fat::DirectoryItem* item = nullptr;

    [[nodiscard]] bool isRoot() const { return name.empty(); }

    [[nodiscard]] std::string path() const; ///< as the volume writes it
};

class EditState {
public:
    EditState(std::shared_ptr<const fat::Volume> opened, const EditOptions& wanted,
              const JobControl& control, FsInfo info);

    // Finding things.
    [[nodiscard]] Result<EntryPlace> locate(std::string_view path);
    /// As above, but it must be there.
    [[nodiscard]] Result<EntryPlace> locateExisting(std::string_view path);
    [[nodiscard]] Result<FolderPlace> locateFolder(std::string_view path);
    [[nodiscard]] Result<FolderPlace> enter(const EntryPlace& place);
    /// The chain of an item, if it may be changed: whole, and nobody else's.
    [[nodiscard]] Result<fat::Chain> soundChain(Cluster first, std::string_view path);
    [[nodiscard]] Cluster firstCluster(const fat::DirectoryItem& item) const;

    // Changing things.
    /// Clusters for something new. When the volume is full they are not real, and plan() says so.
    [[nodiscard]] Result<std::vector<ClusterRange>> takeClusters(std::uint32_t count);
    [[nodiscard]] Result<> linkClusters(std::span<const ClusterRange> runs, Cluster after = {});
    [[nodiscard]] Result<> releaseClusters(const fat::Chain& chain);
    [[nodiscard]] Result<> makeRoom(StagedDirectory& directory, std::uint32_t slots);
    /// Room and name for an entry; then the entry itself.
    [[nodiscard]] Result<> addEntry(StagedDirectory& directory, const EntryName& name,
                                    const fat::DirectoryEntryRaw& raw);
    void setTimes(fat::DirectoryEntryRaw& raw, const std::optional<EntryTimes>& times,
                  std::string_view path);
    void note(std::string_view rule, std::string_view path, std::string message);

    void forgetContent(Cluster first) { contents.erase(first); }

    StagedDirectory& addDirectory(Cluster first, StagedDirectory directory);
    void dropDirectory(Cluster first);
    [[nodiscard]] StagedDirectory* findDirectory(Cluster first);

    [[nodiscard]] Result<EditPlan> plan() const;

    std::shared_ptr<const fat::Volume> volume;
    EditOptions options;
    JobControl job;
    FatStage fat;
    FreeSpace space;
    FsInfo fsInfo;
    std::map<Cluster, std::vector<ContentRange>> contents; ///< by first cluster of the file
    std::vector<EditStep> steps;
    std::vector<Finding> notes;
    std::vector<block::Patch> bootPatches;

private:
    [[nodiscard]] Result<StagedDirectory*> directoryAt(Cluster first, std::string_view path);
    [[nodiscard]] Result<const std::vector<ClusterRange>*> sharedRuns();
    [[nodiscard]] Result<> checkRoom() const;

    std::unordered_map<std::uint32_t, std::unique_ptr<StagedDirectory>> m_directories;
    std::optional<std::vector<ClusterRange>> m_sharedRuns; ///< owned twice, in order
    std::vector<ClusterRange> m_released; ///< not to be taken while there are others
    std::uint32_t m_takenCount = 0;
    std::uint32_t m_freedCount = 0;
    std::uint32_t m_missingCount = 0;
    std::uint32_t m_freeAtFirst = 0; ///< when the first one was missing
    Cluster m_lastTaken;
};

/// A new entry's slot without name, cluster and size.
[[nodiscard]] fat::DirectoryEntryRaw blankEntry(std::uint8_t attributes);
void setFirstCluster(fat::DirectoryEntryRaw& raw, Cluster cluster);
[[nodiscard]] std::string joined(std::string_view folder, std::string_view name);

// The verbs; each in a source of its own.
[[nodiscard]] Result<std::string> putFile(EditState& state, const NewEntry& entry,
                                          const std::shared_ptr<ContentSource>& content,
                                          Existing existing);
[[nodiscard]] Result<std::string> makeFolder(EditState& state, const NewEntry& entry,
                                             Existing existing);
[[nodiscard]] Result<> removeEntry(EditState& state, std::string_view path, Recursive recursive);
[[nodiscard]] Result<> moveEntry(EditState& state, std::string_view from, std::string_view to,
                                 Existing existing);
[[nodiscard]] Result<> setLabel(EditState& state, std::string_view label);
[[nodiscard]] Result<> setAttributes(EditState& state, std::string_view path, std::uint8_t set,
                                     std::uint8_t clear);
/// What a name that may be made legal becomes, with a note when it had to change.
[[nodiscard]] Result<std::u16string> nameFor(EditState& state, const NewEntry& entry);

} // namespace fatlas::edit
