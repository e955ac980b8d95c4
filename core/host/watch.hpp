/// Tells that something below a folder changed (inotify), without saying what.
///
/// Start the watch first and scan then: whatever changes after the scan looked is told. Large
/// folders do not hold the caller up: start() waits at most `setUpWaitMs` for the watches to be in
/// place; when it takes longer, `onChange` is called once as soon as they are, since a change in
/// between may have gone unseen. Symbolic links are not followed. The folder itself may disappear
/// and come back; both are told.
///
/// Errors:   NotFound or AccessDenied for the folder, InvalidArgument when it is a file; Limit when
///           the system grants no more watches (the message names the sysctl). What comes up after
///           start() returned is in failure(), and `onChange` is called.
/// Threads:  has a thread of its own; `onChange` is called there, at most once per `quiet` after
///           the last change and at least every 500 ms while changes go on.
/// Lifetime: no call comes after the destructor returned. Not to be destroyed in `onChange`.
#pragma once

#include "core/base/error.hpp"

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>

namespace fatlas::host {

class Watch {
public:
    static constexpr int setUpWaitMs = 100;

    [[nodiscard]] static Result<std::unique_ptr<Watch>>
    start(const std::filesystem::path& folder, std::function<void()> onChange,
          std::chrono::milliseconds quiet = std::chrono::milliseconds(150));

    virtual ~Watch() = default;

    /// Why some changes may go unseen, if that is so.
    [[nodiscard]] virtual std::optional<Error> failure() const { return std::nullopt; }
};

} // namespace fatlas::host
