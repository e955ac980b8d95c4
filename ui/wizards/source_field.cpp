#include "ui/wizards/source_field.hpp"

#include "ui/base/icons.hpp"

#include <QAction>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QMenu>
#include <QMimeData>
#include <QUrl>

namespace fatlas::ui {

namespace {

QString droppedPath(const QMimeData& data)
{
    const auto urls = data.urls();
    return urls.size() == 1 ? urls.front().toLocalFile() : QString();
}

} // namespace

SourceField::SourceField(const QString& what, QWidget* parent) : InsetLineEdit(parent), m_what(what)
{
    addAction(icon(QLatin1String("disc")), LeadingPosition);
    setAccessibleName(what);
    setPlaceholderText(tr("%1: an image or a folder").arg(what));
    setInset(makeChooseButton(this, tr("Choose: %1").arg(what), [this] { offer(); }));
    setAcceptDrops(true);
    connect(this, &QLineEdit::editingFinished, this,
            [this] { take(expandHome(text().trimmed())); });
}

void SourceField::setSource(const QString& source)
{
    m_source = source;
    setText(shortenHome(source));
    setToolTip(source);
}

void SourceField::take(const QString& source)
{
    if (source == m_source)
        return;
    setSource(source);
    Q_EMIT sourceChosen(source);
}

void SourceField::offer()
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    connect(menu->addAction(tr("Image…")), &QAction::triggered, this, [this] { choose(false); });
    connect(menu->addAction(tr("Folder…")), &QAction::triggered, this, [this] { choose(true); });
    menu->popup(mapToGlobal(QPoint(width() - menu->sizeHint().width(), height())));
}

void SourceField::choose(bool isFolder)
{
    auto* dialog = new QFileDialog(window(), m_what, QFileInfo(m_source).path());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(isFolder ? QFileDialog::Directory : QFileDialog::ExistingFile);
    if (isFolder)
        dialog->setOption(QFileDialog::ShowDirsOnly);
    connect(dialog, &QFileDialog::fileSelected, this, &SourceField::take);
    dialog->open();
}

void SourceField::dragEnterEvent(QDragEnterEvent* event)
{
    if (!droppedPath(*event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void SourceField::dropEvent(QDropEvent* event)
{
    if (const QString path = droppedPath(*event->mimeData()); !path.isEmpty()) {
        event->acceptProposedAction();
        take(path);
    }
}

} // namespace fatlas::ui
