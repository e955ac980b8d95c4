/// The Findings dock: the list, or the preview of a repair, and above it what came of the last one.
///
/// Threads: GUI thread; does no I/O.
#pragma once

#include "ui/document/volume_repair.hpp"

#include <QWidget>

class QStackedWidget;

namespace fatlas::ui {

class Banner;
class FindingsRepair;
class FindingsView;

class FindingsPanel : public QWidget {
    Q_OBJECT

public:
    /// `document` outlives it.
    explicit FindingsPanel(VolumeDocument& document, QWidget* parent = nullptr);

    [[nodiscard]] FindingsView* list() const noexcept { return m_list; }

    [[nodiscard]] FindingsRepair* preview() const noexcept { return m_preview; }

    [[nodiscard]] VolumeRepair& repair() noexcept { return m_repair; }

    [[nodiscard]] Banner* banner() const noexcept { return m_banner; }

private:
    void showFindings();
    void follow();
    void followCheck();
    void showPage(QWidget* page);
    void showError(VolumeRepair::Step before);
    void showApplied();

    VolumeDocument& m_document;
    VolumeRepair m_repair;
    VolumeRepair::Step m_step = VolumeRepair::Step::Idle;
    Banner* m_banner;
    FindingsView* m_list;
    FindingsRepair* m_preview;
    QStackedWidget* m_stack;
};

} // namespace fatlas::ui
