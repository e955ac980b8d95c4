/// Whether a plan fits, in words and numbers. Pure.
///
/// Threads: any.
#pragma once

#include "core/folder_disk/plan.hpp"

#include <QString>

#include <cstdint>

namespace fatlas::ui {

enum class FitVerdict : std::uint8_t { Fits, FitsWithout, DoesNotFit };

struct FitWords {
    FitVerdict verdict = FitVerdict::Fits;
    QString headline; ///< "It fits: 1,148 KiB of 1,423 KiB"
    QString detail; ///< "2,296 of 2,847 clusters · 38 of 224 root entries · 251 files · 6 % slack"
};

[[nodiscard]] FitWords fitWords(const folder_disk::Plan& plan);

/// What fills the disk, in clusters (the system area in pieces of a cluster's size).
struct FitAmounts {
    std::uint64_t system = 0;
    std::uint64_t directories = 0;
    std::uint64_t files = 0;
    std::uint64_t tooMuch = 0; ///< asked for beyond what is there
    std::uint64_t whole = 0;   ///< of the disk, with tooMuch
};

[[nodiscard]] FitAmounts fitAmounts(const folder_disk::Plan& plan);

} // namespace fatlas::ui
