/// inotify watches on a folder and every folder below it.
///
/// The set of watches is brought up to date as a whole: after folders came or went, sync() walks
/// the tree again, adds what is new and drops what has left. Watches are in place before the walk
/// lists a folder, so whoever looks at the folder after sync() misses nothing.
///
/// Errors:  Limit when the system grants no more watches, naming the sysctl.
/// Threads: belongs to one thread.
/// Source:  inotify(7).
#pragma once

#include "core/base/error.hpp"
#include "core/host/descriptor.hpp"
#include "core/host/folder_walk.hpp"

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <sys/inotify.h>
#include <unordered_map>

namespace fatlas::host {

class InotifyTree {
public:
    /// What a batch of events means for the tree.
    struct Changes {
        bool any = false;
        bool folders = false; ///< sync() is due
    };

    [[nodiscard]] static Result<InotifyTree> create(std::filesystem::path root);

    /// Becomes readable when something happened.
    [[nodiscard]] int descriptor() const noexcept { return m_inotify.get(); }

    [[nodiscard]] Result<WalkEnd> sync(const std::stop_token& stop);
    [[nodiscard]] Changes takeEvents();

private:
    explicit InotifyTree(std::filesystem::path root) : m_root(std::move(root)) {}

    [[nodiscard]] int add(int folder);
    void watchParent();
    void dropStale();
    [[nodiscard]] Changes judge(const inotify_event& event, const char* name);
    [[nodiscard]] std::unexpected<Error> explain(int error) const;

    std::filesystem::path m_root;
    Descriptor m_inotify;
    int m_parentWatch = -1; ///< tells when the folder itself goes or comes
    std::unordered_map<int, std::uint32_t> m_watches; ///< watch -> the walk that saw it last
    std::uint32_t m_walk = 0;
};

} // namespace fatlas::host
