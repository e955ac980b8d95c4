/// Changes what is inside a FAT volume: each verb is planned in memory, nothing is written here.
///
/// Verbs build on each other. plan() gives what applyPatches() carries out, in an order in which a
/// crash loses nothing: content and new folders, FAT, entries that come or change, entries that go,
/// FAT entries that become free, FSInfo.
///
/// Shape:   paths with '/' or '\\' between components; long or short names, case does not matter.
/// Units:   offsets in bytes from the start of the volume.
/// Errors:  NotFound; Refused for what exists already, is of the wrong kind, or stands on damage
///          (a chain that is shared or ends wrongly: repair first); InvalidArgument for names that
///          FAT cannot hold; NoSpace (from plan(), with how much is missing; a full root at once).
///          After an error the editor is of no further use.
/// Threads: one; blocking.
/// Lifetime: holds the volume's device.
#pragma once

#include "core/base/finding.hpp"
#include "core/base/job_control.hpp"
#include "core/edit/apply.hpp"
#include "core/edit/content_source.hpp"
#include "core/fat/timestamp.hpp"
#include "core/fat/volume.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fatlas::edit {

struct EditOptions {
    int codePage = CodePage::defaultNumber;
    fat::TimeZone timeZone = {};
    std::int64_t nowNs = 0; ///< for what has no time of its own
};

/// Nanoseconds since 1970-01-01 UTC.
struct EntryTimes {
    std::int64_t modifiedNs = 0;
    std::int64_t accessedNs = 0;
    std::optional<std::int64_t> createdNs = std::nullopt;
};

enum class Existing : std::uint8_t { Refuse, Replace };
enum class Recursive : std::uint8_t { No, Yes };

/// What FAT cannot hold in a name is refused, or replaced and noted.
enum class Names : std::uint8_t { Exact, MadeLegal };

struct NewEntry {
    std::string folder; ///< path of an existing folder
    std::string name;   ///< in it
    Names names = Names::Exact;
    std::optional<EntryTimes> times = std::nullopt; ///< nothing: now
    std::uint8_t attributes = fat::attribute::archive;
};

enum class EditKind : std::uint8_t { Put, Replace, MakeFolder, Remove, Move, Label, Attributes };

/// One thing that changes, for people.
struct EditStep {
    EditKind kind = EditKind::Put;
    std::string path;
    std::string to = {};            ///< Move: the new path; Label: the new label
    std::uint64_t size = 0;         ///< bytes of content that come or go
    std::uint32_t clusterCount = 0; ///< that are taken or become free
    std::uint8_t attributes = 0;    ///< Attributes: the new ones
};

struct EditPlan {
    std::vector<EditStep> steps;
    std::vector<Finding> notes; ///< names and times that FAT could not take as they were
    std::vector<PatchGroup> groups;
    std::uint64_t contentSize = 0; ///< bytes of content that are copied
    std::uint64_t patchedSize = 0; ///< bytes of structures that change
    std::uint32_t takenClusters = 0;
    std::uint32_t freedClusters = 0;
};

/// What stands at a path.
struct EntryInfo {
    std::string path; ///< as the volume writes it
    bool isDirectory = false;
    std::uint8_t attributes = 0;
    std::uint64_t size = 0;
};

class EditState;

class Editor {
public:
    /// `device` holds the volume and nothing else.
    [[nodiscard]] static Result<Editor> open(std::shared_ptr<const block::BlockDevice> device,
                                             const EditOptions& options,
                                             const JobControl& job = {});

    Editor(Editor&& other) noexcept;
    Editor& operator=(Editor&& other) noexcept;
    ~Editor();

    /// Nothing when there is no such entry.
    [[nodiscard]] Result<std::optional<EntryInfo>> find(std::string_view path);
    [[nodiscard]] Result<std::string> label();

    /// The path it got.
    Result<std::string> putFile(const NewEntry& entry,
                                const std::shared_ptr<ContentSource>& content,
                                Existing existing = Existing::Refuse);
    /// With Existing::Replace a folder that is there already is good.
    Result<std::string> makeFolder(const NewEntry& entry, Existing existing = Existing::Refuse);
    [[nodiscard]] Result<> remove(std::string_view path, Recursive recursive);
    /// `to` is a folder to move into, or the new path.
    [[nodiscard]] Result<> move(std::string_view from, std::string_view to,
                                Existing existing = Existing::Refuse);
    /// "" removes it.
    [[nodiscard]] Result<> setLabel(std::string_view label);
    /// Bits of read-only, hidden, system and archive.
    [[nodiscard]] Result<> setAttributes(std::string_view path, std::uint8_t set,
                                         std::uint8_t clear);

    [[nodiscard]] Result<EditPlan> plan() const;

private:
    explicit Editor(std::unique_ptr<EditState> state);

    std::unique_ptr<EditState> m_state;
};

/// The groups of a plan on a disk on which the volume begins at `by`.
[[nodiscard]] std::vector<PatchGroup> shifted(std::vector<PatchGroup> groups, std::uint64_t by);

} // namespace fatlas::edit
