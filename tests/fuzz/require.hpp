/// A property that holds for every input: the fuzzer reports the input that breaks it.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace fatlas::fuzz {

inline void require(bool holds, const char* property)
{
    if (holds)
        return;
    (void)std::fprintf(stderr, "property broken: %s\n", property);
    std::abort();
}

} // namespace fatlas::fuzz
