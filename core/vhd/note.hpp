/// Findings in one line.
///
/// Threads: plain functions.
#pragma once

#include "core/base/finding.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace fatlas::vhd {

/// What a finding says, and at which byte of the file.
struct Note {
    std::string message;
    std::string advice = {};
    std::optional<std::uint64_t> offset = std::nullopt;
};

inline void note(std::vector<Finding>& findings, const char* rule, Severity severity, Note note)
{
    findings.push_back({.rule = rule,
                        .severity = severity,
                        .path = {},
                        .message = std::move(note.message),
                        .advice = std::move(note.advice),
                        .offset = note.offset});
}

} // namespace fatlas::vhd
