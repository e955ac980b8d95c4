#include "core/base/text.hpp"

#include "app/cli/map_draw.hpp"
#include "app/cli/words.hpp"

namespace fatlas::cli {

namespace {

std::string_view signOf(CellLook look)
{
    switch (look) {
    case CellLook::Nothing: return " ";
    case CellLook::Free: return "·";
    case CellLook::File: return "█";
    case CellLook::Directory: return "▀";
    case CellLook::System: return "▒";
    case CellLook::Lost: return "?";
    case CellLook::Bad: return "✕";
    case CellLook::CrossLinked: return "╱";
    case CellLook::RunStart: return "▌";
    case CellLook::Used: return "▓";
    case CellLook::Finding: return "!";
    case CellLook::Owner0: return "█";
    case CellLook::Owner1: return "▓";
    case CellLook::Owner2: return "▒";
    case CellLook::Owner3: return "░";
    case CellLook::Owner4: return "▚";
    case CellLook::Owner5: return "▞";
    }
    return " ";
}

std::string coloured(CellLook look, Colours colours)
{
    if (colours == Colours::No || look == CellLook::Nothing)
        return std::string(signOf(look));
    const std::uint32_t colour = colourOf(look);
    return fmt::format("\x1B[38;2;{};{};{}m{}\x1B[0m", colour >> 16, colour >> 8 & 0xFF,
                       colour & 0xFF, signOf(look));
}

} // namespace

void drawText(Output& output, const MapPicture& picture, Colours colours)
{
    for (std::uint32_t row = 0; row < picture.grid().rows; ++row) {
        for (const MapCell& cell : picture.row(row))
            output.text(coloured(cell.look, colours));
        output.text("\n");
    }
}

void drawLegend(Output& output, const MapPicture& picture, Colours colours)
{
    const auto counts = picture.legend();
    std::uint64_t all = 0;
    for (const std::uint64_t count : counts)
        all += count;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        const auto look = static_cast<CellLook>(i);
        if (counts[i] != 0)
            output.print("  {}  {:<16}{:>13}  {}\n", coloured(look, colours), nameOf(look),
                         formatCount(counts[i]), percent(counts[i], all));
    }
}

} // namespace fatlas::cli
