/// The bar that searches the bytes: what, as which kind, forward or backward, with Cancel.
///
/// It decides nothing but what is searched for; who owns it runs the search and tells the outcome.
///
/// Threads: GUI thread.
#pragma once

#include "ui/base/theme.hpp"
#include "ui/models/hex_search.hpp"
#include "ui/tasks/task.hpp"

#include <QWidget>

#include <memory>

class QComboBox;
class QLineEdit;
class QToolButton;

namespace fatlas::ui {

class ElidedLabel;

class HexFindBar : public QWidget {
    Q_OBJECT

public:
    explicit HexFindBar(QWidget* parent = nullptr);

    void setCodePage(std::shared_ptr<const CodePage> page);
    /// Shows the bar and puts the keyboard into its field.
    void start();
    void close();

    [[nodiscard]] QString text() const;
    void setText(const QString& text);
    void setKind(PatternKind kind);
    [[nodiscard]] PatternKind kind() const;

    /// What is typed, or why it cannot be searched for (said in the bar too).
    [[nodiscard]] Result<HexPattern> pattern();

    /// Looks for it, from the place after (before) `from`. `done` gets the place when it is found.
    void search(const HexSearch& search, const std::function<void(std::uint64_t place)>& done);

    [[nodiscard]] const Task& task() const noexcept { return m_task; }

    [[nodiscard]] QString message() const;

Q_SIGNALS:
    void searchRequested(fatlas::ui::Direction direction);
    void closed();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QToolButton* addButton(QLatin1String icon, const QString& what);
    void say(const QString& text, Token token = Token::Muted);
    void showProgress();
    void sayEnd(const HexSearchEnd& end);

    QComboBox* m_kind;
    QLineEdit* m_field;
    QToolButton* m_case = nullptr;
    QToolButton* m_cancel = nullptr;
    ElidedLabel* m_message;
    std::shared_ptr<const CodePage> m_codePage;
    Task m_task{Task::Lane::Long};
};

} // namespace fatlas::ui
