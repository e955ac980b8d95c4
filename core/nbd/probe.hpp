/// One short visit to a server as a client: a greeting, an export, two small reads, goodbye.
///
/// Errors:   what the server said where it refused; NotFound for an export it does not have;
///           BadFormat for what is no NBD; Io and its kin, Limit when it takes too long.
/// Threads:  blocking; run it on a worker thread.
/// Source:   PROTOCOL.md
#pragma once

#include "core/base/job_control.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>

namespace fatlas::nbd {

struct ProbeTarget {
    std::filesystem::path socket = {}; ///< of a Unix socket; empty: TCP
    std::string host = {};             ///< numbers, as Listener::host() gives it
    std::uint16_t port = 0;
    std::string exportName = {};
    std::chrono::milliseconds patience{5000}; ///< for all of it
};

struct ProbeReport {
    std::uint64_t size = 0; ///< bytes
    bool isReadOnly = true;
    bool canFlush = false;
    bool canTrim = false;
    bool allowsManyConnections = false;
    std::uint32_t readBytes = 0; ///< that were read, at the start and at the end
    std::chrono::microseconds untilReady{0};
    std::chrono::microseconds reading{0};
};

[[nodiscard]] Result<ProbeReport> probe(const ProbeTarget& target, const JobControl& job = {});

} // namespace fatlas::nbd
