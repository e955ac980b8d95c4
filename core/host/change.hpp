/// What a jail can do to a folder, and how it says that it did not.
///
/// Units:  times in nanoseconds since 1970-01-01 UTC; ranges and sizes in bytes.
/// Shape:  paths are relative to the folder, the host's bytes, '/' between components, at least one
///         of them.
/// Source: user.DOSATTRIB as Samba, Wine and dosemu2 write it: the text "0x" and hexadecimal
///         digits; read-only 1, hidden 2, system 4, archive 0x20.
#pragma once

#include "core/base/bytes.hpp"
#include "core/base/file.hpp"
#include "core/base/job_control.hpp"
#include "core/host/content_source.hpp"
#include "core/host/snapshot.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace fatlas::host {

/// What a host file is besides its name and bytes. What is absent is left as it is.
struct FileMeta {
    std::optional<std::int64_t> modifiedNs = std::nullopt;
    /// All write bits are taken, or the owner's given.
    std::optional<bool> readOnly = std::nullopt;
    /// FAT's bits for hidden, system and archive, where the file system keeps user attributes;
    /// the other bits are not looked at.
    std::optional<std::uint8_t> attributes = std::nullopt;

    bool operator==(const FileMeta&) const = default;
};

/// Half-open.
struct ByteRange {
    std::uint64_t offset = 0;
    std::uint64_t length = 0;

    [[nodiscard]] std::uint64_t end() const noexcept { return offset + length; }

    bool operator==(const ByteRange&) const = default;
};

/// What shall be in a file. The source must outlive the call.
struct NewContent {
    const ContentSource& bytes;
    FileMeta meta = {};
};

/// Something that is there, and must be what the caller takes it for.
struct Known {
    std::string path;
    /// Of a folder only device and inode count: its times change with what is in it.
    FileIdentity identity;
    NodeKind kind = NodeKind::File;
};

/// What goes with each change.
struct Request {
    Bytes note; ///< the caller's, at most 64 KiB: comes back when the journal is read again
    JobControl job = {}; ///< stops before the change is made, never half-way
};

/// What was done.
struct Applied {
    FileIdentity identity; ///< of what stands under the (new) path now
    FileIdentity other;    ///< exchange(): of what stands under the other path
    bool inPlace = false;  ///< the inode is the one it was
};

/// Why a change cannot be made without choosing between two versions.
enum class ConflictKind : std::uint8_t {
    None,
    Exists,      ///< the name is taken
    Missing,     ///< what was there is gone, or a folder on the way to it
    Changed,     ///< another file took its place, or it was written to
    NotWritable, ///< its mode or access list does not let this user write it
    NotAFile,    ///< it is not of the expected kind, or a link stands on the way
    NotEmpty,    ///< the folder holds what the caller does not know of
};

enum class Outcome : std::uint8_t {
    Conflict, ///< keep both; see ConflictKind
    Retry,    ///< try again when the cause is gone: space, permission, device
    Refused,  ///< will never work as it was asked
};

/// A change that was not made. Everything is as it was before.
struct ChangeError {
    ChangeError(Error cause); ///< chooses the outcome by its code; lets FATLAS_TRY hand it on
    ChangeError(ConflictKind why, std::string message);

    Outcome outcome = Outcome::Retry;
    ConflictKind conflict = ConflictKind::None;
    Error error; ///< Changed for every conflict
    /// Of a file that was written to and has its old bytes again: it is known by this from now on.
    std::optional<FileIdentity> restored = std::nullopt;
};

template <class T = Applied>
using ChangeResult = std::expected<T, ChangeError>;

enum class ChangeKind : std::uint8_t {
    MakeFolder,
    RemoveFolder,
    CreateFile,
    ReplaceFile,
    WriteInPlace,
    RemoveFile,
    Rename,
    Exchange,
    SetMeta,
    Note, ///< nothing but what the caller wanted to remember
};

[[nodiscard]] const char* toString(ConflictKind kind) noexcept;
[[nodiscard]] const char* toString(ChangeKind kind) noexcept;

} // namespace fatlas::host
