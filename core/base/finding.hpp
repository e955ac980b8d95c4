/// Something worth knowing about a disk or a folder that does not stop the work.
///
/// Units:   `offset` is in bytes from the start of the device, `cluster` is a FAT cluster number.
/// Threads: plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace fatlas {

enum class Severity : std::uint8_t { Info, Warning, Error };

struct Finding {
    std::string rule; ///< number of the rule in a FORMAT.md or of the plan, "F12", "P3"
    Severity severity = Severity::Info;
    std::string path;    ///< file or folder it is about, empty when it is about the whole
    std::string message; ///< one sentence: what is so
    std::string advice;  ///< what can be done, may be empty
    std::optional<std::uint64_t> offset = std::nullopt;
    std::optional<std::uint32_t> cluster = std::nullopt;

    bool operator==(const Finding&) const = default;
};

[[nodiscard]] const char* toString(Severity severity) noexcept;

} // namespace fatlas
