/// The Changes dock: what is staged, with undo, redo, discard and apply, and above it what came of
/// the last apply.
///
/// Threads:  GUI thread; does no I/O.
/// Lifetime: document and edits outlive it.
#pragma once

#include "ui/document/staged_edits.hpp"

#include <QWidget>

class QAction;
class QPushButton;
class QTableView;

namespace fatlas::ui {

class Banner;
class ChangesModel;
class ElidedLabel;

class ChangesPanel : public QWidget {
    Q_OBJECT

public:
    ChangesPanel(VolumeDocument& document, StagedEdits& edits, QWidget* parent = nullptr);

    [[nodiscard]] QTableView* table() const noexcept { return m_table; }

    [[nodiscard]] ChangesModel* model() const noexcept { return m_model; }

    [[nodiscard]] Banner* banner() const noexcept { return m_banner; }

    /// Undo, redo, apply with their keys, for the whole page.
    [[nodiscard]] QList<QAction*> keyActions() const { return {m_undo, m_redo, m_apply}; }

    [[nodiscard]] QAction* applyAction() const noexcept { return m_apply; }

    [[nodiscard]] QAction* discardAction() const noexcept { return m_discard; }

    /// "2 changes of 17 bytes that are not written yet"
    [[nodiscard]] QString headline() const;

private:
    [[nodiscard]] QWidget* makeBar();
    QAction* addAction(const char* iconName, const QString& text, const QList<QKeySequence>& keys);
    void follow();
    void publish(int row);
    void showApplied();
    void showTakenBack();

    VolumeDocument& m_document;
    StagedEdits& m_edits;
    Banner* m_banner;
    ElidedLabel* m_headline;
    ChangesModel* m_model;
    QTableView* m_table;
    QAction* m_undo;
    QAction* m_redo;
    QAction* m_discard;
    QAction* m_apply;
    QString m_shownError; ///< closed by hand it does not come back
};

} // namespace fatlas::ui
