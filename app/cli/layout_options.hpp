/// The options that say how a disk is made from a folder: registered once, used by every verb.
///
/// Errors: a value that cannot be read is a CLI::ParseError while parsing (status 2); files that
///         cannot be read are errors of options().
#pragma once

#include "core/folder_disk/options.hpp"
#include "core/folder_disk/options_text.hpp"

#include <CLI/CLI.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace fatlas::cli {

class LayoutOptions {
public:
    /// Adds them to a verb under the heading `group`; `this` must outlive the parsing.
    void addTo(CLI::App& verb, const std::string& group);

    /// On a verb that reads a volume `--fat` may also name a copy of the FAT: 1, 2 or active.
    void letFatNameCopy(CLI::App& verb);
    /// That copy, from 0; nothing for the active one, or when `--fat` names a type.
    [[nodiscard]] std::optional<std::uint32_t> fatCopy() const;

    /// The first option given that means nothing for a disk that exists already; "" when none was.
    [[nodiscard]] std::string givenForFoldersOnly() const;

    /// `base` (what an address says by itself) with everything that was given on top.
    [[nodiscard]] Result<folder_disk::Options> options(folder_disk::Options base) const;

    /// As options() with what `source` says by itself, if it is an address.
    [[nodiscard]] Result<folder_disk::Options> optionsFor(const std::string& source) const;

private:
    void addShape(CLI::App& verb);
    void addIdentity(CLI::App& verb);
    void addContent(CLI::App& verb);
    CLI::Option* remember(CLI::Option* option);
    [[nodiscard]] bool fatNamesCopy() const;

    void applyShape(folder_disk::Options& options) const;
    [[nodiscard]] Result<> applyIdentity(folder_disk::Options& options) const;
    [[nodiscard]] Result<> applyContent(folder_disk::Options& options) const;

    std::string m_group;
    std::vector<const CLI::Option*> m_all;

    std::optional<std::string> m_fat;
    std::optional<std::string> m_floppy;
    std::optional<std::string> m_size;
    std::optional<std::string> m_clusterSize;
    std::optional<std::uint32_t> m_sectorSize;
    std::optional<std::string> m_partition;
    bool m_efiSystem = false;

    std::optional<std::string> m_label;
    std::optional<std::string> m_serial;
    std::optional<std::string> m_diskId;
    std::optional<std::string> m_oem;
    std::optional<std::string> m_bootSector;
    std::optional<std::string> m_mbrCode;

    std::vector<std::string> m_first;
    std::vector<std::string> m_excludes;
    bool m_skipUnfit = false;
    std::optional<int> m_codePage;
    std::optional<std::string> m_timeZone;
    std::optional<std::string> m_compat;
    bool m_reproducible = false;
};

/// Accepts what `parse` reads, else says why not; for CLI::Option::check.
template <class Parse>
[[nodiscard]] auto readableBy(Parse parse)
{
    return [parse](const std::string& text) {
        const auto parsed = parse(text);
        return parsed ? std::string() : parsed.error().message;
    };
}

} // namespace fatlas::cli
