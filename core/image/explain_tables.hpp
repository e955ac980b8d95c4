/// The fields of partition tables, with name, value and meaning.
///
/// Units:   `at`: bytes from the start of the disk; sectors and blocks as the table counts them.
/// Threads: pure functions.
/// Source:  core/partition/FORMAT.md.
#pragma once

#include "core/base/bytes.hpp"
#include "core/fat/explain/explanation.hpp"

#include <cstdint>
#include <vector>

namespace fatlas::image {

/// 512 bytes: a master boot record or an extended one.
[[nodiscard]] std::vector<fat::ExplainedField> mbrFields(ByteView record, std::uint64_t at);
[[nodiscard]] std::vector<fat::ExplainedField> gptHeaderFields(ByteView header, std::uint64_t at);
/// One entry of at least 128 bytes.
[[nodiscard]] std::vector<fat::ExplainedField> gptEntryFields(ByteView entry, std::uint64_t at);

} // namespace fatlas::image
