#include "tests/support/hex_fixture.hpp"

#include "core/base/file.hpp"
#include "core/base/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <sstream>
#include <string>

namespace fatlas::test {

namespace {

constexpr std::uint64_t maxSize = 64 * MiB;

std::optional<std::uint64_t> number(std::string_view text, int base)
{
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (error != std::errc() || end != text.data() + text.size() || value > maxSize)
        return std::nullopt;
    return value;
}

/// Grows to `size`; going back is a mistake in the fixture.
bool growTo(Bytes& bytes, std::optional<std::uint64_t> size)
{
    if (!size || *size < bytes.size())
        return false;
    bytes.resize(*size);
    return true;
}

bool appendHex(Bytes& bytes, std::string_view word)
{
    if (word.size() % 2 != 0)
        return false;
    for (; !word.empty(); word.remove_prefix(2)) {
        const auto byte = number(word.substr(0, 2), 16);
        if (!byte)
            return false;
        bytes.push_back(static_cast<std::byte>(*byte));
    }
    return true;
}

bool readLine(Bytes& bytes, const std::string& line)
{
    std::istringstream words(line);
    std::string word;
    while (words >> word) {
        if (word == "size:") {
            words >> word;
            if (!growTo(bytes, number(word, 10)))
                return false;
        } else if (word.ends_with(':')) {
            if (!growTo(bytes, number(std::string_view(word).substr(0, word.size() - 1), 16)))
                return false;
        } else if (!appendHex(bytes, word)) {
            return false;
        }
    }
    return true;
}

} // namespace

Result<Bytes> bytesFromHex(std::string_view text)
{
    Bytes bytes;
    std::istringstream lines{std::string(text)};
    std::string line;
    for (int count = 1; std::getline(lines, line); ++count) {
        line.erase(std::ranges::find(line, '#'), line.end());
        if (!readLine(bytes, line))
            return fail(ErrorCode::BadFormat, fmt::format("line {} is not a hex line", count));
    }
    return bytes;
}

Result<Bytes> loadHexFixture(const std::filesystem::path& path)
{
    FATLAS_ASSIGN(const Bytes text, readWholeFile(path, maxSize));
    return bytesFromHex({reinterpret_cast<const char*>(text.data()), text.size()});
}

} // namespace fatlas::test
