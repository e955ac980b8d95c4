/// What is in a disk that is served, now or at a moment of its timeline: chains, bytes, findings.
///
/// The disk is checked while its findings are looked at, again whenever another moment is shown.
///
/// Threads:  GUI thread; reading and checking run on workers.
/// Lifetime: `document` outlives it.
#pragma once

#include "ui/document/serve_document.hpp"
#include "ui/tasks/task.hpp"

#include <QTabWidget>
#include <QWidget>

class QPushButton;

namespace fatlas::ui {

class ChainView;
class ElidedLabel;
class FindingsView;
class HexPanel;

class TimelineInside : public QObject {
    Q_OBJECT

public:
    /// Adds its pages to `tabs`.
    TimelineInside(ServeDocument& document, QTabWidget& tabs);
    ~TimelineInside() override;

    [[nodiscard]] ChainView* chain() const noexcept { return m_chain; }

    [[nodiscard]] HexPanel* bytes() const noexcept { return m_bytes; }

    [[nodiscard]] FindingsView* findings() const noexcept { return m_findings; }

    [[nodiscard]] QPushButton* firstMomentButton() const noexcept { return m_first; }

    /// What a search for a first moment does or found.
    [[nodiscard]] QString searchText() const;

    [[nodiscard]] bool isChecking() const { return m_check.isRunning(); }

private:
    [[nodiscard]] QWidget* makeFindings();
    void connectParts();
    void showContent();
    void check();
    void takeChecked(const Result<SharedContent>& checked);
    void showCheck(const QString& text);
    void followSelection();
    void followSearch();
    void askFirstMoment();
    [[nodiscard]] const Finding* selected() const;

    ServeDocument& m_document;
    QTabWidget& m_tabs;
    ChainView* m_chain;
    HexPanel* m_bytes;
    FindingsView* m_findings;
    QWidget* m_findingsPage;
    QPushButton* m_first;
    QPushButton* m_cancel;
    ElidedLabel* m_search;
    SharedContent m_checked; ///< what was checked last, or is
    SharedContent m_listed;  ///< with its findings
    Task m_check{Task::Lane::Long};
};

} // namespace fatlas::ui
