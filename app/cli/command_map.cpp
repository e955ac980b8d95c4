#include "core/base/text.hpp"
#include "core/fat/usage_looks.hpp"

#include "app/cli/command.hpp"
#include "app/cli/exit_status.hpp"
#include "app/cli/image_verb.hpp"
#include "app/cli/json.hpp"
#include "app/cli/look.hpp"
#include "app/cli/map_draw.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <sys/ioctl.h>
#include <unistd.h>

namespace fatlas::cli {

namespace {

constexpr std::uint32_t defaultPixels = 1024;
constexpr std::uint32_t maxPixels = 16384;
constexpr std::uint32_t defaultColumns = 80;
constexpr std::uint32_t maxTextRows = 24;

constexpr const char* footer =
    "Draws what the clusters are used for: as text here, or as a PNG or SVG picture. Where "
    "several\n"
    "clusters share a cell the most important one is shown (finding, cross-linked, bad, lost,\n"
    "system, folder, file, free), so zooming out never hides one. Modes: state; owner (a colour a\n"
    "file, neighbours told apart); fragments (where a file goes on from another place); findings.\n"
    "\n"
    "Examples:\n"
    "  fatlas-cli map dos.img\n"
    "  fatlas-cli map card.img --png card.png --width 2048 --mode fragments\n"
    "  fatlas-cli map dos.img --json | jq .counts";

struct MapArguments {
    ImageVerb image;
    std::optional<std::string> png;
    std::optional<std::string> svg;
    std::optional<std::uint32_t> width;
    std::string mode = "state";
    bool json = false;
};

MapMode modeOf(const std::string& text)
{
    return text == "owner"       ? MapMode::Owner
           : text == "fragments" ? MapMode::Fragments
           : text == "findings"  ? MapMode::Findings
                                 : MapMode::State;
}

const char* stateName(fat::ClusterState state)
{
    switch (state) {
    case fat::ClusterState::Free: return "free";
    case fat::ClusterState::File: return "file";
    case fat::ClusterState::Directory: return "directory";
    case fat::ClusterState::System: return "reserved";
    case fat::ClusterState::Lost: return "lost";
    case fat::ClusterState::Bad: return "bad";
    case fat::ClusterState::CrossLinked: return "cross-linked";
    }
    return "free";
}

/// The clusters that findings are about.
std::vector<ClusterRange> findingClusters(const Look& view)
{
    std::vector<ClusterRange> ranges;
    for (const Finding& finding : view.findings) {
        const auto cluster = fat::clusterOf(view.volume().geometry(), finding);
        if (finding.severity != Severity::Info && cluster)
            ranges.push_back({.first = *cluster, .count = 1});
    }
    return ranges;
}

/// Runs one a line, so that millions of them need no memory.
Result<> writeMapJson(Output& output, const Look& view, const fat::UsagePyramid& pyramid)
{
    const fat::Geometry& g = view.volume().geometry();
    Json head;
    head["clusterCount"] = g.clusterCount;
    head["clusterSize"] = g.clusterSize();
    head["counts"] = usageJson(*view.usage);
    head["findings"] = Json::array();
    for (const ClusterRange& range : pyramid.findings())
        head["findings"].push_back({{"first", range.first.value}, {"count", range.count}});
    std::string text = head.dump(2, ' ', false, Json::error_handler_t::replace);
    text.erase(text.rfind('\n'));
    output.text(text);
    output.text(",\n  \"runs\": [");
    bool isFirst = true;
    for (const fat::UsageRun& run : view.usage->runs()) {
        FATLAS_TRY(output.state());
        Json one;
        one["first"] = run.first.value;
        one["count"] = run.count;
        one["state"] = stateName(run.state);
        if (run.owner != fat::noOwner) {
            one["path"] = view.tree->path(run.owner);
            one["part"] = run.part;
        }
        output.text(isFirst ? "\n    " : ",\n    ");
        output.text(one.dump(-1, ' ', false, Json::error_handler_t::replace));
        isFirst = false;
    }
    output.text("\n  ]\n}\n");
    return {};
}

std::uint32_t terminalColumns()
{
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col != 0)
        return size.ws_col;
    return defaultColumns;
}

void writeHead(Output& output, const MapArguments& arguments, const MapGrid& grid,
               const fat::Geometry& geometry)
{
    output.print("{}: {} clusters of {}, ", escapeForTerminal(arguments.image.image),
                 formatCount(geometry.clusterCount), formatSize(geometry.clusterSize()));
    if (grid.clustersPerCell == 1)
        output.text("a cell each\n");
    else
        output.print("{} a cell, the most important one is shown\n",
                     formatCount(grid.clustersPerCell));
}

Result<> draw(const MapArguments& arguments, const Look& view, const fat::UsagePyramid& pyramid,
              Output& output)
{
    const fat::Geometry& geometry = view.volume().geometry();
    const bool isPicture = arguments.png || arguments.svg;
    const MapGrid grid =
        isPicture ? gridForPixels(geometry.clusterCount, arguments.width.value_or(defaultPixels))
                  : gridForText(geometry.clusterCount, arguments.width.value_or(terminalColumns()),
                                maxTextRows);
    const MapPicture picture(*view.tree, pyramid, modeOf(arguments.mode), grid);
    const Colours colours = ::isatty(STDOUT_FILENO) != 0 ? Colours::Yes : Colours::No;
    if (arguments.png)
        FATLAS_TRY(drawPng(*arguments.png, picture));
    if (arguments.svg)
        FATLAS_TRY(drawSvg(*arguments.svg, picture, arguments.image.image));
    writeHead(output, arguments, grid, geometry);
    if (!isPicture)
        drawText(output, picture, colours);
    drawLegend(output, picture, colours);
    return {};
}

Result<> map(const MapArguments& arguments, const std::stop_token& stop)
{
    FATLAS_ASSIGN(auto image, arguments.image.open(stop));
    FATLAS_ASSIGN(const Look view,
                  look(std::move(image),
                       modeOf(arguments.mode) == MapMode::Findings ? Thoroughness::Checked
                                                                   : Thoroughness::OnTheWay,
                       stop));
    FATLAS_ASSIGN(const auto pyramid,
                  fat::UsagePyramid::build(view.usage, findingClusters(view), JobControl(stop)));
    Output output;
    if (arguments.json) {
        FATLAS_TRY(writeMapJson(output, view, *pyramid));
    } else {
        FATLAS_TRY(draw(arguments, view, *pyramid, output));
    }
    return output.finish();
}

} // namespace

