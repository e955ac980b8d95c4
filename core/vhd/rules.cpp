#include "core/vhd/rules.hpp"

#include <algorithm>
#include <array>

namespace fatlas::vhd {

namespace {

constexpr std::array table{
    Rule{"V1", "cookie of a footer", "the place of a footer holds something else",
         "reads the other footer", "reads the other footer",
         "QEMU refuses when it is the front one", "the footer is written from the other one"},
    Rule{"V2", "checksum of a footer", "a bit of the footer changed", "reads the other footer",
         "reads the other footer", "QEMU refuses when it is the front one",
         "the footer is written from the other one"},
    Rule{"V3", "version of a footer", "it was made by a program of another age", "refuses",
         "refuses", "QEMU does not look", ""},
    Rule{"V4", "features and reserved bytes", "something unknown is stored where nothing should be",
         "does not look", "does not look", "QEMU does not look", ""},
    Rule{"V5", "type of the disk", "it cannot be known how the file is laid out", "refuses",
         "refuses", "QEMU takes it for a dynamic disk", ""},
    Rule{"V6", "both footers are equal", "programs see two different disks",
         "reads the one at the end", "reads the one at the end", "QEMU reads the front one",
         "the one at the end is written from the front one"},
    Rule{"V7", "footer at the end", "the file was cut off, or power went while it grew",
         "reads the front one", "reads the front one", "QEMU does not notice",
         "the footer is written at the end"},
    Rule{"V8", "current size", "the disk has no possible size", "refuses", "refuses",
         "QEMU rounds down to sectors", ""},
    Rule{"V9", "geometry and size", "programs see disks of different sizes", "goes by the geometry",
         "goes by the size", "QEMU goes by the creator", ""},
    Rule{"V10", "place of the header", "the header cannot be found", "refuses", "refuses",
         "QEMU refuses", ""},
    Rule{"V11", "cookie of the header", "there is no header where it should be", "refuses",
         "refuses", "QEMU refuses", ""},
    Rule{"V12", "checksum of the header", "a bit of the header changed", "refuses", "refuses",
         "QEMU does not look", "the checksum is set when all else fits"},
    Rule{"V13", "version of the header", "it was made by a program of another age", "refuses",
         "refuses", "QEMU does not look", ""},
    Rule{"V14", "block size", "Windows takes only 512 KiB and 2 MiB", "refuses others",
         "refuses others", "QEMU takes any power of two", ""},
    Rule{"V15", "entries of the table", "the table is too short for the disk", "refuses", "refuses",
         "QEMU refuses", ""},
    Rule{"V16", "place of header and table", "structures lie outside the file or on each other",
         "refuses", "refuses", "QEMU refuses or reads nonsense", ""},
    Rule{"V17", "blocks inside the file", "the data of a block are not there", "cannot read it",
         "refuses", "QEMU refuses the whole disk",
         "the entry is removed; its data are lost anyway"},
    Rule{"V18", "blocks apart from each other", "two parts of the disk share the same bytes",
         "mixes them up", "mixes them up", "QEMU mixes them up", ""},
    Rule{"V19", "alignment of blocks", "disks with sectors of 4096 bytes are slower with it",
         "does not care", "is slower", "QEMU is slower", ""},
    Rule{"V20", "bitmaps and data",
         "programs that look at bitmaps and those that do not see "
         "different bytes",
         "looks at bitmaps", "looks at bitmaps", "QEMU does not look at bitmaps", ""},
    Rule{"V21", "entries behind the end", "space is used for nothing", "does not look",
         "does not look", "QEMU keeps them", ""},
    Rule{"V22", "parent locators", "one way to the parent cannot be followed", "tries the others",
         "tries the others", "QEMU knows no parents", ""},
    Rule{"V23", "the parent is found", "most of the disk is somewhere else", "refuses", "refuses",
         "QEMU reads zeros", "re-parent, when the parent was moved"},
    Rule{"V24", "UUID of the parent", "another disk took the parent's place", "refuses", "refuses",
         "QEMU does not look", "re-parent, when it is known to be the right one"},
    Rule{"V25", "time of the parent", "the parent was touched after the child was made", "asks",
         "refuses", "QEMU does not look", "re-parent, when it was only copied"},
    Rule{"V26", "size of the parent", "parent and child are not the same disk any more", "refuses",
         "refuses", "QEMU does not look", ""},
    Rule{"V27", "the chain ends", "the parents lead back to a child, or there are too many",
         "refuses", "refuses", "QEMU knows no parents", ""},
    Rule{"V28", "batmap", "XenServer would skip bitmaps that it needs", "does not know it",
         "does not know it", "QEMU does not know it", ""},
    Rule{"V29", "unused space", "the file is larger than it needs to be", "does not look",
         "compacts it away", "QEMU keeps it", "compact"},
    Rule{"V30", "511 bytes of footer", "Virtual PC wrote such footers before 2004", "reads it",
         "reads it", "QEMU refuses it", "the footer is written with 512 bytes"},
    Rule{"V31", "length of a fixed disk", "the file was cut or has something added", "refuses",
         "refuses", "QEMU takes it for a raw disk", ""},
    Rule{"V32", "saved state", "a machine was saved while it ran on this disk",
         "goes on from there", "does not look", "QEMU does not look", ""},
};

} // namespace

std::span<const Rule> rules() noexcept
{
    return table;
}

const Rule* findRule(std::string_view number) noexcept
{
    const auto* const found = std::ranges::find(table, number, &Rule::number);
    return found == table.end() ? nullptr : found;
}

} // namespace fatlas::vhd
