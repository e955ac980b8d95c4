// The first two bytes choose the code page; the rest are slots of one directory.
#include "core/base/text.hpp"
#include "core/fat/directory_reader.hpp"

#include "tests/fuzz/require.hpp"

#include <algorithm>
#include <array>

using namespace fatlas;

namespace {

std::shared_ptr<const CodePage> choosePage(std::uint8_t choice)
{
    constexpr std::array numbers{437, 850, 866, 932};
    const auto page = CodePage::open(numbers[choice % numbers.size()]);
    fuzz::require(page.has_value(), "common code pages exist");
    return *page;
}

void checkItem(const fat::DirectoryItem& item, std::uint32_t slots)
{
    fuzz::require(item.slotCount >= 1 && item.slotCount <= 21, "an item has 1 to 21 slots");
    fuzz::require(item.slotIndex + item.slotCount <= slots, "an item lies in its directory");
    fuzz::require(item.entryOffset ==
                      std::uint64_t{item.slotIndex + item.slotCount - 1} * fat::slotSize,
                  "the short slot is the last one");
    fuzz::require(utf16FromUtf8(item.name).has_value(), "names are UTF-8");
    fuzz::require(utf16FromUtf8(item.shortName).has_value(), "short names are UTF-8");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size < 2)
        return 0;
    const ByteView bytes = std::as_bytes(std::span(data, size)).subspan(2);
    const auto offsetOf = [](std::uint32_t slot) { return std::uint64_t{slot} * fat::slotSize; };
    const auto page = choosePage(data[0]);
    const fat::DirectoryListing listing =
        fat::decodeDirectory({.bytes = bytes, .offsetOf = offsetOf}, *page);
    const auto slots = static_cast<std::uint32_t>(bytes.size() / fat::slotSize);
    std::uint32_t next = 0;
    for (const fat::DirectoryItem& item : listing.items) {
        checkItem(item, slots);
        fuzz::require(item.slotIndex >= next, "items do not share slots");
        next = item.slotIndex + item.slotCount;
    }
    fuzz::require(listing.findings.size() <= fat::maxDirectoryFindings + 1, "findings are bounded");
    return 0;
}
