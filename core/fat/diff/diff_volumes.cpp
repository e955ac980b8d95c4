#include "core/base/text.hpp"
#include "core/fat/diff/diff.hpp"
#include "core/fat/diff/diff_files.hpp"
#include "core/fat/explain/boot_fields.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace fatlas::fat {
namespace {

constexpr std::uint32_t entriesPerStep = 256 * 1024;

/// A structure of one side: its bytes, which lie at `at`, and its fields.
struct Structure {
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

Result<Structure> readSector(const Volume& volume, std::uint32_t sector)
{
    const Geometry& g = volume.geometry();
    Structure structure;
    structure.at = std::uint64_t{sector} * g.bytesPerSector;
    structure.bytes.resize(g.bytesPerSector);
    FATLAS_TRY(volume.device().read(structure.at, structure.bytes));
    return structure;
}

Result<Structure> readBoot(const Volume& volume)
{
    FATLAS_ASSIGN(Structure structure, readSector(volume, 0));
    structure.fields = bootSectorFields(structure.bytes, 0, volume.geometry(), volume.codePage());
    return structure;
}

Result<Structure> readFsInfo(const Volume& volume)
{
    const std::uint32_t sector = volume.geometry().fsInfoSector;
    if (sector == 0)
        return Structure{};
    FATLAS_ASSIGN(Structure structure, readSector(volume, sector));
    structure.fields = fsInfoFields(structure.bytes, structure.at, volume.geometry());
    return structure;
}

class FieldDiffer {
public:
    explicit FieldDiffer(std::vector<FieldChange>& changes) : m_changes(changes) {}

    void compare(std::string structure, const Structure& before, const Structure& after)
    {
        m_structure = std::move(structure);
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

Result<> diffFields(const DiffSide& before, const DiffSide& after, DiffReport& report)
{
    FieldDiffer differ(report.fields);
    FATLAS_ASSIGN(const Structure bootBefore, readBoot(*before.volume));
    FATLAS_ASSIGN(const Structure bootAfter, readBoot(*after.volume));
    differ.compare("boot sector", bootBefore, bootAfter);
    FATLAS_ASSIGN(const Structure infoBefore, readFsInfo(*before.volume));
    FATLAS_ASSIGN(const Structure infoAfter, readFsInfo(*after.volume));
    differ.compare("FSInfo", infoBefore, infoAfter);
    if (before.tree->label != after.tree->label)
        report.fields.push_back({.structure = "root directory",
                                 .name = "label",
                                 .before = before.tree->label,
                                 .after = after.tree->label});
    return {};
}

std::string whyFatsCannotBeCompared(const Geometry& a, const Geometry& b)
{
    if (a.type != b.type)
        return fmt::format("one volume is {}, the other {}", toString(a.type), toString(b.type));
    if (a.clusterCount != b.clusterCount)
        return fmt::format("one volume has {} clusters, the other {}", formatCount(a.clusterCount),
                           formatCount(b.clusterCount));
    if (a.clusterSize() != b.clusterSize())
        return fmt::format("one volume has clusters of {}, the other of {}",
                           formatSize(a.clusterSize()), formatSize(b.clusterSize()));
    return {};
}

void addEntry(DiffReport& report, Cluster cluster)
{
    ++report.fatEntryCount;
    if (!report.fatRanges.empty() && report.fatRanges.back().end() == cluster)
        ++report.fatRanges.back().count;
    else if (report.fatRanges.size() < DiffReport::maxRanges)
        report.fatRanges.push_back({.first = cluster, .count = 1});
}

Result<> diffFats(const Volume& before, const Volume& after, DiffReport& report,
                  const JobControl& job)
{
    const Geometry& g = before.geometry();
    report.fatSkipped = whyFatsCannotBeCompared(g, after.geometry());
    if (!report.fatSkipped.empty())
        return {};
    std::vector<std::uint32_t> mine;
    std::vector<std::uint32_t> theirs;
    for (Cluster at{0}; at < g.endCluster();) {
        FATLAS_TRY(job.checkpoint());
        mine.resize(std::min(entriesPerStep, g.endCluster() - at));
        theirs.resize(mine.size());
        FATLAS_TRY(before.rawEntries(at, mine));
        FATLAS_TRY(after.rawEntries(at, theirs));
        for (std::uint32_t i = 0; i < mine.size(); ++i)
            if (mine[i] != theirs[i])
                addEntry(report, at + i);
        at = at + static_cast<std::uint32_t>(mine.size());
    }
    return {};
}

} // namespace

Result<DiffReport> diffVolumes(const DiffSide& before, const DiffSide& after, const JobControl& job)
{
    DiffReport report;
    FATLAS_ASSIGN(report.files, diffFiles(before, after, job));
    FATLAS_TRY(diffFats(*before.volume, *after.volume, report, job));
    FATLAS_TRY(diffFields(before, after, report));
    return report;
}

const char* toString(FileChangeKind kind) noexcept
{
    switch (kind) {
    case FileChangeKind::Added: return "added";
    case FileChangeKind::Removed: return "removed";
    case FileChangeKind::Changed: return "changed";
    case FileChangeKind::Moved: return "moved";
    }
    return "changed";
}

} // namespace fatlas::fat
