#include "app/cli/layout_options.hpp"

#include "core/base/file.hpp"
#include "core/base/text.hpp"
#include "core/base/units.hpp"

#include <fmt/format.h>

#include <limits>

namespace fatlas::cli {

namespace {

using folder_disk::parseHex32;
using folder_disk::parseSize;

constexpr const char* typeCheck = "FAT type";
constexpr std::uint64_t maxCodeFile = MiB; ///< larger is certainly not boot code

std::string checkFloppy(const std::string& text)
{
    if (folder_disk::findFloppyFormat(text))
        return {};
    std::string names;
    for (const auto& layout : folder_disk::floppyLayouts)
        names += fmt::format("{}{}", names.empty() ? "" : ", ", layout.name);
    return fmt::format("\"{}\" is not a floppy format, expected one of {}", text, names);
}

Result<std::uint32_t> parseClusterSize(const std::string& text)
{
    FATLAS_ASSIGN(const std::uint64_t size, parseSize(text));
    if (size > std::numeric_limits<std::uint32_t>::max())
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("{} is too large for a cluster, expected at most 64K", text));
    return static_cast<std::uint32_t>(size);
}

Result<folder_disk::CodeFile> readCode(const std::string& path)
{
    FATLAS_ASSIGN(auto bytes, readWholeFile(path, maxCodeFile));
    if (bytes.empty())
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("{} is empty, expected boot code", escapeForTerminal(path)));
    return folder_disk::CodeFile{.path = path, .bytes = std::move(bytes)};
}

} // namespace

void LayoutOptions::addTo(CLI::App& verb, const std::string& group)
{
    m_group = group;
    addShape(verb);
    addIdentity(verb);
    addContent(verb);
}

void LayoutOptions::letFatNameCopy(CLI::App& verb)
{
    CLI::Option* const option = verb.get_option("--fat");
    option->get_validator(typeCheck)->active(false);
    option->check(CLI::IsMember({"1", "2", "active", "auto", "12", "16", "32"}))
        ->description("which copy of the FAT is read: 1, 2 or active (default: active); of a "
                      "folder also the FAT type: auto, 12, 16, 32")
        ->option_text("1|2|active|TYPE");
}

bool LayoutOptions::fatNamesCopy() const
{
    return m_fat == "1" || m_fat == "2" || m_fat == "active";
}

std::optional<std::uint32_t> LayoutOptions::fatCopy() const
{
    if (m_fat == "1" || m_fat == "2")
        return *m_fat == "1" ? 0U : 1U;
    return std::nullopt;
}

CLI::Option* LayoutOptions::remember(CLI::Option* option)
{
    m_all.push_back(option);
    return option->group(m_group);
}

void LayoutOptions::addShape(CLI::App& verb)
{
    remember(verb.add_option("--fat", m_fat, "FAT type: auto, 12, 16 or 32 (default: auto)"))
        ->check(CLI::IsMember({"auto", "12", "16", "32"}).name(typeCheck))
        ->option_text("TYPE");
    remember(verb.add_option("--floppy", m_floppy,
                             "a floppy: 160K 180K 320K 360K 720K 1.2M 1.44M 1.68M 2.88M"))
        ->check(checkFloppy, "", "floppy format")
        ->option_text("FORMAT");
    remember(verb.add_option("--size", m_size,
                             "size of the whole image: 64M, 1.5G (default: what the folder needs, "
                             "with room to grow)"))
        ->check(readableBy(parseSize), "", "size")
        ->option_text("SIZE");
    remember(verb.add_option("--cluster-size", m_clusterSize, "512 to 64K, a power of two"))
        ->check(readableBy(parseClusterSize), "", "cluster size")
        ->option_text("SIZE");
    remember(verb.add_option("--sector-size", m_sectorSize,
                             "512, 1024, 2048 or 4096 bytes (default: 512)"))
        ->check(CLI::IsMember({512U, 1024U, 2048U, 4096U}))
        ->option_text("N");
    remember(verb.add_option("--partition", m_partition,
                             "partition table: none, mbr or gpt (default: none)"))
        ->check(CLI::IsMember({"none", "mbr", "gpt"}))
        ->option_text("SCHEME");
    remember(verb.add_flag("--esp", m_efiSystem, "type the partition as EFI system partition"));
}

void LayoutOptions::addIdentity(CLI::App& verb)
{
    remember(verb.add_option("--label", m_label, "volume label, at most 11 bytes"))
        ->option_text("TEXT");
    remember(verb.add_option("--serial", m_serial,
                             "volume serial number, 1A2B-3C4D (default: from content and time)"))
        ->check(readableBy(parseHex32), "", "serial")
        ->option_text("HEX");
    remember(verb.add_option("--disk-id", m_diskId, "disk signature in the MBR, 8 digits"))
        ->check(readableBy(parseHex32), "", "disk id")
        ->option_text("HEX");
    remember(verb.add_option("--oem", m_oem, "OEM name in the boot sector, at most 8 bytes"))
        ->option_text("TEXT");
    remember(verb.add_option("--boot-sector", m_bootSector,
                             "boot code: a boot sector, whose disk parameters are replaced"))
        ->option_text("FILE");
    remember(verb.add_option("--mbr-code", m_mbrCode, "code of the master boot record"))
        ->option_text("FILE");
}

