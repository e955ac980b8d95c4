/// Brings the bytes of a file to the medium, and of the rest only what it takes to read them again.
///
/// Errors:  Io and NoSpace, naming the file. After an error the system may have forgotten what it
///          could not write: a second try that succeeds proves nothing.
/// Threads: from any.
/// Source:  fdatasync(2).
#pragma once

#include "core/base/file.hpp"

namespace fatlas::block {

[[nodiscard]] Result<> syncData(const File& file);

} // namespace fatlas::block
