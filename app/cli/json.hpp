/// What the verbs say to machines. Field names are camelCase; sizes and offsets are in bytes; names
/// are UTF-8, and bytes that are not become U+FFFD.
#pragma once

#include "core/base/rule.hpp"
#include "core/fat/usage_map.hpp"
#include "core/folder_disk/plan.hpp"
#include "core/image/image.hpp"

#include "app/cli/output.hpp"

#include <nlohmann/json.hpp>

#include <span>
#include <string>

namespace fatlas::cli {

using Json = nlohmann::ordered_json;

/// With what a rule means, where `findRule` knows it.
[[nodiscard]] Json findingsJson(std::span<const Finding> findings,
                                const Rule* (*findRule)(std::string_view) = nullptr);
[[nodiscard]] Json planJson(const folder_disk::Plan& plan);
[[nodiscard]] Json bootJson(const fat::BootSector& boot, int codePage);
[[nodiscard]] Json tableJson(const block::BlockDevice& disk,
                             const partition::PartitionTable& table);
[[nodiscard]] Json usageJson(const fat::UsageMap& usage);
/// `path` is the item's own.
[[nodiscard]] Json itemJson(const fat::DirectoryItem& item, const std::string& path);

/// Indented, one value, a line feed at the end.
void writeJson(Output& output, const Json& value);

} // namespace fatlas::cli
