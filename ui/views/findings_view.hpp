/// The findings of a volume: a list with filters, and the selected one in full beside it.
///
/// Follows and publishes Focus: a selected finding brings its file, cluster and bytes everywhere.
///
/// Threads: GUI thread; does no I/O.
#pragma once

#include "ui/document/volume_content.hpp"
#include "ui/models/finding_list_model.hpp"

#include <QPointer>
#include <QWidget>

#include <array>

class QComboBox;
class QPushButton;
class QStackedWidget;
class QTableView;

namespace fatlas::ui {

class Chip;
class FindingsDetail;
class ThemedLabel;

class FindingsView : public QWidget {
    Q_OBJECT

public:
    explicit FindingsView(QWidget* parent = nullptr);

    void setContent(SharedContent content);
    void setFocus(Focus* focus);
    using QWidget::setFocus;
    enum class Checking : std::uint8_t { No, Yes };

    /// "Checking… 42 %" stands there while there is nothing to list; the button stops or starts it.
    void setCheck(Checking checking, const QString& text);

    [[nodiscard]] QString nothingText() const;
    /// Empty: it can be repaired; else why not.
    void setRepairProblem(const QString& why);

    [[nodiscard]] FindingListModel* model() const noexcept { return m_model; }

    [[nodiscard]] QTableView* table() const noexcept { return m_table; }

    [[nodiscard]] FindingsDetail* detail() const noexcept { return m_detail; }

    /// "Check again", "Check" or "Stop".
    [[nodiscard]] QPushButton* checkButton() const noexcept { return m_check; }

    [[nodiscard]] QPushButton* repairButton() const noexcept { return m_repair; }

Q_SIGNALS:
    void repairRequested();
    void checkRequested();
    void stopRequested();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    [[nodiscard]] QWidget* makeBar();
    void makeTable();
    void fillRules();
    void updateChips();
    void showSome();
    void follow();
    void publish();

    SharedContent m_content;
    QPointer<Focus> m_focus;
    FindingListModel* m_model;
    std::array<Chip*, severityCount> m_chips{};
    QComboBox* m_rule;
    QPushButton* m_check;
    Checking m_checking = Checking::No;
    QPushButton* m_repair;
    QTableView* m_table;
    ThemedLabel* m_nothing;
    QStackedWidget* m_stack;
    FindingsDetail* m_detail;
    bool m_following = false;
};

} // namespace fatlas::ui
