/// The documents of a window as tabs; the Welcome page while there are none.
///
/// Middle click and the tab's button close it; one document alone needs no tab bar.
///
/// Threads: GUI thread.
#pragma once

#include <QStackedWidget>

#include <functional>
#include <utility>

class QTabWidget;

namespace fatlas::ui {

class ComparePage;
class NewDiskPage;
class NewVhdPage;
class ServePage;
class VhdPage;
class VolumePage;
class WelcomePage;

class DocumentTabs : public QStackedWidget {
    Q_OBJECT

public:
    explicit DocumentTabs(QWidget* parent = nullptr);

    void add(NewDiskPage* page);
    void add(VolumePage* page);
    void add(VhdPage* page);
    void add(NewVhdPage* page);
    void add(ServePage* page);
    void add(ComparePage* page);

    void setTitle(QWidget* page, const QString& title);

    /// Asked before a page is closed; false: not now.
    void setCloseGuard(std::function<bool(QWidget*)> guard) { m_guard = std::move(guard); }

    /// Brings it to the front.
    void show(QWidget* page);
    /// Brings the inspector of this file to the front; null when there is none.
    VhdPage* showVhd(const QString& path);

    [[nodiscard]] WelcomePage* welcome() const noexcept { return m_welcome; }

    /// The page in front; null while Welcome is.
    [[nodiscard]] QWidget* current() const;
    [[nodiscard]] NewDiskPage* newDisk() const;
    [[nodiscard]] VolumePage* volume() const;
    [[nodiscard]] VhdPage* vhd() const;
    [[nodiscard]] NewVhdPage* newVhd() const;
    [[nodiscard]] ServePage* serve() const;
    [[nodiscard]] ComparePage* compare() const;
    [[nodiscard]] int count() const;
    [[nodiscard]] QList<VolumePage*> volumes() const;
    [[nodiscard]] QList<ServePage*> serves() const;

    void closeCurrent();
    /// Closes it, if it is there and may be closed.
    void close(QWidget* page);

Q_SIGNALS:
    void currentChangedTo(QWidget* page); ///< null: Welcome
    void aboutToClose(QWidget* page);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void addPage(QWidget* page, QLatin1String iconName, const QString& title);
    void closeAt(int index);
    void follow();

    WelcomePage* m_welcome;
    QTabWidget* m_tabs;
    std::function<bool(QWidget*)> m_guard;
};

} // namespace fatlas::ui
