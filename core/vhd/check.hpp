/// Everything that is wrong with one VHD file, and nothing that is not.
///
/// Reads both footers, header, table, locators, batmap and every bitmap, and of dynamic disks the
/// sectors whose bit is 0. Findings cite rules of FORMAT.md (rules.hpp says what each means). A
/// sound file has none; Info is for what is legal but worth knowing.
///
/// Units:   offsets of findings in bytes of the file; progress in bytes read.
/// Errors:  those of readVhdFile when there is no disk at all, those of the device, Cancelled.
/// Threads: blocking; run it on a worker thread.
/// Bounds:  memory in proportion to the table; at most maxListed findings a rule, then one that
///          counts the rest.
#pragma once

#include "core/base/job_control.hpp"
#include "core/vhd/chain.hpp"

#include <cstdint>
#include <vector>

namespace fatlas::vhd {

struct CheckReport {
    static constexpr std::uint64_t maxListed = 20;

    VhdFile file;
    std::uint64_t allocatedBlocks = 0;
    std::uint64_t partialBlocks = 0; ///< with bits of both kinds
    std::uint64_t emptyBlocks = 0;   ///< there, but without a bit
    std::uint64_t unusedBytes = 0;   ///< of the file
    std::vector<Finding> findings;   ///< errors first
};

[[nodiscard]] Result<CheckReport> checkVhd(const block::BlockDevice& device,
                                           SizeRule rule = SizeRule::ByCreator,
                                           const JobControl& job = {});

/// The same of a file of the host, and of its parents what concerns it: whether they are there,
/// are the right ones, unchanged, and readable.
[[nodiscard]] Result<CheckReport> checkVhdChain(const std::filesystem::path& path,
                                                const FileOpener& files = hostFiles(),
                                                SizeRule rule = SizeRule::ByCreator,
                                                const JobControl& job = {});

} // namespace fatlas::vhd
