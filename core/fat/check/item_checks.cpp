#include "core/fat/check/item_checks.hpp"

#include "core/base/checked.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <functional>

namespace fatlas::fat {
namespace {

constexpr std::uint8_t reservedAttributes = 0xC0;
constexpr std::uint8_t knownNtBits = ntCase::lowerBase | ntCase::lowerExtension;

/// D16: looked up for every byte of every long name of a volume.
constexpr std::array<bool, 256> impossibleInLongNames = [] {
    std::array<bool, 256> table{};
    std::fill_n(table.begin(), 0x20, true);
    for (const char c : std::string_view("\"*/:<>?\\|"))
        table[static_cast<unsigned char>(c)] = true;
    return table;
}();

bool isDate(std::uint16_t date)
{
    constexpr std::array<unsigned, 13> days{0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const unsigned year = 1980U + (date >> 9U);
    const unsigned month = date >> 5U & 15U;
    const unsigned day = date & 31U;
    if (month < 1 || month > 12 || day < 1 || day > days.at(month))
        return false;
    const bool isLeap = year % 4 == 0 && year != 2100;
    return month != 2 || day < 29 || isLeap;
}

bool isTime(std::uint16_t time)
{
    return (time & 31U) < 30 && (time >> 5U & 63U) < 60 && time >> 11U < 24;
}

std::string dateText(std::uint16_t date)
{
    return fmt::format("{}-{:02}-{:02}", 1980U + (date >> 9U), date >> 5U & 15U, date & 31U);
}

std::string timeText(std::uint16_t time)
{
    return fmt::format("{:02}:{:02}:{:02}", time >> 11U, time >> 5U & 63U, (time & 31U) * 2);
}

bool isAscii(const std::string& text)
{
    unsigned all = 0;
    for (const char byte : text)
        all |= static_cast<unsigned char>(byte);
    return all < 0x80;
}

/// Under which two names are the same. Most are ASCII, where folding needs no Unicode.
void fold(const std::string& name, std::string& key)
{
    if (!isAscii(name)) {
        key = utf8FromUtf16(foldCase(utf16FromUtf8Lossy(name)));
        return;
    }
    key = name;
    for (char& c : key)
        c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

bool isCalled(const TreeNode& node, const std::string& folded)
{
    std::string key;
    fold(node.name, key);
    if (key == folded)
        return true;
    fold(node.shortName, key);
    return key == folded;
}

std::size_t hashOf(std::string_view bytes)
{
    return std::hash<std::string_view>()(bytes);
}

} // namespace

void checkSize(const Geometry& geometry, const TreeNode& node, std::uint32_t slot,
               SlotFindings& findings)
{
    if (node.isDirectory) {
        if (node.size() != 0)
            findings.find("D4", Severity::Warning, slot, node.name,
                          fmt::format("the entry of a folder says {} bytes, expected 0",
                                      formatCount(node.size())));
        return;
    }
    if (node.end != ChainEnd::EndMark)
        return; // C1 to C5, C13 say more
    const std::uint64_t needed = divideRoundUp<std::uint64_t>(node.size(), geometry.clusterSize());
    if (needed == node.clusterCount)
        return;
    const bool isShort = node.clusterCount < needed;
    findings.add({.rule = isShort ? "C10" : "C11",
                  .severity = Severity::Error,
                  .path = node.name,
                  .message = fmt::format("the file has {} bytes and needs {} clusters, its chain "
                                         "has {}",
                                         formatCount(node.size()), formatCount(needed),
                                         formatCount(node.clusterCount)),
                  .advice = {},
                  .offset = node.entryOffset,
                  .cluster = node.raw.firstClusterLow.get() == 0
                                 ? std::nullopt
                                 : std::optional(geometry.type == FatType::Fat32
                                                     ? node.raw.firstCluster().value
                                                     : node.raw.firstClusterLow.get())});
}

void checkTimes(const TreeNode& node, std::uint32_t slot, SlotFindings& findings)
{
    const DirectoryEntryRaw& raw = node.raw;
    const auto check = [&](const char* what, std::uint16_t date, std::uint16_t time) {
        if (date != 0 && !isDate(date))
            findings.find(
                "D13", Severity::Warning, slot, node.name,
                fmt::format("the date of {} is {}, which no calendar has", what, dateText(date)));
        if (!isTime(time))
            findings.find(
                "D13", Severity::Warning, slot, node.name,
                fmt::format("the time of {} is {}, which no clock shows", what, timeText(time)));
    };
    check("the last change", raw.modifiedDate.get(), raw.modifiedTime.get());
    check("creation", raw.createdDate.get(), raw.createdTime.get());
    check("the last access", raw.accessedDate.get(), 0);
    if (raw.createdTenths > 199)
        findings.find("D13", Severity::Warning, slot, node.name,
                      fmt::format("the fine time of creation is {}, expected at most 199",
                                  raw.createdTenths));
}

void checkOddBits(FatType type, const TreeNode& node, std::uint32_t slot, SlotFindings& findings)
{
    const DirectoryEntryRaw& raw = node.raw;
    if ((raw.attributes & reservedAttributes) != 0)
        findings.find(
            "D6", Severity::Warning, slot, node.name,
            fmt::format("the attributes are {:02X}, bits 6 and 7 are reserved", raw.attributes));
    if ((raw.ntCaseBits & ~knownNtBits) != 0)
        findings.find(
            "D14", Severity::Warning, slot, node.name,
            fmt::format("the case byte is {:02X}, only 08 and 10 have a meaning", raw.ntCaseBits));
    if (type != FatType::Fat32 && raw.firstClusterHigh.get() != 0)
        findings.find("D15", Severity::Info, slot, node.name,
                      fmt::format("the upper half of the first cluster is {:04X}, which {} does "
                                  "not have",
                                  raw.firstClusterHigh.get(), toString(type)));
}

void checkLongName(const TreeNode& node, std::uint32_t slot, SlotFindings& findings)
{
    if (node.name == node.shortName)
        return;
    const auto isImpossible = [](char c) {
        return impossibleInLongNames[static_cast<unsigned char>(c)];
    };
    if (std::ranges::any_of(node.name, isImpossible))
        findings.find("D16", Severity::Warning, slot, node.name,
                      "the long name holds characters that no name can hold");
    else if (node.name.ends_with('.') || node.name.ends_with(' '))
        findings.find("D18", Severity::Warning, slot, node.name,
                      "the long name ends in a dot or a space");
}

NameTable::NameTable(std::size_t most) : m_places(std::bit_ceil(2 * most + 1)) {}

template <class IsSame>
const TreeNode* NameTable::findOrAdd(std::size_t hash, const TreeNode& node, const IsSame& isSame)
{
    for (std::size_t at = hash;; ++at) {
        Place& place = m_places[at & (m_places.size() - 1)];
        if (place.node == nullptr) {
            place = {.hash = hash, .node = &node};
            return nullptr;
        }
        if (place.hash == hash && isSame(*place.node))
            return place.node;
    }
}

NameCheck::NameCheck(std::size_t expectedCount)
    : m_shortNames(expectedCount), m_names(2 * expectedCount)
{}

void NameCheck::check(const TreeNode& node, std::uint32_t slot, SlotFindings& findings)
{
    const std::string_view bytes(reinterpret_cast<const char*>(node.raw.name.data()),
                                 node.raw.name.size());
    const TreeNode* const same =
        m_shortNames.findOrAdd(hashOf(bytes), node, [&](const TreeNode& other) {
            return other.raw.name == node.raw.name;
        });
    if (same != nullptr) {
        findings.find(
            "D7", Severity::Error, slot, node.name,
            fmt::format("it has the same short name as {}", escapeForTerminal(same->name)));
        return;
    }
    fold(node.name, m_key);
    if (const TreeNode* const other = findOther(m_key, node))
        findings.find("D12", Severity::Error, slot, node.name,
                      fmt::format("{} has the same name", escapeForTerminal(other->name)));
    if (node.name == node.shortName)
        return;
    fold(node.shortName, m_shortKey);
    if (m_shortKey != m_key && findOther(m_shortKey, node) != nullptr)
        findings.find("D12", Severity::Error, slot, node.name,
                      fmt::format("its short name {} is the name of another",
                                  escapeForTerminal(node.shortName)));
}

const TreeNode* NameCheck::findOther(const std::string& folded, const TreeNode& node)
{
    return m_names.findOrAdd(hashOf(folded), node, [&](const TreeNode& other) {
        return &other != &node && isCalled(other, folded);
    });
}

} // namespace fatlas::fat
