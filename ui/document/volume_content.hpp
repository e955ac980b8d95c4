/// An open FAT volume as all views see it: image, tree, usage map, and what is wrong with it.
///
/// Units:   offsets of findings are bytes from the start of the disk.
/// Threads: immutable once made; shared as std::shared_ptr<const VolumeContent>. The functions that
///          read are for workers.
#pragma once

#include "core/fat/check/check.hpp"
#include "core/fat/usage_map.hpp"
#include "core/image/image.hpp"

#include "ui/document/focus.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace fatlas::ui {

struct VolumeContent {
    image::Image image;
    std::shared_ptr<const fat::Tree> tree;
    std::shared_ptr<const fat::UsageMap> usage;
    /// Nothing until the volume was checked. Its tree and usage are those above.
    std::shared_ptr<const fat::CheckReport> report;
    std::vector<Finding> findings; ///< of the partition table, then of the volume
    std::string writeProblem;      ///< why nothing can be written to it; empty: it can

    [[nodiscard]] const fat::Volume& volume() const { return *image.volume; }

    [[nodiscard]] const fat::Geometry& geometry() const { return image.volume->geometry(); }
};

using SharedContent = std::shared_ptr<const VolumeContent>;

/// `partition`: its number, where the disk has several volumes.
[[nodiscard]] Result<SharedContent>
readContent(const std::string& source, const JobControl& job,
            std::optional<std::uint32_t> partition = std::nullopt);
/// Of a volume that is open already.
[[nodiscard]] Result<SharedContent> contentOf(image::Image image, const JobControl& job);
/// Whether files, chains and map are as they were.
[[nodiscard]] bool isSameVolume(const VolumeContent& a, const VolumeContent& b);
/// The same with everything that is wrong. Tree and map stay the same objects unless the volume
/// changed in between. Progress in FAT entries.
[[nodiscard]] Result<SharedContent> checkContent(const SharedContent& content,
                                                 const JobControl& job);

/// The volume's own bytes, which live as long as the content.
[[nodiscard]] std::shared_ptr<const block::BlockDevice> deviceOf(const SharedContent& content);

/// An entry of FAT number `copy`, from 0, down to its bits.
[[nodiscard]] FocusBytes bytesOfEntry(const VolumeContent& content, std::uint32_t copy,
                                      Cluster entry);

/// A cluster and the chain it belongs to; nothing outside the data area.
[[nodiscard]] FocusTarget targetOf(const VolumeContent& content, Cluster cluster);
[[nodiscard]] FocusTarget targetOfNode(const VolumeContent& content, std::uint32_t node);
/// The file, cluster and bytes that a finding is about; its offset is from the start of the disk.
[[nodiscard]] FocusTarget targetOf(const VolumeContent& content, const Finding& finding);
/// The same of one of the content's findings, which is named too.
[[nodiscard]] FocusTarget targetOfFinding(const VolumeContent& content, std::uint32_t finding);

} // namespace fatlas::ui
