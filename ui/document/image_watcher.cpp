#include "ui/document/image_watcher.hpp"

#include <QFileInfo>

namespace fatlas::ui {

namespace {

constexpr int quietMs = 500;

} // namespace

ImageWatcher::ImageWatcher(QObject* parent) : QObject(parent)
{
    m_quiet.setSingleShot(true);
    m_quiet.setInterval(quietMs);
    connect(&m_watcher, &QFileSystemWatcher::fileChanged, &m_quiet, qOverload<>(&QTimer::start));
    // A file that takes the name of another is a change of the folder.
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, this, [this] {
        if (stateNow() != m_known)
            m_quiet.start();
    });
    connect(&m_quiet, &QTimer::timeout, this, &ImageWatcher::look);
}

void ImageWatcher::watch(const QString& path)
{
    m_quiet.stop();
    if (!m_path.isEmpty() && path != m_path)
        m_watcher.removePaths(m_watcher.files() + m_watcher.directories());
    m_path = QFileInfo(path).isFile() ? path : QString();
    m_known = stateNow();
    if (m_path.isEmpty())
        return;
    if (!m_watcher.files().contains(m_path))
        m_watcher.addPath(m_path);
    const QString folder = QFileInfo(m_path).absolutePath();
    if (!m_watcher.directories().contains(folder))
        m_watcher.addPath(folder);
}

ImageWatcher::State ImageWatcher::stateNow() const
{
    const QFileInfo file(m_path);
    return file.exists() ? State{.size = file.size(), .modified = file.lastModified()} : State{};
}

void ImageWatcher::look()
{
    if (m_path.isEmpty() || stateNow() == m_known || !QFileInfo(m_path).isFile())
        return; // gone: what was read stays on the screen
    watch(m_path);
    Q_EMIT changed();
}

} // namespace fatlas::ui