void addMap(CLI::App& app, Verb& chosen)
{
    auto* verb = app.add_subcommand("map", "draw what the clusters are used for");
    verb->footer(footer);
    const auto arguments = std::make_shared<MapArguments>();
    arguments->image.addToReader(*verb);
    auto* json = verb->add_flag("--json", arguments->json, "runs and counts, for machines");
    auto* png = verb->add_option("--png", arguments->png, "a picture of pixels; replaced if there")
                    ->option_text("FILE");
    auto* svg = verb->add_option("--svg", arguments->svg, "a drawing with a legend; replaced too")
                    ->option_text("FILE");
    png->excludes(svg)->excludes(json);
    svg->excludes(json);
    verb->add_option("--width", arguments->width, "pixels, or columns of text")
        ->check(CLI::Range(1U, maxPixels))
        ->option_text("N");
    verb->add_option("--mode", arguments->mode, "state, owner, fragments, findings")
        ->check(CLI::IsMember({"state", "owner", "fragments", "findings"}))
        ->option_text("MODE");
    verb->callback([arguments, &chosen] {
        chosen = [arguments](const std::stop_token& stop) {
            const auto done = map(*arguments, stop);
            return done ? toInt(ExitStatus::Done) : report(done.error());
        };
    });
}

} // namespace fatlas::cli
