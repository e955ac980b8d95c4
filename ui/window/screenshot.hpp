/// A picture of the window as a person would see it, taken once loading has finished.
///
/// Errors:  what kept the source from being shown, or that it took too long, or that the file
///          cannot be written.
/// Threads: GUI thread; runs the event loop of the application.
#pragma once

#include "core/base/error.hpp"

#include <QSize>
#include <QString>

namespace fatlas::ui {

class MainWindow;

struct ScreenshotRequest {
    enum class View : std::uint8_t { ByItself, NewDisk, Volume, Vhd, NewVhd, Serve, Compare };

    QString output = {};
    QSize size{1600, 960};
    View view = View::ByItself; ///< New disk for folders, Volume for the rest
    QString source = {};        ///< empty: the Welcome page
    QString second = {};        ///< Compare: what the source is compared with
    QString select = {};        ///< "/DOCS/A.TXT", "cluster:433", "block:300"
    QString tab = {};           ///< dock of a volume to be in front: "bytes"
    /// Serve: served as scratch, or written back to a source that is fat:rw:FOLDER, and the picture
    /// is taken a while after this was started in a shell with $uri and $unixsocket; empty: not
    /// served yet.
    QString command = {};
    QString mapMode = {}; ///< colours of a volume's map: "owner"
    QString layout = {};  ///< order of its cells: "hilbert"
    int timeoutMs = 300'000;
};

[[nodiscard]] Result<> takeScreenshot(MainWindow& window, const ScreenshotRequest& request);

} // namespace fatlas::ui
