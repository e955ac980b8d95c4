#include "core/fat/repair/fat_editor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace fatlas::fat {

FatEditor::FatEditor(RepairSession& session) : m_session(session), m_geometry(session.geometry())
{
    const BootSector& boot = session.volume().boot();
    const std::optional<std::uint32_t> wished = session.options().volume.fatCopy;
    if (wished)
        m_copy = *wished;
    else if (!boot.mirrored && boot.activeFat < m_geometry.fatCount)
        m_copy = boot.activeFat;
}

/// FAT12 entries come in pairs of three bytes.
Result<FatEditor::Place> FatEditor::place(Cluster cluster) const
{
    if (cluster >= m_geometry.endCluster())
        return fail(ErrorCode::OutOfRange,
                    fmt::format("cluster {} has no FAT entry", cluster.value));
    const bool pairs = m_geometry.type == FatType::Fat12;
    const Cluster base{pairs ? cluster.value & ~1U : cluster.value};
    const std::uint64_t offset = entryOffset(m_geometry.type, base);
    const std::uint64_t width = pairs ? 3 : m_geometry.type == FatType::Fat16 ? 2 : 4;
    return Place{.offset = offset,
                 .size = std::min<std::uint64_t>(width, m_geometry.fatSize() - offset),
                 .cluster = Cluster{cluster - base}};
}

Result<FatEntry> FatEditor::entry(Cluster cluster) const
{
    FATLAS_ASSIGN(const Place at, place(cluster));
    std::array<std::byte, 4> bytes{};
    FATLAS_TRY(
        m_session.read(m_geometry.fatOffset(m_copy) + at.offset, ByteSpan(bytes).first(at.size)));
    return interpretEntry(m_geometry.type, rawEntry(m_geometry.type, bytes, at.cluster));
}

Result<> FatEditor::set(Cluster cluster, std::uint32_t raw)
{
    FATLAS_ASSIGN(const Place at, place(cluster));
    for (std::uint32_t copy = 0; copy < m_geometry.fatCount; ++copy) {
        std::array<std::byte, 4> bytes{};
        const auto part = ByteSpan(bytes).first(at.size);
        const std::uint64_t offset = m_geometry.fatOffset(copy) + at.offset;
        FATLAS_TRY(m_session.read(offset, part));
        const auto before = bytes;
        setRawEntry(m_geometry.type, bytes, at.cluster, raw);
        if (before != bytes)
            FATLAS_TRY(m_session.write(offset, part));
    }
    return {};
}

/// At once but for FAT12, where entries share bytes and are few.
Result<> FatEditor::setFree(ClusterRange clusters)
{
    if (m_geometry.type == FatType::Fat12) {
        for (Cluster at = clusters.first; at < clusters.end(); ++at)
            FATLAS_TRY(setFree(at));
        return {};
    }
    FATLAS_TRY(place(clusters.end() - 1));
    const std::uint64_t start = entryOffset(m_geometry.type, clusters.first);
    Bytes entries(entryOffset(m_geometry.type, clusters.end()) - start);
    for (std::uint32_t copy = 0; copy < m_geometry.fatCount; ++copy) {
        const std::uint64_t offset = m_geometry.fatOffset(copy) + start;
        FATLAS_TRY(m_session.read(offset, entries));
        for (Cluster at{0}; at < Cluster{clusters.count}; ++at)
            setRawEntry(m_geometry.type, entries, at, 0);
        FATLAS_TRY(m_session.write(offset, entries));
    }
    return {};
}

Result<> FatEditor::setEnd(Cluster cluster)
{
    return set(cluster, endMark(m_geometry.type));
}

Result<std::optional<Cluster>> FatEditor::takeFree()
{
    while (m_nextFree < m_geometry.endCluster()) {
        const Cluster at = m_nextFree;
        ++m_nextFree;
        FATLAS_ASSIGN(const FatEntry found, entry(at));
        if (found.kind == EntryKind::Free)
            return std::optional(at);
        if (at.value % 4096 == 0)
            FATLAS_TRY(m_session.job().checkpoint());
    }
    return std::optional<Cluster>();
}

Cluster lastOf(std::span<const ClusterRange> runs)
{
    return runs.back().end() - 1;
}

Cluster clusterAt(std::span<const ClusterRange> runs, std::uint32_t index)
{
    std::size_t run = 0;
    while (index >= runs[run].count)
        index -= runs[run++].count;
    return runs[run].first + index;
}

} // namespace fatlas::fat
