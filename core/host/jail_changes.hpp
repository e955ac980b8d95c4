/// The changes of a jail, one function each; jail.hpp says what they promise.
///
/// Threads: as Jail.
#pragma once

#include "core/host/jail_context.hpp"

#include <string>
#include <vector>

namespace fatlas::host {

[[nodiscard]] ChangeResult<> makeFolder(JailContext& context, const std::string& path,
                                        const FileMeta& meta, const Request& request);
[[nodiscard]] ChangeResult<> removeFolder(JailContext& context, const Known& folder,
                                          const Request& request);
[[nodiscard]] ChangeResult<> createFile(JailContext& context, const std::string& path,
                                        const NewContent& content, const Request& request);
[[nodiscard]] ChangeResult<> replaceFile(JailContext& context, const Known& file,
                                         const NewContent& content, const Request& request);
[[nodiscard]] ChangeResult<> removeFile(JailContext& context, const Known& file,
                                        const Request& request);
[[nodiscard]] ChangeResult<> renameEntry(JailContext& context, const Known& from,
                                         const std::string& to, const Request& request);
[[nodiscard]] ChangeResult<> exchangeEntries(JailContext& context, const Known& a, const Known& b,
                                             const Request& request);
[[nodiscard]] ChangeResult<> setMeta(JailContext& context, const Known& file, const FileMeta& meta,
                                     const Request& request);

/// As Jail::writeInPlace, told by a record of either kind.
struct InPlace {
    ChangeKind kind = ChangeKind::WriteInPlace;
    const Known& file;
    const std::vector<ByteRange>& ranges;
    const NewContent& content;
};

[[nodiscard]] ChangeResult<> writeInPlace(JailContext& context, const InPlace& change,
                                          const Request& request);

/// Brings the saved bytes of a begun change in place back, and its size and time.
[[nodiscard]] Result<> restoreBytes(const Keep& keep, const Begun& begun, File& file);

} // namespace fatlas::host
