#include "core/fat/repair/folder_evidence.hpp"

#include "core/fat/repair/entry_edit.hpp"
#include "core/fat/stored_name.hpp"

#include <algorithm>

namespace fatlas::fat {
namespace {

constexpr std::uint8_t unusedBits = 0xC0;
} // namespace

bool isSenseless(const RepairSession& session, const DirectoryEntryRaw& raw)
{
    const Cluster first = session.volume().firstCluster(raw);
    const bool leadsNowhere = first.value != 0 && !session.geometry().isData(first);
    const int oddities = int{(raw.attributes & unusedBits) != 0} +
                         int{isImpossibleShortName(raw.name)} + int{leadsNowhere};
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
        const bool isGood =
            isLong || ((raw.attributes & unusedBits) == 0 && !isImpossibleShortName(raw.name));
        ++(isGood ? evidence.sensible : evidence.senseless);
    }
    evidence.isEmpty = std::ranges::all_of(bytes, [](std::byte b) { return b == std::byte{0}; });
    return evidence;
}

} // namespace fatlas::fat
