/// "Go to or do anything": actions by name, addresses and paths, with suggestions while typing.
///
/// Threads: GUI thread.
#pragma once

#include "ui/wizards/field.hpp"

#include <QIcon>

#include <functional>
#include <vector>

class QCompleter;
class QStandardItemModel;

namespace fatlas::ui {

struct Suggestion {
    QString text;
    QLatin1String iconName;    ///< of a literal
    std::function<void()> run; ///< empty: cannot be done, the text says why
};

class GoToBox : public InsetLineEdit {
    Q_OBJECT

public:
    using Provider = std::function<std::vector<Suggestion>(const QString& text)>;

    explicit GoToBox(QWidget* parent = nullptr);

    void setProvider(Provider provider);
    /// Ready to be typed into.
    void start();

    [[nodiscard]] const std::vector<Suggestion>& suggestions() const { return m_suggestions; }

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void suggest(const QString& text);
    void run(int row);
    void runFirst();

    Provider m_provider;
    std::vector<Suggestion> m_suggestions;
    QStandardItemModel* m_model;
    QCompleter* m_completer;
};

} // namespace fatlas::ui
