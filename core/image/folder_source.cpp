#include "core/image/folder_source.hpp"

#include "core/host/scan.hpp"

#include <chrono>
#include <system_error>

namespace fatlas::image {

namespace {

/// 1980-01-01 00:00:00 UTC, the earliest moment FAT can say.
constexpr std::int64_t fatEpochNs = 315'532'800'000'000'000;

/// A pattern that stands for this path only.
std::string literalGlob(const std::string& relativePath)
{
    std::string glob = "/";
    for (const char c : relativePath) {
        if (c == '*' || c == '?' || c == '[' || c == '\\')
            glob += '\\';
        glob += c;
    }
    return glob;
}

/// The path of an existing output below the folder, relative to it; nothing when it lies elsewhere.
std::optional<std::string> outputInside(const std::filesystem::path& folder,
                                        const std::filesystem::path& output)
{
    std::error_code error;
    if (output.empty() || !std::filesystem::exists(std::filesystem::symlink_status(output, error)))
        return std::nullopt;
    const auto parent = output.has_parent_path() ? output.parent_path() : ".";
    const auto place = std::filesystem::canonical(parent, error) / output.filename();
    const auto root = std::filesystem::canonical(folder, error);
    if (error)
        return std::nullopt;
    const auto relative = place.lexically_relative(root);
    if (relative.empty() || *relative.begin() == "..")
        return std::nullopt;
    return relative.native();
}

/// A folder that exists nowhere and holds nothing. Its time is what differs between two of them.
std::shared_ptr<const host::Snapshot> emptySnapshot(const folder_disk::Options& options)
{
    const auto now = std::chrono::duration_cast<std::chrono::nanoseconds>(
        std::chrono::system_clock::now().time_since_epoch());
    host::Node root;
    root.kind = host::NodeKind::Directory;
    root.modifiedNs = options.reproducible ? fatEpochNs : now.count();
    root.accessedNs = root.modifiedNs;
    auto snapshot = std::make_shared<host::Snapshot>();
    snapshot->nodes.push_back(std::move(root));
    return snapshot;
}

} // namespace

Result<std::shared_ptr<const folder_disk::Plan>> planFolder(const FolderSource& source,
                                                            const JobControl& job)
{
    if (source.folder.empty())
        return folder_disk::planDisk(emptySnapshot(source.options), source.options, job);
    FATLAS_ASSIGN(auto snapshot, host::scan(source.folder, job));
    folder_disk::Options options = source.options;
    if (const auto inside = outputInside(source.folder, source.output))
        options.excludes.push_back(literalGlob(*inside));
    return folder_disk::planDisk(std::move(snapshot), options, job);
}

} // namespace fatlas::image
