/// The fields of a boot sector and of FSInfo, with name, value and meaning.
///
/// Says what the values mean together; whether they are right is the decoder's and check's word.
///
/// Units:   `at`: bytes from the start of the volume, where the sector lies.
/// Threads: pure functions.
/// Source:  FORMAT.md section 1.
#pragma once

#include "core/base/bytes.hpp"
#include "core/base/code_page.hpp"
#include "core/fat/explain/explanation.hpp"
#include "core/fat/geometry.hpp"

#include <vector>

namespace fatlas::fat {

/// `sector`: the whole sector. The layout behind 0x24 is that of geometry.type.
[[nodiscard]] std::vector<ExplainedField>
bootSectorFields(ByteView sector, std::uint64_t at, const Geometry& geometry, const CodePage& page);

[[nodiscard]] std::vector<ExplainedField> fsInfoFields(ByteView sector, std::uint64_t at,
                                                       const Geometry& geometry);

} // namespace fatlas::fat
