/// A cluster map drawn: as text, as PNG, as SVG.
///
/// Errors:  those of the output; a file that is there already is replaced only when it is whole.
/// Threads: one thread.
#pragma once

#include "core/base/error.hpp"

#include "app/cli/map_picture.hpp"
#include "app/cli/output.hpp"

#include <filesystem>
#include <string>

namespace fatlas::cli {

enum class Colours : std::uint8_t { No, Yes };

void drawText(Output& output, const MapPicture& picture, Colours colours);
/// One line a look that is there: its sign, name, clusters, percent.
void drawLegend(Output& output, const MapPicture& picture, Colours colours);

[[nodiscard]] Result<> drawPng(const std::filesystem::path& target, const MapPicture& picture);
/// `title`: unescaped.
[[nodiscard]] Result<> drawSvg(const std::filesystem::path& target, const MapPicture& picture,
                               const std::string& title);

/// Whether pixel (x, y) of a cell of `pitch` pixels is ink on its colour: glyph and notches, as the
/// window draws them; none below 7 pixels.
[[nodiscard]] bool isInk(const MapCell& cell, std::uint32_t pitch, std::uint32_t x,
                         std::uint32_t y) noexcept;
/// What is seen on the colour of a look: white on dark ones, else black.
[[nodiscard]] std::uint32_t inkOf(CellLook look) noexcept;

} // namespace fatlas::cli
