#include "core/fat/diff/diff_fields.hpp"

#include "core/fat/explain/slot_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace fatlas::fat {
namespace {

class FieldDiffer {
public:
    explicit FieldDiffer(std::vector<FieldChange>& changes) : m_changes(changes) {}

    void compare(const std::string& structure, const ComparedStructure& before,
                 const ComparedStructure& after)
    {
        m_structure = structure;
        for (const ExplainedField& field : before.fields) {
            const ExplainedField* other = after.find(field.name);
            if (other == nullptr)
                add(field.name, field.value, "not there");
            else
                compareField(field, before.bytesOf(field), *other, after.bytesOf(*other));
        }
        for (const ExplainedField& field : after.fields)
            if (before.find(field.name) == nullptr)
                add(field.name, "not there", field.value);
    }

private:
    void compareField(const ExplainedField& before, ByteView bytesBefore,
                      const ExplainedField& after, ByteView bytesAfter)
    {
        if (std::ranges::equal(bytesBefore, bytesAfter))
            return;
        if (before.value != after.value)
            return add(before.name, before.value, after.value);
        const auto differ = std::ranges::mismatch(bytesBefore, bytesAfter);
        const auto place = static_cast<std::size_t>(differ.in1 - bytesBefore.begin());
        const auto valueAt = [place](const std::string& text, ByteView bytes) {
            return place < bytes.size() ? fmt::format("{} (byte {}: {:02X})", text, place,
                                                      std::to_integer<unsigned>(bytes[place]))
                                        : fmt::format("{} ({} bytes)", text, bytes.size());
        };
        add(before.name, valueAt(before.value, bytesBefore), valueAt(after.value, bytesAfter));
    }

    void add(std::string name, std::string before, std::string after)
    {
        m_changes.push_back({.structure = m_structure,
                             .name = std::move(name),
                             .before = std::move(before),
                             .after = std::move(after)});
    }

    std::vector<FieldChange>& m_changes;
    std::string m_structure;
};

ComparedStructure entryOf(const DiffSide& side, std::uint32_t node)
{
    const TreeNode& entry = side.tree->nodes[node];
    const auto bytes = std::as_bytes(std::span(&entry.raw, 1));
    ComparedStructure structure;
    structure.at = entry.entryOffset;
    structure.bytes.assign(bytes.begin(), bytes.end());
    structure.fields =
        slotFields(structure.bytes, structure.at, side.volume->geometry(), side.volume->codePage());
    return structure;
}

std::string entryText(const Volume& volume, Cluster entry, std::uint32_t raw)
{
    const Geometry& g = volume.geometry();
    return fmt::format("0x{:0{}X}: {}", raw, static_cast<unsigned>(g.type) / 4,
                       entryMeaning(g, entry, raw));
}

} // namespace

void addFieldChanges(const std::string& structure, const ComparedStructure& before,
                     const ComparedStructure& after, std::vector<FieldChange>& into)
{
    FieldDiffer(into).compare(structure, before, after);
}

std::vector<FieldChange> diffEntryFields(const DiffSide& before, const DiffSide& after,
                                         const FileChange& change)
{
    std::vector<FieldChange> changes;
    if (change.nodeBefore && change.nodeAfter)
        addFieldChanges(change.after, entryOf(before, *change.nodeBefore),
                        entryOf(after, *change.nodeAfter), changes);
    return changes;
}

Result<std::vector<FieldChange>> diffFatEntries(const DiffSide& before, const DiffSide& after,
                                                std::span<const ClusterRange> entries,
                                                std::size_t most)
{
    std::vector<FieldChange> changes;
    for (const ClusterRange& range : entries)
        for (Cluster entry = range.first; entry < range.end(); ++entry) {
            if (changes.size() == most)
                return changes;
            FATLAS_ASSIGN(const FatEntry mine, before.volume->entry(entry));
            FATLAS_ASSIGN(const FatEntry theirs, after.volume->entry(entry));
            changes.push_back({.structure = "FAT",
                               .name = fmt::format("entry {}", entry.value),
                               .before = entryText(*before.volume, entry, mine.raw),
                               .after = entryText(*after.volume, entry, theirs.raw)});
        }
    return changes;
}

} // namespace fatlas::fat
