/// The help pages, in a window of their own: topics on the left, the page on the right.
///
/// Threads: GUI thread; the pages are compiled in.
#pragma once

#include <QDialog>

class QListWidget;
class QTextBrowser;
class QUrl;

namespace fatlas::ui {

class HelpWindow final : public QDialog {
    Q_OBJECT

public:
    explicit HelpWindow(QWidget* parent = nullptr);

    /// A topic without a page shows the one about volumes.
    void showTopic(const QString& topic);

    [[nodiscard]] QString topic() const { return m_topic; }

    [[nodiscard]] QTextBrowser* page() const noexcept { return m_page; }

protected:
    void changeEvent(QEvent* event) override;

private:
    void follow(const QUrl& link);

    QListWidget* m_topics;
    QTextBrowser* m_page;
    QString m_topic;
};

} // namespace fatlas::ui
