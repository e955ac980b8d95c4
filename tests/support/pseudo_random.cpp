#include "tests/support/pseudo_random.hpp"

#include <algorithm>
#include <cstring>

namespace fatlas::test {

std::uint64_t PseudoRandom::next() noexcept
{
    m_state += 0x9E3779B97F4A7C15;
    std::uint64_t mixed = m_state;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
    return mixed ^ (mixed >> 31);
}

void PseudoRandom::fill(ByteSpan into) noexcept
{
    while (!into.empty()) {
        const std::uint64_t number = next();
        const std::size_t count = std::min(into.size(), sizeof(number));
        std::memcpy(into.data(), &number, count);
        into = into.subspan(count);
    }
}

Bytes PseudoRandom::bytes(std::uint64_t size)
{
    Bytes bytes(size);
    fill(bytes);
    return bytes;
}

} // namespace fatlas::test
