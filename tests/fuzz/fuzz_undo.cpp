// An undo file; with a first byte that is odd its checksums are made right first, so that what
// lies behind them is reached.
#include "core/base/crc32.hpp"
#include "core/block/memory_device.hpp"
#include "core/edit/apply.hpp"
#include "core/edit/undo_file.hpp"
#include "core/edit/undo_file_raw.hpp"

#include "tests/fuzz/require.hpp"
#include "tests/fuzz/scratch_file.hpp"

#include <algorithm>

using namespace fatlas;
using edit::UndoHeaderRaw;

namespace {

constexpr std::uint64_t maxImageSize = 1 << 20;

void setChecksums(ByteSpan file)
{
    auto header = *load<UndoHeaderRaw>(file);
    const ByteView records = file.subspan(sizeof header);
    header.recordsSize.set(records.size());
    header.recordsCrc.set(crc32(records));
    store(file, 0, header);
    header.headerCrc.set(crc32(ByteView(file).first(offsetof(UndoHeaderRaw, headerCrc))));
    store(file, 0, header);
}

void checkRecords(const edit::UndoReader& reader, std::size_t fileSize)
{
    std::uint64_t total = 0;
    for (const edit::UndoRecord& record : reader.records()) {
        fuzz::require(record.length >= 1 && record.length <= edit::maxUndoRecordLength,
                      "records have a possible length");
        fuzz::require(record.offset <= reader.imageSize() &&
                          record.length <= reader.imageSize() - record.offset,
                      "records lie in the image");
        fuzz::require(record.payloadOffset <= fileSize, "their bytes lie in the file");
        fuzz::require(reader.before(record).has_value(), "the old bytes can be read");
        total += record.length;
    }
    fuzz::require(total == reader.changedSize(), "lengths add up");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const fuzz::ScratchFile scratch;
    if (size == 0)
        return 0;
    const ByteView input = std::as_bytes(std::span(data, size)).subspan(1);
    Bytes file(input.begin(), input.end());
    if ((data[0] & 1) != 0 && file.size() >= sizeof(UndoHeaderRaw))
        setChecksums(file);
    scratch.fill(file);
    const auto reader = edit::UndoReader::open(scratch.path());
    if (!reader) {
        fuzz::require(!reader.error().message.empty(), "an error has a message");
        return 0;
    }
    checkRecords(*reader, file.size());
    if (reader->imageSize() > maxImageSize)
        return 0;
    const Bytes before(reader->imageSize(), std::byte{data[0]});
    block::MemoryDevice image(before);
    const auto undone = edit::undo(image, scratch.path());
    if (!undone) {
        fuzz::require(std::ranges::equal(image.bytes(), before), "a refusal changes nothing");
        return 0;
    }
    const Bytes once(image.bytes().begin(), image.bytes().end());
    fuzz::require(edit::undo(image, scratch.path()).has_value() &&
                      std::ranges::equal(image.bytes(), once),
                  "undoing twice is no harm");
    return 0;
}
