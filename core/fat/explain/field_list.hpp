/// Collects the fields of one structure, from its raw bytes to words.
///
/// Units:   offsets relative to the structure; the list adds where it lies.
/// Threads: belongs to one thread.
#pragma once

#include "core/base/bytes.hpp"
#include "core/fat/explain/explanation.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace fatlas::fat {

/// What a field is called and what it means.
struct FieldWords {
    std::string_view name;
    std::string meaning = {};
    std::string oddity = {};
};

class FieldList {
public:
    /// `bytes`: the structure, which lies at `at`. Fields that do not fit in are left out.
    FieldList(ByteView bytes, std::uint64_t at) : m_bytes(bytes), m_at(at) {}

    /// Little-endian number of 1, 2, 4 or 8 bytes; 0 where it does not fit in.
    [[nodiscard]] std::uint64_t number(std::size_t offset, std::size_t size) const;
    [[nodiscard]] ByteView bytes(std::size_t offset, std::size_t size) const;

    void add(std::size_t offset, std::size_t size, std::string value, FieldWords words);
    void addDecimal(std::size_t offset, std::size_t size, FieldWords words);
    /// "0xF8", with as many digits as the field has.
    void addHex(std::size_t offset, std::size_t size, FieldWords words);
    /// "EB 3C 90"; more than 16 bytes are summed up.
    void addBytes(std::size_t offset, std::size_t size, FieldWords words);

    [[nodiscard]] std::vector<ExplainedField> take() { return std::move(m_fields); }

private:
    ByteView m_bytes;
    std::uint64_t m_at;
    std::vector<ExplainedField> m_fields;
};

/// "EB 3C 90"; more than 16 bytes: "448 bytes, all zero" or how they begin.
[[nodiscard]] std::string bytesText(ByteView bytes);

} // namespace fatlas::fat
