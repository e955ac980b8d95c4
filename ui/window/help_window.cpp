#include "ui/window/help_window.hpp"

#include "ui/base/theme.hpp"

#include <QEvent>
#include <QFile>
#include <QHBoxLayout>
#include <QListWidget>
#include <QTextBrowser>
#include <QTextDocument>
#include <QUrl>

#include <array>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

namespace {

struct Topic {
    const char* page; ///< resources/help/PAGE.md
    const char* title;
};

constexpr std::array topics{
    Topic{.page = "start", .title = QT_TRANSLATE_NOOP("HelpWindow", "Start")},
    Topic{.page = "new-disk", .title = QT_TRANSLATE_NOOP("HelpWindow", "New disk")},
    Topic{.page = "serve", .title = QT_TRANSLATE_NOOP("HelpWindow", "Serve")},
    Topic{.page = "vhd", .title = QT_TRANSLATE_NOOP("HelpWindow", "VHDs")},
    Topic{.page = "compare", .title = QT_TRANSLATE_NOOP("HelpWindow", "Compare")},
    Topic{.page = "volume", .title = QT_TRANSLATE_NOOP("HelpWindow", "Volume")},
    Topic{.page = "files", .title = QT_TRANSLATE_NOOP("HelpWindow", "Files")},
    Topic{.page = "map", .title = QT_TRANSLATE_NOOP("HelpWindow", "Cluster map")},
    Topic{.page = "chain", .title = QT_TRANSLATE_NOOP("HelpWindow", "Chain")},
    Topic{.page = "bytes", .title = QT_TRANSLATE_NOOP("HelpWindow", "Bytes")},
    Topic{.page = "fat", .title = QT_TRANSLATE_NOOP("HelpWindow", "FAT")},
    Topic{.page = "findings", .title = QT_TRANSLATE_NOOP("HelpWindow", "Findings")},
    Topic{.page = "changes", .title = QT_TRANSLATE_NOOP("HelpWindow", "Changes")},
    Topic{.page = "keys", .title = QT_TRANSLATE_NOOP("HelpWindow", "Keys")},
};

/// Parts of a volume may have no page of their own.
int rowOf(const QString& topic)
{
    for (std::size_t i = 0; i < topics.size(); ++i)
        if (topic == QLatin1String(topics[i].page))
            return static_cast<int>(i);
    return rowOf(u"volume"_s);
}

QString textOf(const QString& topic)
{
    QFile file(u":/fatlas/help/"_s + topic + u".md"_s);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

} // namespace

HelpWindow::HelpWindow(QWidget* parent)
    : QDialog(parent), m_topics(new QListWidget(this)), m_page(new QTextBrowser(this))
{
    setWindowTitle(tr("Fatlas help"));
    resize(scaled(760), scaled(560));
    for (const Topic& topic : topics)
        m_topics->addItem(tr(topic.title));
    m_topics->setAccessibleName(tr("Topics"));
    m_topics->setFixedWidth(scaled(150));
    m_topics->setFrameShape(QFrame::NoFrame);
    m_page->setAccessibleName(tr("Help page"));
    m_page->setFrameShape(QFrame::NoFrame);
    m_page->setOpenLinks(false);
    m_page->document()->setDocumentMargin(spacing(4));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_topics);
    layout->addWidget(m_page, 1);
    connect(m_topics, &QListWidget::currentRowChanged, this, [this](int row) {
        showTopic(QString::fromLatin1(topics[static_cast<std::size_t>(std::max(row, 0))].page));
    });
    connect(m_page, &QTextBrowser::anchorClicked, this, &HelpWindow::follow);
    showTopic(u"start"_s);
}

void HelpWindow::showTopic(const QString& topic)
{
    const int row = rowOf(topic);
    m_topic = QString::fromLatin1(topics[static_cast<std::size_t>(row)].page);
    m_topics->setCurrentRow(row);
    m_page->document()->setMarkdown(textOf(m_topic));
    m_page->moveCursor(QTextCursor::Start);
}

/// Between pages only; the help leads nowhere else.
void HelpWindow::follow(const QUrl& link)
{
    if (link.fileName().endsWith(u".md"_s))
        showTopic(link.fileName().chopped(3));
}

void HelpWindow::changeEvent(QEvent* event)
{
    QDialog::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        showTopic(m_topic); // links keep the colour they were made with
}

} // namespace fatlas::ui
