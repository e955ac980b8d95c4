#include "core/vhd/uuid.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstddef>
#include <sys/random.h>

namespace fatlas::vhd {

namespace {

constexpr std::string_view shape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

std::optional<unsigned> digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return std::nullopt;
}

} // namespace

std::string toString(const Uuid& uuid)
{
    std::string text;
    for (const std::byte byte : uuid.bytes) {
        if (text.size() < shape.size() && shape[text.size()] == '-')
            text += '-';
        text += fmt::format("{:02x}", std::to_integer<unsigned>(byte));
    }
    return text;
}

std::optional<Uuid> parseUuid(std::string_view text)
{
    if (text.size() == shape.size() + 2 && text.front() == '{' && text.back() == '}')
        text = text.substr(1, shape.size());
    if (text.size() != shape.size())
        return std::nullopt;
    Uuid uuid;
    std::size_t digits = 0;
    for (std::size_t i = 0; i < shape.size(); ++i) {
        if (shape[i] == '-' && text[i] == '-')
            continue;
        const auto value = shape[i] == '-' ? std::nullopt : digit(text[i]);
        if (!value)
            return std::nullopt;
        std::byte& byte = uuid.bytes[digits++ / 2];
        byte = byte << 4 | static_cast<std::byte>(*value);
    }
    return uuid;
}

Result<Uuid> randomUuid()
{
    Uuid uuid;
    if (::getrandom(uuid.bytes.data(), uuid.bytes.size(), 0) !=
        static_cast<ssize_t>(uuid.bytes.size()))
        return failSystem(errno, "cannot get random numbers for a UUID");
    uuid.bytes[6] = (uuid.bytes[6] & std::byte{0x0F}) | std::byte{0x40};
    uuid.bytes[8] = (uuid.bytes[8] & std::byte{0x3F}) | std::byte{0x80};
    return uuid;
}

} // namespace fatlas::vhd
