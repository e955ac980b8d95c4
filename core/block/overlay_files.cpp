#include "core/block/overlay_files.hpp"

#include "core/base/call_hook.hpp"
#include "core/base/checked.hpp"
#include "core/base/crc32.hpp"
#include "core/base/own_files.hpp"
#include "core/base/stored_integer.hpp"
#include "core/base/text.hpp"
#include "core/base/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <linux/fs.h>
#include <random>
#include <string_view>
#include <sys/ioctl.h>
#include <unistd.h>

namespace fatlas::block {

namespace {

constexpr std::uint64_t blockSize = 4096;
constexpr std::string_view trailerMagic = "FATLASOV";

/// The last block of a data file; the rest of it is zeros.
struct TrailerRaw {
    std::array<char, 8> magic{}; // 0x00 "FATLASOV"
    SessionId session{};         // 0x08 as in the log
    Le32 checksum;               // 0x18 CRC-32 of the 24 bytes before
};

static_assert(sizeof(TrailerRaw) == 28 && alignof(TrailerRaw) == 1);

std::uint64_t trailerOffset(std::uint64_t diskSize)
{
    return roundUp(diskSize, blockSize);
}

std::uint32_t checksumOfTrailer(const TrailerRaw& raw)
{
    return crc32(asBytes(raw).first(offsetof(TrailerRaw, checksum)));
}

SessionId newSession()
{
    std::random_device random;
    SessionId id{};
    for (std::byte& byte : id)
        byte = static_cast<std::byte>(random() & 0xFF);
    return id;
}

/// Some file systems know no files without a name; there it is taken away at once.
int openNameless(const std::filesystem::path& folder)
{
    const int descriptor = changingCall(Call::Create, [&folder] {
        return ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    });
    if (descriptor >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
        return descriptor;
    std::string name = (folder / ".fatlas-XXXXXX").native();
    const int named =
        changingCall(Call::Create, [&name] { return ::mkostemp(name.data(), O_CLOEXEC); });
    if (named >= 0)
        ::unlink(name.c_str());
    return named;
}

/// By the kernel where it can, which keeps the bytes out of this process.
Result<> copyRange(const File& from, File& to, std::uint64_t offset, std::uint64_t length)
{
    auto in = static_cast<off_t>(offset);
    auto out = in;
    while (length > 0 && faultOf(Call::Write).error == 0) {
        const ssize_t count = ::copy_file_range(from.descriptor(), &in, to.descriptor(), &out,
                                                std::min(length, GiB), 0);
        if (count <= 0)
            break;
        length -= static_cast<std::uint64_t>(count);
    }
    Bytes buffer(std::min(length, MiB));
    for (auto at = static_cast<std::uint64_t>(in); length > 0;) {
        const ByteSpan part = ByteSpan(buffer).first(std::min<std::size_t>(length, buffer.size()));
        FATLAS_TRY(from.readAt(at, part));
        FATLAS_TRY(to.writeAt(at, part));
        at += part.size();
        length -= part.size();
    }
    return {};
}

/// Logs that a killed process was about to write again; nobody else is at it now.
void removeLeftovers(const std::filesystem::path& folder)
{
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
        const std::string name = entry.path().filename().native();
        if (name.starts_with(".fatlas-") && name.ends_with(".part"))
            static_cast<void>(removeOwn(entry.path()));
    }
}

} // namespace

Result<File> createNamelessFile(const std::filesystem::path& folder, const std::string& what)
{
    const int descriptor = openNameless(folder);
    if (descriptor < 0)
        return failSystem(errno, fmt::format("cannot make a file for {} in {}", what,
                                             escapeForTerminal(folder.native())));
    return File::adopt(descriptor, "the file in " + folder.native() + " for " + what);
}

Result<std::shared_ptr<FileDevice>> createNamelessData(const std::filesystem::path& folder,
                                                       std::uint64_t diskSize)
{
    FATLAS_ASSIGN(File file, createNamelessFile(folder, "what guests write"));
    FATLAS_TRY(file.resize(trailerOffset(diskSize)));
    return FileDevice::fromFile(std::move(file), File::Access::ReadWrite);
}

Result<> createKeepFiles(const KeepPaths& paths, std::uint64_t diskSize)
{
    TrailerRaw trailer;
    std::ranges::copy(trailerMagic, trailer.magic.begin());
    trailer.session = newSession();
    trailer.checksum.set(checksumOfTrailer(trailer));
    FATLAS_ASSIGN(File data, makeOwnFile(paths.data));
    FATLAS_TRY(data.resize(trailerOffset(diskSize) + blockSize));
    FATLAS_TRY(data.writeAt(trailerOffset(diskSize), asBytes(trailer)));
    FATLAS_TRY(data.sync());
    return SectorLog::create(paths.log, diskSize, trailer.session); // syncs the folder too
}

Result<std::shared_ptr<FileDevice>> openKeepData(const KeepPaths& paths, std::uint64_t diskSize)
{
    FATLAS_ASSIGN(auto data, FileDevice::openExclusive(paths.data));
    removeLeftovers(paths.data.parent_path());
    const std::uint64_t expected = trailerOffset(diskSize) + blockSize;
    if (data->size() != expected)
        return fail(ErrorCode::Refused,
                    fmt::format("{} has {} bytes, expected {} for a disk of {}: it belongs to "
                                "another disk, or was cut off",
                                escapeForTerminal(paths.data.native()), data->size(), expected,
                                diskSize));
    return data;
}

Result<> checkSession(const FileDevice& data, const SessionId& session)
{
    Bytes bytes(sizeof(TrailerRaw));
    FATLAS_TRY(data.read(data.size() - blockSize, bytes));
    FATLAS_ASSIGN(const auto raw, load<TrailerRaw>(bytes));
    const bool isWhole =
        std::ranges::equal(raw.magic, trailerMagic) && raw.checksum.get() == checksumOfTrailer(raw);
    if (isWhole && raw.session == session)
        return {};
    return fail(ErrorCode::Refused, "disk.data and disk.log do not belong together: one of them "
                                    "was replaced; bring its own back");
}

Result<std::shared_ptr<FileDevice>> cloneData(const FileDevice& data, const SectorStates& states,
                                              const std::filesystem::path& folder)
{
    constexpr std::uint64_t sectorBytes = 512;
    FATLAS_ASSIGN(const auto source, data.backingFile(0));
    const int descriptor = openNameless(folder);
    if (descriptor < 0)
        return failSystem(errno, fmt::format("cannot make a temporary file in {}",
                                             escapeForTerminal(folder.native())));
    File clone = File::adopt(descriptor, "the copy of what guests wrote in " + folder.native());
    const int cloned = changingCall(
        Call::Clone, [&] { return ::ioctl(clone.descriptor(), FICLONE, source->descriptor()); });
    if (cloned != 0) {
        FATLAS_TRY(clone.resize(data.size()));
        for (std::uint64_t sector = 0; sector < states.count();) {
            const SectorRun run = states.runAt(sector, states.count());
            if (run.state == SectorState::Data)
                FATLAS_TRY(copyRange(
                    *source, clone, run.first * sectorBytes,
                    std::min(run.count * sectorBytes, data.size() - run.first * sectorBytes)));
            sector = run.end();
        }
    }
    return FileDevice::fromFile(std::move(clone), File::Access::Read);
}

} // namespace fatlas::block
