#include "ui/models/structure_loader.hpp"

#include <algorithm>
#include <utility>

namespace fatlas::ui {

namespace {

/// What is around is asked too, so that not every row scrolled asks anew.
constexpr std::uint64_t around = 512;

ByteRange widened(ByteRange range)
{
    const std::uint64_t from = range.offset / around * around;
    const std::uint64_t end = (range.end() + around - 1) / around * around;
    return {.offset = from, .length = std::min(end - from, StructureSource::maxAsked)};
}

} // namespace

StructureLoader::StructureLoader(QObject* parent) : QObject(parent) {}

void StructureLoader::setSource(std::shared_ptr<StructureSource> source)
{
    m_task.abandon();
    m_source = std::move(source);
    m_asked.clear();
    m_map = std::make_shared<const StructureMap>();
    m_error.reset();
    Q_EMIT changed();
}

bool StructureLoader::isAsked(ByteRange range) const
{
    return std::ranges::any_of(m_asked, [range](const ByteRange& asked) {
        return range.offset >= asked.offset && range.end() <= asked.end();
    });
}

void StructureLoader::want(std::span<const ByteRange> ranges)
{
    ranges = ranges.first(std::min(ranges.size(), maxRanges));
    if (!m_source || ranges.empty() ||
        std::ranges::all_of(ranges, [this](const ByteRange& range) { return isAsked(range); }))
        return;
    m_asked.clear();
    for (const ByteRange& range : ranges)
        if (range.length > 0 && !isAsked(range))
            m_asked.push_back(widened(range));
    m_task.start(
        [source = m_source, asked = m_asked](const JobControl& job) -> Result<SharedMap> {
            std::vector<StructurePart> all;
            for (const ByteRange& range : asked) {
                FATLAS_ASSIGN(auto parts, source->read(range, job));
                std::ranges::move(parts, std::back_inserter(all));
            }
            return std::make_shared<const StructureMap>(std::move(all));
        },
        [this](Result<SharedMap> map) { show(std::move(map)); });
}

void StructureLoader::show(Result<SharedMap> map)
{
    if (map) {
        m_map = std::move(*map);
        m_error.reset();
    } else {
        m_error = std::move(map.error());
    }
    Q_EMIT changed();
}

} // namespace fatlas::ui
