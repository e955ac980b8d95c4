#include "ui/models/structure_reader.hpp"

#include "core/image/explain.hpp"

#include "ui/base/words.hpp"

#include <algorithm>
#include <mutex>
#include <utility>

namespace fatlas::ui {

namespace {

StructureField toField(const fat::ExplainedField& field)
{
    return {.place = field.place,
            .bits = QString::fromStdString(field.bits),
            .name = shown(field.name),
            .value = shown(field.value),
            .meaning = shown(field.meaning),
            .oddity = shown(field.oddity)};
}

StructurePart toPart(const fat::ExplainedPart& part)
{
    StructurePart result{
        .place = part.place, .title = shown(part.title), .facts = {}, .fields = {}};
    if (!result.title.isEmpty())
        result.title[0] = result.title[0].toUpper();
    for (const std::string& fact : part.facts)
        result.facts << shown(fact);
    for (const fat::ExplainedField& field : part.fields)
        result.fields.push_back(toField(field));
    return result;
}

/// What the same fields of the backup say.
void addCopies(StructurePart& part, const fat::Explanation& backup, std::int64_t distance)
{
    for (StructureField& field : part.fields)
        for (const fat::ExplainedPart& other : backup.parts)
            for (const fat::ExplainedField& twin : other.fields)
                if (twin.place.offset ==
                        field.place.offset + static_cast<std::uint64_t>(distance) &&
                    twin.place.length == field.place.length &&
                    QString::fromStdString(twin.bits) == field.bits)
                    field.copy = shown(twin.value);
}

class ImageStructures final : public StructureSource {
public:
    explicit ImageStructures(std::shared_ptr<const HexSubject> subject)
        : m_subject(std::move(subject))
    {}

    [[nodiscard]] Result<std::vector<StructurePart>> read(ByteRange asked,
                                                          const JobControl& job) override
    {
        const std::scoped_lock lock(m_mutex);
        FATLAS_TRY(job.checkpoint());
        FATLAS_TRY(prepare());
        FATLAS_ASSIGN(const fat::Explanation explanation, m_explainer->explain(asked));
        std::vector<StructurePart> parts;
        for (const fat::ExplainedPart& explained : explanation.parts) {
            FATLAS_TRY(job.checkpoint());
            StructurePart part = toPart(explained);
            FATLAS_TRY(compare(part));
            parts.push_back(std::move(part));
        }
        return parts;
    }

private:
    [[nodiscard]] Result<> prepare()
    {
        if (m_explainer)
            return {};
        fat::ExplainContext context{.volume = m_subject->image.volume,
                                    .tree = m_subject->tree,
                                    .usage = m_subject->usage,
                                    .findings = m_subject->findings};
        FATLAS_ASSIGN(auto explainer,
                      image::DiskExplainer::create(m_subject->image, std::move(context)));
        m_explainer = std::make_unique<image::DiskExplainer>(std::move(explainer));
        return {};
    }

    [[nodiscard]] Result<> compare(StructurePart& part)
    {
        const auto backup = backupOf(*m_subject, part.place.offset);
        if (!backup || part.fields.empty() || part.place.length == 0)
            return {};
        const auto explained = m_explainer->explain(
            {.offset = *backup, .length = std::min(part.place.length, maxAsked)});
        if (explained) // a backup that cannot be read says nothing
            addCopies(part, *explained, static_cast<std::int64_t>(*backup - part.place.offset));
        return {};
    }

    std::shared_ptr<const HexSubject> m_subject;
    std::mutex m_mutex;
    std::unique_ptr<image::DiskExplainer> m_explainer; ///< once something was asked
};

} // namespace

std::shared_ptr<StructureSource> makeStructureSource(std::shared_ptr<const HexSubject> subject)
{
    return std::make_shared<ImageStructures>(std::move(subject));
}

std::optional<std::uint64_t> backupOf(const HexSubject& subject, std::uint64_t offset)
{
    const fat::Geometry& g = subject.geometry();
    const std::uint64_t volume = subject.image.volumeOffset;
    if (offset < volume || offset >= volume + g.rootOffset())
        return std::nullopt;
    const std::uint64_t at = offset - volume;
    if (at >= g.fatOffset(0)) {
        if (g.fatCount < 2)
            return std::nullopt;
        return at < g.fatOffset(1) ? offset + g.fatSize()
                                   : volume + g.fatOffset(0) + (at - g.fatOffset(0)) % g.fatSize();
    }
    if (g.backupBootSector == 0)
        return std::nullopt;
    const std::uint64_t sector = at / g.bytesPerSector;
    const std::uint64_t distance = std::uint64_t{g.backupBootSector} * g.bytesPerSector;
    if (sector == 0 || (g.fsInfoSector != 0 && sector == g.fsInfoSector))
        return offset + distance;
    if (sector == g.backupBootSector ||
        (g.fsInfoSector != 0 && sector == std::uint64_t{g.backupBootSector} + g.fsInfoSector))
        return offset - distance;
    return std::nullopt;
}

} // namespace fatlas::ui
