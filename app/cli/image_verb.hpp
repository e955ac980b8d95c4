/// What the verbs that look into a disk have in common: IMAGE, the partition, and how the disk is
/// made when IMAGE is a folder.
#pragma once

#include "core/image/image.hpp"

#include "app/cli/layout_options.hpp"

#include <CLI/CLI.hpp>

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>

namespace fatlas::cli {

struct ImageVerb {
    std::string image;
    std::optional<std::uint32_t> partitionIndex;
    std::optional<std::string> offset;
    LayoutOptions layout;
    /// Options that mean nothing for a disk that exists are not for this IMAGE, but for another.
    bool layoutMayBeForOther = false;

    /// `this` must outlive the parsing.
    void addTo(CLI::App& verb);
    /// The same for a verb that only reads: there `--fat` may also name a copy of the FAT.
    void addToReader(CLI::App& verb);
    [[nodiscard]] Result<image::Image> open(const std::stop_token& stop) const;
    /// The two halves of it, for the verb that shows a disk without a volume too.
    [[nodiscard]] Result<image::OpenedDisk> openDisk(const std::stop_token& stop) const;
    [[nodiscard]] Result<image::Image> openVolume(const image::OpenedDisk& disk) const;
    /// In which the disk's times are civil times.
    [[nodiscard]] Result<fat::TimeZone> timeZone() const;

private:
    [[nodiscard]] Result<image::OpenOptions> openOptions() const;
};

} // namespace fatlas::cli
