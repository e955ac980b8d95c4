/// One action on a VHD: what must be said for it, the plan of it, and the button that starts it.
///
/// The panel plans on every change and starts nothing; whoever owns it starts the plan when
/// runRequested() says so.
///
/// Threads: GUI thread; plans are made on a worker.
#pragma once

#include "ui/document/vhd_action.hpp"
#include "ui/tasks/task.hpp"
#include "ui/wizards/panel.hpp"

class QCheckBox;
class QLineEdit;
class QPushButton;

namespace fatlas::ui {

class Banner;
class CommandBox;
class Field;
class InsetLineEdit;
class PrimaryButton;
class SegmentedControl;
class ThemedLabel;

class VhdActionPanel : public Panel {
    Q_OBJECT

public:
    explicit VhdActionPanel(QWidget* parent = nullptr);

    /// Shows itself with what this action needs, filled in as far as it is known.
    void start(const VhdActionWish& wish);

    [[nodiscard]] const VhdActionWish& wish() const noexcept { return m_wish; }

    void setWish(const VhdActionWish& wish);

    /// The newest plan; nullptr while there is none for what is wished.
    [[nodiscard]] const SharedVhdPlan& plan() const noexcept { return m_plan; }

    [[nodiscard]] QString planText() const;
    [[nodiscard]] QString command() const;

    [[nodiscard]] PrimaryButton* runButton() const noexcept { return m_run; }

    [[nodiscard]] QPushButton* closeButton() const noexcept { return m_close; }

    [[nodiscard]] Banner* banner() const noexcept { return m_banner; }

    [[nodiscard]] bool isPlanning() const noexcept { return m_planning.isRunning(); }

Q_SIGNALS:
    void runRequested(const fatlas::ui::SharedVhdPlan& plan);
    void planned();

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void makeFields();
    void makeRest();
    void showFields();
    void replan();
    void take(Result<SharedVhdPlan> plan);
    void follow();
    void choose();
    void editPath();
    void fitLater();
    void fitHeight();

    VhdActionWish m_wish;
    SharedVhdPlan m_plan;
    ThemedLabel* m_heading;
    SegmentedControl* m_form;
    Field* m_formField = nullptr;
    InsetLineEdit* m_path;
    Field* m_pathField = nullptr;
    QLineEdit* m_size;
    Field* m_sizeField = nullptr;
    QCheckBox* m_dropFree;
    Banner* m_banner;
    ThemedLabel* m_text;
    CommandBox* m_command;
    PrimaryButton* m_run;
    QPushButton* m_close;
    Task m_planning{Task::Lane::Long};
};

} // namespace fatlas::ui
