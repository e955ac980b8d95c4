/// 8.3 names: which names are one already, and how the others get one.
///
/// Shape:   11 bytes of the OEM page, base and extension padded with spaces, upper case; a first
///          byte of 0xE5 is stored as 0x05.
/// Errors:  running out of `~n` tails in one directory is Limit (999,999 of one kind).
/// Threads: ShortNameSet belongs to one directory and one thread.
/// Source:  Microsoft FAT specification 1.03 and "Long filename" notes; rules N1.. in FORMAT.md.
#pragma once

#include "core/base/code_page.hpp"
#include "core/base/error.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace fatlas::fat {

using ShortNameBytes = std::array<unsigned char, 11>;

struct ShortName {
    ShortNameBytes bytes{};
    std::uint8_t ntCaseBits = 0; ///< ntCase::lowerBase, lowerExtension

    bool operator==(const ShortName&) const = default;
};

/// Whether characters beyond ASCII may stand in a short name that has no long name beside it. They
/// read differently under another code page, so Windows gives such names long slots too.
enum class Extended : std::uint8_t { NeedLongName, Allowed };

/// The short name that says exactly `longName` (case by NT bits), if there is one: then no long
/// name slots are needed. With Extended::Allowed capitals of the page count as well.
[[nodiscard]] std::optional<ShortName> exactShortName(std::u16string_view longName,
                                                      const CodePage& page,
                                                      Extended extended = Extended::NeedLongName);

/// The short names used in one directory; gives each new long name one in amortised O(1).
class ShortNameSet {
public:
    /// Takes a name; false when it is taken already.
    bool insert(const ShortNameBytes& name);
    /// Gives a name back; later ones of its kind do not get its number again.
    void erase(const ShortNameBytes& name);
    [[nodiscard]] bool contains(const ShortNameBytes& name) const;
    /// Makes, inserts and returns a free name for a long name that needs long slots. A name that
    /// loses nothing but its case keeps its 8.3 form while that is free ("Readme.txt" is
    /// README.TXT); the others get the next `~n`. Insert the exact names of the directory first.
    [[nodiscard]] Result<ShortNameBytes> makeUnique(std::u16string_view longName,
                                                    const CodePage& page);

private:
    /// What stands before `~` (at most 6 bytes), the number of digits (byte 7), the extension.
    using TailKey = ShortNameBytes;

    struct Hash {
        std::size_t operator()(const ShortNameBytes& name) const noexcept;
    };

    std::unordered_set<ShortNameBytes, Hash> m_names;
    /// Per kind of tail the next number, so that no name is tried twice, however many long names
    /// share only a part of their basis.
    std::unordered_map<TailKey, std::uint32_t, Hash> m_nextTail;
};

/// "README.TXT" from the 11 bytes, with NT case bits applied, as UTF-8.
[[nodiscard]] std::string formatShortName(const ShortName& name, const CodePage& page);
[[nodiscard]] std::uint8_t shortNameChecksum(const ShortNameBytes& name) noexcept;

/// What BS_VolLab holds on a volume without a label: "NO NAME    ".
inline constexpr ShortNameBytes noNameLabel{'N', 'O', ' ', 'N', 'A', 'M', 'E', ' ', ' ', ' ', ' '};

/// A volume label as 11 OEM bytes; InvalidArgument says which character or length is wrong. Letters
/// become capitals, as FORMAT and LABEL of DOS and Windows do it; spaces at the end are padding. A
/// first byte of 0xE5 is stored as 0x05. "" gives noNameLabel (and no root entry belongs to it).
[[nodiscard]] Result<ShortNameBytes> encodeLabel(std::string_view utf8, const CodePage& page);

} // namespace fatlas::fat
