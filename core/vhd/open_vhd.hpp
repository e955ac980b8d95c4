/// A VHD file of the host as a disk, parents included.
///
/// Errors:   those of readVhdFile and readChain; a missing or replaced parent refuses to open. For
///           writing also Refused: the file is damaged, part of a saved machine, or in use.
/// Threads:  blocking; run it on a worker thread.
/// Lifetime: the device holds all its files.
#pragma once

#include "core/vhd/chain.hpp"
#include "core/vhd/vhd_device.hpp"

#include <filesystem>
#include <memory>

namespace fatlas::vhd {

struct OpenOptions {
    SizeRule sizeRule = SizeRule::ByCreator;
    const FileOpener* files = nullptr; ///< hostFiles() if nullptr
};

struct OpenedVhd {
    std::shared_ptr<const block::BlockDevice> device;
    Chain chain; ///< whole; findings of all its files
};

[[nodiscard]] Result<OpenedVhd> openVhd(const std::filesystem::path& path,
                                        const OpenOptions& options = {});
/// Of a chain that was read before; Refused or worse when it is broken.
[[nodiscard]] Result<std::shared_ptr<const block::BlockDevice>> openDevice(const Chain& chain);

/// Refused when writing to the file, or rewriting it, would break something.
[[nodiscard]] Result<> refuseUnsafe(const VhdFile& vhd);

struct WritableVhd {
    std::shared_ptr<block::BlockDevice> device;
    Chain chain;
};

/// Only the file itself is written to, never a parent.
[[nodiscard]] Result<WritableVhd> openVhdForWriting(const std::filesystem::path& path,
                                                    const OpenOptions& options = {},
                                                    WriteOrder order = WriteOrder::CrashSafe);

} // namespace fatlas::vhd
