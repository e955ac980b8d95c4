/// Numbers, strings and lists as bytes behind each other, and back.
///
/// Errors:  a reader past the end, or with a value that cannot be, turns bad and stays so; then
///          everything it gives is empty. Counts are checked against the bytes that are left.
/// Threads: one.
#pragma once

#include "core/base/bytes.hpp"
#include "core/base/stored_integer.hpp"

#include <concepts>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace fatlas {

class RecordWriter {
public:
    template <class T>
        requires std::integral<T> || std::is_enum_v<T>
    void put(T value)
    {
        using Number = StoredInteger<std::uint64_t, std::endian::little>;
        append(asBytes(Number(static_cast<std::uint64_t>(value))));
    }

    void put(ByteView bytes)
    {
        put(bytes.size());
        append(bytes);
    }

    void put(std::string_view text) { put(std::as_bytes(std::span(text))); }

    template <class T>
    void put(const std::optional<T>& value)
    {
        put(value.has_value());
        if (value)
            put(*value);
    }

    [[nodiscard]] const Bytes& bytes() const noexcept { return m_bytes; }

private:
    void append(ByteView bytes) { m_bytes.insert(m_bytes.end(), bytes.begin(), bytes.end()); }

    Bytes m_bytes;
};

class RecordReader {
public:
    explicit RecordReader(ByteView bytes) : m_left(bytes) {}

    /// A number up to `most`.
    [[nodiscard]] std::uint64_t number(std::uint64_t most = ~std::uint64_t{0})
    {
        const auto raw = load<Le64>(take(sizeof(Le64)));
        if (raw && raw->get() <= most)
            return raw->get();
        m_isBad = true;
        return 0;
    }

    template <std::unsigned_integral T>
    void get(T& value)
    {
        value = static_cast<T>(number(std::numeric_limits<T>::max()));
    }

    template <std::signed_integral T>
    void get(T& value)
    {
        const std::uint64_t found = number();
        value = static_cast<T>(found);
        if (static_cast<std::uint64_t>(value) != found)
            m_isBad = true;
    }

    /// An enumerator up to `last`.
    template <class T>
        requires std::is_enum_v<T>
    void get(T& value, T last)
    {
        value = static_cast<T>(number(static_cast<std::uint64_t>(last)));
    }

    void get(std::string& text)
    {
        const ByteView bytes = take(count(1));
        text.assign(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    }

    void get(Bytes& bytes)
    {
        const ByteView view = take(count(1));
        bytes.assign(view.begin(), view.end());
    }

    template <class T>
    void get(std::optional<T>& value)
    {
        value.reset();
        if (number(1) == 1)
            get(value.emplace());
    }

    /// Of a list whose items take at least so many bytes each.
    [[nodiscard]] std::size_t count(std::size_t itemSize)
    {
        const std::uint64_t found = number();
        if (found <= m_left.size() / itemSize)
            return static_cast<std::size_t>(found);
        m_isBad = true;
        return 0;
    }

    void fail() noexcept { m_isBad = true; }

    [[nodiscard]] bool isGood() const noexcept { return !m_isBad; }

    [[nodiscard]] bool isAtEnd() const noexcept { return m_left.empty(); }

private:
    ByteView take(std::size_t size)
    {
        if (m_isBad || size > m_left.size()) {
            m_isBad = true;
            return {};
        }
        const ByteView taken = m_left.first(size);
        m_left = m_left.subspan(size);
        return taken;
    }

    ByteView m_left;
    bool m_isBad = false;
};

} // namespace fatlas
