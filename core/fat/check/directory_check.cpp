#include "core/fat/check/directory_check.hpp"

#include "core/fat/check/item_checks.hpp"

#include <algorithm>
#include <string_view>

namespace fatlas::fat {
namespace {

constexpr std::string_view dotName = ".          ";
constexpr std::string_view dotDotName = "..         ";
constexpr std::uint8_t reservedAttributes = 0xC0;

std::string_view nameOf(const DirectoryEntryRaw& raw)
{
    return {reinterpret_cast<const char*>(raw.name.data()), raw.name.size()};
}

bool isDot(const DirectoryEntryRaw& raw)
{
    return nameOf(raw) == dotName || nameOf(raw) == dotDotName;
}

bool isLongSlot(const DirectoryEntryRaw& raw)
{
    return (raw.attributes & attribute::longNameMask) == attribute::longName;
}

bool isLabel(const DirectoryEntryRaw& raw)
{
    return !isLongSlot(raw) && (raw.attributes & attribute::volumeLabel) != 0;
}

/// The slots of one directory, beside the nodes that were made from them.
class SlotWalk {
public:
    SlotWalk(const Volume& volume, const Tree& tree, std::uint32_t node, const SlotSource& slots)
        : m_volume(volume), m_tree(tree), m_node(node), m_slots(slots), m_findings(slots),
          m_count(static_cast<std::uint32_t>(
              std::min<std::size_t>(slots.bytes.size() / slotSize, maxDirectorySlots))),
          m_names(tree.nodes[node].childCount)
    {}

    std::vector<Finding> walk()
    {
        if (m_node != 0)
            checkDots();
        std::uint32_t slot = 0;
        for (; slot < m_count; ++slot) {
            const DirectoryEntryRaw raw = rawAt(slot);
            if (raw.name[0] == slot_mark::end)
                break;
            if (raw.name[0] != slot_mark::deleted)
                takeSlot(slot, raw);
        }
        checkBehindEnd(slot);
        return m_findings.take();
    }

    [[nodiscard]] const std::optional<RootLabel>& label() const noexcept { return m_label; }

private:
    [[nodiscard]] DirectoryEntryRaw rawAt(std::uint32_t slot) const
    {
        return *load<DirectoryEntryRaw>(m_slots.bytes, std::size_t{slot} * slotSize);
    }

    void takeSlot(std::uint32_t slot, const DirectoryEntryRaw& raw)
    {
        if (isLongSlot(raw))
            checkLongSlot(slot, raw);
        else if (isLabel(raw))
            checkLabel(slot, raw);
        else if (isDot(raw))
            checkDotPlace(slot, raw);
        else
            checkItem(slot);
    }

    // Dots

    /// D1 to D3 in a folder that is not the root.
    void checkDots()
    {
        const TreeNode& self = m_tree.nodes[m_node];
        const TreeNode& parent = m_tree.nodes[self.parent];
        const Cluster up = self.parent == 0 ? Cluster{0} : m_volume.firstCluster(parent.raw);
        checkDot(0, dotName, m_volume.firstCluster(self.raw));
        checkDot(1, dotDotName, up);
    }

    void checkDot(std::uint32_t slot, std::string_view name, Cluster expected)
    {
        const std::string_view shown = name.substr(0, name.find(' '));
        if (slot >= m_count)
            return;
        const DirectoryEntryRaw raw = rawAt(slot);
        if (nameOf(raw) != name || !isDirectoryEntry(raw)) {
            m_findings.find("D1", Severity::Error, slot, {},
                            fmt::format("its {} entry is not a folder called \"{}\"",
                                        slot == 0 ? "first" : "second", shown));
            return;
        }
        const Cluster found = m_volume.firstCluster(raw);
        if (found != expected)
            m_findings.find(slot == 0 ? "D2" : "D3", Severity::Error, slot, {},
                            fmt::format("\"{}\" starts at cluster {}, expected {}", shown,
                                        found.value, expected.value));
        if (raw.size.get() != 0)
            m_findings.find("D4", Severity::Warning, slot, {},
                            fmt::format("\"{}\" says {} bytes, expected 0", shown,
                                        formatCount(raw.size.get())));
        checkBits(slot, raw, shown);
    }

    static bool isDirectoryEntry(const DirectoryEntryRaw& raw)
    {
        return !isLongSlot(raw) && !isLabel(raw) && (raw.attributes & attribute::directory) != 0;
    }

