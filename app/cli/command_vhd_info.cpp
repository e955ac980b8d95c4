#include "core/base/text.hpp"
#include "core/vhd/bitmap_cache.hpp"

#include "app/cli/command_vhd.hpp"
#include "app/cli/exit_status.hpp"
#include "app/cli/json.hpp"
#include "app/cli/terminal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

namespace fatlas::cli {

namespace {

constexpr std::size_t maxFindingsShown = 100;

constexpr const char* footer =
    "Says what the file says about itself, and which programs see a disk of which size. Parents\n"
    "are not opened: see fatlas-cli vhd chain.\n"
    "\n"
    "Examples:\n"
    "  fatlas-cli vhd info disk.vhd\n"
    "  fatlas-cli vhd info disk.vhd --json | jq .virtualSize\n"
    "  fatlas-cli vhd info disk.vhd --blocks";

struct InfoArguments {
    VhdFileArguments vhd;
    bool json = false;
    bool blocks = false;
};

/// One block that is there.
struct Block {
    std::size_t index = 0;
    std::uint64_t offset = 0;                 ///< of its bitmap in the file
    std::optional<std::uint64_t> sectorCount; ///< whose bit is 1; nothing: cannot be read
};

std::optional<std::uint64_t> countSectors(const block::BlockDevice& device, std::uint64_t offset,
                                          const vhd::DynamicHeader& header)
{
    Bytes bits(header.bitmapSize());
    if (!device.read(offset, bits))
        return std::nullopt;
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < header.sectorsPerBlock() / 8; ++i)
        count += static_cast<std::uint64_t>(std::popcount(std::to_integer<unsigned>(bits[i])));
    return count;
}

std::vector<Block> blocksOf(const block::BlockDevice& device, const vhd::VhdFile& file)
{
    std::vector<Block> blocks;
    for (std::size_t i = 0; i < file.table.size(); ++i) {
        if (file.table[i] == vhd::unusedEntry)
            continue;
        const std::uint64_t offset = std::uint64_t{file.table[i]} * vhd::sectorBytes;
        blocks.push_back({.index = i,
                          .offset = offset,
                          .sectorCount = countSectors(device, offset, file.header)});
    }
    return blocks;
}

Json blocksJson(const std::vector<Block>& blocks)
{
    Json json = Json::array();
    for (const Block& block : blocks)
        json.push_back({{"index", block.index},
                        {"offset", block.offset},
                        {"sectorCount", block.sectorCount ? Json(*block.sectorCount) : Json()}});
    return json;
}

void writeBlocks(Output& output, const vhd::VhdFile& file, const std::vector<Block>& blocks)
{
    const std::uint32_t all = file.header.sectorsPerBlock();
    output.print("\nBlocks that are there ({} of {})\n", blocks.size(), file.table.size());
    for (const Block& block : blocks)
        output.print("  {:>8}  at byte {:>14}  {}\n", block.index, block.offset,
                     block.sectorCount ? fmt::format("{} of {} sectors", *block.sectorCount, all)
                                       : std::string("cannot be read"));
}

Result<> info(const InfoArguments& arguments)
{
    FATLAS_ASSIGN(const vhd::OpenedFile opened, vhd::hostFiles().open(arguments.vhd.file));
    FATLAS_ASSIGN(
        const vhd::VhdFile file,
        vhd::inFile(arguments.vhd.file, vhd::readVhdFile(*opened.device, arguments.vhd.sizeRule)));
    std::vector<Block> blocks;
    if (arguments.blocks && !file.isFixed())
        blocks = blocksOf(*opened.device, file);
    Output output;
    if (arguments.json) {
        Json json;
        json["file"] = arguments.vhd.file;
        json.update(vhdJson(file));
        if (arguments.blocks)
            json["blockList"] = blocksJson(blocks);
        writeJson(output, json);
        return output.finish();
    }
    output.print("{}: {} VHD\n", escapeForTerminal(arguments.vhd.file),
                 vhd::toString(file.footer.type));
    writeVhd(output, file);
    if (arguments.blocks && !file.isFixed())
        writeBlocks(output, file, blocks);
    FATLAS_TRY(output.finish());
    showFindings(file.findings, maxFindingsShown);
    return {};
}

} // namespace

void addVhdInfo(CLI::App& vhd, Verb& chosen)
{
    auto* verb = vhd.add_subcommand("info", "show what a VHD file says about itself");
    verb->footer(footer);
    const auto arguments = std::make_shared<InfoArguments>();
    arguments->vhd.addTo(*verb);
    verb->add_flag("--json", arguments->json, "say it for machines");
    verb->add_flag("--blocks", arguments->blocks, "list the blocks that are there");
    verb->callback([arguments, &chosen] {
        chosen = [arguments](const std::stop_token&) {
            const auto done = info(*arguments);
            return done ? toInt(ExitStatus::Done) : report(done.error());
        };
    });
}

} // namespace fatlas::cli
