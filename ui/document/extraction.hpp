/// Takes files and folders out of open volumes, as jobs: into a folder that was chosen, or, for
/// other programs that something is dragged to, into a private one.
///
/// Errors:   the job's row tells; files that are in the way are kept and told of. What a drag could
///           not fetch is not offered.
/// Threads:  GUI thread; reading and writing run on workers.
/// Lifetime: the private folder goes with it, and is made when it is first needed. The list of jobs
///           outlives it.
#pragma once

#include "ui/document/volume_content.hpp"
#include "ui/tasks/task_list.hpp"

#include <QObject>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

class QMimeData;

namespace fatlas::ui {

class Extraction final : public QObject {
    Q_OBJECT

public:
    /// Whether who asks for dragged files wants them, or only has a look while the button is held.
    using IsDropped = std::function<bool()>;

    explicit Extraction(TaskList& jobs, QObject* parent = nullptr);
    ~Extraction() override;

    /// `path` "/": all that is in the volume.
    Task& extract(SharedContent content, const std::string& path, const QString& folder);

    /// A file or folder for a drag: it is fetched when it is dropped. The caller gets it.
    [[nodiscard]] QMimeData* makeDrag(SharedContent content, const std::string& path);

    void setIsDropped(IsDropped isDropped) { m_isDropped = std::move(isDropped); }

    [[nodiscard]] bool isDropped() const { return m_isDropped(); }

    /// Runs the event loop until it is there; false: it failed, or was cancelled.
    [[nodiscard]] bool fetch(const SharedContent& content, const std::string& path,
                             const std::filesystem::path& folder);

    /// Where dragged files are put; need not exist.
    [[nodiscard]] const std::filesystem::path& privateFolder() const noexcept { return m_private; }

private:
    TaskList& m_jobs;
    std::filesystem::path m_private;
    unsigned m_drags = 0;
    IsDropped m_isDropped;
};

} // namespace fatlas::ui
