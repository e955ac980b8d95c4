#include "core/fat/usage_looks.hpp"

namespace fatlas::fat {

namespace {

constexpr std::uint32_t hashSeed = 2166136261U; ///< FNV-1a
constexpr std::uint32_t hashFactor = 16777619U;

std::uint32_t hashOn(std::uint32_t hash, std::string_view text)
{
    for (const char c : text) {
        hash ^= static_cast<unsigned char>(c);
        hash *= hashFactor;
    }
    return hash;
}

/// Of the path of each node; a parent stands before its children.
std::vector<std::uint32_t> pathHashes(const Tree& tree)
{
    std::vector<std::uint32_t> hashes(tree.nodes.size(), hashSeed);
    for (std::size_t i = 1; i < hashes.size(); ++i)
        hashes[i] = hashOn(hashOn(hashes[tree.nodes[i].parent], "/"), tree.nodes[i].name);
    return hashes;
}

/// The low bits of the hash alone depend on the end of the name only.
std::uint8_t colourOf(std::uint32_t hash)
{
    return static_cast<std::uint8_t>((hash ^ hash >> 16) % ownerColourCount);
}

} // namespace

std::vector<std::uint8_t> ownerColours(const Tree& tree, const UsageMap& map)
{
    const std::vector<std::uint32_t> hashes = pathHashes(tree);
    std::vector<std::uint8_t> colours(tree.nodes.size(), noOwnerColour);
    std::uint8_t before = noOwnerColour;
    for (const UsageRun& run : map.runs()) {
        if (run.owner >= colours.size())
            continue;
        std::uint8_t& colour = colours[run.owner];
        if (colour == noOwnerColour) {
            colour = colourOf(hashes[run.owner]);
            if (colour == before)
                colour = static_cast<std::uint8_t>((colour + 1) % ownerColourCount);
        }
        before = colour;
    }
    return colours;
}

bool isFragmentStart(const UsageMap& map, std::size_t run)
{
    const auto& runs = map.runs();
    const UsageRun& here = runs[run];
    if (here.owner == noOwner || here.part == 0)
        return false;
    const bool goesOn = run != 0 && runs[run - 1].owner == here.owner &&
                        runs[run - 1].part + runs[run - 1].count == here.part;
    return !goesOn;
}

std::optional<Cluster> clusterOf(const Geometry& geometry, const Finding& finding)
{
    if (finding.cluster)
        return geometry.isData(Cluster{*finding.cluster}) ? std::optional(Cluster{*finding.cluster})
                                                          : std::nullopt;
    if (!finding.offset || *finding.offset < geometry.dataOffset() ||
        *finding.offset >= geometry.clusterOffset(geometry.endCluster()))
        return std::nullopt;
    const std::uint64_t index = (*finding.offset - geometry.dataOffset()) / geometry.clusterSize();
    return Cluster{static_cast<std::uint32_t>(index) + 2};
}

} // namespace fatlas::fat
