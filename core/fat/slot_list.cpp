#include "core/fat/slot_list.hpp"

#include "core/base/text.hpp"
#include "core/fat/long_name.hpp"

#include <algorithm>
#include <string_view>

namespace fatlas::fat {

namespace {

constexpr std::uint8_t lastPartBit = 0x40;
constexpr std::uint8_t partMask = 0x1F;
constexpr std::size_t baseLength = 8;

bool isLongName(const DirectoryEntryRaw& raw)
{
    return (raw.attributes & attribute::longNameMask) == attribute::longName;
}

bool isDot(const DirectoryEntryRaw& raw)
{
    const std::string_view name(reinterpret_cast<const char*>(raw.name.data()), raw.name.size());
    return name == ".          " || name == "..         ";
}

std::string trimmed(std::string text)
{
    text.erase(text.find_last_not_of(' ') + 1);
    return text;
}

/// "A.TXT" of the 11 bytes, whatever they are; a deleted one has lost its first character.
std::string shortText(const DirectoryEntryRaw& raw, bool isDeleted, const CodePage& page)
{
    std::string bytes(raw.name.begin(), raw.name.end());
    if (isDeleted)
        bytes[0] = '?';
    else if (raw.name[0] == slot_mark::escapedE5)
        bytes[0] = static_cast<char>(slot_mark::deleted);
    const std::string base = trimmed(bytes.substr(0, baseLength));
    const std::string extension = trimmed(bytes.substr(baseLength));
    return page.decode(extension.empty() ? base : base + '.' + extension);
}

std::string longText(const LongNameSlotRaw& slot)
{
    const auto units = unitsOf(slot);
    const auto end = std::ranges::find(units, u'\0');
    return utf8FromUtf16({units.data(), static_cast<std::size_t>(end - units.begin())});
}

SlotKind kindOf(const DirectoryEntryRaw& raw)
{
    const bool isDeleted = raw.name[0] == slot_mark::deleted;
    if (isLongName(raw))
        return isDeleted ? SlotKind::DeletedLongName : SlotKind::LongName;
    if (isDeleted)
        return SlotKind::Deleted;
    if (isDot(raw))
        return SlotKind::Dot;
    if ((raw.attributes & attribute::volumeLabel) != 0)
        return SlotKind::Label;
    return (raw.attributes & attribute::directory) != 0 ? SlotKind::Folder : SlotKind::File;
}

bool isZero(const DirectoryEntryRaw& raw)
{
    return raw == DirectoryEntryRaw{};
}

SlotInfo infoOf(ByteView bytes, const CodePage& page)
{
    SlotInfo info;
    info.raw = load<DirectoryEntryRaw>(bytes, 0).value_or(DirectoryEntryRaw{});
    info.kind = kindOf(info.raw);
    if (info.kind == SlotKind::LongName || info.kind == SlotKind::DeletedLongName) {
        const auto slot = load<LongNameSlotRaw>(bytes, 0).value_or(LongNameSlotRaw{});
        info.text = longText(slot);
        if (info.kind == SlotKind::LongName) {
            info.part = slot.order & partMask;
            info.isLastPart = (slot.order & lastPartBit) != 0;
        }
    } else if (info.kind == SlotKind::Label) {
        const std::string bytesOfName(info.raw.name.begin(), info.raw.name.end());
        info.text = page.decode(trimmed(bytesOfName));
    } else {
        info.text = shortText(info.raw, info.kind == SlotKind::Deleted, page);
    }
    return info;
}

} // namespace

std::vector<SlotInfo> listSlots(const SlotSource& source, const CodePage& page)
{
    std::vector<SlotInfo> slots;
    const auto count = static_cast<std::uint32_t>(
        std::min<std::size_t>(source.bytes.size() / slotSize, maxDirectorySlots));
    bool isBehindEnd = false;
    for (std::uint32_t i = 0; i < count; ++i) {
        const ByteView bytes = source.bytes.subspan(std::size_t{i} * slotSize, slotSize);
        SlotInfo info = infoOf(bytes, page);
        const bool isEnd = !isBehindEnd && info.raw.name[0] == slot_mark::end;
        if (isBehindEnd && isZero(info.raw))
            continue;
        if (isBehindEnd || isEnd)
            info.kind = isEnd ? SlotKind::End : SlotKind::BehindEnd;
        if (isEnd)
            info.text.clear();
        isBehindEnd = isBehindEnd || isEnd;
        info.index = i;
        info.offset = source.offsetOf(i);
        slots.push_back(std::move(info));
    }
    return slots;
}

Result<std::vector<SlotInfo>> readSlots(const Volume& volume, Cluster first)
{
    const Geometry& geometry = volume.geometry();
    if (first.value == 0 && geometry.type != FatType::Fat32) {
        FATLAS_ASSIGN(const SlotBytes slots, readFixedRootSlots(volume));
        return listSlots(slots.source(), volume.codePage());
    }
    const Cluster start = first.value == 0 ? geometry.rootCluster : first;
    FATLAS_ASSIGN(const Chain chain, volume.chain(start, mostDirectoryClusters(geometry)));
    FATLAS_ASSIGN(const SlotBytes slots, readChainSlots(volume, chain));
    return listSlots(slots.source(), volume.codePage());
}

} // namespace fatlas::fat
