#include "app/cli/command_vhd.hpp"

#include <map>

namespace fatlas::cli {

namespace {

constexpr const char* footer =
    "What QEMU's vpc driver calls subformat is --type, force_size is the default here, and\n"
    "force_size_calc is --size-by.\n"
    "\n"
    "Examples:\n"
    "  fatlas-cli vhd create disk.vhd --size 10G\n"
    "  fatlas-cli vhd create child.vhd --type differencing --parent disk.vhd\n"
    "  fatlas-cli vhd info disk.vhd\n"
    "  fatlas-cli vhd VERB --help";

} // namespace

void VhdFileArguments::addTo(CLI::App& verb)
{
    const std::map<std::string, vhd::SizeRule> rules{
        {"creator", vhd::SizeRule::ByCreator},
        {"current-size", vhd::SizeRule::CurrentSize},
        {"chs", vhd::SizeRule::Geometry},
    };
    verb.add_option("FILE", file, "a VHD file")->required();
    verb.add_option("--size-by", sizeRule,
                    "which of the two sizes counts: creator (what whoever made it meant, as QEMU "
                    "decides it), current-size or chs")
        ->transform(CLI::CheckedTransformer(rules).description(""))
        ->type_name("HOW");
}

std::optional<vhd::DiskType> parseDiskType(std::string_view name)
{
    for (const auto type :
         {vhd::DiskType::Fixed, vhd::DiskType::Dynamic, vhd::DiskType::Differencing})
        if (name == vhd::toString(type))
            return type;
    return std::nullopt;
}

void addVhd(CLI::App& app, Verb& chosen)
{
    auto* verb = app.add_subcommand("vhd", "create, inspect, check, repair and convert VHD files");
    verb->footer(footer);
    verb->require_subcommand(1);
    addVhdCreate(*verb, chosen);
    addVhdInfo(*verb, chosen);
    addVhdCheck(*verb, chosen);
    addVhdRepair(*verb, chosen);
    addVhdChain(*verb, chosen);
    addVhdConvert(*verb, chosen);
    addVhdCompact(*verb, chosen);
    addVhdResize(*verb, chosen);
    addVhdMerge(*verb, chosen);
    addVhdReparent(*verb, chosen);
}

} // namespace fatlas::cli
