// Labels: the first one in the root counts, is plain, and stands in the boot sector too. An entry
// that only looks like a label because of one bit is a file again.

#include "core/base/text.hpp"
#include "core/fat/boot_sector_raw.hpp"
#include "core/fat/repair/directory_passes.hpp"
#include "core/fat/repair/entry_edit.hpp"
#include "core/fat/repair/folder_evidence.hpp"
#include "core/fat/repair/passes.hpp"
#include "core/fat/short_name.hpp"
#include "core/fat/stored_name.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace fatlas::fat {
namespace {

/// Letters beyond ASCII too: fsck.fat calls a label with them invalid, and removes it.
bool isBadLabelByte(unsigned char byte)
{
    return byte > 0x7F || isImpossibleNameByte(byte);
}

/// 0x05 as well: half of the drivers read it as E5 in a label, the others refuse it.
bool isBadLabel(const ShortNameBytes& label)
{
    return label[0] == ' ' || std::ranges::any_of(label, isBadLabelByte);
}

/// Capitals; what cannot stand in a label becomes '_'. All spaces when nothing is left.
ShortNameBytes mended(ShortNameBytes label)
{
    for (unsigned char& byte : label) {
        if (byte >= 'a' && byte <= 'z')
            byte = static_cast<unsigned char>(byte - 'a' + 'A');
        else if (isBadLabelByte(byte))
            byte = '_';
    }
    const auto text = std::ranges::find_if(label, [](unsigned char byte) { return byte != ' '; });
    std::ranges::rotate(label, text);
    return label;
}

/// It owns a chain as a file or a folder does, so the label bit alone is wrong.
Result<bool> isContent(const RepairSession& session, const DirectoryEntryRaw& raw)
{
    const Cluster first = session.volume().firstCluster(raw);
    if (!session.geometry().isData(first) || isImpossibleShortName(raw.name))
        return false;
    FATLAS_ASSIGN(const Chain chain, session.volume().chain(first));
    if (chain.end != ChainEnd::EndMark)
        return false;
    if (chain.clusterCount == clustersFor(session.geometry(), raw.size.get()))
        return true;
    FATLAS_ASSIGN(const FolderEvidence evidence, lookAtFolder(session, first));
    return evidence.hasDot;
}

/// Letters beyond ASCII may be meant so; where the boot sector has the label without, they are not.
bool isBetterInBoot(const BootSector& boot, const ShortNameBytes& label)
{
    const auto isWide = [](unsigned char byte) { return byte > 0x7F; };
    return std::ranges::any_of(label, isWide) && boot.hasExtendedFields &&
           std::ranges::none_of(boot.label, isWide) && !isBadLabel(boot.label) &&
           boot.label != noNameLabel;
}

void mendLabelEntry(const BootSector& boot, SlotEditor& slots, std::uint32_t slot)
{
    const DirectoryEntryRaw before = slots.entry(slot);
    DirectoryEntryRaw raw = before;
    raw.attributes &= attribute::volumeLabel | attribute::archive;
    raw.firstClusterHigh.set(0);
    raw.firstClusterLow.set(0);
    raw.size.set(0);
    raw.ntCaseBits = 0;
    if (isBetterInBoot(boot, raw.name))
        raw.name = boot.label;
    if (isBadLabel(raw.name))
        raw.name = mended(raw.name);
    if (std::ranges::all_of(raw.name, [](unsigned char byte) { return byte == ' '; })) {
        slots.note(slot, "V4", "the volume label is empty", "it is removed");
        slots.remove(slot);
        return;
    }
    if (raw == before)
        return;
    slots.note(slot, "V5", "the volume label has a size, a cluster or characters of no label",
               "they are put right");
    slots.set(slot, raw);
}

/// Of the root, as it lies on the disk; noNameLabel when there is none.
Result<ShortNameBytes> rootLabel(RepairSession& session)
{
    FATLAS_ASSIGN(const SlotEditor root, SlotEditor::read(session, 0));
    for (std::uint32_t slot = 0; slot < root.end(); ++slot)
        if (root.isLabel(slot))
            return root.entry(slot).name;
    return noNameLabel;
}

} // namespace

Result<> repairLabels(const RepairSession& session, SlotEditor& slots)
{
    bool hasLabel = false;
    for (std::uint32_t slot = slots.isRoot() ? 0 : 2; slot < slots.end(); ++slot) {
        if (!slots.isLabel(slot))
            continue;
        DirectoryEntryRaw raw = slots.entry(slot);
        FATLAS_ASSIGN(const bool content, isContent(session, raw));
        if (content) {
            raw.attributes &= static_cast<std::uint8_t>(~unsigned{attribute::volumeLabel});
            slots.note(slot, "V5", "an entry with content is marked as a volume label",
                       "it is a file or folder again");
            slots.set(slot, raw);
            continue;
        }
        if (slots.isRoot() && !hasLabel) {
            mendLabelEntry(session.volume().boot(), slots, slot);
            hasLabel = slots.isLabel(slot);
            continue;
        }
        slots.note(slot, slots.isRoot() ? "D26" : "D27",
                   slots.isRoot() ? "a second volume label" : "a volume label outside the root",
                   "it is removed");
        slots.remove(slot);
    }
    return {};
}

/// The root's label counts. Without one, the boot sector has none either.
Result<> repairBootLabel(RepairSession& session)
{
    const BootSector& boot = session.volume().boot();
    if (!boot.hasExtendedFields)
        return {};
    FATLAS_ASSIGN(ShortNameBytes wanted, rootLabel(session));
    if (wanted[0] == slot_mark::escapedE5)
        wanted[0] = slot_mark::deleted;
    if (boot.label == wanted)
        return {};
    const std::uint64_t offset =
        extendedOffset(session.geometry().type) + offsetof(ExtendedRaw, label);
    session.note({.rule = "V2",
                  .severity = Severity::Warning,
                  .path = {},
                  .message = "the label in the boot sector is not the one in the root directory",
                  .advice = {},
                  .offset = offset},
                 wanted == noNameLabel ? "the boot sector says that there is none"
                                       : "the one in the root counts");
    return session.write(offset, asBytes(wanted));
}

} // namespace fatlas::fat
