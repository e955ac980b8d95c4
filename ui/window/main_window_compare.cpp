// How two volumes come beside each other: from the welcome page, the document in front, or two
// images that are dropped.

#include "ui/window/compare_page.hpp"
#include "ui/window/document_tabs.hpp"
#include "ui/window/main_window.hpp"
#include "ui/window/vhd_page.hpp"
#include "ui/window/volume_page.hpp"
#include "ui/wizards/new_disk_page.hpp"

#include <QFile>

namespace fatlas::ui {

namespace {

CompareSource sourceAt(const QString& path)
{
    return {.source = QFile::encodeName(path).toStdString()};
}

} // namespace

/// The document in front, for the left side.
CompareSource MainWindow::compareSource() const
{
    if (VolumePage* const page = m_tabs->volume(); page != nullptr) {
        CompareSource source = sourceAt(page->document().source());
        if (const SharedContent& content = page->document().content())
            source.partition = content->image.partitionIndex;
        return source;
    }
    if (VhdPage* const page = m_tabs->vhd(); page != nullptr)
        return sourceAt(page->document().path());
    if (NewDiskPage* const page = m_tabs->newDisk(); page != nullptr)
        return sourceAt(page->document().folder());
    return {};
}

ComparePage* MainWindow::compare(const CompareSource& left, const CompareSource& right)
{
    auto* page = new ComparePage;
    m_tabs->add(page);
    connect(page, &ComparePage::hoveredText, this, &MainWindow::showStatus);
    connect(page, &ComparePage::shown, this, [this, page] {
        m_tabs->setTitle(page, page->title());
        updateCorner();
    });
    page->compare(left, right);
    page->startEditing();
    follow();
    return page;
}

void MainWindow::dropPaths(const QStringList& paths)
{
    sortPaths(paths, [this](const std::vector<Sorted>& sorted) {
        const auto isImage = [](const Sorted& source) { return !source.isFolder; };
        if (sorted.size() == 2 && isImage(sorted[0]) && isImage(sorted[1]))
            compare(sourceAt(sorted[0].path), sourceAt(sorted[1].path));
        else
            openSorted(sorted);
    });
}

} // namespace fatlas::ui
