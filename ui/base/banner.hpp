/// An error or a hint in its place: what happened, what was not changed, what to do next.
///
/// Threads: GUI thread.
#pragma once

#include "ui/base/theme.hpp"
#include "ui/base/words.hpp"

#include <QFrame>

class QLabel;
class QPushButton;
class QToolButton;

namespace fatlas::ui {

class Banner : public QFrame {
    Q_OBJECT

public:
    enum class Kind : std::uint8_t { Info, Success, Warning, Error };

    /// Hidden until something is shown.
    explicit Banner(QWidget* parent = nullptr);

    struct Message {
        Kind kind = Kind::Info;
        QString headline = {};  ///< cause, one sentence
        QString unchanged = {}; ///< "Nothing was written.", may be empty
        QString next = {};      ///< next step, may be empty
        QString action = {};    ///< text of the button, empty: no button
        bool closable = true;
    };

    void show(const Message& message);
    /// The words of an Error of core.
    void showError(const Error& error, const QString& unchanged, const QString& next = {},
                   const QString& action = {});
    void dismiss();

    [[nodiscard]] const Message& message() const noexcept { return m_message; }

Q_SIGNALS:
    void actionTriggered();
    void dismissed(); ///< closed by the user

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void retheme();
    [[nodiscard]] QColor tint() const;

    Message m_message;
    QLabel* m_icon;
    QLabel* m_headline;
    QLabel* m_body;
    QPushButton* m_action;
    QToolButton* m_close;
};

} // namespace fatlas::ui
