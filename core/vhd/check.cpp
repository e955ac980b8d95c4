#include "core/vhd/check.hpp"

#include "core/base/checked.hpp"
#include "core/base/text.hpp"
#include "core/vhd/bitmap_cache.hpp"
#include "core/vhd/findings_list.hpp"
#include "core/vhd/space_map.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace fatlas::vhd {

namespace {

class Checker {
public:
    Checker(const block::BlockDevice& device, VhdFile file, const JobControl& job)
        : m_device(device), m_job(job)
    {
        m_report.file = std::move(file);
    }

    Result<CheckReport> run()
    {
        m_findings.addAll(m_report.file.findings);
        checkFooter();
        if (!m_report.file.isFixed()) {
            checkHeader();
            checkPlaces();
            FATLAS_TRY(checkUnusedEntries());
            checkBatmap();
            FATLAS_TRY(checkBlocks());
        } else if (m_report.file.footer.currentSize < m_report.file.tail.offset) {
            noteUnused(m_report.file.tail.offset - m_report.file.footer.currentSize);
        }
        m_report.findings = m_findings.take();
        return std::move(m_report);
    }

private:
    void add(const char* rule, Severity severity, Note about)
    {
        m_findings.add(rule, severity, std::move(about));
    }

    void checkFooter();
    void checkSizes();
    void checkHeader();
    void checkPlaces();
    void checkBatmap();
    void noteUnused(std::uint64_t bytes);
    Result<> checkUnusedEntries();
    Result<> checkBlocks();
    Result<> checkBlock(std::uint32_t block, std::uint64_t place);
    Result<> checkZeros(std::uint32_t block, std::uint64_t data, ByteView bits);

