/// What `create` and `plan` have in common: SOURCE or --empty, the layout, --strict and --json.
#pragma once

#include "core/folder_disk/plan.hpp"

#include "app/cli/layout_options.hpp"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>

namespace fatlas::cli {

struct FolderVerb {
    std::string source;
    bool empty = false;
    bool strict = false;
    bool json = false;
    LayoutOptions layout;

    /// `this` must outlive the parsing.
    void addTo(CLI::App& verb);
    /// To be called after parsing: throws CLI::ValidationError unless there is exactly one of
    /// SOURCE and --empty.
    void check() const;
    /// `output`: where the image will be, empty when nowhere.
    [[nodiscard]] Result<std::shared_ptr<const folder_disk::Plan>>
    plan(const std::filesystem::path& output, const std::stop_token& stop) const;
};

} // namespace fatlas::cli
