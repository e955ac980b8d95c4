#include "core/serve/keep.hpp"

#include "core/base/crc32.hpp"
#include "core/base/own_files.hpp"
#include "core/base/text.hpp"
#include "core/base/units.hpp"
#include "core/folder_disk/folder_disk.hpp"
#include "core/folder_disk/options_text.hpp"
#include "core/host/root_path.hpp"
#include "core/image/folder_source.hpp"
#include "core/serve/host_changes.hpp"
#include "core/serve/new_folder.hpp"
#include "core/serve/session_record.hpp"
#include "core/vhd/chain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <utility>

namespace fatlas::serve {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t maxRecordSize = 4 * GiB;

/// Where a session is kept, and how.
struct Place {
    fs::path folder;
    HostFiles hostFiles = HostFiles::Fixed;
};

std::string shown(const fs::path& path)
{
    return escapeForTerminal(path.native());
}

/// Of the bytes that are computed, not read from files: the layout a guest has seen.
Result<std::uint32_t> fingerprintOf(const block::BlockDevice& disk, const JobControl& job)
{
    std::uint32_t crc = 0;
    Bytes buffer(MiB);
    for (std::uint64_t offset = 0; offset < disk.size();) {
        FATLAS_ASSIGN(const auto extents, disk.extents(offset, disk.size() - offset));
        for (const block::Extent& extent : extents) {
            offset = extent.end();
            if (extent.kind != block::ExtentKind::Data || extent.backing)
                continue;
            for (std::uint64_t at = extent.offset; at < extent.end();) {
                FATLAS_TRY(job.checkpoint());
                const auto part = ByteSpan(buffer).first(
                    static_cast<std::size_t>(std::min(extent.end() - at, MiB)));
                FATLAS_TRY(disk.read(at, part));
                crc = crc32(part, crc);
                at += part.size();
            }
        }
    }
    return crc;
}

Result<BaseFile> baseFile(const fs::path& path)
{
    FATLAS_ASSIGN(const File file, File::open(path));
    FATLAS_ASSIGN(const FileIdentity identity, file.identity());
    return BaseFile{.path = fs::absolute(path).lexically_normal().native(), .identity = identity};
}

/// The image itself, and what else its bytes come from.
Result<std::vector<BaseFile>> baseFiles(const image::OpenedDisk& opened)
{
    std::vector<BaseFile> files;
    if (opened.plan)
        return files;
    FATLAS_ASSIGN(BaseFile image, baseFile(opened.origin.file));
    files.push_back(std::move(image));
    const std::size_t links = opened.vhdChain ? opened.vhdChain->links.size() : 0;
    for (std::size_t i = 1; i < links; ++i) {
        FATLAS_ASSIGN(BaseFile parent, baseFile(opened.vhdChain->links[i].path));
        files.push_back(std::move(parent));
    }
    return files;
}

Result<SessionRecord> describe(const std::string& source, const image::OpenedDisk& opened,
                               const JobControl& job)
{
    SessionRecord record;
    record.source = source;
    record.diskSize = opened.disk->size();
    FATLAS_ASSIGN(record.files, baseFiles(opened));
    if (!opened.plan)
        return record;
    record.options = opened.plan->options;
    record.snapshot = opened.plan->snapshot;
    FATLAS_ASSIGN(record.fingerprint, fingerprintOf(*opened.disk, job));
    return record;
}

/// What the session writes must not be part of the disk it serves.
Result<> refuseInside(const fs::path& folder, const image::OpenedDisk& opened)
{
    if (!opened.plan)
        return {};
    std::error_code error;
    const fs::path own = fs::weakly_canonical(fs::absolute(folder, error), error);
    const fs::path root = fs::weakly_canonical(opened.plan->snapshot->root, error);
    const fs::path relative = own.lexically_relative(root);
    if (relative.empty() || *relative.begin() == "..")
        return {};
    return fail(ErrorCode::Refused,
                fmt::format("{} lies in the folder that is served: its changes would be changes of "
                            "the disk; keep them elsewhere",
                            shown(folder)));
}

Result<> writeRecord(const fs::path& path, const SessionRecord& record)
{
    FATLAS_ASSIGN(File file, makeOwnFile(path));
    FATLAS_TRY(file.writeAt(0, encode(record)));
    FATLAS_TRY(file.sync());
    return file.close();
}

/// From here on the disk reads its files where the session says they are.
Result<> followHostFiles(KeptDisk& kept, HostFiles hostFiles)
{
    const auto& plan = kept.opened.plan;
    if (!plan || hostFiles == HostFiles::Fixed)
        return {};
    kept.hostFiles = std::make_shared<host::KeptFiles>(plan->snapshot);
    FATLAS_ASSIGN(kept.opened.disk, folder_disk::openFolderDisk(plan, kept.hostFiles));
    return {};
}

Result<KeptDisk> create(const std::string& source, const image::OpenOptions& options,
                        const Place& place, const JobControl& job)
{
    KeptDisk kept;
    FATLAS_ASSIGN(kept.opened, image::openDisk(source, options, job));
    FATLAS_TRY(refuseInside(place.folder, kept.opened));
    FATLAS_ASSIGN(const SessionRecord record, describe(source, kept.opened, job));
    FATLAS_TRY(followHostFiles(kept, place.hostFiles));
    FATLAS_ASSIGN(NewFolder made, NewFolder::make(place.folder));
    FATLAS_TRY(writeRecord(made.path() / "session", record));
    FATLAS_TRY(block::OverlayDevice::createKeep(kept.opened.disk, made.path()));
    FATLAS_TRY(made.commit());
    FATLAS_ASSIGN(kept.overlay, block::OverlayDevice::openKeep(kept.opened.disk, place.folder));
    return kept;
}

Result<SessionRecord> readRecord(const fs::path& folder)
{
    std::error_code error;
    if (!fs::is_directory(folder, error))
        return fail(ErrorCode::Refused, fmt::format("{} is a file, expected a folder that Fatlas "
                                                    "made, or a name that is not taken",
                                                    shown(folder)));
    if (!fs::exists(folder / "session", error))
        return fail(ErrorCode::Refused,
                    fmt::format("{} is a folder, but not one in which Fatlas kept a session; give "
                                "a name that is not taken",
                                shown(folder)));
    FATLAS_ASSIGN(const Bytes bytes, readWholeFile(folder / "session", maxRecordSize));
    auto record = decodeSessionRecord(bytes);
    if (!record)
        record.error().message = shown(folder / "session") + ": " + record.error().message;
    return record;
}

std::unexpected<Error> otherSource(const fs::path& folder, const std::string& its)
{
    return fail(ErrorCode::Refused,
                fmt::format("{} keeps a session of {}; serve that, or give another name to keep",
                            shown(folder), escapeForTerminal(its)));
}

/// The folder and options a source means now, against those of the session.
Result<> checkFolderSource(const std::string& source, const image::OpenOptions& options,
                           const SessionRecord& record, const fs::path& folder)
{
    FATLAS_ASSIGN(const auto address, folder_disk::parseSource(source));
    FATLAS_ASSIGN(const fs::path root, host::rootPath(address.folder));
    const fs::path& its = record.snapshot->root;
    std::error_code error;
    if (root != its && !fs::equivalent(root, its, error))
        return otherSource(folder, its.native());
    const folder_disk::Options none;
    const auto& asked = options.folder != none ? options.folder : address.options;
    if (asked == none || asked == record.options)
        return {};
    return fail(ErrorCode::Refused,
                fmt::format("{} keeps a disk that was made with other options ({}); leave the "
                            "options out, or give another name to keep",
                            shown(folder),
                            folder_disk::createCommand(its.native(), "disk.img", record.options)));
}

Finding held(const std::string& path, const char* what)
{
    return {.rule = "S1",
            .severity = Severity::Warning,
            .path = path,
            .message = fmt::format("{} since the session was made: what the guest did not write "
                                   "itself of it answers with an I/O error",
                                   what),
            .advice = "bring the file back as it was, or begin a new session"};
}

std::vector<Finding> findingsOf(const HostChanges& changes)
{
    std::vector<Finding> findings;
    for (const std::string& path : changes.changed)
        findings.push_back(held(path, "it changed"));
    for (const std::string& path : changes.removed)
        findings.push_back(held(path, "it was removed"));
    const std::uint64_t listed = findings.size() + changes.added.size();
    if (!changes.added.empty())
        findings.push_back({.rule = "S2",
                            .severity = Severity::Info,
                            .path = changes.added.front(),
                            .message = "it is new in the folder, and not on the disk of this "
                                       "session (nor is what else is new)",
                            .advice = "begin a new session to see it"});
    if (listed < changes.count)
        findings.push_back({.rule = "S1",
                            .severity = Severity::Warning,
                            .path = {},
                            .message = fmt::format("{} more changes of the folder are not listed",
                                                   changes.count - listed),
                            .advice = {}});
    return findings;
}

/// How the folder is now, against the plan of the session. A folder that is gone is a finding too.
std::vector<Finding> findHeld(const folder_disk::Plan& plan, const JobControl& job)
{
    const auto now = image::planFolder(
        {.folder = plan.snapshot->root, .output = {}, .options = plan.options}, job);
    if (now)
        return findingsOf(compareHost(plan, **now));
    return {{.rule = "S1",
             .severity = Severity::Error,
             .path = plan.snapshot->root.native(),
             .message = "the folder cannot be looked at: " + now.error().message,
             .advice = "bring it back; until then its files answer with I/O errors"}};
}

Result<image::OpenedDisk> reopenFolder(const std::string& source, const SessionRecord& record,
                                       const JobControl& job)
{
    FATLAS_ASSIGN(auto plan, folder_disk::planDisk(record.snapshot, record.options, job));
    FATLAS_ASSIGN(auto disk, folder_disk::openFolderDisk(plan));
    FATLAS_ASSIGN(const std::uint32_t fingerprint, fingerprintOf(*disk, job));
    if (disk->size() != record.diskSize || fingerprint != record.fingerprint)
        return fail(ErrorCode::Unsupported,
                    "this version of Fatlas, or this time zone, lays the disk out differently from "
                    "what the guest saw; nothing was changed: open it where it was made");
    return image::OpenedDisk{.source = source,
                             .disk = std::move(disk),
                             .plan = std::move(plan),
                             .origin = {.kind = image::DiskOrigin::Kind::Folder}};
}

Result<image::OpenedDisk> reopenImage(const std::string& source, const image::OpenOptions& options,
                                      const SessionRecord& record, const JobControl& job)
{
    FATLAS_ASSIGN(auto opened, image::openDisk(source, options, job));
    FATLAS_ASSIGN(const std::vector<BaseFile> files, baseFiles(opened));
    for (std::size_t i = 0; i < record.files.size(); ++i)
        if (i >= files.size() || files[i] != record.files[i])
            return fail(ErrorCode::Changed,
                        fmt::format("{} is not as it was when the session was made; what guests "
                                    "wrote lies over its old content: bring that back, or begin a "
                                    "new session",
                                    escapeForTerminal(record.files[i].path)));
    return opened;
}

Result<KeptDisk> reopen(const std::string& source, const image::OpenOptions& options,
                        const Place& place, const JobControl& job)
{
    const fs::path& folder = place.folder;
    FATLAS_ASSIGN(const SessionRecord record, readRecord(folder));
    KeptDisk kept;
    if (record.snapshot) {
        FATLAS_TRY(checkFolderSource(source, options, record, folder));
        FATLAS_ASSIGN(kept.opened, reopenFolder(source, record, job));
        FATLAS_TRY(followHostFiles(kept, place.hostFiles));
        if (place.hostFiles == HostFiles::Fixed)
            kept.findings = findHeld(*kept.opened.plan, job);
    } else {
        std::error_code error;
        if (record.files.empty() || !fs::equivalent(source, record.files.front().path, error))
            return otherSource(folder, record.source);
        FATLAS_ASSIGN(kept.opened, reopenImage(source, options, record, job));
    }
    FATLAS_ASSIGN(kept.overlay, block::OverlayDevice::openKeep(kept.opened.disk, folder));
    return kept;
}

} // namespace

Result<KeptDisk> openKept(const std::string& source, const image::OpenOptions& options,
                          const fs::path& folder, const JobControl& job, HostFiles hostFiles)
{
    std::error_code error;
    const fs::path path = fs::absolute(folder, error).lexically_normal();
    const Place place{.folder = path.has_filename() ? path : path.parent_path(),
                      .hostFiles = hostFiles};
    if (fs::exists(fs::symlink_status(place.folder, error)))
        return reopen(source, options, place, job);
    return create(source, options, place, job);
}

Result<SessionRecord> readSessionRecord(const fs::path& folder)
{
    return readRecord(folder);
}

} // namespace fatlas::serve
