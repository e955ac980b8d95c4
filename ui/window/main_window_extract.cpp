// How files leave an open volume: into a folder that is asked for, or by a drag.

#include "ui/base/words.hpp"
#include "ui/views/file_tree_view.hpp"
#include "ui/window/document_tabs.hpp"
#include "ui/window/main_window.hpp"
#include "ui/window/volume_page.hpp"

#include <QFileDialog>
#include <QMimeData>

namespace fatlas::ui {

void MainWindow::connectExtraction(VolumePage* page)
{
    connect(page->files(), &FileTreeView::extractRequested, this, &MainWindow::askExtract);
    page->files()->setDragSource([this, page](const std::string& path) -> QMimeData* {
        const SharedContent& content = page->document().content();
        return content ? m_extraction.makeDrag(content, path) : nullptr;
    });
}

/// What is selected in the volume in front; all of it when nothing is.
std::string MainWindow::pathToExtract() const
{
    VolumePage* const page = m_tabs->volume();
    if (page == nullptr)
        return "/";
    const auto node = page->document().focus().selection().node;
    const SharedContent& content = page->document().content();
    return content && node && *node < content->tree->nodes.size() ? content->tree->path(*node)
                                                                  : "/";
}

void MainWindow::askExtract()
{
    if (!m_actions.extract->isEnabled())
        return;
    const std::string path = pathToExtract();
    auto* dialog =
        new QFileDialog(this, path == "/" ? tr("Extract all files into a folder")
                                          : tr("Extract %1 into a folder").arg(shown(path)));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    dialog->setLabelText(QFileDialog::Accept, tr("Extract"));
    connect(dialog, &QFileDialog::fileSelected, this, &MainWindow::extractTo);
    dialog->open();
}

void MainWindow::extractTo(const QString& folder)
{
    if (VolumePage* const page = m_tabs->volume(); page != nullptr && page->document().content())
        m_extraction.extract(page->document().content(), pathToExtract(), folder);
}

} // namespace fatlas::ui
