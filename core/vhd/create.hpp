/// New VHD files: what will be in them, and writing it.
///
/// Units:   sizes in bytes.
/// Errors:  InvalidArgument says which option cannot be and what would work; Refused and NotFound
///          for a parent that cannot be one; those of the file.
/// Threads: planCreate is pure; the rest blocks.
/// Source:  FORMAT.md sections 1 to 5.
#pragma once

#include "core/base/atomic_file.hpp"
#include "core/vhd/chain.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fatlas::vhd {

/// What a child records about its parent.
struct ParentLink {
    Uuid uuid = {};
    std::uint32_t timeStamp = 0;
    std::uint64_t size = 0;
    std::string name;                                       ///< file name
    std::optional<std::string> relativePath = std::nullopt; ///< ".\base.vhd", as Windows writes it
    std::string absolutePath; ///< of this host, beginning with a slash
};

/// Sizes are kept as they are, unless this says otherwise; always upwards.
enum class SizeRounding : std::uint8_t { Exact, WholeMiB, ToGeometry };

struct CreateOptions {
    DiskType type = DiskType::Dynamic;
    std::uint64_t size = 0; ///< 0 for a child: that of its parent
    SizeRounding rounding = SizeRounding::Exact;
    std::uint32_t blockSize = defaultBlockSize;
    std::optional<Uuid> uuid = std::nullopt;               ///< random if not given
    std::optional<std::uint32_t> timeStamp = std::nullopt; ///< now if not given
    std::optional<ParentLink> parent = std::nullopt;       ///< exactly when differencing
};

enum class Preset : std::uint8_t { Azure, HyperV, VirtualBox, Box86 };

[[nodiscard]] std::optional<Preset> parsePreset(std::string_view name) noexcept;
/// Type and rounding that the program wants; InvalidArgument when `type` was given and it takes no
/// such disk.
[[nodiscard]] Result<> applyPreset(Preset preset, std::optional<DiskType> type,
                                   CreateOptions& options);

struct FilePart {
    std::string name;
    std::uint64_t offset = 0;
    Bytes bytes;
};

struct CreatePlan {
    Footer footer;
    DynamicHeader header;        ///< of a disk that is not fixed
    std::vector<FilePart> parts; ///< all that is not zeros, by offset
    std::uint64_t fileSize = 0;
    std::vector<Finding> notes; ///< rounding, and who cannot open it
};

/// Of the file once so many of its blocks are there; of a fixed disk it never changes.
[[nodiscard]] std::uint64_t fileSizeWith(const CreatePlan& plan, std::uint64_t blocks) noexcept;

[[nodiscard]] Result<CreatePlan> planCreate(const CreateOptions& options);

/// Reads the parent, and the whole chain below it: a child of a broken chain is Refused.
[[nodiscard]] Result<ParentLink> linkToParent(const std::filesystem::path& parent,
                                              const std::filesystem::path& child,
                                              const FileOpener& files = hostFiles());

/// `file` is new and empty.
[[nodiscard]] Result<> writePlan(const CreatePlan& plan, File& file);
[[nodiscard]] Result<CreatePlan> createVhd(const std::filesystem::path& path,
                                           const CreateOptions& options,
                                           AtomicFile::Existing existing);

} // namespace fatlas::vhd
