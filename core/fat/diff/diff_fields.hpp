/// The field level of a diff: structures that are on both sides, field by field.
///
/// Units:   bytes from the start of the volume.
/// Errors:  those of the devices, and Cancelled.
/// Threads: functions without state.
#pragma once

#include "core/fat/diff/diff.hpp"
#include "core/fat/explain/explanation.hpp"

#include <span>
#include <string>
#include <vector>

namespace fatlas::fat {

/// A structure of one side: its bytes, which lie at `at`, and its fields.
struct ComparedStructure {
    std::uint64_t at = 0;
    Bytes bytes;
    std::vector<ExplainedField> fields;

    [[nodiscard]] ByteView bytesOf(const ExplainedField& field) const
    {
        return ByteView(bytes).subspan(field.place.offset - at, field.place.length);
    }

    [[nodiscard]] const ExplainedField* find(const std::string& name) const
    {
        const auto found = std::ranges::find(fields, name, &ExplainedField::name);
        return found == fields.end() ? nullptr : &*found;
    }
};

/// Fields whose bytes differ, and those that only one side has.
void addFieldChanges(const std::string& structure, const ComparedStructure& before,
                     const ComparedStructure& after, std::vector<FieldChange>& into);

/// The 32 bytes of a file or folder that is on both sides; nothing for what is on one side only.
[[nodiscard]] std::vector<FieldChange>
diffEntryFields(const DiffSide& before, const DiffSide& after, const FileChange& change);

/// What both FATs say about the first `most` of these entries, which exist on both sides.
[[nodiscard]] Result<std::vector<FieldChange>> diffFatEntries(const DiffSide& before,
                                                              const DiffSide& after,
                                                              std::span<const ClusterRange> entries,
                                                              std::size_t most);

} // namespace fatlas::fat
