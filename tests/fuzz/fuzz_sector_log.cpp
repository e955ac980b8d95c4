// The log of a kept overlay; with a first byte that is odd its checksums and numbers are made right
// first, so that what lies behind them is reached.
#include "core/block/sector_log_reader.hpp"

#include "tests/fuzz/require.hpp"
#include "tests/fuzz/scratch_file.hpp"

#include <algorithm>

using namespace fatlas;
using block::SectorLogHeaderRaw;
using block::SectorRecordRaw;
using block::SectorStates;

namespace {

constexpr std::uint64_t diskSize = 300'000 * 512 - 100;
constexpr std::uint64_t sectorCount = 300'000;

void setChecksums(ByteSpan file)
{
    auto header = *load<SectorLogHeaderRaw>(file);
    header.diskSize.set(diskSize);
    header.checksum.set(block::checksumOf(header));
    store(file, 0, header);
    std::uint64_t number = 0;
    for (std::size_t at = sizeof header; file.size() - at >= sizeof(SectorRecordRaw);
         at += sizeof(SectorRecordRaw)) {
        auto record = *load<SectorRecordRaw>(file, at);
        record.number.set(++number);
        record.log = header.log;
        record.checksum.set(block::checksumOf(record));
        store(file, at, record);
    }
}

/// Runs follow each other and differ from their neighbours.
void checkStates(const SectorStates& states)
{
    std::uint64_t changed = 0;
    for (std::uint64_t sector = 0; sector < sectorCount;) {
        const block::SectorRun run = states.runAt(sector, sectorCount);
        fuzz::require(run.first == sector && run.count > 0, "runs follow each other");
        changed += run.state == block::SectorState::Below ? 0 : run.count;
        sector = run.end();
    }
    fuzz::require(changed == states.changedCount(), "sectors are counted");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const fuzz::ScratchFile scratch;
    if (size == 0)
        return 0;
    const ByteView input = std::as_bytes(std::span(data, size)).subspan(1);
    Bytes bytes(input.begin(), input.end());
    if ((data[0] & 1) != 0 && bytes.size() >= sizeof(SectorLogHeaderRaw))
        setChecksums(bytes);
    scratch.fill(bytes);
    const auto file = File::open(scratch.path());
    fuzz::require(file.has_value(), "the file opens");
    SectorStates states(sectorCount);
    const auto content = block::readSectorLog(*file, diskSize, states);
    if (!content) {
        fuzz::require(!content.error().message.empty(), "an error has a message");
        return 0;
    }
    fuzz::require(content->end <= bytes.size(), "what counts lies in the file");
    checkStates(states);
    // Cut there, it says the same.
    bytes.resize(content->end);
    scratch.fill(bytes);
    SectorStates again(sectorCount);
    const auto second = block::readSectorLog(*file, diskSize, again);
    fuzz::require(second.has_value() && second->end == content->end &&
                      again.changedCount() == states.changedCount(),
                  "a log that was cut reads the same");
    return 0;
}
