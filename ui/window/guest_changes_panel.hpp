/// "Guest changes": whether the folder is up to date, what came home, what waits and why, what
/// somebody has to decide.
///
/// Threads:  GUI thread.
/// Lifetime: `document` outlives it.
#pragma once

#include "ui/base/theme.hpp"
#include "ui/document/serve_document.hpp"
#include "ui/models/keyed_rows_model.hpp"

#include <QWidget>

class QLabel;
class QPushButton;
class QTableView;

namespace fatlas::ui {

class ElidedLabel;
class GuestChangeDetail;

class GuestChangesPanel : public QWidget {
    Q_OBJECT

public:
    explicit GuestChangesPanel(ServeDocument& document, QWidget* parent = nullptr);

    [[nodiscard]] KeyedRowsModel* model() const noexcept { return m_model; }

    [[nodiscard]] QTableView* table() const noexcept { return m_table; }

    [[nodiscard]] GuestChangeDetail* detail() const noexcept { return m_detail; }

    /// Says yes to everything that waits for it, but for conflicts.
    [[nodiscard]] QPushButton* acceptAllButton() const noexcept { return m_acceptAll; }

    /// What the guard holds back goes on.
    [[nodiscard]] QPushButton* allowButton() const noexcept { return m_allow; }

    [[nodiscard]] QString sentence() const;

Q_SIGNALS:
    void saveRequested(const std::string& path);

protected:
    /// The table's columns share its width.
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    [[nodiscard]] QWidget* makeHead();
    [[nodiscard]] QWidget* makeBody();
    void follow();
    void followSelection();
    void acceptAll();
    void shareWidth() const;

    ServeDocument& m_document;
    QLabel* m_icon;
    ElidedLabel* m_sentence;
    QPushButton* m_acceptAll;
    QPushButton* m_allow;
    KeyedRowsModel* m_model;
    QTableView* m_table;
    GuestChangeDetail* m_detail;
};

/// Of a sign: its icon's name, and the colour that goes with it.
struct SignLook {
    QLatin1String iconName;
    Token token = Token::Muted;
};

[[nodiscard]] SignLook lookOf(GuestChanges::Sign sign);

} // namespace fatlas::ui
