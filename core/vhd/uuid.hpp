/// The 16 bytes by which VHDs know each other.
///
/// Shape:   in the order they are printed: "6f0d1ee2-9d2a-4b1c-8a35-0f5a4c3d2b1e".
/// Threads: plain values.
#pragma once

#include "core/base/error.hpp"
#include "core/vhd/format_raw.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace fatlas::vhd {

struct Uuid {
    UuidBytes bytes{};

    bool operator==(const Uuid&) const = default;
};

[[nodiscard]] std::string toString(const Uuid& uuid);
/// With or without braces, in either case; nothing when it is not 32 digits in five groups.
[[nodiscard]] std::optional<Uuid> parseUuid(std::string_view text);
/// Version 4, from the system's random numbers.
[[nodiscard]] Result<Uuid> randomUuid();

} // namespace fatlas::vhd
