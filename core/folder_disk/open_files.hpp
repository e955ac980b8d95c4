/// The host files behind a disk: a few stay open, each is the one that was scanned, or an error.
///
/// Where a jail moves or writes them meanwhile, the kept files tell where their bytes are.
///
/// Errors:   Changed when a file is not the one scanned, before or after its bytes were read;
///           Unsupported from open() when its bytes are in several files now; NotFound,
///           AccessDenied, Io. All name the file.
/// Threads:  safe from many threads at once; files are opened outside the lock.
/// Lifetime: refers to the plan; a file that is handed out stays open while somebody holds it.
#pragma once

#include "core/base/file.hpp"
#include "core/folder_disk/plan.hpp"
#include "core/host/kept_files.hpp"

#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace fatlas::folder_disk {

class OpenFiles {
public:
    static constexpr std::size_t capacity = 256;

    /// `kept` is of the plan's snapshot.
    OpenFiles(const Plan& plan, std::shared_ptr<const host::KeptFiles> kept)
        : m_plan(plan), m_kept(std::move(kept))
    {}

    /// Open, at this moment still the one that was scanned, and all of its bytes are as they were.
    [[nodiscard]] Result<std::shared_ptr<const File>> open(std::uint32_t entry) const;
    /// Bytes that were in the scanned file: it is looked at again after they were read.
    [[nodiscard]] Result<> read(std::uint32_t entry, std::uint64_t offset, ByteSpan into) const;

private:
    using FilePointer = std::shared_ptr<const File>;

    struct Item {
        std::uint32_t entry = 0;
        FilePointer file;
    };

    template <class Use>
    [[nodiscard]] Result<FilePointer> use(std::uint32_t entry, Use look) const;
    [[nodiscard]] Result<FilePointer> openNew(std::uint32_t entry) const;
    [[nodiscard]] FilePointer findOpen(std::uint32_t entry) const;
    void remember(std::uint32_t entry, const FilePointer& file) const;
    void forget(std::uint32_t entry) const;

    const Plan& m_plan;
    std::shared_ptr<const host::KeptFiles> m_kept;
    mutable std::mutex m_mutex;
    mutable std::list<Item> m_recent; ///< most recently used first
    mutable std::unordered_map<std::uint32_t, std::list<Item>::iterator> m_places;
};

} // namespace fatlas::folder_disk
