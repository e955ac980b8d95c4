#include "core/base/units.hpp"
#include "core/folder_disk/options_text.hpp"

#include <fmt/format.h>

#include <array>

namespace fatlas::folder_disk {
namespace {

constexpr std::string_view safeCharacters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./:,+@%=";

/// Inside $'...': for words with control characters.
std::string ansiQuoted(std::string_view word)
{
    std::string text = "$'";
    for (const char c : word) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '\'' || c == '\\')
            text += {'\\', c};
        else if (byte < 0x20 || byte == 0x7F)
            text += fmt::format("\\x{:02x}", byte);
        else
            text += c;
    }
    return text + "'";
}

std::string singleQuoted(std::string_view word)
{
    std::string text = "'";
    for (const char c : word) {
        if (c == '\'')
            text += "'\\''";
        else
            text += c;
    }
    return text + "'";
}

std::string serialText(std::uint32_t serial)
{
    return fmt::format("{:04X}-{:04X}", serial >> 16, serial & 0xFFFF);
}

const char* schemeText(PartitionScheme scheme)
{
    switch (scheme) {
    case PartitionScheme::Mbr: return "mbr";
    case PartitionScheme::Gpt: return "gpt";
    case PartitionScheme::None: break;
    }
    return "none";
}

class Command {
public:
    void word(std::string text) { m_text += (m_text.empty() ? "" : " ") + std::move(text); }

    void option(const char* name, std::string_view value)
    {
        word(name);
        word(shellWord(value));
    }

    /// Says the option only where it is not what the source says by itself.
    template <class T, class Format>
    void optionIfChanged(const char* name, const T& value, const T& base, Format format)
    {
        if (!(value == base))
            option(name, format(value));
    }

    [[nodiscard]] std::string text() && { return std::move(m_text); }

private:
    std::string m_text;
};

void sayShape(Command& command, const Options& options, const Options& base)
{
    if (options.fat != base.fat)
        command.option("--fat",
                       options.fat ? fmt::format("{}", static_cast<int>(*options.fat)) : "auto");
    if (options.floppy && options.floppy != base.floppy)
        command.option("--floppy", layoutOf(*options.floppy).name);
    if (options.size && options.size != base.size)
        command.option("--size", sizeOption(*options.size));
    if (options.clusterSize && options.clusterSize != base.clusterSize)
        command.option("--cluster-size", sizeOption(*options.clusterSize));
    command.optionIfChanged("--sector-size", options.sectorSize, base.sectorSize,
                            [](std::uint32_t size) { return fmt::format("{}", size); });
    command.optionIfChanged("--partition", options.partition, base.partition, schemeText);
    if (options.efiSystem)
        command.word("--esp");
}

void sayIdentity(Command& command, const Options& options, const Options& base)
{
    const auto asIs = [](const std::string& text) { return text; };
    command.optionIfChanged("--label", options.label, base.label, asIs);
    if (options.serial)
        command.option("--serial", serialText(*options.serial));
    if (options.diskId)
        command.option("--disk-id", fmt::format("{:08X}", *options.diskId));
    command.optionIfChanged("--oem", options.oemName, base.oemName, asIs);
    if (!options.bootSector.bytes.empty())
        command.option("--boot-sector", options.bootSector.path);
    if (!options.mbrCode.bytes.empty())
        command.option("--mbr-code", options.mbrCode.path);
}

void sayContent(Command& command, const Options& options)
{
    for (const std::string& name : options.first)
        command.option("--first", name);
    for (const std::string& glob : options.excludes)
        command.option("--exclude", glob);
    if (options.unfit == Unfit::Skip)
        command.word("--skip-unfit");
    if (options.codePage != CodePage::defaultNumber)
        command.option("--codepage", fmt::format("{}", options.codePage));
    if (options.timeZone != fat::TimeZone{})
        command.option("--timezone", toString(options.timeZone));
    if (options.compat == Compat::Dos)
        command.option("--compat", "dos");
    if (options.reproducible)
        command.word("--reproducible");
}

/// The address that stands for a classic geometry, with what it says by itself.
SourceAddress classicSource(std::string_view folder, const Options& options)
{
    const auto type = options.fat.value_or(fat::FatType::Fat16);
    const auto address = type == fat::FatType::Fat16
                             ? fmt::format("fat:{}", folder)
                             : fmt::format("fat:{}:{}", static_cast<int>(type), folder);
    auto source = parseSource(address);
    return source ? std::move(*source) : SourceAddress{};
}

/// An address whose folder cannot be taken for one of its words.
std::string classicText(std::string_view folder, fat::FatType type)
{
    const std::string safe = folder.starts_with('/')    ? std::string(folder)
                             : folder.starts_with("./") ? std::string(folder)
                                                        : "./" + std::string(folder);
    return type == fat::FatType::Fat16 ? "fat:" + safe
                                       : fmt::format("fat:{}:{}", static_cast<int>(type), safe);
}

/// Says what the disk is made from; returns what that says by itself.
Options saySource(Command& command, std::string_view folder, const Options& options)
{
    Options base;
    std::string source = folder.empty() ? "--empty" : shellPath(folder);
    if (options.classic) {
        base = classicSource("x", options).options;
        source = shellWord(classicText(folder, base.fat.value_or(fat::FatType::Fat16)));
    }
    command.word(std::move(source));
    return base;
}

void sayOptions(Command& command, const Options& options, const Options& base)
{
    sayShape(command, options, base);
    sayIdentity(command, options, base);
    sayContent(command, options);
}

} // namespace

std::string shellWord(std::string_view word)
{
    if (word.empty())
        return "\"\"";
    if (word.find_first_not_of(safeCharacters) == std::string_view::npos)
        return std::string(word);
    for (const char c : word)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
            return ansiQuoted(word);
    if (word.find_first_of("$`\"\\!") != std::string_view::npos)
        return singleQuoted(word);
    return fmt::format("\"{}\"", word);
}

std::string shellPath(std::string_view path)
{
    if (path.starts_with("~/"))
        return path.size() == 2 ? "~/" : "~/" + shellWord(path.substr(2));
    if (path.starts_with('-') || path.starts_with("fat:"))
        return shellWord("./" + std::string(path));
    return shellWord(path);
}

std::string sizeOption(std::uint64_t bytes)
{
    constexpr std::array<std::pair<std::uint64_t, char>, 4> units{
        {{TiB, 'T'}, {GiB, 'G'}, {MiB, 'M'}, {KiB, 'K'}}};
    for (const auto& [unit, letter] : units)
        if (bytes != 0 && bytes % unit == 0)
            return fmt::format("{}{}", bytes / unit, letter);
    return fmt::format("{}", bytes);
}

std::string createCommand(std::string_view folder, std::string_view output, const Options& options)
{
    Command command;
    command.word("fatlas-cli create");
    const Options base = saySource(command, folder, options);
    command.word("-o");
    command.word(shellPath(output));
    sayOptions(command, options, base);
    return std::move(command).text();
}

std::string layoutArguments(std::string_view folder, const Options& options)
{
    Command command;
    const Options base = saySource(command, folder, options);
    sayOptions(command, options, base);
    return std::move(command).text();
}

} // namespace fatlas::folder_disk
