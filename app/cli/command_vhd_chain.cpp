#include "core/base/text.hpp"
#include "core/vhd/chain.hpp"

#include "app/cli/command_vhd.hpp"
#include "app/cli/exit_status.hpp"
#include "app/cli/json.hpp"
#include "app/cli/terminal.hpp"

#include <fmt/format.h>

namespace fatlas::cli {

namespace {

constexpr std::size_t maxFindingsShown = 100;

constexpr const char* footer =
    "The disk first, then its parents, and for each of them where it was looked for and how it\n"
    "is known: relative locators, absolute ones, then names in the child's own folder.\n"
    "\n"
    "Exit status: 0 the chain is whole, 1 a parent is missing, replaced or changed.\n"
    "\n"
    "Example:\n"
    "  fatlas-cli vhd chain child.vhd";

struct ChainArguments {
    VhdFileArguments vhd;
    bool json = false;
};

Json linkJson(const vhd::ChainLink& link)
{
    Json json;
    json["path"] = link.path.native();
    json["type"] = vhd::toString(link.vhd.footer.type);
    json["virtualSize"] = link.vhd.virtualSize;
    json["uuid"] = vhd::toString(link.vhd.footer.uuid);
    json["tries"] = Json::array();
    for (const vhd::ParentTry& attempt : link.tries)
        json["tries"].push_back({{"path", attempt.path.native()},
                                 {"source", attempt.source},
                                 {"outcome", attempt.outcome},
                                 {"isParent", attempt.isParent}});
    return json;
}

Json chainJson(const vhd::Chain& chain)
{
    Json json;
    json["whole"] = !chain.broken.has_value();
    json["broken"] = chain.broken ? Json(chain.broken->message) : Json();
    json["links"] = Json::array();
    for (const vhd::ChainLink& link : chain.links)
        json["links"].push_back(linkJson(link));
    json["findings"] = findingsJson(chain.findings);
    return json;
}

void writeChain(Output& output, const vhd::Chain& chain)
{
    for (std::size_t i = 0; i < chain.links.size(); ++i) {
        const vhd::ChainLink& link = chain.links[i];
        output.print("{:>3}  {}\n     {} VHD of {}, UUID {}\n", i,
                     escapeForTerminal(link.path.native()), vhd::toString(link.vhd.footer.type),
                     formatSize(link.vhd.virtualSize), vhd::toString(link.vhd.footer.uuid));
        for (const vhd::ParentTry& attempt : link.tries)
            output.print("     {} {} ({}): {}\n", attempt.isParent ? "parent:" : "not:",
                         escapeForTerminal(attempt.path.native()), withoutControls(attempt.source),
                         withoutControls(attempt.outcome));
    }
}

Result<bool> showChain(const ChainArguments& arguments)
{
    FATLAS_ASSIGN(const vhd::Chain chain,
                  vhd::readChain(arguments.vhd.file, vhd::hostFiles(), arguments.vhd.sizeRule));
    Output output;
    if (arguments.json)
        writeJson(output, chainJson(chain));
    else
        writeChain(output, chain);
    FATLAS_TRY(output.finish());
    if (!arguments.json)
        showFindings(chain.findings, maxFindingsShown);
    if (chain.broken)
        complain(chain.broken->message);
    return !chain.broken && !anyCounts(chain.findings, Counts::WarningsAndWorse);
}

} // namespace

void addVhdChain(CLI::App& vhd, Verb& chosen)
{
    auto* verb = vhd.add_subcommand("chain", "show a VHD and its parents");
    verb->footer(footer);
    const auto arguments = std::make_shared<ChainArguments>();
    arguments->vhd.addTo(*verb);
    verb->add_flag("--json", arguments->json, "say it for machines");
    verb->callback([arguments, &chosen] {
        chosen = [arguments](const std::stop_token&) {
            const auto whole = showChain(*arguments);
            if (!whole)
                return report(whole.error());
            return toInt(*whole ? ExitStatus::Done : ExitStatus::Refused);
        };
    });
}

} // namespace fatlas::cli
