/// Stands between the engine and its changing calls: ends the process at one of them, or makes it
/// fail; and runs what shall be ended in a process of its own.
///
/// Shape:   calls are counted from 1, from the moment of arming.
/// Threads: armed while nothing runs.
#pragma once

#include "core/base/error.hpp"

#include <functional>
#include <string>

namespace fatlas::test {

inline constexpr int halfAWrite = 0; ///< instead of an errno: writes come short

[[noreturn]] void giveUp(const std::string& where, const std::string& what);
void require(bool condition, const std::string& where, const std::string& what);

template <class T>
void require(const Result<T>& result, const std::string& where)
{
    if (!result)
        giveUp(where, result.error().message);
}

/// As `kill -9`, in front of call number `at`.
void armKill(int at);
/// Call number `at` fails with an errno.
void armFault(int at, int error);
/// As do all that follow it.
void armFaultsFrom(int at, int error);
void disarm();
/// Since it was armed.
[[nodiscard]] int callCount();

/// "ENOSPC", "half a write"; for messages.
[[nodiscard]] std::string faultName(int error);

/// Runs it in a process of its own; true when that was killed. Else it must have said true.
[[nodiscard]] bool isKilled(const std::string& where, const std::function<bool()>& function);

/// FATLAS_FULL_MATRIX: everything, not only the quick part.
[[nodiscard]] bool isFullMatrix();

} // namespace fatlas::test
