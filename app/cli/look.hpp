/// What the verbs that look into a volume read first, and how they take places and numbers.
#pragma once

#include "core/fat/explain/explain.hpp"
#include "core/fat/tree.hpp"
#include "core/fat/usage_map.hpp"
#include "core/image/image.hpp"

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace fatlas::cli {

/// A volume with everything that says whose its clusters are.
struct Look {
    image::Image image;
    std::shared_ptr<const fat::Tree> tree;
    std::shared_ptr<const fat::UsageMap> usage;
    std::uint32_t fatCopy = 0;
    std::vector<Finding> findings; ///< offsets from the start of the volume

    [[nodiscard]] const fat::Volume& volume() const { return *image.volume; }

    [[nodiscard]] fat::ExplainContext context() const;
};

/// Which findings are worth their time: those met on the way, or all that a check finds.
enum class Thoroughness : std::uint8_t { OnTheWay, Checked };

[[nodiscard]] Result<Look> look(image::Image image, Thoroughness how, const std::stop_token& stop);

/// "1024", "0x400", "1K", "1.5M": bytes, or a number where suffixes make no sense to people.
[[nodiscard]] Result<std::uint64_t> parsePlace(std::string_view text);

/// "0x207 (519)".
[[nodiscard]] std::string placeText(std::uint64_t offset);

} // namespace fatlas::cli
