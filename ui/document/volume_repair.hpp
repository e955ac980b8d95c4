/// The repair of an open volume: planned, looked at, carried out with an undo file, taken back.
///
/// Threads:  GUI thread; planning and writing run on workers.
/// Errors:   error() says what went wrong and `unchanged` whether the image was touched.
/// Lifetime: stops its workers when destroyed; an apply that is stopped takes back what it wrote.
///           The document outlives it.
#pragma once

#include "ui/document/repair_preview.hpp"
#include "ui/document/volume_document.hpp"
#include "ui/tasks/task.hpp"

#include <QObject>
#include <QString>

#include <memory>
#include <optional>

namespace fatlas::ui {

class VolumeRepair final : public QObject {
    Q_OBJECT

public:
    enum class Step : std::uint8_t { Idle, Planning, Planned, Applying, Applied, Undoing, Undone };
    using Plan = std::shared_ptr<const fat::RepairPlan>;

    explicit VolumeRepair(VolumeDocument& document, QObject* parent = nullptr);
    ~VolumeRepair() override;

    /// Why there is nothing that could be repaired; empty: there is.
    [[nodiscard]] QString problem() const;
    /// Something else that comes first; empty: nothing.
    void setObstacle(const QString& why);

    [[nodiscard]] Step step() const noexcept { return m_step; }

    [[nodiscard]] bool isBusy() const noexcept { return m_work.isRunning(); }

    /// Set from Planned on.
    [[nodiscard]] const Plan& plan() const noexcept { return m_preview.plan; }

    /// The plan with the map as it would be; all of it empty before Planned.
    [[nodiscard]] const RepairPreview& preview() const noexcept { return m_preview; }

    [[nodiscard]] bool keepsLostChains() const noexcept { return m_keepLostChains; }

    [[nodiscard]] std::uint64_t changedBytes() const;

    /// Of the last apply; empty: none.
    [[nodiscard]] const QString& undoFile() const noexcept { return m_undoFile; }

    [[nodiscard]] const std::optional<Error>& error() const noexcept { return m_error; }

    [[nodiscard]] Progress progress() const noexcept { return m_work.progress(); }

    void makePlan(bool keepLostChains);
    /// Writes what is planned to the image, then reads it again.
    void apply();
    /// Puts the old bytes back, once the repaired image was read, then reads it again.
    void undo();
    /// Stops what runs; back to the step before it.
    void cancel();
    /// Forgets plan and undo file's name.
    void dismiss();

Q_SIGNALS:
    void changed();
    void progressChanged();

private:
    void begin(Step step);
    void fail(Step step, const Error& error);
    void startUndo();

    VolumeDocument& m_document;
    Step m_step = Step::Idle;
    RepairPreview m_preview;
    QString m_obstacle;
    bool m_keepLostChains = true;
    QString m_undoFile;
    std::optional<Error> m_error;
    bool m_undoWaits = false; ///< for the image to be read
    Task m_work{Task::Lane::Long};
};

} // namespace fatlas::ui
