#include "ui/wizards/path_fields.hpp"

#include "core/base/file.hpp"

#include "ui/base/icons.hpp"
#include "ui/base/words.hpp"

#include <QAction>
#include <QDir>
#include <QDragEnterEvent>
#include <QFile>
#include <QFileDialog>
#include <QMimeData>

namespace fatlas::ui {

namespace {

QString droppedPath(const QMimeData* data)
{
    const auto urls = data->urls();
    return urls.isEmpty() ? QString() : urls.front().toLocalFile();
}

} // namespace

FolderField::FolderField(QWidget* parent) : InsetLineEdit(parent)
{
    addAction(icon(QLatin1String("folder")), LeadingPosition);
    setPlaceholderText(tr("Choose a folder or drop one here"));
    setInset(makeChooseButton(this, tr("Choose a folder"), [this] { choose(); }));
    setAcceptDrops(true);
    connect(this, &QLineEdit::editingFinished, this, [this] {
        const QString typed = text().trimmed();
        take(typed.isEmpty() ? typed : QDir::cleanPath(expandHome(typed)));
    });
}

void FolderField::setFolder(const QString& folder)
{
    m_folder = folder;
    setText(shortenHome(folder));
    setToolTip(folder);
}

void FolderField::take(const QString& folder)
{
    if (folder == m_folder)
        return;
    setFolder(folder);
    Q_EMIT folderChosen(folder);
}

void FolderField::choose()
{
    const QString start = m_folder.isEmpty() ? QDir::homePath() : m_folder;
    auto* dialog = new QFileDialog(window(), tr("Folder to make a disk from"), start);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    connect(dialog, &QFileDialog::fileSelected, this, &FolderField::take);
    dialog->open();
}

void FolderField::dragEnterEvent(QDragEnterEvent* event)
{
    if (event->mimeData()->hasUrls())
        event->acceptProposedAction();
    else
        InsetLineEdit::dragEnterEvent(event);
}

void FolderField::dropEvent(QDropEvent* event)
{
    if (const QString path = droppedPath(event->mimeData()); !path.isEmpty()) {
        event->acceptProposedAction();
        take(path);
        return;
    }
    InsetLineEdit::dropEvent(event);
}

CodeFileField::CodeFileField(const QString& what, std::uint64_t limit, QWidget* parent)
    : InsetLineEdit(parent), m_what(what), m_limit(limit)
{
    setPlaceholderText(tr("Fatlas's own"));
    setInset(makeChooseButton(this, tr("Choose a file: %1").arg(what), [this] { choose(); }));
    connect(this, &QLineEdit::editingFinished, this, &CodeFileField::read);
}

void CodeFileField::setCode(const folder_disk::CodeFile& code)
{
    m_reading.abandon();
    m_code = code;
    m_problem.clear();
    setText(shortenHome(QString::fromStdString(code.path)));
}

void CodeFileField::choose()
{
    auto* dialog = new QFileDialog(window(), m_what);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) {
        setText(shortenHome(path));
        read();
    });
    dialog->open();
}

void CodeFileField::read()
{
    const std::string path = QFile::encodeName(expandHome(text().trimmed())).toStdString();
    if (path == m_code.path && m_problem.isEmpty())
        return;
    if (path.empty()) {
        setCode({});
        Q_EMIT changed();
        return;
    }
    m_reading.start(
        [path, limit = m_limit](const JobControl&) { return readWholeFile(path, limit); },
        [this, path](Result<Bytes> bytes) {
            m_problem = bytes ? QString() : shown(bytes.error().message);
            if (bytes)
                m_code = {.path = path, .bytes = std::move(*bytes)};
            Q_EMIT changed();
        });
}

} // namespace fatlas::ui
