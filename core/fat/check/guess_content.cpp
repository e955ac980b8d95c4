#include "core/base/text.hpp"
#include "core/fat/check/chain_checks.hpp"
#include "core/fat/directory_entry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace fatlas::fat {
namespace {

using std::string_view_literals::operator""sv;

struct Magic {
    std::size_t offset;
    std::string_view bytes;
    const char* what;
};

constexpr std::array magics{
    Magic{0, "PK\x03\x04"sv, "a ZIP archive or Office document"},
    Magic{0, "\xFF\xD8\xFF"sv, "a JPEG picture"},
    Magic{0, "\x89PNG\r\n\x1A\n"sv, "a PNG picture"},
    Magic{0, "GIF8"sv, "a GIF picture"},
    Magic{0, "BM"sv, "a BMP picture"},
    Magic{0, "II*\0"sv, "a TIFF or raw picture"},
    Magic{0, "MM\0*"sv, "a TIFF or raw picture"},
    Magic{0, "%PDF-"sv, "a PDF document"},
    Magic{0, "{\\rtf"sv, "an RTF document"},
    Magic{0, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv, "an old Office document"},
    Magic{0, "MZ"sv, "a DOS or Windows program"},
    Magic{0,
          "\x7F"
          "ELF"sv,
          "a Linux program"},
    Magic{0, "Rar!\x1A\x07"sv, "a RAR archive"},
    Magic{0, "7z\xBC\xAF\x27\x1C"sv, "a 7-Zip archive"},
    Magic{0, "\x1F\x8B"sv, "a gzip file"},
    Magic{0, "BZh"sv, "a bzip2 file"},
    Magic{0,
          "\xFD"
          "7zXZ\0"sv,
          "an xz file"},
    Magic{0, "MSCF"sv, "a cabinet file"},
    Magic{2, "-lh"sv, "an LHA archive"},
    Magic{257, "ustar"sv, "a tar archive"},
    Magic{0, "RIFF"sv, "a sound or video"},
    Magic{0, "ID3"sv, "an MP3 sound"},
    Magic{0, "OggS"sv, "an Ogg sound or video"},
    Magic{0, "fLaC"sv, "a FLAC sound"},
    Magic{0, "MThd"sv, "a MIDI file"},
    Magic{4, "ftyp"sv, "a video or picture of the MP4 family"},
    Magic{0, "\x1A\x45\xDF\xA3"sv, "a Matroska video"},
    Magic{0, "SQLite format 3\0"sv, "an SQLite database"},
    Magic{0, "<?xml"sv, "an XML file"},
    Magic{0, "<!DOCTYPE"sv, "a web page"},
    Magic{0, "<html"sv, "a web page"},
};

/// A folder starts with its dot entries; says how many entries follow in these bytes.
std::string guessFolder(ByteView start)
{
    const auto first = load<DirectoryEntryRaw>(start);
    const auto second = load<DirectoryEntryRaw>(start, slotSize);
    const auto isDot = [](const Result<DirectoryEntryRaw>& raw, std::string_view name) {
        return raw && (raw->attributes & attribute::directory) != 0 &&
               std::equal(name.begin(), name.end(), raw->name.begin(), raw->name.end());
    };
    if (!isDot(first, ".          ") || !isDot(second, "..         "))
        return {};
    std::size_t count = 0;
    for (std::size_t at = 2 * slotSize; at + slotSize <= start.size(); at += slotSize) {
        const auto raw = load<DirectoryEntryRaw>(start, at);
        if (!raw || raw->name[0] == slot_mark::end)
            return fmt::format("a folder of {} entries", count);
        const bool isLong = (raw->attributes & attribute::longNameMask) == attribute::longName;
        if (raw->name[0] != slot_mark::deleted && !isLong)
            ++count;
    }
    return fmt::format("a folder of {} entries or more", count);
}

bool isText(std::string_view text)
{
    text = text.substr(0, 512);
    text = text.substr(0, std::min(text.find('\0'), text.size())); // rest of the last sector
    const auto isPlain = [](char c) {
        return (c >= ' ' && c <= '~') || c == '\r' || c == '\n' || c == '\t';
    };
    return text.size() >= 8 && std::ranges::all_of(text, isPlain);
}

} // namespace

std::string guessContent(ByteView start)
{
    if (auto folder = guessFolder(start); !folder.empty())
        return folder;
    const std::string_view text(reinterpret_cast<const char*>(start.data()), start.size());
    for (const Magic& magic : magics)
        if (text.size() > magic.offset && text.substr(magic.offset).starts_with(magic.bytes))
            return magic.what;
    if (std::ranges::all_of(start, [](std::byte byte) { return byte == std::byte{0}; }))
        return "zeros only";
    return isText(text) ? "text" : "";
}

} // namespace fatlas::fat
