/// The tables under the map of a new disk: names that change, what does not fit, findings, left
/// out; each tab says how many.
///
/// Threads: GUI thread.
#pragma once

#include "core/folder_disk/plan.hpp"

#include <QTabWidget>

#include <memory>
#include <vector>

class QLabel;
class QStackedWidget;
class QTableView;

namespace fatlas::ui {

class PlanTableModel;

class PlanTabs : public QTabWidget {
    Q_OBJECT

public:
    enum Tab : int { NamesTab, UnfitTab, FindingsTab, LeftOutTab };

    explicit PlanTabs(QWidget* parent = nullptr);

    void setPlan(const std::shared_ptr<const folder_disk::Plan>& plan);

    [[nodiscard]] PlanTableModel* model(Tab tab) const
    {
        return m_pages[static_cast<std::size_t>(tab)].model;
    }

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    struct Page {
        QString title;
        PlanTableModel* model = nullptr;
        QStackedWidget* stack = nullptr; ///< the table, or a sentence when there is nothing
        QTableView* table = nullptr;
        std::vector<int> weights; ///< how the columns share the width
    };

    void addPage(const QString& title, PlanTableModel* model, const QString& nothing,
                 std::vector<int> weights);
    void refresh(int index);

    std::vector<Page> m_pages;
};

} // namespace fatlas::ui
