#include "core/vhd/create.hpp"

#include "core/base/checked.hpp"
#include "core/base/text.hpp"
#include "core/vhd/open_vhd.hpp"
#include "core/vhd/timestamp.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

namespace fatlas::vhd {

namespace {

constexpr std::uint64_t headerOffset = footerSize;
constexpr std::uint64_t tableOffset = headerOffset + headerSize;

std::unexpected<Error> invalid(std::string message)
{
    return fail(ErrorCode::InvalidArgument, std::move(message));
}

Finding info(const char* rule, std::string message, std::string advice = {})
{
    return {.rule = rule,
            .severity = Severity::Info,
            .path = {},
            .message = std::move(message),
            .advice = std::move(advice)};
}

Result<std::uint64_t> chooseSize(const CreateOptions& options, CreatePlan& plan)
{
    const std::uint64_t asked =
        options.size == 0 && options.parent ? options.parent->size : options.size;
    if (asked < sectorBytes || asked > maxDiskSize)
        return invalid(fmt::format("the size is {} bytes, expected 512 bytes to 2040 GiB", asked));
    std::uint64_t size = asked;
    if (options.rounding == SizeRounding::WholeMiB)
        size = roundUp<std::uint64_t>(asked, MiB);
    else if (options.rounding == SizeRounding::ToGeometry)
        size = roundUpToGeometry(asked);
    if (size % sectorBytes != 0)
        return invalid(fmt::format("the size is {} bytes, expected a multiple of 512 ({} or {})",
                                   size, size / sectorBytes * sectorBytes,
                                   roundUp<std::uint64_t>(size, sectorBytes)));
    if (size != asked)
        plan.notes.push_back(
            info("V9", fmt::format("the size was rounded up from {} to {} bytes", asked, size)));
    return size;
}

Result<> checkOptions(const CreateOptions& options, std::uint64_t size)
{
    if (options.parent.has_value() != (options.type == DiskType::Differencing))
        return invalid(options.parent ? "only a differencing disk has a parent"
                                      : "a differencing disk needs a parent");
    if (options.type == DiskType::Fixed)
        return {};
    if (!std::has_single_bit(options.blockSize) || options.blockSize < minBlockSize ||
        options.blockSize > maxBlockSize)
        return invalid(fmt::format("the block size is {} bytes, expected a power of two from 4 "
                                   "KiB to 256 MiB",
                                   options.blockSize));
    const std::uint64_t least = std::bit_ceil(divideRoundUp<std::uint64_t>(size, maxTableEntries));
    if (options.blockSize < least)
        return invalid(fmt::format("a disk of {} needs blocks of at least {}, not {}",
                                   formatSize(size), formatSize(least),
                                   formatSize(options.blockSize)));
    return {};
}

void addNotes(const CreateOptions& options, CreatePlan& plan)
{
    if (options.type != DiskType::Fixed && options.blockSize != 512 * KiB &&
        options.blockSize != 2 * MiB)
        plan.notes.push_back(info("V14", fmt::format("blocks of {} are read by QEMU, libvhdi and "
                                                     "Fatlas; Windows takes only 512 KiB and 2 MiB",
                                                     formatSize(options.blockSize))));
    if (plan.footer.geometry == largestGeometry)
        plan.notes.push_back(
            info("V9", "no geometry expresses this size exactly: it carries 65535/16/255, which "
                       "tells programs to go by the size; old Virtual PC goes by the geometry"));
    if (options.parent && options.parent->size != plan.footer.currentSize)
        plan.notes.push_back(
            info("V26", fmt::format("the parent has {} bytes, this disk {}", options.parent->size,
                                    plan.footer.currentSize)));
}

Footer makeFooter(const CreateOptions& options, std::uint64_t size, const Uuid& uuid)
{
    Footer footer;
    footer.dataOffset = options.type == DiskType::Fixed ? noOffset : headerOffset;
    footer.timeStamp = options.timeStamp.value_or(timeStampNow());
    footer.creatorApplication = {'f', 'a', 't', 'l'};
    footer.creatorVersion = 0x0001'0000;
    footer.creatorHostSystem = {'W', 'i', '2', 'k'};
    footer.originalSize = size;
    footer.currentSize = size;
    footer.geometry = exactGeometryFor(size);
    footer.type = options.type;
    footer.uuid = uuid;
    return footer;
}

/// The locators a child needs, each with its text.
std::vector<std::pair<LocatorKind, std::string>> locatorsFor(const ParentLink& parent)
{
    std::vector<std::pair<LocatorKind, std::string>> locators;
    if (parent.relativePath)
        locators.emplace_back(LocatorKind::RelativeWindows, *parent.relativePath);
    if (parent.absolutePath.empty())
        return locators;
    if (!parent.absolutePath.contains('\\')) {
        std::string windows = parent.absolutePath;
        std::ranges::replace(windows, '/', '\\');
        locators.emplace_back(LocatorKind::AbsoluteWindows, std::move(windows));
    }
    locators.emplace_back(LocatorKind::MacUrl, parent.absolutePath);
    return locators;
}

Tag platformOf(LocatorKind kind)
{
    switch (kind) {
    case LocatorKind::RelativeWindows: return {'W', '2', 'r', 'u'};
    case LocatorKind::AbsoluteWindows: return {'W', '2', 'k', 'u'};
    default: return {'M', 'a', 'c', 'X'};
    }
}

/// Returns where what comes next may begin.
std::uint64_t addParent(const ParentLink& parent, std::uint64_t offset, CreatePlan& plan)
{
    DynamicHeader& header = plan.header;
    header.parentUuid = parent.uuid;
    header.parentTimeStamp = parent.timeStamp;
    setParentName(header, utf16FromUtf8Lossy(parent.name));
    std::size_t index = 0;
    for (const auto& [kind, path] : locatorsFor(parent)) {
        Bytes text = encodeLocatorText(kind, path);
        LocatorRaw& raw = header.locators[index++];
        const std::uint64_t space = roundUp<std::uint64_t>(text.size(), sectorBytes);
        raw.platform = platformOf(kind);
        raw.space = static_cast<std::uint32_t>(space);
        raw.length = static_cast<std::uint32_t>(text.size());
        raw.dataOffset = offset;
        plan.parts.push_back({.name = "locator", .offset = offset, .bytes = std::move(text)});
        offset += space;
    }
    return offset;
}

void layOutSparse(const CreateOptions& options, CreatePlan& plan)
{
    DynamicHeader header;
    header.tableOffset = tableOffset;
    header.blockSize = options.blockSize;
    header.entryCount = static_cast<std::uint32_t>(
        divideRoundUp<std::uint64_t>(plan.footer.currentSize, options.blockSize));
    plan.header = header;
    const std::uint64_t tableSize = header.tableSize();
    std::uint64_t end = tableOffset + tableSize;
    plan.parts.push_back(
        {.name = "table", .offset = tableOffset, .bytes = Bytes(tableSize, std::byte{0xFF})});
    if (options.parent)
        end = addParent(*options.parent, end, plan);
    plan.parts.push_back({.name = "copy of the footer", .bytes = encodeFooter(plan.footer)});
    plan.parts.push_back(
        {.name = "header", .offset = headerOffset, .bytes = encodeHeader(plan.header)});
    plan.parts.push_back({.name = "footer", .offset = end, .bytes = encodeFooter(plan.footer)});
    std::ranges::sort(plan.parts, {}, &FilePart::offset);
}

} // namespace

std::optional<Preset> parsePreset(std::string_view name) noexcept
{
    constexpr std::array names{
        std::pair{std::string_view("azure"), Preset::Azure},
        std::pair{std::string_view("hyperv"), Preset::HyperV},
        std::pair{std::string_view("virtualbox"), Preset::VirtualBox},
        std::pair{std::string_view("86box"), Preset::Box86},
    };
    for (const auto& [known, preset] : names)
        if (known == name)
            return preset;
    return std::nullopt;
}

Result<> applyPreset(Preset preset, std::optional<DiskType> type, CreateOptions& options)
{
    const bool mustBeFixed = preset == Preset::Azure;
    if (mustBeFixed && type && *type != DiskType::Fixed)
        return invalid(fmt::format("Azure takes only fixed disks, not {} ones", toString(*type)));
    const bool isWindows = preset == Preset::HyperV || preset == Preset::VirtualBox;
    if (isWindows && options.blockSize != 512 * KiB && options.blockSize != 2 * MiB)
        return invalid(fmt::format("the preset takes blocks of 512 KiB and 2 MiB, not {}",
                                   formatSize(options.blockSize)));
    options.type = type.value_or(mustBeFixed ? DiskType::Fixed : DiskType::Dynamic);
    if (preset == Preset::Azure)
        options.rounding = SizeRounding::WholeMiB;
    else if (preset == Preset::Box86)
        options.rounding = SizeRounding::ToGeometry;
    return {};
}

Result<CreatePlan> planCreate(const CreateOptions& options)
{
    CreatePlan plan;
    FATLAS_ASSIGN(const std::uint64_t size, chooseSize(options, plan));
    FATLAS_TRY(checkOptions(options, size));
    Uuid uuid;
    if (options.uuid)
        uuid = *options.uuid;
    else {
        FATLAS_ASSIGN(uuid, randomUuid());
    }
    plan.footer = makeFooter(options, size, uuid);
    if (options.type == DiskType::Fixed)
        plan.parts.push_back(
            {.name = "footer", .offset = size, .bytes = encodeFooter(plan.footer)});
    else
        layOutSparse(options, plan);
    plan.fileSize = plan.parts.back().offset + footerSize;
    addNotes(options, plan);
    return plan;
}

std::uint64_t fileSizeWith(const CreatePlan& plan, std::uint64_t blocks) noexcept
{
    constexpr std::uint64_t alignment = 4096; // of data
    if (plan.footer.type == DiskType::Fixed || blocks == 0)
        return plan.fileSize;
    const std::uint64_t bitmap = plan.header.bitmapSize();
    const std::uint64_t slot = bitmap + plan.header.blockSize;
    const std::uint64_t begin = plan.fileSize - footerSize;
    const std::uint64_t first = roundUp<std::uint64_t>(begin + bitmap, alignment) - bitmap;
    return first + (blocks - 1) * roundUp<std::uint64_t>(slot, alignment) + slot + footerSize;
}

Result<ParentLink> linkToParent(const std::filesystem::path& parent,
                                const std::filesystem::path& child, const FileOpener& files)
{
    FATLAS_ASSIGN(const Chain chain, readChain(parent, files));
    if (chain.broken)
        return fail(ErrorCode::Refused,
                    fmt::format("{} cannot be a parent: {}", escapeForTerminal(parent.native()),
                                chain.broken->message));
    if (chain.links.size() > maxParents)
        return fail(ErrorCode::Limit,
                    fmt::format("the chain has {} disks already (V27)", chain.links.size()));
    const ChainLink& link = chain.links.front();
    const auto absolute = link.path.lexically_normal();
    const auto childPath = std::filesystem::absolute(child).lexically_normal();
    return ParentLink{.uuid = link.vhd.footer.uuid,
                      .timeStamp = link.file.modified ? timeStampFromUnix(*link.file.modified)
                                                      : link.vhd.footer.timeStamp,
                      .size = link.vhd.virtualSize,
                      .name = absolute.filename().native(),
                      .relativePath = relativeWindowsPath(absolute, childPath),
                      .absolutePath = absolute.native()};
}

Result<> writePlan(const CreatePlan& plan, File& file)
{
    FATLAS_TRY(file.resize(plan.fileSize));
    for (const FilePart& part : plan.parts)
        FATLAS_TRY(file.writeAt(part.offset, part.bytes));
    return {};
}

Result<CreatePlan> createVhd(const std::filesystem::path& path, const CreateOptions& options,
                             AtomicFile::Existing existing)
{
    FATLAS_ASSIGN(CreatePlan plan, planCreate(options));
    FATLAS_ASSIGN(AtomicFile file, AtomicFile::create(path, existing));
    FATLAS_TRY(writePlan(plan, file.file()));
    FATLAS_TRY(file.commit());
    return plan;
}

} // namespace fatlas::vhd
