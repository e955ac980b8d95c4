/// "Compare": two sources above, what of them differs below: files, clusters, fields.
///
/// Threads:  GUI thread; does no I/O.
/// Lifetime: stops comparing when destroyed.
#pragma once

#include "ui/document/compare_document.hpp"
#include "ui/document/focus.hpp"

#include <QWidget>

class QPushButton;
class QTabWidget;
class QTableView;
class QToolButton;

namespace fatlas::ui {

class Banner;
class CompareFilesView;
class CompareMapView;
class ElidedLabel;
class KeyedRowsModel;
class PrimaryButton;
class SourceField;

class ComparePage : public QWidget {
    Q_OBJECT

public:
    enum Tab : int { FilesTab, ClustersTab, FieldsTab };

    explicit ComparePage(QWidget* parent = nullptr);
    ~ComparePage() override;

    [[nodiscard]] CompareDocument& document() noexcept { return m_document; }

    [[nodiscard]] const CompareDocument& document() const noexcept { return m_document; }

    [[nodiscard]] SourceField* field(CompareSide side) const noexcept
    {
        return side == CompareSide::Left ? m_left : m_right;
    }

    [[nodiscard]] CompareFilesView* files() const noexcept { return m_files; }

    [[nodiscard]] CompareMapView* clusters() const noexcept { return m_clusters; }

    [[nodiscard]] QTableView* fields() const noexcept { return m_fields; }

    [[nodiscard]] QTabWidget* tabs() const noexcept { return m_tabs; }

    [[nodiscard]] Banner* banner() const noexcept { return m_banner; }

    [[nodiscard]] PrimaryButton* startButton() const noexcept { return m_start; }

    [[nodiscard]] QPushButton* cancelButton() const noexcept { return m_cancel; }

    [[nodiscard]] QToolButton* swapButton() const noexcept { return m_swap; }

    /// "3 files changed, 1 only on the left; 12 clusters; 4 fields"
    [[nodiscard]] QString headline() const;

    [[nodiscard]] QString title() const { return m_document.title(); }

    /// Shows these and, when both are there, compares them.
    void compare(const CompareSource& left, const CompareSource& right);
    /// Puts the keyboard where something is missing.
    void startEditing();
    /// Nothing is under way.
    [[nodiscard]] bool isSettled() const;

Q_SIGNALS:
    void shown(); ///< what the window says of the page changed
    void hoveredText(const QString& text);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    [[nodiscard]] QWidget* makeBar();
    void makeTabs();
    void connectParts();
    void follow();
    void showResult();
    void showBanner();
    void setTabCount(Tab tab, std::uint64_t count);
    void showCluster(Cluster cluster);
    void shareWidth();
    [[nodiscard]] QString resultText() const;
    void showChange(const fat::FileChange& change);

    CompareDocument m_document;
    Focus m_focus;
    std::shared_ptr<const Comparison> m_shown;
    // In the order of Tab.
    SourceField* m_left;
    QToolButton* m_swap;
    SourceField* m_right;
    PrimaryButton* m_start;
    QPushButton* m_cancel;
    Banner* m_banner;
    ElidedLabel* m_headline;
    QTabWidget* m_tabs;
    CompareFilesView* m_files;
    CompareMapView* m_clusters;
    KeyedRowsModel* m_fieldRows;
    QTableView* m_fields;
    bool m_isTelling = false; ///< what comes back from Focus is our own
};

} // namespace fatlas::ui
