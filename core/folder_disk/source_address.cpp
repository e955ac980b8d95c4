#include "core/folder_disk/options_text.hpp"

#include <fmt/format.h>

namespace fatlas::folder_disk {
namespace {

/// What stands between "fat:" and the folder.
struct Words {
    std::optional<fat::FatType> type;
    bool floppy = false;
    bool readWrite = false;
};

bool take(std::string_view& text, std::string_view word)
{
    if (!text.starts_with(word))
        return false;
    text.remove_prefix(word.size());
    return true;
}

Result<bool> takeType(std::string_view& text, Words& words)
{
    for (const auto& [word, type] :
         {std::pair{"12:", fat::FatType::Fat12}, std::pair{"16:", fat::FatType::Fat16},
          std::pair{"32:", fat::FatType::Fat32}}) {
        if (!take(text, word))
            continue;
        if (words.type)
            return fail(ErrorCode::InvalidArgument,
                        fmt::format("a fat: address names one FAT type, this one says \"{}\" after "
                                    "another (write ./{} if that is the folder)",
                                    word, word));
        words.type = type;
        return true;
    }
    return false;
}

Result<Words> takeWords(std::string_view& text)
{
    Words words;
    while (true) {
        FATLAS_ASSIGN(const bool tookType, takeType(text, words));
        if (tookType)
            continue;
        if (!words.floppy && take(text, "floppy:"))
            words.floppy = true;
        else if (!words.readWrite && take(text, "rw:"))
            words.readWrite = true;
        else
            return words;
    }
}

Result<Options> classicFloppy(const Words& words)
{
    Options options;
    options.fat = words.type.value_or(fat::FatType::Fat12);
    if (options.fat == fat::FatType::Fat32)
        return fail(
            ErrorCode::InvalidArgument,
            "a floppy cannot be FAT32: that takes at least 65,525 clusters, and the largest "
            "floppy has 5,760 sectors; fat:floppy: (FAT12) and fat:floppy:16: work");
    // Without a word the classic floppy is the largest one; 12: means the common one.
    options.floppy =
        words.type == fat::FatType::Fat12 ? FloppyFormat::F1440K : FloppyFormat::F2880K;
    return options;
}

Options classicDisk(const Words& words)
{
    Options options;
    options.fat = words.type.value_or(fat::FatType::Fat16);
    options.classic = ClassicDisk{};
    if (options.fat == fat::FatType::Fat12)
        options.classic->cylinders = 64;
    options.partition = PartitionScheme::Mbr;
    return options;
}

} // namespace

Result<SourceAddress> parseSource(std::string_view text)
{
    SourceAddress source;
    std::string_view rest = text;
    if (!take(rest, "fat:")) {
        source.folder = text;
        if (text.empty())
            return fail(ErrorCode::InvalidArgument, "the source is empty, expected a folder");
        return source;
    }
    source.isFatAddress = true;
    FATLAS_ASSIGN(const Words words, takeWords(rest));
    if (words.floppy) {
        FATLAS_ASSIGN(source.options, classicFloppy(words));
    } else {
        source.options = classicDisk(words);
    }
    source.options.label = "QEMU VVFAT";
    source.options.oemName = "MSWIN4.1";
    source.readWrite = words.readWrite;
    source.folder = rest;
    if (rest.empty())
        return fail(ErrorCode::InvalidArgument, "the fat: address names no folder, expected "
                                                "fat:[12:|16:|32:][floppy:][rw:]FOLDER");
    return source;
}

} // namespace fatlas::folder_disk