    const block::BlockDevice& m_device;
    const JobControl& m_job;
    CheckReport m_report;
    FindingsList m_findings{CheckReport::maxListed};
};

void Checker::checkFooter()
{
    const Footer& footer = m_report.file.footer;
    const bool isClean =
        (footer.features & ~1U) == 2 &&
        std::ranges::all_of(footer.reserved, [](std::byte b) { return b == std::byte{0}; });
    if (!isClean)
        add("V4", Severity::Info,
            {.message = fmt::format("the features are {:08X} or a reserved byte is not 0",
                                    footer.features)});
    if (footer.savedState != 0)
        add("V32", Severity::Warning,
            {.message = "the disk belongs to a machine that was saved while it ran",
             .advice = "do not write to it before that machine was shut down"});
    if (footer.type == DiskType::Fixed && footer.dataOffset != noOffset)
        add("V10", Severity::Info,
            {.message = fmt::format("the data offset of the fixed disk is {:X}, expected all ones",
                                    footer.dataOffset)});
    checkSizes();
}

void Checker::checkSizes()
{
    const Footer& footer = m_report.file.footer;
    const std::uint64_t byGeometry = footer.geometry.size();
    if (footer.geometry == largestGeometry || byGeometry == footer.currentSize)
        return;
    const bool isUsual = footer.geometry == geometryFor(footer.currentSize);
    add("V9", isUsual ? Severity::Info : Severity::Warning,
        {.message = fmt::format("the geometry {}/{}/{} says {} bytes, the current size {}; this "
                                "disk is read with {}",
                                footer.geometry.cylinders, footer.geometry.heads,
                                footer.geometry.sectorsPerTrack, byGeometry, footer.currentSize,
                                m_report.file.virtualSize)});
}

void Checker::checkHeader()
{
    const DynamicHeader& header = m_report.file.header;
    if (header.blockSize != 512 * KiB && header.blockSize != 2 * MiB)
        add("V14", Severity::Info,
            {.message = fmt::format("blocks have {}; Windows takes only 512 KiB and 2 MiB",
                                    formatSize(header.blockSize))});
    const FileRange place{m_report.file.footer.dataOffset,
                          m_report.file.footer.dataOffset + headerSize};
    const std::uint64_t tableEnd = header.tableOffset + m_report.file.table.size() * 4;
    if (place.offset < footerSize || (place.offset < tableEnd && header.tableOffset < place.end) ||
        header.tableOffset < footerSize)
        add("V16", Severity::Error,
            {.message = fmt::format("footer, header (byte {}) and table (byte {}) overlap",
                                    place.offset, header.tableOffset),
             .offset = place.offset});
}

void Checker::noteUnused(std::uint64_t bytes)
{
    m_report.unusedBytes = bytes;
    if (bytes != 0)
        add("V29", Severity::Info,
            {.message = fmt::format("{} of the file are not used", formatSize(bytes)),
             .advice = "compacting gives them back"});
}

/// Outside, on each other, not aligned; and what is left between.
void Checker::checkPlaces()
{
    const VhdFile& file = m_report.file;

    struct Used {
        FileRange range;
        std::optional<std::uint32_t> block;
    };

    std::vector<Used> used;
    for (const FileRange& range : metadataOf(file))
        used.push_back({.range = range, .block = {}});
    if (file.tail.state == FooterCopy::State::Good && file.tail.footer == file.footer)
        used.push_back({.range = {file.tail.offset, file.fileSize}, .block = {}});
    bool isAligned = true;
    for (std::uint32_t block = 0; block < file.table.size(); ++block) {
        if (file.table[block] == unusedEntry)
            continue;
        const std::uint64_t offset = std::uint64_t{file.table[block]} * sectorBytes;
        isAligned = isAligned && (offset + file.header.bitmapSize()) % 4096 == 0;
        if (rangeFits(offset, file.slotSize(), file.fileSize))
            used.push_back({.range = {offset, offset + file.slotSize()}, .block = block});
        else
            add("V17", Severity::Error,
                {.message = fmt::format("block {} begins at byte {} and reaches past the end of "
                                        "the file of {} bytes; it cannot be read as a whole",
                                        block, offset, file.fileSize),
                 .offset = offset});
    }
    if (!isAligned)
        add("V19", Severity::Info,
            {.message = "the data of blocks do not begin at multiples of 4096 bytes"});
    std::ranges::sort(used, {}, [](const Used& one) { return one.range.offset; });
    std::uint64_t reached = 0;
    std::uint64_t unused = 0;
    bool reachedIsBlock = false;
    for (const Used& one : used) {
        if (one.range.offset < reached && (one.block || reachedIsBlock))
            add("V18", Severity::Error,
                {.message = fmt::format("{} at byte {} overlaps what lies before it",
                                        one.block ? fmt::format("block {}", *one.block)
                                                  : std::string("a structure of the file"),
                                        one.range.offset),
                 .offset = one.range.offset});
        unused += one.range.offset > reached ? one.range.offset - reached : 0;
        if (one.range.end > reached) {
            reached = one.range.end;
            reachedIsBlock = one.block.has_value();
        }
    }
    unused += file.fileSize > reached ? file.fileSize - reached : 0;
    // Alignment and rounding leave less than a block between things; that is not worth a word.
    const std::uint64_t slack = (used.size() + 1) * 4096;
    noteUnused(unused > slack ? unused : 0);
}

Result<> Checker::checkUnusedEntries()
{
    const VhdFile& file = m_report.file;
    const std::uint64_t first = file.table.size();
    const std::uint64_t last = std::min<std::uint64_t>(file.header.entryCount, maxTableEntries);
    const std::uint64_t at = file.header.tableOffset + first * 4;
    if (last <= first || !rangeFits(at, (last - first) * 4, file.fileSize))
        return {};
    Bytes bytes((last - first) * 4);
    FATLAS_TRY(m_device.read(at, bytes));
    const bool anyUsed =
        std::ranges::any_of(bytes, [](std::byte b) { return b != std::byte{0xFF}; });
    if (anyUsed)
        add("V21", Severity::Info,
            {.message = fmt::format("the table has {} entries, and some behind the disk's {} "
                                    "blocks are used",
                                    file.header.entryCount, first),
             .offset = at});
    return {};
}

void Checker::checkBatmap()
{
    const auto& batmap = m_report.file.batmap;
    if (!batmap)
        return;
    if (!batmap->map) {
        add("V28", Severity::Warning,
            {.message = fmt::format("the batmap of {} bytes at byte {} lies outside the file",
                                    batmap->mapSize, batmap->mapOffset),
             .offset = batmap->headerOffset});
        return;
    }
    const std::uint32_t computed = checksumOf(*batmap->map);
    if (computed != batmap->storedChecksum)
        add("V28", Severity::Warning,
            {.message = fmt::format("the checksum of the batmap is {:08X}, expected {:08X}",
                                    batmap->storedChecksum, computed),
             .offset = batmap->headerOffset});
}

Result<> Checker::checkBlocks()
{
    const VhdFile& file = m_report.file;
    const std::uint64_t total = file.allocatedBlocks() * file.slotSize();
    for (std::uint32_t block = 0; block < file.table.size(); ++block) {
        if (file.table[block] == unusedEntry)
            continue;
        ++m_report.allocatedBlocks;
        FATLAS_TRY(m_job.checkpoint());
        m_job.report(m_report.allocatedBlocks * file.slotSize(), total);
        const std::uint64_t place = std::uint64_t{file.table[block]} * sectorBytes;
        if (rangeFits(place, file.slotSize(), file.fileSize))
            FATLAS_TRY(checkBlock(block, place));
    }
    return {};
}

Result<> Checker::checkBlock(std::uint32_t block, std::uint64_t place)
{
    const VhdFile& file = m_report.file;
    Bytes bits(file.header.bitmapSize());
    FATLAS_TRY(m_device.read(place, bits));
    // The last block may reach past the end of the disk.
    const std::uint64_t start = std::uint64_t{block} * file.header.blockSize;
    const std::uint64_t sectors =
        std::min<std::uint64_t>(file.header.blockSize, file.virtualSize - start) / sectorBytes;
    if (allAre(bits, 0, sectors, true))
        return {};
    ++(allAre(bits, 0, sectors, false) ? m_report.emptyBlocks : m_report.partialBlocks);
    if (file.batmap && file.batmap->isFull(block))
        add("V28", file.footer.type == DiskType::Differencing ? Severity::Error : Severity::Info,
            {.message =
                 fmt::format("the batmap says that block {} is full, its bitmap does not", block),
             .offset = place});
    if (file.footer.type == DiskType::Differencing)
        return {};
    setBits(bits, sectors, file.header.sectorsPerBlock() - sectors, true);
    return checkZeros(block, place + file.header.bitmapSize(), bits);
}

/// Of a dynamic disk: who does not look at bitmaps must read the same.
Result<> Checker::checkZeros(std::uint32_t block, std::uint64_t data, ByteView bits)
{
    const std::uint64_t sectors = m_report.file.header.sectorsPerBlock();
    for (std::uint64_t at = 0; at < sectors;) {
        const std::uint64_t run =
            std::min<std::uint64_t>(runLength(bits, at, sectors), MiB / sectorBytes);
        if (!bitAt(bits, at)) {
            Bytes bytes(run * sectorBytes);
            FATLAS_TRY(m_job.checkpoint());
            FATLAS_TRY(m_device.read(data + at * sectorBytes, bytes));
            const auto odd =
                std::ranges::find_if(bytes, [](std::byte b) { return b != std::byte{0}; });
            if (odd != bytes.end()) {
                add("V20", Severity::Warning,
                    {.message = fmt::format("block {} holds bytes in a sector whose bit is 0: it "
                                            "reads as zeros here and in Windows, as those bytes "
                                            "in QEMU",
                                            block),
                     .offset = data + at * sectorBytes +
                               static_cast<std::uint64_t>(odd - bytes.begin())});
                return {};
            }
        }
        at += run;
    }
    return {};
}

} // namespace

