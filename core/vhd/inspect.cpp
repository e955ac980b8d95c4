#include "core/vhd/inspect.hpp"

#include "core/base/checked.hpp"
#include "core/vhd/read_footers.hpp"

#include <cstddef>
#include <utility>

namespace fatlas::vhd {

namespace {

/// Where the footers that could be decoded say that the header is.
std::optional<std::uint64_t> headerOffsetOf(const VhdFile& file)
{
    for (const FooterCopy* copy : {&file.front, &file.tail})
        if (copy->footer && copy->footer->type != DiskType::Fixed)
            return copy->footer->dataOffset;
    return std::nullopt;
}

Result<> readHeaderBytes(const block::BlockDevice& device, Inspection& inspection)
{
    const auto offset = headerOffsetOf(inspection.file());
    if (!offset || !rangeFits(*offset, headerSize, device.size()))
        return {};
    inspection.headerBytes.resize(headerSize);
    return device.read(*offset, inspection.headerBytes);
}

/// What a footer alone tells, when nothing else is left.
Result<> readParts(const block::BlockDevice& device, Inspection& inspection)
{
    VhdFile& parts = inspection.parts;
    // That no footer can be believed is what brought us here.
    [[maybe_unused]] const auto believed = readFooters(device, parts);
    for (const FooterCopy* copy : {&parts.front, &parts.tail})
        if (copy->footer) {
            parts.footer = *copy->footer;
            break;
        }
    FATLAS_TRY(readHeaderBytes(device, inspection));
    if (auto header =
            decodeHeader(inspection.headerBytes, parts.footer.dataOffset, Checksum::MayBeWrong))
        parts.header = *std::move(header);
    return {};
}

bool isAboutFormat(ErrorCode code) noexcept
{
    return code == ErrorCode::BadFormat || code == ErrorCode::NotFound ||
           code == ErrorCode::Unsupported || code == ErrorCode::Limit;
}

} // namespace

Result<Inspection> inspectVhd(const std::filesystem::path& path, const FileOpener& files,
                              SizeRule rule)
{
    Inspection inspection;
    inspection.path = path.is_absolute() ? path : std::filesystem::absolute(path);
    FATLAS_ASSIGN(const OpenedFile file, files.open(inspection.path));
    auto chain = readChain(inspection.path, files, rule);
    if (chain) {
        inspection.chain = *std::move(chain);
        FATLAS_TRY(readHeaderBytes(*file.device, inspection));
        return inspection;
    }
    if (!isAboutFormat(chain.error().code))
        return std::unexpected(std::move(chain).error());
    inspection.problem = std::move(chain).error();
    FATLAS_TRY(readParts(*file.device, inspection));
    return inspection;
}

std::optional<ChecksumPair> footerChecksums(ByteView bytes)
{
    Bytes whole(bytes.begin(), bytes.end());
    if (whole.size() == oldFooterSize)
        whole.resize(footerSize); // the byte that is missing was always 0
    const auto raw = load<FooterRaw>(whole);
    if (!raw)
        return std::nullopt;
    return ChecksumPair{
        .stored = raw->checksum.get(),
        .computed = checksumOf(ByteView(whole).first(footerSize), offsetof(FooterRaw, checksum))};
}

std::optional<ChecksumPair> headerChecksums(ByteView bytes)
{
    const auto raw = load<HeaderRaw>(bytes);
    if (!raw)
        return std::nullopt;
    return ChecksumPair{.stored = raw->checksum.get(),
                        .computed =
                            checksumOf(bytes.first(headerSize), offsetof(HeaderRaw, checksum))};
}

} // namespace fatlas::vhd
