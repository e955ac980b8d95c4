/// A VHD that does not exist yet: what is wanted, and the plan that follows it.
///
/// Every change plans anew on a worker; the newest wish wins, and the last plan stays until the
/// next one is there.
///
/// Errors:   planFailed says which wish cannot be, or what is wrong with a source or parent.
/// Threads:  GUI thread; never does I/O there.
/// Lifetime: stops its worker when destroyed.
#pragma once

#include "core/convert/new_vhd.hpp"
#include "core/vhd/openers.hpp"
#include "core/vhd/parent_tests.hpp"

#include "ui/tasks/task.hpp"

#include <QObject>

#include <memory>
#include <optional>
#include <vector>

namespace fatlas::ui {

/// A plan, and what else a page says of it.
struct VhdPreview {
    std::shared_ptr<const convert::NewVhdPlan> plan;
    std::vector<vhd::Opener> openers;
    bool fileExists = false; ///< it would have to be replaced
};

class VhdNewDocument final : public QObject {
    Q_OBJECT

public:
    explicit VhdNewDocument(QObject* parent = nullptr);
    ~VhdNewDocument() override;

    void setWanted(const convert::NewVhd& wanted);

    [[nodiscard]] const convert::NewVhd& wanted() const noexcept { return m_wanted; }

    /// The newest that could be made; its plan is nullptr before the first.
    [[nodiscard]] const VhdPreview& preview() const noexcept { return m_preview; }

    /// Why there is no plan for what is wanted now.
    [[nodiscard]] const std::optional<Error>& error() const noexcept { return m_error; }

    [[nodiscard]] bool isBusy() const noexcept { return m_planning.isRunning(); }

    /// The preview is of what is wanted now.
    [[nodiscard]] bool isCurrent() const noexcept
    {
        return !isBusy() && !m_error && m_preview.plan;
    }

Q_SIGNALS:
    void changed();

private:
    convert::NewVhd m_wanted;
    bool m_isAsked = false;
    VhdPreview m_preview;
    std::optional<Error> m_error;
    Task m_planning{Task::Lane::Long};
};

} // namespace fatlas::ui