    /// As for any other entry, without the dates, which some programs leave out here.
    void checkBits(std::uint32_t slot, const DirectoryEntryRaw& raw, std::string_view name)
    {
        TreeNode node;
        node.name = std::string(name);
        node.raw = raw;
        checkOddBits(m_volume.geometry().type, node, slot, m_findings);
    }

    /// D28: dot entries belong to the first two slots of a folder, and nowhere else.
    void checkDotPlace(std::uint32_t slot, const DirectoryEntryRaw& raw)
    {
        const std::string_view name = nameOf(raw).starts_with("..") ? ".." : ".";
        if (m_node != 0 && slot < 2)
            return; // D1 to D3
        m_findings.find(
            "D28", Severity::Error, slot, {},
            fmt::format("it holds an entry \"{}\" {}", name,
                        m_node == 0 ? "though it is the root" : "behind its first two entries"));
    }

    // Labels, long slots, items

    void checkLabel(std::uint32_t slot, const DirectoryEntryRaw& raw)
    {
        if (m_node != 0) {
            m_findings.find("D27", Severity::Warning, slot, {},
                            "it holds a volume label though it is not the root");
            return;
        }
        if (!m_label)
            m_label = RootLabel{.raw = raw, .offset = m_slots.offsetOf(slot)};
        const bool odd = m_volume.firstCluster(raw).value != 0 || raw.size.get() != 0 ||
                         (raw.attributes & (attribute::directory | reservedAttributes)) != 0;
        if (odd)
            m_findings.find("V5", Severity::Warning, slot, {},
                            "the volume label has a cluster, a size or attributes of a folder");
    }

    void checkLongSlot(std::uint32_t slot, const DirectoryEntryRaw& raw)
    {
        const auto longSlot = *load<LongNameSlotRaw>(m_slots.bytes, std::size_t{slot} * slotSize);
        if (longSlot.type != 0)
            m_findings.find(
                "D17", Severity::Warning, slot, {},
                fmt::format("a long name slot is of type {:02X}, expected 00", longSlot.type));
        if (longSlot.firstClusterLow.get() != 0)
            m_findings.find("D17", Severity::Warning, slot, {},
                            fmt::format("a long name slot has cluster {}, expected 0",
                                        longSlot.firstClusterLow.get()));
        if ((raw.attributes & reservedAttributes) != 0)
            m_findings.find("D6", Severity::Warning, slot, {},
                            fmt::format("the attributes of a long name slot are {:02X}, expected "
                                        "0F",
                                        raw.attributes));
    }

    void checkItem(std::uint32_t slot)
    {
        const TreeNode& self = m_tree.nodes[m_node];
        if (m_nextChild >= self.childCount)
            return;
        const TreeNode& item = m_tree.nodes[self.firstChild + m_nextChild++];
        checkSize(m_volume.geometry(), item, slot, m_findings);
        checkTimes(item, slot, m_findings);
        checkOddBits(m_volume.geometry().type, item, slot, m_findings);
        checkLongName(item, slot, m_findings);
        m_names.check(item, slot, m_findings);
    }

    /// D5: what lies behind the end mark is used by nobody, but Linux reads it all the same.
    void checkBehindEnd(std::uint32_t slot)
    {
        std::uint32_t count = 0;
        std::uint32_t first = 0;
        for (; slot < m_count; ++slot) {
            const unsigned char mark =
                std::to_integer<unsigned char>(m_slots.bytes[std::size_t{slot} * slotSize]);
            if (mark == slot_mark::end || mark == slot_mark::deleted)
                continue;
            if (count++ == 0)
                first = slot;
        }
        if (count != 0)
            m_findings.find("D5", Severity::Warning, first, {},
                            fmt::format("{} {} behind the end of the directory", formatCount(count),
                                        count == 1 ? "entry lies" : "entries lie"));
    }

    const Volume& m_volume;
    const Tree& m_tree;
    std::uint32_t m_node;
    const SlotSource& m_slots;
    SlotFindings m_findings;
    std::uint32_t m_count;
    std::uint32_t m_nextChild = 0;
    NameCheck m_names;
    std::optional<RootLabel> m_label;
};

} // namespace

std::vector<Finding> DirectoryCheck::visit(const Tree& tree, std::uint32_t node,
                                           const SlotSource& slots)
{
    SlotWalk walk(m_volume, tree, node, slots);
    auto findings = walk.walk();
    if (node == 0)
        m_label = walk.label();
    return findings;
}

} // namespace fatlas::fat
