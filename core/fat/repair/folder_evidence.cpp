#include "core/fat/repair/folder_evidence.hpp"

#include "core/fat/repair/entry_edit.hpp"

#include <algorithm>
#include <string_view>

namespace fatlas::fat {
namespace {

constexpr std::uint8_t unusedBits = 0xC0;
constexpr std::string_view badBytes = "\"*+,./:;<=>?[\\]|\x7F";

bool isBadByte(unsigned char byte)
{
    return byte < 0x20 || (byte >= 'a' && byte <= 'z') ||
           badBytes.contains(static_cast<char>(byte));
}

/// A space ends the base and the extension.
bool hasInnerSpace(const DirectoryEntryRaw& raw)
{
    constexpr std::size_t baseSize = 8;
    if (isNamed(raw, "EA DATA  SF") || isNamed(raw, "WP ROOT  SF")) // OS/2 writes them so
        return false;
    for (std::size_t i = 0; i + 1 < raw.name.size(); ++i)
        if (raw.name[i] == ' ' && raw.name[i + 1] != ' ' && i + 1 != baseSize)
            return true;
    return false;
}

} // namespace

bool hasBadName(const DirectoryEntryRaw& raw)
{
    if (raw.name[0] == ' ' || hasInnerSpace(raw))
        return true;
    const bool isEscaped = raw.name[0] == slot_mark::escapedE5;
    return std::any_of(raw.name.begin() + (isEscaped ? 1 : 0), raw.name.end(), isBadByte);
}

bool isSenseless(const RepairSession& session, const DirectoryEntryRaw& raw)
{
    const Cluster first = session.volume().firstCluster(raw);
    const bool leadsNowhere = first.value != 0 && !session.geometry().isData(first);
    const int oddities =
        int{(raw.attributes & unusedBits) != 0} + int{hasBadName(raw)} + int{leadsNowhere};
    return oddities >= 2;
}

Result<FolderEvidence> lookAtFolder(const RepairSession& session, Cluster first)
{
    FolderEvidence evidence;
    Bytes bytes(session.geometry().clusterSize());
    FATLAS_TRY(session.read(session.geometry().clusterOffset(first), bytes));
    const auto dot = *load<DirectoryEntryRaw>(bytes);
    const auto dotDot = *load<DirectoryEntryRaw>(bytes, slotSize);
    evidence.hasDot = isNamed(dot, dotName) && session.volume().firstCluster(dot) == first;
    evidence.hasDotDot = isNamed(dotDot, dotDotName);
    for (std::size_t at = 0; at < bytes.size(); at += slotSize) {
        const auto raw = *load<DirectoryEntryRaw>(bytes, at);
        if (raw.name[0] == slot_mark::end)
            break;
        if (raw.name[0] == slot_mark::deleted || isNamed(raw, dotName) || isNamed(raw, dotDotName))
            continue;
        const bool isLong = raw.attributes == attribute::longName && raw.ntCaseBits == 0 &&
                            raw.firstClusterLow.get() == 0;
        const bool isGood = isLong || ((raw.attributes & unusedBits) == 0 && !hasBadName(raw));
        ++(isGood ? evidence.sensible : evidence.senseless);
    }
    evidence.isEmpty = std::ranges::all_of(bytes, [](std::byte b) { return b == std::byte{0}; });
    return evidence;
}

} // namespace fatlas::fat
