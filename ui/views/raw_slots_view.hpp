/// The raw slots of the focused folder, or of the one that the focused file is in; a slot that is
/// chosen is focused with its bytes.
///
/// Threads:  GUI thread; slots are read on a worker when their folder is first looked at.
/// Lifetime: stops its worker when destroyed.
#pragma once

#include "ui/document/volume_content.hpp"
#include "ui/models/raw_slots_model.hpp"
#include "ui/tasks/task.hpp"

#include <QPointer>
#include <QWidget>

#include <optional>

class QTableView;
class QToolButton;

namespace fatlas::ui {

class ElidedLabel;

class RawSlotsView : public QWidget {
    Q_OBJECT

public:
    explicit RawSlotsView(QWidget* parent = nullptr);

    void setContent(const SharedContent& content);
    void setFocus(Focus* focus);
    using QWidget::setFocus;

    [[nodiscard]] QTableView* table() const noexcept { return m_table; }

    [[nodiscard]] RawSlotsModel* model() const noexcept { return m_model; }

    /// "/DOCS: 16 slots, 1 deleted"
    [[nodiscard]] QString headline() const;

Q_SIGNALS:
    void hoveredText(const QString& text);

protected:
    void showEvent(QShowEvent* event) override;

private:
    void follow();
    void show(std::uint32_t folder);
    void take(Result<SharedSlots> listed);
    void publish(int row);
    void activate(int row);
    void goUp();
    void selectFocused();
    [[nodiscard]] std::optional<std::uint32_t> nodeOf(const fat::SlotInfo& slot) const;

    SharedContent m_content;
    QPointer<Focus> m_focus;
    std::optional<std::uint32_t> m_folder; ///< whose slots are shown or on their way
    RawSlotsModel* m_model;
    ElidedLabel* m_headline;
    QToolButton* m_up;
    QTableView* m_table;
    bool m_following = false;
    Task m_reading{Task::Lane::Quick};
};

} // namespace fatlas::ui
