/// Does it fit? One sentence, the numbers, a bar, and which floppy formats would do.
///
/// Threads: GUI thread; does no I/O.
#pragma once

#include "core/folder_disk/plan.hpp"

#include <QWidget>

#include <memory>

namespace fatlas::ui {

class Chip;
class ChipRow;
class ElidedLabel;
class StackedBar;
class ThemedLabel;

class FitMeter : public QWidget {
    Q_OBJECT

public:
    explicit FitMeter(QWidget* parent = nullptr);

    void setPlan(std::shared_ptr<const folder_disk::Plan> plan);

    /// Said while there is no plan: "Choose a folder".
    void setPlaceholder(const QString& text);

Q_SIGNALS:
    void formatChosen(fatlas::folder_disk::FloppyFormat format);

private:
    void addFormat(const folder_disk::FloppyLayout& layout);
    void refresh();
    void refreshChips();

    std::shared_ptr<const folder_disk::Plan> m_plan;
    QString m_placeholder;
    ThemedLabel* m_headline;
    ElidedLabel* m_detail;
    StackedBar* m_bar;
    ChipRow* m_chips;
};

} // namespace fatlas::ui
