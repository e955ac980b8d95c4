#include "ui/document/extraction.hpp"

#include "core/image/extract.hpp"
#include "core/image/host_name.hpp"

#include "ui/base/words.hpp"

#include <QDir>
#include <QEventLoop>
#include <QFile>
#include <QGuiApplication>
#include <QMimeData>
#include <QPointer>
#include <QUrl>
#include <QUuid>

#include <cerrno>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

namespace {

const QString uriList = QStringLiteral("text/uri-list");

std::string nameOf(const std::string& path)
{
    return path.substr(path.find_last_of('/') + 1);
}

QString toText(const std::filesystem::path& path)
{
    return QFile::decodeName(QByteArray::fromStdString(path.native()));
}

/// A folder that nobody else can look into, made now or by us before.
Result<> makePrivate(const std::filesystem::path& folder)
{
    if (::mkdir(folder.c_str(), S_IRWXU) == 0)
        return {};
    const int why = errno;
    struct stat there{};
    if (why == EEXIST && ::lstat(folder.c_str(), &there) == 0 && S_ISDIR(there.st_mode) &&
        there.st_uid == ::geteuid() && (there.st_mode & (S_IRWXG | S_IRWXO)) == 0)
        return {};
    return failSystem(why, "cannot make the folder " + folder.string());
}

/// "251 files, 12 MiB; 3 problems, the first: /A.TXT: is not saved: it exists already"
QString noteOf(const image::ExtractReport& report)
{
    QString note =
        countText(report.fileCount, "file", "files") + u", "_s + sizeText(report.contentSize);
    std::size_t problems = 0;
    const Finding* first = nullptr;
    for (const Finding& finding : report.findings) {
        if (finding.severity == Severity::Info)
            continue;
        ++problems;
        if (first == nullptr ||
            (first->severity != Severity::Error && finding.severity == Severity::Error))
            first = &finding;
    }
    if (first != nullptr)
        note += Extraction::tr("; %1: %2: %3")
                    .arg(countText(problems, "problem", "problems"), shown(first->path),
                         shown(first->message));
    return note;
}

Result<image::ExtractReport> run(const VolumeContent& content, const std::string& path,
                                 const std::filesystem::path& folder, const JobControl& job)
{
    return image::extract(content.volume(), path, {.destination = folder}, job);
}

/// Says at once what there will be, and fetches it when it is dropped.
class FileDrag final : public QMimeData {
public:
    FileDrag(Extraction& extraction, SharedContent content, std::string path,
             std::filesystem::path folder)
        : m_extraction(&extraction), m_content(std::move(content)), m_path(std::move(path)),
          m_folder(std::move(folder))
    {}

    [[nodiscard]] QStringList formats() const override { return {uriList}; }

    [[nodiscard]] bool hasFormat(const QString& mimeType) const override
    {
        return mimeType == uriList;
    }

protected:
    [[nodiscard]] QVariant retrieveData(const QString& mimeType, QMetaType) const override
    {
        if (mimeType != uriList || !m_extraction)
            return {};
        if (!m_isThere && m_extraction->isDropped() && !fetch())
            return {};
        const auto file = m_folder / image::makeHostName(nameOf(m_path)).name;
        return QByteArray(QUrl::fromLocalFile(toText(file)).toEncoded() + "\r\n");
    }

private:
    /// Whoever asks a second time meanwhile gets nothing.
    [[nodiscard]] bool fetch() const
    {
        if (std::exchange(m_isFetching, true))
            return false;
        m_isThere = m_extraction->fetch(m_content, m_path, m_folder);
        m_isFetching = false;
        return m_isThere;
    }

    QPointer<Extraction> m_extraction;
    SharedContent m_content;
    std::string m_path;
    std::filesystem::path m_folder;
    mutable bool m_isThere = false;
    mutable bool m_isFetching = false;
};

/// Other platforms than X11 do not tell whether the button is held, and their programs do not look.
bool buttonIsUp()
{
    return QGuiApplication::platformName() != u"xcb" ||
           (QGuiApplication::mouseButtons() & Qt::LeftButton) == 0;
}

} // namespace

Extraction::Extraction(TaskList& jobs, QObject* parent)
    : QObject(parent), m_jobs(jobs),
      m_private(QFile::encodeName(QDir::temp().filePath(u"fatlas-"_s +
                                                        QUuid::createUuid().toString(QUuid::Id128)))
                    .toStdString()),
      m_isDropped(buttonIsUp)
{}

Extraction::~Extraction()
{
    std::error_code ignored; // nothing more can be done about it
    std::filesystem::remove_all(m_private, ignored);
}

Task& Extraction::extract(SharedContent content, const std::string& path, const QString& folder)
{
    const std::string name = nameOf(path);
    const QString what = name.empty() ? shown(content->image.source) : shown(name);
    const QString made =
        QDir(folder).filePath(name.empty() ? u"."_s : shown(image::makeHostName(name).name));
    return m_jobs.run(
        tr("Extract %1").arg(what),
        [content = std::move(content), path,
         target = std::filesystem::path(QFile::encodeName(folder).toStdString())](
            const JobControl& job) { return run(*content, path, target, job); },
        [made](const image::ExtractReport& report) {
            return JobResult{.path = made, .note = noteOf(report), .kind = JobResult::Kind::Files};
        });
}

QMimeData* Extraction::makeDrag(SharedContent content, const std::string& path)
{
    return new FileDrag(*this, std::move(content), path, m_private / std::to_string(++m_drags));
}

bool Extraction::fetch(const SharedContent& content, const std::string& path,
                       const std::filesystem::path& folder)
{
    const QPointer<Task> task = &m_jobs.run(
        tr("Copy %1 out").arg(shown(nameOf(path))),
        [content, path, folder,
         parent = m_private](const JobControl& job) -> Result<image::ExtractReport> {
            FATLAS_TRY(makePrivate(parent));
            return run(*content, path, folder, job);
        },
        [](const image::ExtractReport& report) { return JobResult{.note = noteOf(report)}; });
    QEventLoop loop;
    const auto look = [&loop, task] {
        if (!task || !task->isRunning())
            loop.quit();
    };
    connect(task, &Task::stateChanged, &loop, look);
    connect(task, &QObject::destroyed, &loop, &QEventLoop::quit);
    if (task->isRunning())
        loop.exec();
    return task && task->state() == Task::State::Done;
}

} // namespace fatlas::ui
