#include "ui/models/structure.hpp"

#include <QRegularExpression>

#include <algorithm>
#include <utility>

namespace fatlas::ui {

/// "bits 4-15", "bit 3"
std::optional<BitRange> bitsOf(const StructureField& field)
{
    static const QRegularExpression form(QStringLiteral("^bits? (\\d{1,3})(?:[-–](\\d{1,3}))?$"));
    const auto match = form.match(field.bits);
    if (!match.hasMatch())
        return std::nullopt;
    const unsigned first = match.captured(1).toUInt();
    const unsigned last = match.captured(2).isEmpty() ? first : match.captured(2).toUInt();
    return BitRange{std::min(first, last), std::max(first, last)};
}

Digits digitsOf(const StructureField& field, std::uint64_t offset)
{
    if (!field.place.contains(offset))
        return Digits::None;
    const auto bits = bitsOf(field);
    if (!bits)
        return Digits::Both;
    const std::uint64_t low = (offset - field.place.offset) * 8;
    const auto touches = [&](std::uint64_t from) {
        return bits->first < from + 4 && bits->last >= from;
    };
    return static_cast<Digits>((touches(low) ? 1 : 0) | (touches(low + 4) ? 2 : 0));
}

StructureMap::StructureMap(std::vector<StructurePart> parts) : m_parts(std::move(parts))
{
    for (std::uint32_t p = 0; p < m_parts.size(); ++p)
        for (std::uint32_t f = 0; f < m_parts[p].fields.size(); ++f) {
            const ByteRange place = m_parts[p].fields[f].place;
            // A cluster's part may tell of its FAT entry too, which lies elsewhere.
            if (place.length == 0 || !m_parts[p].place.contains(place.offset))
                continue;
            m_byOffset.push_back({place, {p, f}});
            m_longest = std::max(m_longest, place.length);
        }
    std::ranges::stable_sort(m_byOffset, {}, [](const Entry& entry) { return entry.place.offset; });
}

std::optional<std::uint32_t> StructureMap::findPart(std::uint64_t offset) const
{
    const auto found = std::ranges::find_if(
        m_parts, [offset](const StructurePart& part) { return part.place.contains(offset); });
    if (found == m_parts.end())
        return std::nullopt;
    return static_cast<std::uint32_t>(found - m_parts.begin());
}

std::optional<FieldRef> StructureMap::findField(std::uint64_t offset) const
{
    auto at = std::ranges::upper_bound(m_byOffset, offset, {},
                                       [](const Entry& entry) { return entry.place.offset; });
    const Entry* best = nullptr;
    while (at != m_byOffset.begin()) {
        --at;
        if (offset - at->place.offset >= m_longest)
            break;
        if (at->place.contains(offset) &&
            (best == nullptr || at->place.length <= best->place.length))
            best = &*at;
    }
    return best != nullptr ? std::optional(best->ref) : std::nullopt;
}

} // namespace fatlas::ui
