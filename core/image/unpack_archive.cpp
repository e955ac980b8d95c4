#include "core/base/text.hpp"
#include "core/image/archive_reader.hpp"
#include "core/image/unpack_stream.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

namespace fatlas::image {

namespace {

constexpr std::size_t maxEntries = 100'000;
constexpr std::size_t maxNamesShown = 12;

int filterOf(Packing packing)
{
    switch (packing) {
    case Packing::Bzip2: return ARCHIVE_FILTER_BZIP2;
    case Packing::Xz: return ARCHIVE_FILTER_XZ;
    case Packing::Zstd: return ARCHIVE_FILTER_ZSTD;
    case Packing::Gzip:
    case Packing::Zip: break;
    }
    return ARCHIVE_FILTER_NONE;
}

/// The libraries have no code for it, only words; liblzma sees no progress at the end of a piece.
bool saysCut(std::string_view message, const PackedInput& input)
{
    return input.atEnd() && (message.find("runcated") != message.npos ||
                             message.find("No progress") != message.npos);
}

std::unexpected<Error> failure(const ArchiveReader& reader, const PackedInput& input,
                               Packing packing, const TempImage& output)
{
    if (const std::optional<Error>& error = reader.inputError())
        return std::unexpected(*error);
    const std::string message = reader.lastMessage();
    return saysCut(message, input) ? failCut(packing, output)
                                   : failDamaged(packing, output, message);
}

Result<> copyBlocks(ArchiveReader& reader, PackedInput& input, Packing packing, TempImage& output)
{
    ArchiveReader::Block block;
    while (true) {
        const int status = reader.nextBlock(block);
        if (status == ARCHIVE_EOF)
            return {};
        if (status != ARCHIVE_OK || block.offset < output.size())
            return failure(reader, input, packing, output);
        FATLAS_TRY(output.appendZeros(block.offset - output.size()));
        FATLAS_TRY(output.append(block.bytes));
        FATLAS_TRY(input.watch());
    }
}

/// A file of an archive, by its place among all entries.
struct Member {
    std::size_t index = 0;
    std::string name;
    std::uint64_t size = 0;
};

std::string nameOf(archive_entry* entry, std::size_t index)
{
    const char* name = ::archive_entry_pathname(entry);
    return name != nullptr ? name : fmt::format("entry {}", index + 1);
}

/// What macOS and Windows put beside the files that were meant.
bool isByProduct(std::string_view name)
{
    const std::string_view last = name.substr(name.rfind('/') + 1);
    return name.starts_with("__MACOSX/") || last == ".DS_Store" || last == "Thumbs.db" ||
           last == "desktop.ini";
}

bool isNamedAsDisk(const Member& member)
{
    constexpr std::array<std::string_view, 12> endings{"img", "ima", "image", "dsk", "vfd", "flp",
                                                       "bin", "raw", "dd",    "hdd", "st",  "fat"};
    const std::size_t dot = member.name.rfind('.');
    std::string ending = dot == member.name.npos ? "" : member.name.substr(dot + 1);
    std::ranges::transform(ending, ending.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return std::ranges::find(endings, ending) != endings.end();
}

bool isSizedAsFloppy(const Member& member)
{
    constexpr std::array<std::uint64_t, 12> sizes{163'840,   184'320,   327'680,   368'640,
                                                  655'360,   737'280,   1'228'800, 1'261'568,
                                                  1'474'560, 1'720'320, 2'949'120, 1'638'400};
    return std::ranges::find(sizes, member.size) != sizes.end();
}

std::unexpected<Error> failWithoutDirectory(const std::string& why)
{
    return fail(ErrorCode::BadFormat,
                fmt::format("the ZIP archive has no directory at its end: it is empty, cut off or "
                            "damaged, and 0 bytes came out ({})",
                            escapeForTerminal(why)));
}

Result<std::vector<Member>> listMembers(PackedInput& input)
{
    const auto opened = ArchiveReader::openZip(input);
    if (!opened && opened.error().code == ErrorCode::BadFormat)
        return failWithoutDirectory(opened.error().message);
    if (!opened)
        return std::unexpected(opened.error());
    const auto& reader = *opened;
    std::vector<Member> members;
    for (std::size_t index = 0;; ++index) {
        archive_entry* entry = nullptr;
        const int status = reader->nextEntry(entry);
        if (status == ARCHIVE_EOF)
            return members;
        if (const std::optional<Error>& error = reader->inputError())
            return std::unexpected(*error);
        if (status < ARCHIVE_WARN)
            return failWithoutDirectory(reader->lastMessage());
        if (index >= maxEntries)
            return fail(ErrorCode::Limit, fmt::format("the ZIP archive has more than {} entries",
                                                      formatCount(maxEntries)));
        Member member{.index = index, .name = nameOf(entry, index), .size = 0};
        if (::archive_entry_filetype(entry) != AE_IFREG || isByProduct(member.name))
            continue;
        member.size = static_cast<std::uint64_t>(::archive_entry_size(entry));
        members.push_back(std::move(member));
    }
}

std::string listOf(const std::vector<Member>& members)
{
    std::string list;
    for (std::size_t i = 0; i < std::min(members.size(), maxNamesShown); ++i)
        list += fmt::format("{}{} ({})", i == 0 ? "" : ", ", escapeForTerminal(members[i].name),
                            formatSize(members[i].size));
    if (members.size() > maxNamesShown)
        list += fmt::format(" and {} more", members.size() - maxNamesShown);
    return list;
}

/// The only file; else the only one that is a disk image by its name, or by its size.
Result<Member> chooseMember(const std::vector<Member>& members)
{
    if (members.empty())
        return fail(ErrorCode::BadFormat, "the ZIP archive holds no file");
    if (members.size() == 1)
        return members.front();
    for (const auto fits : {isNamedAsDisk, isSizedAsFloppy}) {
        const auto first = std::ranges::find_if(members, fits);
        if (first != members.end() && std::find_if(first + 1, members.end(), fits) == members.end())
            return *first;
    }
    return fail(ErrorCode::InvalidArgument,
                fmt::format("the ZIP archive holds {} files, and it is not clear which is the "
                            "disk; unpack the one you mean: {}",
                            members.size(), listOf(members)));
}

} // namespace

Result<> unpackStream(PackedInput& input, Packing packing, TempImage& output)
{
    auto opened = ArchiveReader::openStream(input, filterOf(packing));
    if (!opened && opened.error().code != ErrorCode::BadFormat)
        return std::unexpected(opened.error());
    if (!opened)
        return saysCut(opened.error().message, input)
                   ? failCut(packing, output)
                   : failDamaged(packing, output, opened.error().message);
    ArchiveReader& reader = **opened;
    archive_entry* entry = nullptr;
    const int status = reader.nextEntry(entry);
    if (status == ARCHIVE_OK)
        FATLAS_TRY(copyBlocks(reader, input, packing, output));
    else if (status != ARCHIVE_EOF)
        return failure(reader, input, packing, output);
    if (reader.consumed() == 0)
        return failCut(packing, output);
    return checkRest(input, reader.consumed(), packing);
}

Result<> unpackZip(PackedInput& input, TempImage& output)
{
    FATLAS_ASSIGN(const auto members, listMembers(input));
    FATLAS_ASSIGN(const Member chosen, chooseMember(members));
    FATLAS_ASSIGN(const auto reader, ArchiveReader::openZip(input));
    archive_entry* entry = nullptr;
    for (std::size_t index = 0; index <= chosen.index; ++index)
        if (reader->nextEntry(entry) < ARCHIVE_WARN)
            return failure(*reader, input, Packing::Zip, output);
    FATLAS_TRY(copyBlocks(*reader, input, Packing::Zip, output));
    if (output.size() != chosen.size)
        return failDamaged(Packing::Zip, output,
                           fmt::format("its directory says {} bytes", chosen.size));
    return {};
}

} // namespace fatlas::image
