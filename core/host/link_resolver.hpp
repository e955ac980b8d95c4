/// Where symbolic links lead, judged by real folders and not by text.
///
/// A link counts as inside when its final target lies in the scanned folder, whatever way leads
/// there (`..`, absolute, through other links, even through places outside).
///
/// Shape:   resolved one component at a time on O_PATH descriptors, so nothing is ever opened for
///          reading and the length of paths does not matter.
/// Threads: one resolver belongs to one thread; it remembers links it has seen.
/// Source:  path_resolution(7); a chain of more than 40 links is a loop there as here.
#pragma once

#include "core/host/host_stat.hpp"
#include "core/host/snapshot.hpp"

#include <cstddef>
#include <functional>
#include <unordered_map>
#include <variant>

namespace fatlas::host {

/// The target is inside, but a folder on the way may not be searched.
struct HiddenTarget {};

/// Of a target inside: its stat (never of a link).
using LinkTarget = std::variant<HostStat, LeftOutReason, HiddenTarget>;

class LinkResolver {
public:
    explicit LinkResolver(const FileIdentity& root) : m_rootIdentity(root) {}

    /// `folder` is where the link `name` really lies, and `link` is its own stat.
    /// The error is for shortages (descriptors, memory), not for bad links.
    [[nodiscard]] SystemResult<LinkTarget> resolve(int folder, const FileIdentity& folderIdentity,
                                                   const char* name, const HostStat& link);

private:
    struct Key {
        std::uint64_t folderDevice;
        std::uint64_t folderInode;
        std::uint64_t linkInode;
        bool operator==(const Key&) const = default;
    };

    struct Hash {
        std::size_t operator()(const Key& key) const noexcept;
    };

    FileIdentity m_rootIdentity;
    std::unordered_map<Key, LinkTarget, Hash> m_known;
};

} // namespace fatlas::host
