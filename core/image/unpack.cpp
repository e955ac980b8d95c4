#include "core/image/unpack.hpp"

#include "core/base/text.hpp"
#include "core/image/unpack_stream.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace fatlas::image {

namespace {

Result<> unpackInto(TempImage& output, PackedInput& input, Packing packing)
{
    if (packing == Packing::Gzip)
        return unpackGzip(input, output);
    if (packing == Packing::Zip)
        return unpackZip(input, output);
    return unpackStream(input, packing, output);
}

} // namespace

std::unexpected<Error> failCut(Packing packing, const TempImage& output)
{
    return fail(ErrorCode::BadFormat,
                fmt::format("the {} data is cut off: {} bytes had come out when it ended",
                            toString(packing), formatCount(output.size())));
}

std::unexpected<Error> failDamaged(Packing packing, const TempImage& output, std::string_view why)
{
    return fail(ErrorCode::BadFormat,
                fmt::format("the {} data is damaged after {} bytes had come out{}{}",
                            toString(packing), formatCount(output.size()), why.empty() ? "" : ": ",
                            escapeForTerminal(why)));
}

Result<> checkRest(PackedInput& input, std::uint64_t offset, Packing packing)
{
    input.seek(offset);
    while (!input.atEnd()) {
        FATLAS_ASSIGN(const ByteView rest, input.next());
        if (std::ranges::any_of(rest, [](std::byte b) { return b != std::byte{0}; }))
            return fail(ErrorCode::BadFormat,
                        fmt::format("behind the {} data, at byte {}, follow {} bytes that are "
                                    "none: it is damaged, or cut off in the head of another part",
                                    toString(packing), formatCount(offset),
                                    formatCount(input.size() - offset)));
    }
    return {};
}

Result<std::shared_ptr<const block::BlockDevice>> unpack(const block::BlockDevice& file,
                                                         Packing packing,
                                                         const UnpackLimits& limits,
                                                         const JobControl& job)
{
    PackedInput input(file, job);
    FATLAS_ASSIGN(TempImage output, TempImage::create(limits));
    FATLAS_TRY(unpackInto(output, input, packing));
    job.report(file.size(), file.size());
    return std::move(output).finish();
}

} // namespace fatlas::image
