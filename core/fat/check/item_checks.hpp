/// Internal to DirectoryCheck: what one file or folder says about itself, and names beside others.
///
/// Source:  rules C10, C11, D4, D7, D12 to D19 in FORMAT.md.
#pragma once

#include "core/fat/check/slot_findings.hpp"
#include "core/fat/tree.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

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

/// Nodes by the hashes of names; whether a name is the same is asked where hashes are.
class NameTable {
public:
    explicit NameTable(std::size_t most);

    /// The first node of that hash for which `isSame` holds; when there is none, `node` is taken.
    template <class IsSame>
    const TreeNode* findOrAdd(std::size_t hash, const TreeNode& node, const IsSame& isSame);

private:
    struct Place {
        std::size_t hash = 0;
        const TreeNode* node = nullptr;
    };

    std::vector<Place> m_places; ///< a power of two of them, at most half of them taken
};

/// D7, D12: no name twice in a directory, whatever its case, long or short.
/// The nodes must stay where they are as long as it lives.
class NameCheck {
public:
    explicit NameCheck(std::size_t expectedCount);

    void check(const TreeNode& node, std::uint32_t slot, SlotFindings& findings);

private:
    [[nodiscard]] const TreeNode* findOther(const std::string& folded, const TreeNode& node);

    NameTable m_shortNames;
    NameTable m_names; ///< long ones and short ones, folded
    std::string m_key; ///< of the name that is looked at
    std::string m_shortKey;
};

} // namespace fatlas::fat
