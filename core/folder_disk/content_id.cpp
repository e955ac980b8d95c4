#include "core/folder_disk/content_id.hpp"

namespace fatlas::folder_disk {
namespace {

/// The finaliser of MurmurHash3: every bit of the input reaches every bit of the output.
std::uint64_t mix(std::uint64_t value)
{
    value ^= value >> 33;
    value *= 0xFF51AFD7ED558CCDU;
    value ^= value >> 33;
    value *= 0xC4CEB9FE1A85EC53U;
    return value ^ (value >> 33);
}

std::uint64_t add(std::uint64_t hash, std::uint64_t value)
{
    return mix(hash ^ value) + 0x9E3779B97F4A7C15U;
}

template <class Text>
std::uint64_t addText(std::uint64_t hash, const Text& text)
{
    for (const auto unit : text)
        hash = (hash ^ static_cast<std::uint64_t>(unit)) * 0x100000001B3U;
    return add(hash, text.size());
}

std::uint64_t hashContent(const host::Snapshot& snapshot, std::span<const Entry> entries)
{
    std::uint64_t hash = 0;
    for (const Entry& entry : entries) {
        hash = addText(hash, entry.longName);
        hash = add(hash, std::uint64_t{entry.parent} << 8 | entry.attributes);
        hash = add(hash, entry.size);
        hash = add(hash, static_cast<std::uint64_t>(snapshot.nodes[entry.node].modifiedNs));
    }
    return hash;
}

} // namespace

ContentId::ContentId(const host::Snapshot& snapshot, std::span<const Entry> entries,
                     const Options& options)
    : m_hash(addText(hashContent(snapshot, entries), options.label))
{
    if (options.reproducible)
        return;
    const FileIdentity& folder = snapshot.nodes.front().identity;
    m_hash = addText(m_hash, snapshot.root.native());
    m_hash = add(m_hash, folder.inode);
    m_hash = add(m_hash, static_cast<std::uint64_t>(folder.changedNs));
}

std::uint32_t ContentId::number(std::uint32_t purpose) const
{
    const std::uint64_t mixed = add(m_hash, purpose);
    const auto number = static_cast<std::uint32_t>(mixed ^ (mixed >> 32));
    return number == 0 ? 1 : number;
}

std::array<std::byte, 16> guidFrom(std::uint32_t serial, std::uint32_t diskId,
                                   std::uint32_t purpose)
{
    const std::uint64_t seed = std::uint64_t{diskId} << 32 | serial;
    const std::array<std::uint64_t, 2> halves{add(seed, purpose), add(mix(seed), ~purpose)};
    std::array<std::byte, 16> guid{};
    for (std::size_t i = 0; i < guid.size(); ++i)
        guid[i] = static_cast<std::byte>((halves[i / 8] >> (i % 8 * 8)) & 0xFF);
    guid[7] = (guid[7] & std::byte{0x0F}) | std::byte{0x80};
    guid[8] = (guid[8] & std::byte{0x3F}) | std::byte{0x80};
    return guid;
}

} // namespace fatlas::folder_disk
