/// Bytes from text that a person can read and review: fixtures of damaged structures.
///
/// Shape:  lines of "[offset:] hex hex ..."; the offset is hexadecimal with a colon and leaves a
/// gap
///         of zeros, hex digits come in pairs, `#` starts a comment, "size: N" (decimal) fills up
///         with zeros.
/// Errors: BadFormat with the line number.
#pragma once

#include "core/base/bytes.hpp"

#include <filesystem>
#include <string_view>

namespace fatlas::test {

[[nodiscard]] Result<Bytes> bytesFromHex(std::string_view text);

[[nodiscard]] Result<Bytes> loadHexFixture(const std::filesystem::path& path);

} // namespace fatlas::test
