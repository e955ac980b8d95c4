/// One disk that is served under one name, and how it is made from an opened source.
///
/// Units:    bytes.
/// Errors:   those of OverlayDevice.
/// Threads:  plain values; their devices are used from many threads at once.
/// Lifetime: the device lives as long as somebody holds it, also after its session.
#pragma once

#include "core/block/overlay_device.hpp"
#include "core/block/tap.hpp"
#include "core/image/image.hpp"
#include "core/serve/write_journal.hpp"

#include <filesystem>
#include <memory>
#include <string>

namespace fatlas::serve {

enum class Mode : std::uint8_t {
    ReadOnly,
    Scratch,   ///< writes are forgotten in the end
    Keep,      ///< writes are there again next time
    WriteBack, ///< writes come home to the folder
};

struct Generation {
    std::uint32_t number = 1;
    std::string name = {};        ///< NAME, then NAME@2, NAME@3; without a name "", then "@2"
    std::string description = {}; ///< one line for people, UTF-8
    std::shared_ptr<block::BlockDevice> device = nullptr;
    std::shared_ptr<block::Tap> tap = nullptr; ///< its bins are clusters, where that can be
    bool isReadOnly = true;
    bool allowsManyConnections = true;
    std::shared_ptr<const folder_disk::Plan> plan = nullptr; ///< when the source is a folder
    std::shared_ptr<block::OverlayDevice> overlay = nullptr; ///< the device, unless read-only
    std::shared_ptr<WriteJournal> journal = nullptr;         ///< its timeline, where it has one
};

/// What the first generation is called, and those after it.
[[nodiscard]] std::string generationName(const std::string& exportName, std::uint32_t number);

/// `overlay` lies over the opened disk; nullptr: the disk is served as it is.
[[nodiscard]] Result<Generation> makeGeneration(const image::OpenedDisk& opened, Mode mode,
                                                std::shared_ptr<block::OverlayDevice> overlay);

/// $TMPDIR, else /var/tmp: memory often holds /tmp.
[[nodiscard]] std::filesystem::path defaultScratchFolder();

} // namespace fatlas::serve
