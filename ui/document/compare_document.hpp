/// Which two volumes are compared, and what came of it.
///
/// Threads:  GUI thread; opening, reading and comparing run on a worker.
/// Errors:   error() says why there is no answer, failedSide() whose fault it is.
/// Lifetime: stops its worker when destroyed.
#pragma once

#include "ui/document/comparison.hpp"
#include "ui/tasks/task.hpp"

#include <QObject>
#include <QString>

#include <atomic>
#include <memory>
#include <optional>

namespace fatlas::ui {

class CompareDocument final : public QObject {
    Q_OBJECT

public:
    explicit CompareDocument(QObject* parent = nullptr);

    [[nodiscard]] const CompareSource& source(CompareSide side) const noexcept
    {
        return side == CompareSide::Left ? m_left : m_right;
    }

    /// What was compared before does not hold any more.
    void setSource(CompareSide side, CompareSource source);
    /// Left becomes right; what is known is turned round as well, by comparing again.
    void swap();

    /// Why there is nothing to compare; empty: there is.
    [[nodiscard]] QString problem() const;

    void start();
    void cancel();

    [[nodiscard]] bool isRunning() const noexcept { return m_task.isRunning(); }

    /// "Reading right.img…", "Comparing files: 12 MiB"; empty while nothing runs.
    [[nodiscard]] QString progressText() const;

    /// Null until it was compared.
    [[nodiscard]] const std::shared_ptr<const Comparison>& result() const noexcept
    {
        return m_result;
    }

    [[nodiscard]] const std::optional<Error>& error() const noexcept { return m_error; }

    [[nodiscard]] std::optional<CompareSide> failedSide() const noexcept { return m_failedSide; }

    /// "Compare a.img with b.img"
    [[nodiscard]] QString title() const;

Q_SIGNALS:
    void changed(); ///< sources, state or result
    void progressChanged();

private:
    struct Meter {
        std::atomic<ComparePhase> phase{ComparePhase::ReadLeft};
    };

    static Result<std::shared_ptr<const Comparison>> compare(const CompareSource& left,
                                                             const CompareSource& right,
                                                             Meter& meter, const JobControl& job);
    void forget();
    void take(Result<std::shared_ptr<const Comparison>> result);

    CompareSource m_left;
    CompareSource m_right;
    std::shared_ptr<const Comparison> m_result;
    std::optional<Error> m_error;
    std::optional<CompareSide> m_failedSide;
    std::shared_ptr<Meter> m_meter; ///< of the newest job
    Task m_task{Task::Lane::Long};
};

} // namespace fatlas::ui
