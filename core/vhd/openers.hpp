/// Who can open a disk that is to be made, and what they would see.
///
/// Threads: pure.
/// Source:  FORMAT.md sections 2 and 5; what the programs' own documents and sources say.
#pragma once

#include "core/vhd/create.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace fatlas::vhd {

struct Opener {
    enum class Verdict : std::uint8_t { Opens, OpensDifferently, DoesNot };

    const char* program = "";
    Verdict verdict = Verdict::Opens;
    std::string why; ///< one clause; "" when there is nothing to say
};

[[nodiscard]] std::vector<Opener> whoOpens(const CreatePlan& plan);

} // namespace fatlas::vhd
