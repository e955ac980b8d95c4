/// Explains any place of a volume: which structure lies there, every field of it, and whose it is.
///
/// Units:   bytes from the start of the volume; what lies behind its end is said as well.
/// Errors:  those of the device, and Cancelled.
/// Threads: blocking for as long as it takes to read what lies there; Explainer belongs to one
///          thread, its context may be shared.
/// Bounds:  at most maxAsked bytes and maxParts parts are explained.
#pragma once

#include "core/base/finding.hpp"
#include "core/fat/explain/explanation.hpp"
#include "core/fat/tree.hpp"
#include "core/fat/usage_map.hpp"

#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace fatlas::fat {

/// What is known about a volume. Findings, with offsets from the start of the volume, are told
/// where they belong; they may be empty.
struct ExplainContext {
    std::shared_ptr<const Volume> volume;
    std::shared_ptr<const Tree> tree;
    std::shared_ptr<const UsageMap> usage;
    std::uint32_t fatCopy = 0; ///< the one the tree was read with, from 0
    std::vector<Finding> findings = {};
};

class Explainer {
public:
    static constexpr std::uint64_t maxAsked = 64 * KiB;
    static constexpr std::size_t maxParts = 4096;

    explicit Explainer(ExplainContext context) : m_context(std::move(context)) {}

    /// Every part that shares a byte with `asked`, in the order of the disk.
    [[nodiscard]] Result<Explanation> explain(ByteRange asked);
    /// Its FAT entry, and what lies in it; clusters 0 and 1 have only an entry. OutOfRange, saying
    /// which clusters there are.
    [[nodiscard]] Result<Explanation> explainCluster(Cluster cluster);

private:
    struct Directory {
        std::uint32_t node = UINT32_MAX;
        Bytes bytes; ///< of its slots
        DirectoryListing listing;
    };

    [[nodiscard]] const Geometry& geometry() const { return m_context.volume->geometry(); }

    [[nodiscard]] Result<> explainRange(ByteRange range, Explanation& into);
    [[nodiscard]] Result<ExplainedPart> partAt(ByteRange range);
    [[nodiscard]] Result<ExplainedPart> reservedPart(std::uint64_t at);
    [[nodiscard]] Result<ExplainedPart> bootPart(ExplainedPart part, ByteView sector);
    [[nodiscard]] Result<ExplainedPart> fatPart(ByteRange range);
    [[nodiscard]] Result<ExplainedPart> entriesPart(std::uint32_t copy, ClusterRange entries);
    void addEntryFacts(ExplainedPart& part, Cluster cluster) const;
    [[nodiscard]] Result<ExplainedPart> clusterPart(ByteRange range);
    [[nodiscard]] Result<ExplainedPart> filePart(ExplainedPart part, const UsageRun& run,
                                                 std::uint64_t at);
    [[nodiscard]] Result<ExplainedPart> unownedPart(ExplainedPart part, ClusterState state);
    [[nodiscard]] Result<ExplainedPart> slotPart(std::uint32_t node, std::uint32_t slot,
                                                 std::uint64_t at);
    void nameSlot(ExplainedPart& part, std::uint32_t slot, ByteView bytes) const;
    [[nodiscard]] ExplainedPart tailPart(ByteRange range) const;

    [[nodiscard]] Result<> loadDirectory(std::uint32_t node);
    [[nodiscard]] Result<> addClusterEntry(ExplainedPart& part, Cluster cluster) const;
    void addOwners(ExplainedPart& part, Cluster cluster) const;

    ExplainContext m_context;
    Directory m_directory; ///< the one looked at last
};

/// Puts findings beside the field, the place, the cluster or the path they are about.
void attachFindings(ExplainedPart& part, std::span<const Finding> findings);

/// "free", "part 3 of 7 of /DOCS/A.TXT": what one data cluster is, in a clause.
[[nodiscard]] std::string describeCluster(const ExplainContext& context, Cluster cluster);

} // namespace fatlas::fat
