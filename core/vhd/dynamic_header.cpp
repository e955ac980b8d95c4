#include "core/vhd/dynamic_header.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <utility>

namespace fatlas::vhd {

namespace {

std::unexpected<Error> refuse(ErrorCode code, std::uint64_t offset, std::string message)
{
    return std::unexpected(
        Error{.code = code, .message = std::move(message), .deviceOffset = offset});
}

Result<> checkCookie(const HeaderRaw& raw, std::uint64_t offset)
{
    if (std::string_view(raw.cookie.data(), raw.cookie.size()) == headerCookie)
        return {};
    return refuse(ErrorCode::BadFormat, offset,
                  fmt::format("there is no VHD header at byte {}: its cookie is not \"{}\" (V11)",
                              offset, headerCookie));
}

Result<> checkChecksum(ByteView bytes, const HeaderRaw& raw, std::uint64_t offset)
{
    const std::uint32_t computed = checksumOf(bytes, offsetof(HeaderRaw, checksum));
    if (computed == raw.checksum.get())
        return {};
    return refuse(
        ErrorCode::BadFormat, offset,
        fmt::format("the checksum of the header at byte {} is {:08X}, expected {:08X} (V12)",
                    offset, raw.checksum.get(), computed));
}

Result<> checkVersion(const HeaderRaw& raw, std::uint64_t offset)
{
    if (raw.version.get() >> 16 == formatVersion >> 16)
        return {};
    return refuse(
        ErrorCode::Unsupported, offset,
        fmt::format("the header at byte {} has format version {:08X}, expected {:08X} (V13)",
                    offset, raw.version.get(), formatVersion));
}

Result<> checkBlockSize(const HeaderRaw& raw, std::uint64_t offset)
{
    const std::uint32_t size = raw.blockSize.get();
    if (std::has_single_bit(size) && size >= minBlockSize && size <= maxBlockSize)
        return {};
    return refuse(ErrorCode::Unsupported, offset,
                  fmt::format("the block size is {} bytes, expected a power of two from 4 KiB to "
                              "256 MiB (V14)",
                              size));
}

Result<> checkTable(const HeaderRaw& raw, std::uint64_t offset)
{
    if (raw.entryCount.get() == 0)
        return refuse(ErrorCode::BadFormat, offset, "the block table has no entries (V15)");
    if (raw.tableOffset.get() % sectorBytes != 0)
        return refuse(ErrorCode::BadFormat, offset,
                      fmt::format("the block table begins at byte {}, expected a multiple of 512 "
                                  "(V16)",
                                  raw.tableOffset.get()));
    return {};
}

std::u16string nameOf(const HeaderRaw& raw)
{
    std::u16string name;
    for (const Be16& unit : raw.parentName) {
        if (unit.get() == 0)
            break;
        name += static_cast<char16_t>(unit.get());
    }
    return name;
}

} // namespace

void setParentName(DynamicHeader& header, std::u16string_view name)
{
    header.parentName = name.substr(0, header.parentNameRaw.size() - 1);
    header.parentNameRaw = {};
    std::ranges::copy(header.parentName, header.parentNameRaw.begin());
}

Result<DynamicHeader> decodeHeader(ByteView bytes, std::uint64_t offset, Checksum checksum)
{
    const auto raw = load<HeaderRaw>(bytes);
    if (!raw)
        return refuse(ErrorCode::BadFormat, offset,
                      fmt::format("the header at byte {} is cut off (V16)", offset));
    FATLAS_TRY(checkCookie(*raw, offset));
    if (checksum == Checksum::MustBeRight)
        FATLAS_TRY(checkChecksum(bytes.first(headerSize), *raw, offset));
    FATLAS_TRY(checkVersion(*raw, offset));
    FATLAS_TRY(checkBlockSize(*raw, offset));
    FATLAS_TRY(checkTable(*raw, offset));
    return DynamicHeader{.dataOffset = raw->dataOffset.get(),
                         .tableOffset = raw->tableOffset.get(),
                         .version = raw->version.get(),
                         .entryCount = raw->entryCount.get(),
                         .blockSize = raw->blockSize.get(),
                         .parentUuid = {raw->parentUuid},
                         .parentTimeStamp = raw->parentTimeStamp.get(),
                         .reserved1 = raw->reserved1.get(),
                         .parentName = nameOf(*raw),
                         .parentNameRaw = raw->parentName,
                         .locators = raw->locators,
                         .reserved2 = raw->reserved2};
}

Bytes encodeHeader(const DynamicHeader& header)
{
    HeaderRaw raw{};
    std::ranges::copy(headerCookie, raw.cookie.begin());
    raw.dataOffset = header.dataOffset;
    raw.tableOffset = header.tableOffset;
    raw.version = header.version;
    raw.entryCount = header.entryCount;
    raw.blockSize = header.blockSize;
    raw.parentUuid = header.parentUuid.bytes;
    raw.parentTimeStamp = header.parentTimeStamp;
    raw.reserved1 = header.reserved1;
    raw.parentName = header.parentNameRaw;
    raw.locators = header.locators;
    raw.reserved2 = header.reserved2;
    raw.checksum = checksumOf(asBytes(raw), offsetof(HeaderRaw, checksum));
    const ByteView bytes = asBytes(raw);
    return {bytes.begin(), bytes.end()};
}

} // namespace fatlas::vhd
