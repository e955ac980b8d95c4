/// What guest and host agreed on last: every file and folder under both of its names.
///
/// Shape:      entries have numbers that stay theirs; 0 is the root.
/// Units:      sizes in bytes.
/// Invariants: every entry but the root has a parent that is a folder of the tree; names of the
///             host are unique within a folder.
/// Errors:     decode: BadFormat for what is not a tree, is damaged, or says what cannot be;
///             Unsupported for another version.
/// Threads:    one.
#pragma once

#include "core/base/file.hpp"
#include "core/base/units.hpp"
#include "core/fat/directory_entry.hpp"

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace fatlas::sync {

using KnownId = std::uint32_t;
inline constexpr std::uint32_t none = UINT32_MAX;

/// A name that was another one on the host from the beginning.
struct HomeName {
    std::string guest;
    std::string host;

    bool operator==(const HomeName&) const = default;
};

struct KnownEntry {
    KnownId parent = 0;
    std::string guestName; ///< as the disk has it, UTF-8
    std::string hostName;  ///< the host's bytes, one component
    bool isDirectory = false;
    fat::DirectoryEntryRaw raw; ///< as it was taken
    Cluster firstCluster;
    std::vector<ClusterRange> runs;
    FileIdentity identity;     ///< of the host's file or folder as we left it
    bool hasGuestTime = false; ///< its time on the host is the guest's
    bool isAside = false; ///< it made room on the host, and has a name there that is not its own
    /// Of the session's start, for whoever counts what became of it: bytes.
    std::optional<std::uint64_t> sizeAtStart;
    /// Of a folder: whoever gets one of these names in the guest has its own on the host again.
    std::vector<HomeName> homeNames = {};
    std::vector<KnownId> children = {};

    [[nodiscard]] std::uint64_t size() const { return raw.size.get(); }
};

class KnownTree {
public:
    KnownTree(); ///< a root and nothing else

    [[nodiscard]] const KnownEntry& at(KnownId id) const { return m_entries.at(id); }

    [[nodiscard]] bool contains(KnownId id) const { return m_entries.contains(id); }

    [[nodiscard]] std::size_t size() const noexcept { return m_entries.size(); }

    /// One past the largest number there ever was.
    [[nodiscard]] KnownId endId() const noexcept { return m_next; }

    KnownId add(KnownEntry entry);
    /// New, or instead of what it was; children stay. False when its parent is no folder of the
    /// tree, or lies below it.
    bool set(KnownId id, KnownEntry entry);
    /// False for the root, for a folder that is not empty, and for what is not there.
    bool remove(KnownId id);

    /// "docs/a.txt", host bytes; "" for the root.
    [[nodiscard]] std::string hostPath(KnownId id) const;
    [[nodiscard]] std::optional<KnownId> findHost(KnownId parent, std::string_view hostName) const;
    [[nodiscard]] bool isBelow(KnownId id, KnownId folder) const;

    /// Children are listed behind their parents, in a fixed order.
    [[nodiscard]] std::vector<KnownId> inOrder() const;

    [[nodiscard]] Bytes encode() const;
    [[nodiscard]] static Result<KnownTree> decode(ByteView bytes);

private:
    [[nodiscard]] KnownEntry& entry(KnownId id) { return m_entries.at(id); }

    std::unordered_map<KnownId, KnownEntry> m_entries;
    KnownId m_next = 1;
};

} // namespace fatlas::sync
