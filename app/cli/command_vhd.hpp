/// The verbs under `fatlas-cli vhd`, and what they have in common.
#pragma once

#include "core/vhd/open_vhd.hpp"

#include "app/cli/command.hpp"
#include "app/cli/output.hpp"

#include <nlohmann/json.hpp>

#include <memory>
#include <optional>
#include <string>

namespace fatlas::cli {

void addVhdCreate(CLI::App& vhd, Verb& chosen);
void addVhdInfo(CLI::App& vhd, Verb& chosen);
void addVhdCheck(CLI::App& vhd, Verb& chosen);
void addVhdRepair(CLI::App& vhd, Verb& chosen);
void addVhdChain(CLI::App& vhd, Verb& chosen);
void addVhdConvert(CLI::App& vhd, Verb& chosen);
void addVhdCompact(CLI::App& vhd, Verb& chosen);
void addVhdResize(CLI::App& vhd, Verb& chosen);
void addVhdMerge(CLI::App& vhd, Verb& chosen);
void addVhdReparent(CLI::App& vhd, Verb& chosen);

/// FILE and --size-by, which all verbs that open a VHD have.
struct VhdFileArguments {
    std::string file;
    vhd::SizeRule sizeRule = vhd::SizeRule::ByCreator;

    /// `this` must outlive the parsing.
    void addTo(CLI::App& verb);
};

/// "fixed", "dynamic", "differencing".
[[nodiscard]] std::optional<vhd::DiskType> parseDiskType(std::string_view name);

[[nodiscard]] nlohmann::ordered_json vhdJson(const vhd::VhdFile& file);
/// Rows for people, without the file's name.
void writeVhd(Output& output, const vhd::VhdFile& file);

} // namespace fatlas::cli