Result<CheckReport> checkVhd(const block::BlockDevice& device, SizeRule rule, const JobControl& job)
{
    FATLAS_ASSIGN(VhdFile file, readVhdFile(device, rule));
    return Checker(device, std::move(file), job).run();
}

Result<CheckReport> checkVhdChain(const std::filesystem::path& path, const FileOpener& files,
                                  SizeRule rule, const JobControl& job)
{
    FATLAS_ASSIGN(const Chain chain, readChain(path, files, rule));
    const ChainLink& first = chain.links.front();
    FATLAS_ASSIGN(CheckReport report, checkVhd(*first.file.device, rule, job));
    for (const Finding& finding : chain.findings)
        if (finding.path != first.path.native() || finding.rule == "V25" || finding.rule == "V26")
            report.findings.push_back(finding);
    if (chain.broken) {
        const bool isLoop = chain.broken->message.contains("(V27)");
        const bool isOther = chain.broken->code == ErrorCode::Changed;
        note(report.findings,
             isLoop    ? "V27"
             : isOther ? "V24"
                       : "V23",
             Severity::Error, {.message = chain.broken->message});
    }
    std::ranges::stable_sort(report.findings, std::ranges::greater{}, &Finding::severity);
    return report;
}

} // namespace fatlas::vhd
