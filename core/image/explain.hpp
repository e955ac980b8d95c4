/// Explains any place of a whole disk: partition tables and gaps here, the volume through core/fat.
///
/// Units:   bytes from the start of the disk, also inside the volume.
/// Errors:  those of the device, and Cancelled. Damage is data.
/// Threads: as fat::Explainer.
/// Bounds:  at most 256 extended boot records and two copies of a GPT are looked at.
#pragma once

#include "core/fat/explain/explain.hpp"
#include "core/image/image.hpp"

#include <cstdint>
#include <vector>

namespace fatlas::image {

class DiskExplainer {
public:
    /// `context`: of image.volume; its findings have offsets from the start of the volume.
    [[nodiscard]] static Result<DiskExplainer> create(const Image& image,
                                                      fat::ExplainContext context);

    [[nodiscard]] Result<fat::Explanation> explain(fat::ByteRange asked);
    [[nodiscard]] Result<fat::Explanation> explainCluster(Cluster cluster);

private:
    /// A structure that describes partitions, and where it lies.
    struct Structure {
        fat::PartKind kind = fat::PartKind::PartitionTable;
        fat::ByteRange place;
        std::uint64_t block = 0;     ///< its number in the table's own blocks
        std::uint32_t blockSize = 0; ///< bytes
        std::uint32_t entrySize = 0; ///< of GPT entries
    };

    DiskExplainer(const Image& image, fat::ExplainContext context);

    [[nodiscard]] Result<> findStructures();
    [[nodiscard]] Result<> findRecords(std::uint64_t first, std::uint64_t count);
    [[nodiscard]] Result<> findGpt();
    [[nodiscard]] Result<> findGptCopy(std::uint64_t block, std::uint32_t blockSize);

    [[nodiscard]] fat::ByteRange volumeRange() const;
    [[nodiscard]] Result<> explainRange(fat::ByteRange range, fat::Explanation& into);
    [[nodiscard]] Result<fat::ExplainedPart> structurePart(const Structure& structure,
                                                           std::uint64_t at) const;
    [[nodiscard]] fat::ExplainedPart otherPart(std::uint64_t at) const;
    [[nodiscard]] fat::ByteRange gapAround(std::uint64_t at) const;
    [[nodiscard]] fat::ByteRange rangeOf(const partition::Partition& partition) const;
    void toDisk(fat::Explanation& explanation) const;

    Image m_image;
    fat::Explainer m_explainer;
    std::vector<Structure> m_structures;
};

} // namespace fatlas::image
