/// Why a change cannot be made without choosing between two versions, and what the host has there.
///
/// Threads: plain values.
#pragma once

#include "core/host/change.hpp"

#include <optional>
#include <string>

namespace fatlas::sync {

struct Clash {
    host::ConflictKind kind = host::ConflictKind::None;
    std::string reason = {}; ///< a sentence
    /// File or folder that stands in its place; nothing: none, or something that is neither.
    std::optional<host::Known> there = std::nullopt;

    /// The same versions: a folder is the same whatever is in it.
    [[nodiscard]] bool isSameAs(const Clash& other) const
    {
        if (kind != other.kind || reason != other.reason ||
            there.has_value() != other.there.has_value())
            return false;
        if (!there)
            return true;
        const bool isFolder = there->kind == host::NodeKind::Directory;
        return there->path == other.there->path && there->kind == other.there->kind &&
               (isFolder ? there->identity.device == other.there->identity.device &&
                               there->identity.inode == other.there->identity.inode
                         : there->identity == other.there->identity);
    }
};

} // namespace fatlas::sync
