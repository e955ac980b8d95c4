/// What somebody types as the value of a field of a structure, as the bytes it stands for.
///
/// Numbers are decimal or hexadecimal with 0x; text is padded with spaces; bytes are as many
/// hexadecimal pairs as the field has, or text in quotes; dates and times of directory entries may
/// be written as such ("2026-11-21", "08:38:18").
///
/// Errors:  InvalidArgument, saying what would do.
/// Threads: any.
#pragma once

#include "core/base/bytes.hpp"
#include "core/base/code_page.hpp"
#include "core/base/error.hpp"

#include "ui/models/structure.hpp"

namespace fatlas::ui {

/// Why the field cannot be typed over as a whole; empty: it can.
[[nodiscard]] QString fieldInputProblem(const StructureField& field);

/// What `before`, the bytes of the field, becomes. Bits that are not the field's stay.
[[nodiscard]] Result<Bytes> parseFieldInput(const StructureField& field, const QString& text,
                                            ByteView before, const CodePage& page);

} // namespace fatlas::ui
