// A VHD in words and as JSON.
#include "core/base/text.hpp"
#include "core/vhd/seen_size.hpp"
#include "core/vhd/timestamp.hpp"

#include "app/cli/command_vhd.hpp"
#include "app/cli/json.hpp"

#include <fmt/format.h>

namespace fatlas::cli {

namespace {

const char* stateText(const vhd::FooterCopy& copy)
{
    switch (copy.state) {
    case vhd::FooterCopy::State::Good: return "good";
    case vhd::FooterCopy::State::Damaged: return "damaged";
    case vhd::FooterCopy::State::Missing: break;
    }
    return "missing";
}

Json copyJson(const vhd::FooterCopy& copy)
{
    Json json;
    json["offset"] = copy.offset;
    json["size"] = copy.size;
    json["state"] = stateText(copy);
    json["problem"] = copy.problem;
    return json;
}

Json footerJson(const vhd::Footer& footer)
{
    Json json;
    json["uuid"] = vhd::toString(footer.uuid);
    json["timeStamp"] = vhd::formatTimeStamp(footer.timeStamp);
    json["creator"] = {{"application", vhd::tagText(footer.creatorApplication)},
                       {"name", vhd::creatorName(footer.creatorApplication)},
                       {"version", fmt::format("{}.{}", footer.creatorVersion >> 16,
                                               footer.creatorVersion & 0xFFFF)},
                       {"hostSystem", vhd::tagText(footer.creatorHostSystem)}};
    json["originalSize"] = footer.originalSize;
    json["currentSize"] = footer.currentSize;
    json["geometry"] = {{"cylinders", footer.geometry.cylinders},
                        {"heads", footer.geometry.heads},
                        {"sectorsPerTrack", footer.geometry.sectorsPerTrack},
                        {"size", footer.geometry.size()}};
    json["savedState"] = footer.savedState != 0;
    return json;
}

Json parentJson(const vhd::VhdFile& file)
{
    Json json;
    json["uuid"] = vhd::toString(file.header.parentUuid);
    json["timeStamp"] = vhd::formatTimeStamp(file.header.parentTimeStamp);
    json["name"] = utf8FromUtf16(file.header.parentName);
    json["locators"] = Json::array();
    for (const vhd::ParentLocator& locator : file.locators)
        json["locators"].push_back({{"platform", vhd::tagText(locator.platform)},
                                    {"path", locator.text},
                                    {"offset", locator.offset},
                                    {"problem", locator.problem}});
    return json;
}

void row(Output& output, std::string_view name, const std::string& value)
{
    output.print("  {:<12}{}\n", name, value);
}

void writeSizes(Output& output, const vhd::VhdFile& file)
{
    const vhd::Footer& footer = file.footer;
    const bool byGeometry = file.sizeSource == vhd::SizeSource::Geometry;
    row(output, "Size",
        fmt::format("{}, {} bytes, {}", formatSize(file.virtualSize), formatCount(file.virtualSize),
                    byGeometry ? "by its geometry" : "by its current size"));
    row(output, "Geometry",
        fmt::format("{} cylinders, {} heads, {} sectors per track: {}", footer.geometry.cylinders,
                    footer.geometry.heads, footer.geometry.sectorsPerTrack,
                    footer.geometry == vhd::largestGeometry
                        ? "go by the size"
                        : formatCount(footer.geometry.size()) + " bytes"));
    for (const vhd::SeenSize& seen : vhd::seenSizes(footer))
        row(output, "", fmt::format("{:<36}{:>18} bytes", seen.program, formatCount(seen.size)));
}

void writeLayout(Output& output, const vhd::VhdFile& file)
{
    row(output, "File",
        fmt::format("{}, {} bytes", formatSize(file.fileSize), formatCount(file.fileSize)));
    row(output, "Footer",
        file.isFixed() ? fmt::format("{} at byte {}", stateText(file.tail), file.tail.offset)
                       : fmt::format("{} at byte {}, its copy is {}", stateText(file.tail),
                                     file.tail.offset, stateText(file.front)));
    if (file.isFixed())
        return;
    row(output, "Blocks",
        fmt::format("{} of {} are there, {} each; table at byte {}",
                    formatCount(file.allocatedBlocks()), formatCount(file.table.size()),
                    formatSize(file.header.blockSize), file.header.tableOffset));
    if (file.batmap)
        row(output, "Batmap", fmt::format("at byte {}", file.batmap->headerOffset));
}

void writeParent(Output& output, const vhd::VhdFile& file)
{
    row(output, "Parent",
        fmt::format("\"{}\", UUID {}, of {}",
                    escapeForTerminal(utf8FromUtf16(file.header.parentName)),
                    vhd::toString(file.header.parentUuid),
                    vhd::formatTimeStamp(file.header.parentTimeStamp)));
    for (const vhd::ParentLocator& locator : file.locators)
        row(output, "",
            fmt::format("{} \"{}\"{}{}", vhd::tagText(locator.platform),
                        escapeForTerminal(locator.text), locator.problem.empty() ? "" : ": ",
                        locator.problem));
}

} // namespace

Json vhdJson(const vhd::VhdFile& file)
{
    Json json;
    json["type"] = vhd::toString(file.footer.type);
    json["virtualSize"] = file.virtualSize;
    json["sizeBy"] = file.sizeSource == vhd::SizeSource::Geometry ? "chs" : "current-size";
    json["fileSize"] = file.fileSize;
    json.update(footerJson(file.footer));
    json["seenSizes"] = Json::array();
    for (const vhd::SeenSize& seen : vhd::seenSizes(file.footer))
        json["seenSizes"].push_back({{"program", seen.program}, {"size", seen.size}});
    json["footer"] = copyJson(file.tail);
    if (!file.isFixed()) {
        json["footerCopy"] = copyJson(file.front);
        json["blockSize"] = file.header.blockSize;
        json["headerOffset"] = file.footer.dataOffset;
        json["tableOffset"] = file.header.tableOffset;
        json["tableEntries"] = file.header.entryCount;
        json["blockCount"] = file.table.size();
        json["allocatedBlocks"] = file.allocatedBlocks();
        json["hasBatmap"] = file.batmap.has_value();
    }
    if (file.footer.type == vhd::DiskType::Differencing)
        json["parent"] = parentJson(file);
    json["findings"] = findingsJson(file.findings);
    return json;
}

void writeVhd(Output& output, const vhd::VhdFile& file)
{
    const vhd::Footer& footer = file.footer;
    writeSizes(output, file);
    writeLayout(output, file);
    const std::string name = vhd::creatorName(footer.creatorApplication);
    row(output, "Made by",
        fmt::format("{} (\"{}\" {}.{}, \"{}\"), {}", name.empty() ? "an unknown program" : name,
                    vhd::tagText(footer.creatorApplication), footer.creatorVersion >> 16,
                    footer.creatorVersion & 0xFFFF, vhd::tagText(footer.creatorHostSystem),
                    vhd::formatTimeStamp(footer.timeStamp)));
    row(output, "UUID", vhd::toString(footer.uuid));
    if (footer.savedState != 0)
        row(output, "State", "part of a machine that was saved while it ran");
    if (footer.type == vhd::DiskType::Differencing)
        writeParent(output, file);
}

} // namespace fatlas::cli
