/// "The same as a command", with a button that copies it.
///
/// Threads: GUI thread.
#pragma once

#include <QString>
#include <QWidget>

class QPlainTextEdit;
class QToolButton;

namespace fatlas::ui {

class CommandBox : public QWidget {
    Q_OBJECT

public:
    explicit CommandBox(QWidget* parent = nullptr);

    /// One line as a shell reads it; the box wraps it.
    void setCommand(const QString& command);
    [[nodiscard]] QString command() const;

Q_SIGNALS:
    void copied();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void copy();
    void fitHeight();

    QToolButton* m_copy;
    QPlainTextEdit* m_text;
};

} // namespace fatlas::ui
