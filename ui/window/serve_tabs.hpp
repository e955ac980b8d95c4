/// The tables under the live map: how to connect, who is connected, what was written, what
/// happened.
///
/// Threads:  GUI thread.
/// Lifetime: `document` outlives it.
#pragma once

#include "core/base/units.hpp"

#include "ui/document/serve_document.hpp"

#include <QTabWidget>

#include <optional>
#include <vector>

class QLabel;
class QPushButton;
class QStackedWidget;
class QTableView;
class QToolButton;

namespace fatlas::ui {

class ElidedLabel;
class GuestChangesPanel;
class KeyedRowsModel;
struct KeyedRow;
class ThemedLabel;

class ServeTabs : public QTabWidget {
    Q_OBJECT

public:
    enum Tab : int { ConnectTab, ClientsTab, WritesTab, MessagesTab, ChangesTab };

    explicit ServeTabs(ServeDocument& document, QWidget* parent = nullptr);

    /// Only the writes that touched this cluster; nothing: all of them.
    void showWritesTo(std::optional<Cluster> cluster);

    [[nodiscard]] KeyedRowsModel* model(Tab tab) const
    {
        return m_pages[static_cast<std::size_t>(tab)].model;
    }

    [[nodiscard]] QTableView* table(Tab tab) const
    {
        return m_pages[static_cast<std::size_t>(tab)].table;
    }

    /// Its tab is there only where what guests write comes home.
    [[nodiscard]] GuestChangesPanel* changes() const noexcept { return m_changes; }

    [[nodiscard]] QPushButton* testButton() const noexcept { return m_test; }

    [[nodiscard]] QPushButton* copyButton() const noexcept { return m_copy; }

    /// What the last visit as a client found.
    [[nodiscard]] QString testText() const;

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    struct Page {
        QString title;
        KeyedRowsModel* model = nullptr;
        QStackedWidget* stack = nullptr; ///< a sentence, or the table
        QLabel* sentence = nullptr;
        QTableView* table = nullptr;
        std::vector<int> weights; ///< how the columns share the width
    };

    Page& addPage(Page page);
    void makeConnectFooter();
    void makeWritesHead();
    void shareWidth(const Page& page) const;
    void setRows(Tab tab, std::vector<KeyedRow> rows, bool isCounted = true);
    void setCount(Tab tab, std::uint64_t count);
    void followChanges();
    void followExports();
    void followSample();
    void goToWrite(const QModelIndex& index);
    void followMessages();
    void followTest();
    void copyLine();
    [[nodiscard]] QString nothingIn(Tab tab) const;

    ServeDocument& m_document;
    std::vector<Page> m_pages;
    GuestChangesPanel* m_changes = nullptr;
    QPushButton* m_copy = nullptr;
    QPushButton* m_test = nullptr;
    ThemedLabel* m_testText = nullptr;
    QWidget* m_writesHead = nullptr;
    ElidedLabel* m_writesText = nullptr;
    std::optional<Cluster> m_cluster; ///< whose writes are shown alone
};

} // namespace fatlas::ui
