/// Standard output: written in large pieces, and its failure is told, not lost.
///
/// Errors:  the first failure is kept; finish() returns it. A reader that went away is Io with
///          systemError EPIPE.
/// Threads: one thread.
#pragma once

#include "core/base/bytes.hpp"
#include "core/base/error.hpp"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace fatlas::cli {

class Output {
public:
    void text(std::string_view bytes);
    void bytes(ByteView bytes);

    template <class... Args>
    void print(fmt::format_string<Args...> format, Args&&... args)
    {
        text(fmt::format(format, std::forward<Args>(args)...));
    }

    [[nodiscard]] Result<> state() const;
    /// Writes out what is held back.
    [[nodiscard]] Result<> finish();

private:
    void flush();

    std::string m_held;
    std::optional<Error> m_failure;
};

} // namespace fatlas::cli
