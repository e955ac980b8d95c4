/// What a kept session must know to make exactly its disk again: the file `session` in its folder.
///
/// Shape:   a header of 32 bytes, then the record: every number 64 bits, little-endian; strings
///          and lists behind their count, what may be absent behind a 0 or 1; in the order of the
///          fields here and in Options, Snapshot and Node.
///
///              0                8                 16                24
///              "FATLASKP"       version | CRC-32  bytes of record   0
///
/// Errors:  BadFormat for what is not a record, is damaged, or says what cannot be; Unsupported
///          for another version.
/// Threads: pure.
#pragma once

#include "core/base/bytes.hpp"
#include "core/base/file.hpp"
#include "core/folder_disk/options.hpp"
#include "core/host/snapshot.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace fatlas::serve {

/// A file of the host that a disk is read from.
struct BaseFile {
    std::string path;
    FileIdentity identity;

    bool operator==(const BaseFile&) const = default;
};

struct SessionRecord {
    std::string source; ///< as it was asked for
    std::uint64_t diskSize = 0;
    /// CRC-32 of all bytes of a folder's disk that are not content of files.
    std::uint32_t fingerprint = 0;
    std::vector<BaseFile> files; ///< an image, or a VHD and its parents
    folder_disk::Options options;
    std::shared_ptr<const host::Snapshot> snapshot = nullptr; ///< when the source is a folder
};

[[nodiscard]] Bytes encode(const SessionRecord& record);
[[nodiscard]] Result<SessionRecord> decodeSessionRecord(ByteView bytes);

} // namespace fatlas::serve
