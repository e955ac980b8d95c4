#include "core/vhd/vhd_file.hpp"

#include "core/base/checked.hpp"
#include "core/vhd/note.hpp"
#include "core/vhd/read_footers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace fatlas::vhd {

namespace {

void decideSize(VhdFile& file, SizeRule rule)
{
    const Footer& footer = file.footer;
    file.sizeSource = sizeSourceOf(footer.creatorApplication, footer.geometry, rule);
    const std::uint64_t size =
        file.sizeSource == SizeSource::Geometry ? footer.geometry.size() : footer.currentSize;
    file.virtualSize = size / sectorBytes * sectorBytes;
    if (footer.currentSize % sectorBytes != 0)
        note(file.findings, "V8", Severity::Warning,
             {.message = fmt::format("the current size is {} bytes, expected a multiple of 512; "
                                     "the rest is left out",
                                     footer.currentSize)});
}

void cutFixed(VhdFile& file)
{
    const std::uint64_t there = file.tail.offset / sectorBytes * sectorBytes;
    if (file.virtualSize <= there)
        return;
    note(file.findings, "V31", Severity::Error,
         {.message = fmt::format("the disk has {} bytes, but only {} lie before the footer; the "
                                 "rest is cut off",
                                 file.virtualSize, file.tail.offset),
          .offset = file.tail.offset});
    file.virtualSize = there;
}

Result<> readHeader(const block::BlockDevice& device, VhdFile& file)
{
    const std::uint64_t offset = file.footer.dataOffset;
    if (offset % sectorBytes != 0 || !rangeFits(offset, headerSize, file.fileSize))
        return fail(ErrorCode::BadFormat,
                    fmt::format("the footer says the header begins at byte {}, expected a multiple "
                                "of 512 inside the file of {} bytes (V10)",
                                offset, file.fileSize));
    Bytes bytes(headerSize);
    FATLAS_TRY(device.read(offset, bytes));
    auto header = decodeHeader(bytes, offset);
    if (!header) {
        auto loose = decodeHeader(bytes, offset, Checksum::MayBeWrong);
        const bool fits = loose &&
                          std::uint64_t{loose->entryCount} * loose->blockSize >= file.virtualSize &&
                          loose->entryCount <= maxTableEntries;
        if (!fits)
            return std::unexpected(header.error());
        note(file.findings, "V12", Severity::Error,
             {.message = header.error().message,
              .advice = "everything else in it fits, so the disk can be read; repair sets the "
                        "checksum",
              .offset = offset});
        header = std::move(loose);
    }
    file.header = std::move(*header);
    return {};
}

Result<ParentLocator> readLocator(const block::BlockDevice& device, const LocatorRaw& raw,
                                  std::uint32_t index)
{
    ParentLocator locator{.kind = locatorKindOf(raw.platform),
                          .platform = raw.platform,
                          .index = index,
                          .offset = raw.dataOffset.get(),
                          .space = locatorSpace(raw),
                          .length = raw.length.get(),
                          .text = {},
                          .problem = {}};
    if (locator.kind == LocatorKind::Empty)
        return locator;
    if (locator.kind == LocatorKind::Unknown)
        locator.problem = "its platform is unknown";
    else if (locator.length > maxLocatorLength)
        locator.problem = fmt::format("its text has {} bytes, expected at most {}", locator.length,
                                      maxLocatorLength);
    else if (!rangeFits(locator.offset, locator.length, device.size()))
        locator.problem = fmt::format("its text of {} bytes at byte {} lies outside the file",
                                      locator.length, locator.offset);
    else if (locator.length > locator.space)
        locator.problem = fmt::format("its text has {} bytes, but its space only {}",
                                      locator.length, locator.space);
    if (locator.length > maxLocatorLength ||
        !rangeFits(locator.offset, locator.length, device.size()))
        return locator;
    Bytes bytes(locator.length);
    FATLAS_TRY(device.read(locator.offset, bytes));
    locator.text = decodeLocatorText(locator.kind, bytes);
    return locator;
}

Result<> readLocators(const block::BlockDevice& device, VhdFile& file)
{
    std::uint32_t index = 0;
    for (const LocatorRaw& raw : file.header.locators) {
        FATLAS_ASSIGN(ParentLocator locator, readLocator(device, raw, index++));
        if (!locator.problem.empty())
            note(file.findings, "V22", Severity::Warning,
                 {.message = fmt::format("parent locator {} ({}): {}", locator.index + 1,
                                         tagText(locator.platform), locator.problem),
                  .offset = locator.offset});
        if (locator.kind != LocatorKind::Empty)
            file.locators.push_back(std::move(locator));
    }
    return {};
}

Result<std::uint64_t> entriesWorthReading(VhdFile& file)
{
    const DynamicHeader& header = file.header;
    const std::uint64_t blocks = divideRoundUp<std::uint64_t>(file.virtualSize, header.blockSize);
    const std::uint64_t count = std::min<std::uint64_t>(blocks, header.entryCount);
    if (count > maxTableEntries)
        return fail(ErrorCode::Limit,
                    fmt::format("the disk has {} blocks of {} bytes, expected at most {} (V15)",
                                blocks, header.blockSize, maxTableEntries));
    if (count < blocks)
        note(file.findings, "V15", Severity::Error,
             {.message = fmt::format("the table has {} entries, but the disk has {} blocks; what "
                                     "lies behind the table cannot be read",
                                     header.entryCount, blocks),
              .offset = header.tableOffset});
    return count;
}

Result<> readTable(const block::BlockDevice& device, VhdFile& file)
{
    FATLAS_ASSIGN(const std::uint64_t count, entriesWorthReading(file));
    const std::uint64_t offset = file.header.tableOffset;
    if (!rangeFits(offset, count * 4, file.fileSize))
        return fail(ErrorCode::BadFormat,
                    fmt::format("the block table of {} bytes at byte {} lies outside the file of "
                                "{} bytes (V16)",
                                count * 4, offset, file.fileSize));
    Bytes bytes(count * 4);
    FATLAS_TRY(device.read(offset, bytes));
    file.table.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
        std::uint32_t stored = 0;
        std::memcpy(&stored, bytes.data() + i * 4, sizeof stored);
        file.table[i] =
            std::endian::native == std::endian::little ? __builtin_bswap32(stored) : stored;
    }
    return {};
}

