/// The fields of a VHD's structures as they are stored, and what they mean.
///
/// Shape:   sections in the order of `VhdSection`; a section that the file does not have has no
///          rows.
/// Threads: pure.
#pragma once

#include "core/vhd/inspect.hpp"

#include "ui/base/theme.hpp"

#include <QString>

#include <array>
#include <cstdint>
#include <vector>

namespace fatlas::ui {

enum class VhdSection : std::uint8_t { Overview, Footer, FooterCopy, Header, Locators };

inline constexpr std::size_t vhdSectionCount = 5;

struct VhdField {
    QString name;
    QString value;
    QString note = {};
    bool monospace = false;
    Token noteToken = Token::Muted; ///< Success and Lost for what was compared
};

/// "512 KiB", "2 MiB": of what is a power of two.
[[nodiscard]] QString blockSizeText(std::uint64_t bytes);

[[nodiscard]] QString vhdSectionName(VhdSection section);
/// "offset 0x1140A000, copy at 0x0 is the same"; why there is nothing, where there is nothing.
[[nodiscard]] QString vhdSectionCaption(const vhd::Inspection& inspection, VhdSection section);
[[nodiscard]] std::vector<VhdField> vhdFields(const vhd::Inspection& inspection,
                                              VhdSection section);

} // namespace fatlas::ui
