/// What a client says and hears, spelled out for tests: independent of how the server encodes.
#pragma once

#include "core/base/bytes.hpp"
#include "core/nbd/protocol.hpp"
#include "core/nbd/request.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fatlas::test {

/// Bytes in the order they are said.
class Wire {
public:
    template <class Stored>
    Wire& add(auto value)
    {
        const Stored stored(static_cast<decltype(Stored{}.get())>(value));
        const ByteView bytes = asBytes(stored);
        m_bytes.insert(m_bytes.end(), bytes.begin(), bytes.end());
        return *this;
    }

    Wire& u16(std::uint64_t value) { return add<Be16>(value); }

    Wire& u32(std::uint64_t value) { return add<Be32>(value); }

    Wire& u64(std::uint64_t value) { return add<Be64>(value); }

    Wire& text(std::string_view text)
    {
        const ByteView bytes = std::as_bytes(std::span(text));
        m_bytes.insert(m_bytes.end(), bytes.begin(), bytes.end());
        return *this;
    }

    Wire& bytes(ByteView bytes)
    {
        m_bytes.insert(m_bytes.end(), bytes.begin(), bytes.end());
        return *this;
    }

    /// An option with its data.
    Wire& option(std::uint32_t number, const Wire& data = {})
    {
        return u64(0x4948415645'4F5054U).u32(number).u32(data.m_bytes.size()).bytes(data.m_bytes);
    }

    /// The data of GO and INFO.
    static Wire infoData(std::string_view name, const std::vector<std::uint16_t>& wanted = {})
    {
        Wire data;
        data.u32(name.size()).text(name).u16(wanted.size());
        for (const std::uint16_t type : wanted)
            data.u16(type);
        return data;
    }

    /// The data of SET_META_CONTEXT and LIST_META_CONTEXT.
    static Wire contextData(std::string_view name, const std::vector<std::string>& queries)
    {
        Wire data;
        data.u32(name.size()).text(name).u32(queries.size());
        for (const std::string& query : queries)
            data.u32(query.size()).text(query);
        return data;
    }

    Wire& request(std::uint16_t type, std::uint64_t offset, std::uint32_t length,
                  std::uint64_t cookie = 1, std::uint16_t flags = 0)
    {
        return u32(0x25609513).u16(flags).u16(type).u64(cookie).u64(offset).u32(length);
    }

    [[nodiscard]] const Bytes& get() const noexcept { return m_bytes; }

private:
    Bytes m_bytes;
};

/// Takes apart what a server said.
class Heard {
public:
    explicit Heard(ByteView bytes) : m_rest(bytes.begin(), bytes.end()) {}

    template <class Stored>
    [[nodiscard]] auto take()
    {
        const Bytes taken = bytes(sizeof(Stored));
        const auto stored = load<Stored>(taken);
        return stored ? stored->get() : decltype(Stored{}.get()){};
    }

    [[nodiscard]] std::uint16_t u16() { return take<Be16>(); }

    [[nodiscard]] std::uint32_t u32() { return take<Be32>(); }

    [[nodiscard]] std::uint64_t u64() { return take<Be64>(); }

    [[nodiscard]] Bytes bytes(std::size_t count)
    {
        const std::size_t have = std::min(count, m_rest.size());
        Bytes taken(m_rest.begin(), m_rest.begin() + static_cast<std::ptrdiff_t>(have));
        m_rest.erase(m_rest.begin(), m_rest.begin() + static_cast<std::ptrdiff_t>(have));
        return taken;
    }

    [[nodiscard]] std::string text(std::size_t count)
    {
        std::string said;
        for (const std::byte b : bytes(count))
            said += std::to_integer<char>(b);
        return said;
    }

    [[nodiscard]] std::size_t left() const noexcept { return m_rest.size(); }

private:
    Bytes m_rest;
};

/// One answer to an option.
struct OptionAnswer {
    std::uint32_t option = 0;
    std::uint32_t type = 0;
    Bytes data;
};

inline std::vector<OptionAnswer> optionAnswers(ByteView bytes)
{
    std::vector<OptionAnswer> answers;
    Heard heard(bytes);
    while (heard.left() >= 20 && heard.u64() == 0x3E889045565A9U) {
        OptionAnswer answer{.option = heard.u32(), .type = heard.u32(), .data = {}};
        answer.data = heard.bytes(heard.u32());
        answers.push_back(std::move(answer));
    }
    return answers;
}

} // namespace fatlas::test
