#include "ui/document/change_versions.hpp"

#include "core/base/atomic_file.hpp"
#include "core/fat/timestamp.hpp"
#include "core/image/file_content.hpp"

#include "ui/base/words.hpp"

#include <QCoreApplication>

#include <algorithm>
#include <system_error>

namespace fatlas::ui {

namespace {

QString words(const char* text)
{
    return QCoreApplication::translate("ChangeVersions", text);
}

/// Keeps the beginning of a file.
class StartSink final : public image::ContentSink {
public:
    Result<> data(ByteView bytes) override
    {
        m_start.append(asText(bytes.first(std::min(bytes.size(), room()))));
        return enough();
    }

    Result<> zeros(std::uint64_t length) override
    {
        m_start.append(static_cast<std::size_t>(std::min<std::uint64_t>(length, room())), '\0');
        return enough();
    }

    [[nodiscard]] bool isFull() const { return room() == 0; }

    [[nodiscard]] std::string take() { return std::move(m_start); }

private:
    [[nodiscard]] static std::string_view asText(ByteView bytes)
    {
        return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    }

    [[nodiscard]] std::size_t room() const { return FileVersion::maxStart - m_start.size(); }

    /// Nothing more is wanted.
    [[nodiscard]] Result<> enough() const
    {
        if (room() == 0)
            return fail(ErrorCode::Limit, "the beginning is enough");
        return {};
    }

    std::string m_start;
};

class FileSink final : public image::ContentSink {
public:
    FileSink(File& file, const JobControl& job) : m_file(file), m_job(job) {}

    Result<> data(ByteView bytes) override
    {
        FATLAS_TRY(m_file.writeAt(m_offset, bytes));
        return advance(bytes.size());
    }

    Result<> zeros(std::uint64_t length) override
    {
        FATLAS_TRY(m_file.resize(m_offset + length));
        return advance(length);
    }

private:
    Result<> advance(std::uint64_t length)
    {
        m_offset += length;
        m_job.report(m_offset, 0);
        return {};
    }

    File& m_file;
    const JobControl& m_job;
    std::uint64_t m_offset = 0;
};

FileVersion readHost(const std::filesystem::path& path)
{
    FileVersion version;
    std::error_code error;
    if (path.empty() ||
        !std::filesystem::is_regular_file(std::filesystem::symlink_status(path, error)))
        return version; // a link or a pipe is not what was shared
    const auto file = File::open(path);
    const auto identity =
        file ? file->identity() : Result<FileIdentity>(std::unexpected(file.error()));
    if (!identity) {
        version.problem = errorWords(identity.error()).sentence;
        return version;
    }
    version.size = identity->size;
    version.time = QDateTime::fromMSecsSinceEpoch(identity->modifiedNs / 1'000'000);
    version.start.resize(
        static_cast<std::size_t>(std::min<std::uint64_t>(identity->size, FileVersion::maxStart)));
    if (const auto read = file->readAt(0, std::as_writable_bytes(std::span(version.start)));
        !read) {
        version.start.clear();
        version.problem = errorWords(read.error()).sentence;
    }
    return version;
}

fat::Timestamp modifiedAt(const fat::DirectoryEntryRaw& raw)
{
    return {.date = raw.modifiedDate.get(), .time = raw.modifiedTime.get()};
}

Result<FileVersion> readGuest(const VersionsRequest& request, const JobControl& job)
{
    FileVersion version;
    if (!request.content) {
        version.problem = words("The disk holds no FAT volume that can be read.");
        return version;
    }
    const fat::Tree& tree = *request.content->tree;
    const auto node = tree.find(request.path);
    if (!node || tree.nodes[*node].isDirectory)
        return version;
    const fat::DirectoryEntryRaw& raw = tree.nodes[*node].raw;
    version.size = tree.nodes[*node].size();
    if (const fat::Timestamp stamp = modifiedAt(raw); stamp.date != 0)
        version.time = QDateTime::fromSecsSinceEpoch(fat::decodeTime(stamp, request.zone));
    StartSink sink;
    const auto end = image::ContentReader(request.content->volume()).stream(raw, sink, job);
    if (!end && end.error().code == ErrorCode::Cancelled)
        return std::unexpected(end.error());
    if (!end && !sink.isFull())
        version.problem = errorWords(end.error()).sentence;
    else if (end && end->damage)
        version.problem = sentenceOf(*end->damage);
    version.start = sink.take();
    return version;
}

} // namespace

Result<ChangeVersions> readVersions(const VersionsRequest& request, const JobControl& job)
{
    ChangeVersions versions;
    versions.host = readHost(request.hostFile);
    FATLAS_ASSIGN(versions.guest, readGuest(request, job));
    return versions;
}

Result<> saveGuestVersion(const SharedContent& content, const std::string& path,
                          const std::filesystem::path& target, const JobControl& job)
{
    const auto node = content->tree->find(path);
    if (!node || content->tree->nodes[*node].isDirectory)
        return fail(ErrorCode::NotFound, path + ": the guest has no such file any more");
    FATLAS_ASSIGN(AtomicFile file, AtomicFile::create(target, AtomicFile::Existing::Replace));
    FileSink sink(file.file(), job);
    const auto end =
        image::ContentReader(content->volume()).stream(content->tree->nodes[*node].raw, sink, job);
    FATLAS_TRY(end);
    if (end->damage)
        return fail(ErrorCode::BadFormat,
                    path + ": only a part of the guest's version can be read: " + *end->damage);
    return file.commit();
}

} // namespace fatlas::ui
