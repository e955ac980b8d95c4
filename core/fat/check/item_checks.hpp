/// Internal to DirectoryCheck: what one file or folder says about itself, and names beside others.
///
/// Source:  rules C10, C11, D4, D7, D12 to D19 in FORMAT.md.
#pragma once

#include "core/fat/check/slot_findings.hpp"
#include "core/fat/tree.hpp"

#include <cstdint>
#include <string>
#include <unordered_map>

namespace fatlas::fat {

/// C10, C11: the length of the chain against the size; D4: the size of a folder.
void checkSize(const Geometry& geometry, const TreeNode& node, std::uint32_t slot,
               SlotFindings& findings);
/// D13: dates and times that no calendar or clock has.
void checkTimes(const TreeNode& node, std::uint32_t slot, SlotFindings& findings);
/// D6, D14, D15: bits and bytes that mean nothing.
void checkOddBits(FatType type, const TreeNode& node, std::uint32_t slot, SlotFindings& findings);
/// D16, D18: long names that other systems cannot open.
void checkLongName(const TreeNode& node, std::uint32_t slot, SlotFindings& findings);

/// D7, D12: no name twice in a directory, whatever its case, long or short.
/// The nodes must stay where they are as long as it lives.
class NameCheck {
public:
    explicit NameCheck(std::size_t expectedCount);

    void check(const TreeNode& node, std::uint32_t slot, SlotFindings& findings);

private:
    std::unordered_map<std::string, const TreeNode*> m_short;
    std::unordered_map<std::string, const TreeNode*> m_names; ///< folded
};

} // namespace fatlas::fat
