/// Where new clusters come from: one run if there is one that is long enough, else few.
///
/// The FAT is read from the hint on, once, and only as far as needed.
///
/// Units:    clusters.
/// Bounds:   memory in proportion to free runs, at most `maxRuns` of them unless more are asked
///           for.
/// Threads:  one.
/// Lifetime: refers to the volume.
#pragma once

#include "core/fat/volume.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <utility>
#include <vector>

namespace fatlas::edit {

class FreeSpace {
public:
    static constexpr std::size_t maxRuns = 4'000'000;

    /// `hint`: where to begin; anything that is no data cluster is as good as none.
    FreeSpace(const fat::Volume& volume, Cluster hint);

    [[nodiscard]] Result<bool> has(std::uint32_t count);
    /// Takes `count` clusters that has() said are there, in the order of the volume.
    [[nodiscard]] Result<std::vector<ClusterRange>> take(std::uint32_t count);
    /// Clusters that were given up may be taken from now on.
    void add(ClusterRange run);
    /// Not this one if there are others; does nothing to a cluster that is not free.
    [[nodiscard]] Result<> avoid(Cluster cluster);
    /// All that is free, avoided ones too. Reads the rest of the FAT.
    [[nodiscard]] Result<std::uint32_t> count();

private:
    using Runs = std::map<Cluster, std::uint32_t>;

    [[nodiscard]] bool isDone() const noexcept { return m_left == 0; }

    [[nodiscard]] Result<> readOn();
    void insert(ClusterRange run);
    void erase(Runs::iterator run);
    [[nodiscard]] ClusterRange takeFront(Runs::iterator run, std::uint32_t count);
    [[nodiscard]] Result<> findRun(std::uint32_t count);

    const fat::Volume& m_volume;
    Cluster m_next;       ///< where reading goes on
    std::uint32_t m_left; ///< clusters not read yet
    Runs m_runs;
    std::set<std::pair<std::uint32_t, Cluster>> m_byLength;
    std::uint32_t m_free = 0; ///< in m_runs
    std::vector<Cluster> m_avoided;
};

} // namespace fatlas::edit
