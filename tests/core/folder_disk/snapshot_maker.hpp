/// Snapshots of folders that do not exist, for what is planned without I/O.
///
/// Shape: paths with '/' between components; one that ends in '/' is a folder. Missing parents are
///        made. Nodes come out as a scan would give them: breadth-first, sorted by bytes.
#pragma once

#include "core/folder_disk/plan.hpp"
#include "core/host/snapshot.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace fatlas::test {

struct FakeNode {
    std::string path;
    std::uint64_t size = 0;
    bool readable = true;
    bool writable = true;
};

/// 2026-01-02 03:04:06 UTC
inline constexpr std::int64_t fakeTimeNs = 1'767'323'046'000'000'000;

[[nodiscard]] std::shared_ptr<host::Snapshot> makeSnapshot(const std::vector<FakeNode>& nodes);

/// `count` files of `size` bytes, named by `nameOf`, in one folder ("" is the root).
[[nodiscard]] std::vector<FakeNode>
manyFiles(const std::string& folder, std::uint32_t count, std::uint64_t size,
          const std::function<std::string(std::uint32_t)>& nameOf);

/// A plan that must be made, or the test program ends.
[[nodiscard]] std::shared_ptr<const folder_disk::Plan>
planOrDie(const std::vector<FakeNode>& nodes, const folder_disk::Options& options = {});

/// The entry with this path on the disk ("/DOCS/A.TXT"), or the test program ends.
[[nodiscard]] const folder_disk::Entry& entryAt(const folder_disk::Plan& plan,
                                                const std::string& path);

} // namespace fatlas::test
