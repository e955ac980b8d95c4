/// What the bytes are bytes of: an image, the volume inside, its files and what each cluster is
/// for.
///
/// Threads: immutable; shared as std::shared_ptr<const HexSubject>.
#pragma once

#include "core/base/finding.hpp"
#include "core/fat/usage_map.hpp"
#include "core/image/image.hpp"

#include <memory>
#include <vector>

namespace fatlas::ui {

struct HexSubject {
    image::Image image;
    std::shared_ptr<const fat::Tree> tree;
    std::shared_ptr<const fat::UsageMap> usage;
    std::vector<Finding> findings = {}; ///< their offsets count from the start of the volume

    [[nodiscard]] const block::BlockDevice& disk() const { return *image.disk; }

    [[nodiscard]] const fat::Geometry& geometry() const { return image.volume->geometry(); }
};

} // namespace fatlas::ui