void LayoutOptions::addContent(CLI::App& verb)
{
    remember(verb.add_option("--first", m_first,
                             "put this file of the folder first on the disk (repeatable)"))
        ->allow_extra_args(false)
        ->option_text("NAME");
    remember(verb.add_option("--exclude", m_excludes,
                             "leave out what matches: '*.bak', '/build', 'src/*.o' (repeatable)"))
        ->allow_extra_args(false)
        ->option_text("GLOB");
    remember(verb.add_flag("--skip-unfit", m_skipUnfit,
                           "leave out what does not fit instead of refusing"));
    remember(verb.add_option("--codepage", m_codePage,
                             "OEM code page of short names and label (default: 437)"))
        ->option_text("N");
    remember(verb.add_option("--timezone", m_timeZone,
                             "zone of the times on the disk: local, utc or +HH:MM "
                             "(default: local)"))
        ->check(readableBy(fat::parseTimeZone), "", "time zone")
        ->option_text("ZONE");
    remember(verb.add_option("--compat", m_compat,
                             "modern, or dos for the oldest systems (default: modern)"))
        ->check(CLI::IsMember({"modern", "dos"}))
        ->option_text("WHOM");
    remember(verb.add_flag("--reproducible", m_reproducible,
                           "the same folder gives the same bytes: times in utc, numbers from the "
                           "content"));
}

std::string LayoutOptions::givenForFoldersOnly() const
{
    for (const CLI::Option* option : m_all) {
        const std::string name = option->get_name();
        if (name == "--fat" && fatNamesCopy())
            continue;
        if (option->count() > 0 && name != "--codepage" && name != "--timezone")
            return name;
    }
    return {};
}

Result<folder_disk::Options> LayoutOptions::options(folder_disk::Options base) const
{
    applyShape(base);
    FATLAS_TRY(applyIdentity(base));
    FATLAS_TRY(applyContent(base));
    return base;
}

Result<folder_disk::Options> LayoutOptions::optionsFor(const std::string& source) const
{
    FATLAS_ASSIGN(auto address, folder_disk::parseSource(source));
    return options(std::move(address.options));
}

void LayoutOptions::applyShape(folder_disk::Options& options) const
{
    if (m_fat && *m_fat == "auto")
        options.fat = std::nullopt;
    else if (m_fat && !fatNamesCopy())
        options.fat = *m_fat == "12"   ? fat::FatType::Fat12
                      : *m_fat == "16" ? fat::FatType::Fat16
                                       : fat::FatType::Fat32;
    if (m_floppy)
        options.floppy = folder_disk::findFloppyFormat(*m_floppy);
    if (m_size)
        options.size = parseSize(*m_size).value_or(0);
    if (m_clusterSize)
        options.clusterSize = parseClusterSize(*m_clusterSize).value_or(0);
    if (m_sectorSize)
        options.sectorSize = *m_sectorSize;
    if (m_partition)
        options.partition = *m_partition == "mbr"   ? folder_disk::PartitionScheme::Mbr
                            : *m_partition == "gpt" ? folder_disk::PartitionScheme::Gpt
                                                    : folder_disk::PartitionScheme::None;
    options.efiSystem = options.efiSystem || m_efiSystem;
}

Result<> LayoutOptions::applyIdentity(folder_disk::Options& options) const
{
    if (m_label)
        options.label = *m_label;
    if (m_oem)
        options.oemName = *m_oem;
    if (m_serial) {
        FATLAS_ASSIGN(options.serial, parseHex32(*m_serial));
    }
    if (m_diskId) {
        FATLAS_ASSIGN(options.diskId, parseHex32(*m_diskId));
    }
    if (m_bootSector) {
        FATLAS_ASSIGN(options.bootSector, readCode(*m_bootSector));
    }
    if (m_mbrCode) {
        FATLAS_ASSIGN(options.mbrCode, readCode(*m_mbrCode));
    }
    return {};
}

Result<> LayoutOptions::applyContent(folder_disk::Options& options) const
{
    options.first.insert(options.first.end(), m_first.begin(), m_first.end());
    options.excludes.insert(options.excludes.end(), m_excludes.begin(), m_excludes.end());
    if (m_skipUnfit)
        options.unfit = folder_disk::Unfit::Skip;
    if (m_codePage)
        options.codePage = *m_codePage;
    if (m_timeZone) {
        FATLAS_ASSIGN(options.timeZone, fat::parseTimeZone(*m_timeZone));
    }
    if (m_compat)
        options.compat =
            *m_compat == "dos" ? folder_disk::Compat::Dos : folder_disk::Compat::Modern;
    options.reproducible = options.reproducible || m_reproducible;
    return {};
}

} // namespace fatlas::cli
