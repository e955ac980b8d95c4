/// Notices that another program changed the file of an image, once it is quiet again.
///
/// Also when the file is replaced by another one of its name, as editors and Fatlas itself do.
///
/// Threads: GUI thread; looking at the file is one stat.
#pragma once

#include <QDateTime>
#include <QFileSystemWatcher>
#include <QObject>
#include <QTimer>

namespace fatlas::ui {

class ImageWatcher final : public QObject {
    Q_OBJECT

public:
    explicit ImageWatcher(QObject* parent = nullptr);

    /// From now on this file, as it is now; "" or what is not a file: nothing.
    void watch(const QString& path);

Q_SIGNALS:
    void changed();

private:
    struct State {
        qint64 size = -1;
        QDateTime modified;

        bool operator==(const State&) const = default;
    };

    void look();
    [[nodiscard]] State stateNow() const;

    QFileSystemWatcher m_watcher;
    QTimer m_quiet;
    QString m_path;
    State m_known;
};

} // namespace fatlas::ui
