/// A VHD and its parents, down to the disk that has none.
///
/// Units:    modification times in seconds since 1970-01-01 UTC.
/// Errors:   readChain fails only when the first file cannot be read; what is wrong further down is
///           in `broken`, and what one can live with in `findings`.
/// Bounds:   at most maxParents parents (V27).
/// Threads:  blocking; run it on a worker thread.
/// Source:   FORMAT.md rules V22 to V27.
#pragma once

#include "core/vhd/vhd_file.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace fatlas::vhd {

inline constexpr std::size_t maxParents = 255;

/// A file that may be a VHD.
struct OpenedFile {
    std::shared_ptr<const block::BlockDevice> device;
    std::string identity; ///< the same for the same file under any name
    std::optional<std::int64_t> modified;
};

/// How files are opened: real ones, or those of a test.
class FileOpener {
public:
    FileOpener() = default;
    FileOpener(const FileOpener&) = delete;
    FileOpener& operator=(const FileOpener&) = delete;
    virtual ~FileOpener() = default;

    [[nodiscard]] virtual Result<OpenedFile> open(const std::filesystem::path& path) const = 0;
};

/// Opens files of the host for reading.
[[nodiscard]] const FileOpener& hostFiles() noexcept;

/// One place where a parent was looked for, and what was there.
struct ParentTry {
    std::filesystem::path path;
    std::string source;  ///< which locator, or the child's own folder
    std::string outcome; ///< "UUID and time are as recorded", "cannot open ..."
    bool isParent = false;
};

struct ChainLink {
    std::filesystem::path path;
    OpenedFile file;
    VhdFile vhd;
    std::vector<ParentTry> tries; ///< empty when the disk has no parent
};

struct Chain {
    std::vector<ChainLink> links;  ///< the disk itself first
    std::vector<Finding> findings; ///< of all links; `path` names the file
    std::optional<Error> broken;   ///< why the last link's parent is not there
};

[[nodiscard]] Result<Chain> readChain(const std::filesystem::path& path,
                                      const FileOpener& files = hostFiles(),
                                      SizeRule rule = SizeRule::ByCreator);

} // namespace fatlas::vhd
