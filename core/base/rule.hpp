/// What a numbered rule is about and what breaking it means, told once for all its findings.
///
/// Findings carry the number; tables of rules (fat::rules(), partition::rules()) carry the words.
///
/// Threads: constant data.
/// Source:  the FORMAT.md beside the code that finds it.
#pragma once

#include <string_view>

namespace fatlas {

struct Rule {
    std::string_view number;      ///< "B7"
    std::string_view title;       ///< a few words: "media byte"
    std::string_view meaning;     ///< one sentence: what it means that this is broken
    std::string_view dos;         ///< what DOS does with such a disk, one clause
    std::string_view windows;     ///< what Windows does
    std::string_view linuxKernel; ///< what Linux's vfat does
    std::string_view fix;         ///< what a repair does about it; "" when nothing can
};

} // namespace fatlas
