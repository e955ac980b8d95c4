#include "ui/document/address.hpp"

#include "core/base/text.hpp"

#include <fmt/format.h>

#include <charconv>
#include <string_view>

namespace fatlas::ui {

namespace {

using std::string_view;

constexpr string_view clusterWord = "cluster:";
constexpr string_view sectorWord = "sector:";
constexpr string_view chsWord = "chs:";
constexpr string_view hexWord = "0x";

std::optional<std::uint64_t> parseNumber(string_view text, int base = 10)
{
    if (base == 10 && (text.starts_with(hexWord) || text.starts_with("0X")))
        return parseNumber(text.substr(2), 16);
    std::uint64_t value = 0;
    const auto [stop, error] = std::from_chars(text.begin(), text.end(), value, base);
    if (error != std::errc{} || stop != text.end() || text.empty())
        return std::nullopt;
    return value;
}

Result<Place> notUnderstood(string_view text)
{
    return fail(ErrorCode::InvalidArgument,
                fmt::format("\"{}\" is not an address; cluster:433, sector:464, 0x3A000, "
                            "chs:12/1/15 and /DOCS/A.TXT are",
                            escapeForTerminal(text)));
}

Result<Place> atCluster(const VolumeContent& content, std::uint64_t number)
{
    const auto& geometry = content.geometry();
    if (number < 2 || number >= geometry.endCluster().value)
        return fail(ErrorCode::OutOfRange,
                    fmt::format("cluster {} is outside this volume; it has clusters 2 to {}",
                                formatCount(number), formatCount(geometry.endCluster().value - 1)));
    return Cluster{static_cast<std::uint32_t>(number)};
}

/// `offset` in bytes from the start of the image.
Result<Place> atByte(const VolumeContent& content, std::uint64_t offset)
{
    if (offset >= content.image.disk->size())
        return fail(ErrorCode::OutOfRange,
                    fmt::format("byte 0x{:X} is past the end of the image, which has {} bytes",
                                offset, formatCount(content.image.disk->size())));
    return FocusBytes{.offset = offset, .length = 1};
}

Result<Place> atSector(const VolumeContent& content, std::uint64_t sector)
{
    const std::uint32_t size = content.geometry().bytesPerSector;
    const std::uint64_t count = content.image.disk->size() / size;
    if (sector >= count)
        return fail(ErrorCode::OutOfRange,
                    fmt::format("sector {} is past the end of the image, which has {} sectors",
                                formatCount(sector), formatCount(count)));
    return FocusBytes{.offset = sector * size, .length = size};
}

/// Cylinder and head count from 0, sectors from 1.
Result<Place> atChs(const VolumeContent& content, string_view text)
{
    const auto first = text.find('/');
    const auto second = first == string_view::npos ? first : text.find('/', first + 1);
    if (second == string_view::npos)
        return notUnderstood(text);
    const auto cylinder = parseNumber(text.substr(0, first));
    const auto head = parseNumber(text.substr(first + 1, second - first - 1));
    const auto sector = parseNumber(text.substr(second + 1));
    const auto& geometry = content.geometry();
    if (!cylinder || !head || !sector || *cylinder > UINT32_MAX)
        return notUnderstood(text);
    if (*head >= geometry.heads || *sector < 1 || *sector > geometry.sectorsPerTrack)
        return fail(ErrorCode::OutOfRange,
                    fmt::format("{} is outside this disk: heads 0 to {}, sectors 1 to {}", text,
                                int{geometry.heads} - 1, geometry.sectorsPerTrack));
    return atSector(content,
                    (*cylinder * geometry.heads + *head) * geometry.sectorsPerTrack + *sector - 1);
}

Result<Place> atPath(const VolumeContent& content, string_view path)
{
    if (const auto node = content.tree->find(path))
        return *node;
    return fail(ErrorCode::NotFound,
                fmt::format("there is no {} on this volume", escapeForTerminal(path)));
}

/// An address that is a word and a number.
struct Numbered {
    string_view word;
    Result<Place> (*find)(const VolumeContent& content, std::uint64_t number);
};

} // namespace

Result<Place> findPlace(const VolumeContent& content, QStringView address)
{
    const std::string text = address.trimmed().toString().toStdString();
    const string_view view = text;
    if (view.starts_with('/') || view.starts_with('\\'))
        return atPath(content, view);
    if (view.starts_with(chsWord))
        return atChs(content, view.substr(chsWord.size()));
    for (const auto& [word, find] :
         {Numbered{clusterWord, atCluster}, Numbered{sectorWord, atSector}}) {
        if (!view.starts_with(word))
            continue;
        const auto number = parseNumber(view.substr(word.size()));
        return number ? find(content, *number) : notUnderstood(view);
    }
    if (const auto number = parseNumber(view); number && view.starts_with(hexWord))
        return atByte(content, *number);
    if (const auto node = content.tree->find(view); node && !view.empty())
        return *node;
    return notUnderstood(view);
}

bool looksLikeAddress(QStringView text)
{
    for (const char* const start : {"/", "\\", "cluster:", "sector:", "chs:", "0x"})
        if (text.startsWith(QLatin1String(start), Qt::CaseInsensitive))
            return true;
    return false;
}

} // namespace fatlas::ui
