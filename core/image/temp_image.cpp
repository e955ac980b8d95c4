#include "core/image/temp_image.hpp"

#include "core/base/text.hpp"
#include "core/base/zeros.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <string>
#include <unistd.h>

namespace fatlas::image {

namespace {

/// Memory often holds /tmp; an image may be larger.
std::filesystem::path temporaryFolder()
{
    const char* wanted = std::getenv("TMPDIR"); // NOLINT(concurrency-mt-unsafe): nobody sets it
    return wanted != nullptr && *wanted != '\0' ? wanted : "/var/tmp";
}

/// Some file systems know no files without a name; there it is taken away at once.
int openNameless(const std::filesystem::path& folder)
{
    const int descriptor = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (descriptor >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
        return descriptor;
    std::string name = (folder / "fatlas-XXXXXX").native();
    const int named = ::mkostemp(name.data(), O_CLOEXEC);
    if (named >= 0)
        ::unlink(name.c_str());
    return named;
}

} // namespace

TempImage::TempImage(File file, std::filesystem::path folder, const UnpackLimits& limits)
    : m_file(std::move(file)), m_folder(std::move(folder)), m_limits(limits)
{}

Result<TempImage> TempImage::create(const UnpackLimits& limits)
{
    const std::filesystem::path folder = temporaryFolder();
    const int descriptor = openNameless(folder);
    if (descriptor < 0)
        return failSystem(errno, fmt::format("cannot make a temporary file in {} (set TMPDIR to "
                                             "another folder)",
                                             escapeForTerminal(folder.native())));
    return TempImage(File::adopt(descriptor, "the unpacked image in " + folder.native()), folder,
                     limits);
}

Result<> TempImage::checkSize(std::uint64_t more) const
{
    if (m_size <= m_limits.size && more <= m_limits.size - m_size)
        return {};
    return fail(ErrorCode::Limit,
                fmt::format("the image inside is larger than {}, the limit for unpacking",
                            formatSize(m_limits.size)));
}

Result<> TempImage::write(std::uint64_t offset, ByteView bytes)
{
    m_room += bytes.size();
    if (m_room > m_limits.room)
        return fail(ErrorCode::Limit,
                    fmt::format("the image inside takes more than {} of room without its zeros, "
                                "the limit for unpacking",
                                formatSize(m_limits.room)));
    auto written = m_file.writeAt(offset, bytes);
    if (!written && written.error().code == ErrorCode::NoSpace)
        written.error().message =
            fmt::format("there is no room in {} to unpack the image: {} were written; set TMPDIR "
                        "to a folder with more",
                        escapeForTerminal(m_folder.native()), formatSize(m_room - bytes.size()));
    return written;
}

Result<> TempImage::append(ByteView bytes)
{
    FATLAS_TRY(checkSize(bytes.size()));
    std::size_t pending = 0; // start of the bytes that must be written
    std::size_t done = 0;
    while (done < bytes.size()) {
        const std::size_t toBorder = blockSize - (m_size + done) % blockSize;
        const std::size_t count = std::min(toBorder, bytes.size() - done);
        if (areZeros(bytes.subspan(done, count))) {
            if (pending < done)
                FATLAS_TRY(write(m_size + pending, bytes.subspan(pending, done - pending)));
            pending = done + count;
        }
        done += count;
    }
    if (pending < done)
        FATLAS_TRY(write(m_size + pending, bytes.subspan(pending)));
    m_size += bytes.size();
    return {};
}

Result<> TempImage::appendZeros(std::uint64_t length)
{
    FATLAS_TRY(checkSize(length));
    m_size += length;
    return {};
}

Result<std::shared_ptr<const block::BlockDevice>> TempImage::finish() &&
{
    FATLAS_TRY(m_file.resize(m_size));
    FATLAS_ASSIGN(auto device, block::FileDevice::fromFile(std::move(m_file), File::Access::Read));
    return std::shared_ptr<const block::BlockDevice>(std::move(device));
}

} // namespace fatlas::image
