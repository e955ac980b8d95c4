/// Lets a test stand between the engine and the calls with which it changes files.
///
/// Each such call asks here first. Without a hook that costs one load of a pointer. A hook may let
/// it be, make it fail with an errno, make a write come short, or end the process on the spot.
///
/// Threads: the hook is set while nothing runs, and called from every thread.
#pragma once

#include <atomic>
#include <cerrno>
#include <cstdint>

namespace fatlas {

enum class Call : std::uint8_t {
    Create,
    MakeFolder,
    Write,
    Resize,
    Punch,
    Clone,
    Sync,
    Rename,
    Link,
    Remove,
    SetMode,
    SetOwner,
    SetTimes,
    SetAttribute,
};

struct CallFault {
    int error = 0;        ///< errno; 0: none
    bool isShort = false; ///< of a write: half of it is done
};

using CallHook = CallFault (*)(Call) noexcept;

inline std::atomic<CallHook> callHook = nullptr;

[[nodiscard]] inline CallFault faultOf(Call call) noexcept
{
    const CallHook hook = callHook.load(std::memory_order_relaxed);
    return hook != nullptr ? hook(call) : CallFault{};
}

/// A call that gives -1 and errno, again while it is interrupted.
template <class Function>
[[nodiscard]] int changingCall(Call call, Function function)
{
    for (;;) {
        int status = -1;
        if (const CallFault fault = faultOf(call); fault.error != 0)
            errno = fault.error;
        else
            status = function();
        if (status >= 0 || errno != EINTR)
            return status;
    }
}

} // namespace fatlas
