/// The preview of a repair: what is done and why, which bytes become which, what stays; Apply.
///
/// Follows a VolumeRepair and starts its steps. Rows publish Focus.
///
/// Threads: GUI thread; does no I/O.
#pragma once

#include "ui/document/volume_repair.hpp"

#include <QPointer>
#include <QWidget>

class QCheckBox;
class QProgressBar;
class QPushButton;
class QTableView;

namespace fatlas::ui {

class ElidedLabel;
class FindingPatchesModel;
class FindingRepairsModel;

class FindingsRepair : public QWidget {
    Q_OBJECT

public:
    /// `repair` outlives it.
    explicit FindingsRepair(VolumeDocument& document, VolumeRepair& repair,
                            QWidget* parent = nullptr);

    [[nodiscard]] QPushButton* applyButton() const noexcept { return m_apply; }

    [[nodiscard]] QPushButton* cancelButton() const noexcept { return m_cancel; }

    [[nodiscard]] QTableView* actions() const noexcept { return m_actions; }

    /// To what is asked next: what is planned, else the way back.
    void takeKeyboard();

    /// "6 actions change 48 bytes in 7 places of WORK.IMG; 1 note stays"
    [[nodiscard]] QString headline() const;

protected:
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    [[nodiscard]] QWidget* makeBar();
    [[nodiscard]] QWidget* makeTables();
    void refresh();
    void goBack();
    void showProgress();
    [[nodiscard]] QString planText() const;
    void publishAction(int row);
    void publishPatch(int row);

    VolumeDocument& m_document;
    VolumeRepair& m_repair;
    FindingRepairsModel* m_actionModel;
    FindingPatchesModel* m_patchModel;
    ElidedLabel* m_headline;
    QCheckBox* m_keepLost;
    QProgressBar* m_progress;
    QPushButton* m_apply;
    QPushButton* m_cancel;
    QTableView* m_actions;
    QTableView* m_patches;
    VolumeRepair::Plan m_shown;
};

} // namespace fatlas::ui