Result<> readBatmap(const block::BlockDevice& device, VhdFile& file)
{
    const std::uint64_t offset = file.header.tableOffset + file.header.tableSize();
    if (!rangeFits(offset, sectorBytes, file.fileSize))
        return {};
    Bytes sector(sectorBytes);
    FATLAS_TRY(device.read(offset, sector));
    FATLAS_ASSIGN(const BatmapHeaderRaw raw, load<BatmapHeaderRaw>(sector));
    if (std::string_view(raw.cookie.data(), raw.cookie.size()) != batmapCookie)
        return {};
    Batmap batmap{.headerOffset = offset,
                  .mapOffset = raw.mapOffset.get(),
                  .mapSize = std::uint64_t{raw.mapSectors.get()} * sectorBytes,
                  .version = raw.version.get(),
                  .storedChecksum = raw.checksum.get(),
                  .map = {}};
    const bool isSane = batmap.mapSize <= roundUp<std::uint64_t>(maxTableEntries / 8, sectorBytes);
    if (isSane && rangeFits(batmap.mapOffset, batmap.mapSize, file.fileSize)) {
        batmap.map.emplace(batmap.mapSize);
        FATLAS_TRY(device.read(batmap.mapOffset, *batmap.map));
    }
    file.batmap = std::move(batmap);
    return {};
}

} // namespace

bool Batmap::isFull(std::uint64_t block) const noexcept
{
    if (!map || block / 8 >= map->size())
        return false;
    return std::to_integer<unsigned>((*map)[block / 8]) >> (7 - block % 8) & 1;
}

std::uint64_t VhdFile::allocatedBlocks() const noexcept
{
    return static_cast<std::uint64_t>(table.size()) -
           static_cast<std::uint64_t>(std::ranges::count(table, unusedEntry));
}

bool VhdFile::hasErrors() const noexcept
{
    return std::ranges::any_of(findings,
                               [](const Finding& f) { return f.severity == Severity::Error; });
}

Result<VhdFile> readVhdFile(const block::BlockDevice& device, SizeRule rule)
{
    VhdFile file;
    FATLAS_TRY(readFooters(device, file));
    decideSize(file, rule);
    if (file.isFixed()) {
        cutFixed(file);
        return file;
    }
    FATLAS_TRY(readHeader(device, file));
    FATLAS_TRY(readTable(device, file));
    if (file.footer.type == DiskType::Differencing)
        FATLAS_TRY(readLocators(device, file));
    FATLAS_TRY(readBatmap(device, file));
    return file;
}

Result<bool> isVhd(const block::BlockDevice& device)
{
    VhdFile file;
    const auto found = readFooters(device, file);
    if (found)
        return file.isFixed() || hasSoundHeader(device, file.footer) ||
               file.tail.state == FooterCopy::State::Good;
    if (found.error().code == ErrorCode::NotFound || found.error().code == ErrorCode::BadFormat)
        return false;
    return std::unexpected(found.error());
}

} // namespace fatlas::vhd
