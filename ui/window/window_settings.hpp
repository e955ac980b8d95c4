/// What the window remembers: geometry, layout of docks, recent items.
///
/// Threads: GUI thread; QSettings writes in the background of the event loop.
#pragma once

#include <QByteArray>
#include <QSettings>
#include <QString>

#include <memory>
#include <vector>

namespace fatlas::ui {

/// A folder or image that was used lately.
struct RecentItem {
    QString source;
    bool isFolder = false;
    bool pinned = false;

    bool operator==(const RecentItem&) const = default;
};

class WindowSettings {
public:
    enum class Keep : std::uint8_t { OnDisk, InMemory };

    /// InMemory reads and writes nothing outside the process.
    explicit WindowSettings(Keep keep);

    [[nodiscard]] QByteArray bytes(const QString& key) const;
    void setBytes(const QString& key, const QByteArray& value);

    /// Pinned first, then the newest first.
    [[nodiscard]] const std::vector<RecentItem>& recent() const noexcept { return m_recent; }

    void remember(const QString& source, bool isFolder);
    void setPinned(const QString& source, bool pinned);
    void forget(const QString& source);

private:
    void loadRecent();
    void saveRecent();
    void sortRecent();

    std::unique_ptr<QSettings> m_settings; ///< null: in memory
    std::vector<RecentItem> m_recent;
};

} // namespace fatlas::ui
