/// The folder inside the shared one that old files go to, and what is in it.
///
/// Shape:   names begin with 'f' for whole files that were there under another name, and with 'b'
///          for bytes that were saved before they were written over. Only its owner may enter it.
/// Errors:  those of the file system.
/// Threads: any.
#pragma once

#include "core/base/error.hpp"
#include "core/base/file.hpp"
#include "core/host/descriptor.hpp"
#include "core/host/host_stat.hpp"

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace fatlas::host {

/// The same file with the same bytes; its names and mode may have changed.
[[nodiscard]] bool isSameContent(const FileIdentity& a, const FileIdentity& b) noexcept;
[[nodiscard]] bool isSameInode(const FileIdentity& a, const FileIdentity& b) noexcept;

struct KeptItem {
    std::string path; ///< where it is, relative to the shared folder
    FileIdentity identity;
    std::string original;    ///< where it was
    bool wasDeleted = false; ///< not replaced
};

class Keep {
public:
    /// Makes it when it is not there.
    [[nodiscard]] static Result<std::unique_ptr<Keep>> open(int root, std::uint64_t session);

    [[nodiscard]] const std::string& name() const noexcept { return m_name; }

    [[nodiscard]] int descriptor() const noexcept { return m_folder.get(); }

    /// Names that are not taken.
    [[nodiscard]] std::string nextFileName();
    [[nodiscard]] std::string nextBytesName();
    [[nodiscard]] std::string nextTemporaryName();

    /// Relative to the shared folder.
    [[nodiscard]] std::string pathOf(const std::string& name) const { return m_name + "/" + name; }

    void add(KeptItem item);
    [[nodiscard]] std::vector<KeptItem> items() const;
    [[nodiscard]] bool has(const FileIdentity& file) const;

    /// A temporary file of this session could not be removed and lies in the folder.
    void noteLeftOver() noexcept { m_hasLeftOver = true; }

    [[nodiscard]] bool hasLeftOver() const noexcept { return m_hasLeftOver; }

private:
    Keep() = default;

    std::string m_name;
    std::uint64_t m_session = 0;
    Descriptor m_folder;
    std::atomic<std::uint64_t> m_number = 0;
    std::atomic<bool> m_hasLeftOver = false;
    mutable std::mutex m_mutex;              ///< over what follows
    std::map<std::string, KeptItem> m_items; ///< by path
};

} // namespace fatlas::host
