/// Building blocks of forms: a caption above an editor with the reason below when its content
/// cannot be, and a line editor that carries something at its right end.
///
/// Threads: GUI thread.
#pragma once

#include "ui/base/labels.hpp"

#include <QLineEdit>
#include <QWidget>

#include <functional>

namespace fatlas::ui {

class Field : public QWidget {
    Q_OBJECT

public:
    Field(const QString& caption, QWidget* editor, QWidget* parent = nullptr);

    /// Why the content cannot be; empty: it can.
    void setProblem(const QString& problem);

    [[nodiscard]] QString problem() const { return m_problem; }

private:
    /// As high as a finger or a careless pointer likes it.
    static void makeComfortable(QWidget* editor);

    ThemedLabel* m_reason;
    QString m_problem;
};

/// A line editor with a widget inside, at its right end: "9 of 11", "Choose…".
class InsetLineEdit : public QLineEdit {
    Q_OBJECT

public:
    explicit InsetLineEdit(QWidget* parent = nullptr);

    void setInset(QWidget* inset);
    /// After the inset changed its size.
    void placeInset();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* m_inset = nullptr;
};

/// "Choose…": a flat button in the accent colour.
[[nodiscard]] QWidget* makeChooseButton(QWidget* parent, const QString& accessibleName,
                                        const std::function<void()>& choose);

/// "~/dos" for "/home/me/dos", and back.
[[nodiscard]] QString shortenHome(const QString& path);
[[nodiscard]] QString expandHome(const QString& path);

} // namespace fatlas::ui
