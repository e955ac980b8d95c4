/// Tells that something below a folder changed (inotify), without saying what.
///
/// Errors:   Limit when the system grants no more watches (the message names the sysctl).
/// Threads:  has a thread of its own; `onChange` is called there, at most once per `quietMs` after
///           the last change and at least every 500 ms while changes go on.
/// Lifetime: no call comes after the destructor returned.
#pragma once

#include "core/base/error.hpp"

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>

namespace fatlas::host {

class Watch {
public:
    [[nodiscard]] static Result<std::unique_ptr<Watch>>
    start(const std::filesystem::path& folder, std::function<void()> onChange,
          std::chrono::milliseconds quiet = std::chrono::milliseconds(150));

    virtual ~Watch() = default;
};

} // namespace fatlas::host
