/// A disk under a name, as clients ask for it.
///
/// Invariants: `device` is never nullptr; a name is at most maxNameLength bytes of UTF-8.
/// Threads:    plain value; the device is used from many threads at once. Writes are serialised by
///             the server unless the device canWriteInParallel; if not, no read runs beside one.
/// Lifetime:   the device lives as long as a client uses it, also after the export was removed.
#pragma once

#include "core/block/block_device.hpp"
#include "core/block/tap.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace fatlas::nbd {

inline constexpr std::size_t maxNameLength = 4096; ///< bytes; the protocol's own limit

/// Numbers clients from 1 in the order they came, never the same twice in a server's life.
using ClientNumber = std::uint32_t;

struct Export {
    std::string name = {};
    std::string description = {}; ///< one line for people, UTF-8
    std::shared_ptr<block::BlockDevice> device = nullptr;
    /// The same device as one client has it, where it matters who writes; empty: `device` itself.
    std::function<std::shared_ptr<block::BlockDevice>(ClientNumber)> deviceFor = {};
    /// Writes are refused even where the device could.
    bool readOnly = true;
    /// A flush by one client covers what all of them wrote, and each sees the others' writes.
    bool multiConnection = true;
    /// The first connection that writes is the only one, until it ends.
    bool oneWriter = false;
    /// Is told what each client does; nullptr: nobody looks on.
    std::shared_ptr<block::Tap> tap = nullptr;
};

} // namespace fatlas::nbd
