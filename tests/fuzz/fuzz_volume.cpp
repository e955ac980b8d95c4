// The start of an image of 4 MiB, zeros behind: opened, every directory read, every cluster mapped,
// every file read.
#include "core/base/text.hpp"
#include "core/fat/usage_map.hpp"

#include "tests/fuzz/image_start.hpp"
#include "tests/fuzz/require.hpp"

#include <algorithm>

using namespace fatlas;

namespace {

void checkTree(const fat::Volume& volume, const fat::Tree& tree)
{
    for (std::uint32_t i = 0; i < tree.nodes.size(); ++i) {
        const fat::TreeNode& node = tree.nodes[i];
        fuzz::require(i == 0 || node.parent < i, "parents come first");
        fuzz::require(
            node.childCount == 0 ||
                (node.firstChild > i && node.childCount <= tree.nodes.size() - node.firstChild),
            "children come later");
        std::uint64_t clusters = 0;
        for (const ClusterRange& run : tree.runsOf(i)) {
            fuzz::require(volume.geometry().isData(run.first) && run.count >= 1 &&
                              run.end() <= volume.geometry().endCluster(),
                          "runs lie in the volume");
            clusters += run.count;
        }
        fuzz::require(clusters == node.clusterCount, "runs add up");
    }
}

void readFiles(const fat::Volume& volume, const fat::Tree& tree)
{
    for (std::uint32_t i = 0; i < std::min<std::size_t>(tree.nodes.size(), 64); ++i) {
        const auto runs = tree.runsOf(i);
        const fat::Chain chain{.runs = {runs.begin(), runs.end()},
                               .end = tree.nodes[i].end,
                               .clusterCount = tree.nodes[i].clusterCount};
        const std::uint64_t size =
            std::uint64_t{chain.clusterCount} * volume.geometry().clusterSize();
        Bytes content(std::min<std::uint64_t>(size, 64 * KiB));
        fuzz::require(volume.readChain(chain, size - content.size(), content).has_value(),
                      "chains can be read to their end");
        (void)tree.find(tree.path(i));
    }
}

void checkMap(const fat::UsageMap& map)
{
    Cluster at{2};
    for (const fat::UsageRun& run : map.runs()) {
        fuzz::require(run.first == at && run.count >= 1, "runs are ordered and gap-free");
        at = run.end();
    }
    fuzz::require(at == map.geometry().endCluster(), "runs reach the end");
    std::uint64_t total = 0;
    for (std::size_t state = 0; state < fat::clusterStateCount; ++state)
        total += map.count(static_cast<fat::ClusterState>(state));
    fuzz::require(total == map.geometry().clusterCount, "counts add up");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const ByteView bytes = std::as_bytes(std::span(data, size));
    const auto device = std::make_shared<fuzz::ImageStart>(bytes);
    const auto volume = fat::Volume::open(device);
    if (!volume)
        return 0;
    const auto tree = fat::readTree(**volume);
    fuzz::require(tree.has_value(), "what lies on the device can be read");
    checkTree(**volume, **tree);
    readFiles(**volume, **tree);
    const auto map = fat::mapUsage(**volume, **tree);
    fuzz::require(map.has_value(), "every cluster can be mapped");
    checkMap(**map);
    return 0;
}
