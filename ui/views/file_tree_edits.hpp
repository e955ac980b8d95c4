/// What can be changed in the tree of files: rename, new folder, remove, by keys and menu. All of
/// it is staged, not written.
///
/// Threads:  GUI thread.
/// Lifetime: the edits outlive it, or are taken away with nullptr.
#pragma once

#include "ui/document/staged_edits.hpp"

#include <QList>
#include <QObject>
#include <QPointer>

#include <functional>
#include <optional>
#include <string>

class QAction;
class QTreeView;

namespace fatlas::ui {

class FileTreeEdits final : public QObject {
    Q_OBJECT

public:
    /// A place in the tree; nothing: the root.
    struct Item {
        std::string path;
        bool isFolder = false;
    };

    using Chosen = std::function<std::optional<Item>()>;

    FileTreeEdits(QTreeView& view, Chosen chosen);

    void setEdits(StagedEdits* edits);

    /// In front of its own ones.
    void addToMenu(QAction* action) { m_first << action; }

    [[nodiscard]] QList<QAction*> actions() const { return {m_rename, m_newFolder, m_remove}; }

private:
    void follow();
    void rename();
    void makeFolder();
    void remove();
    void showMenu(QPoint position);
    [[nodiscard]] QString askName(const QString& title, const QString& before) const;

    QTreeView& m_view;
    Chosen m_chosen;
    QPointer<StagedEdits> m_edits;
    QList<QAction*> m_first;
    QAction* m_rename;
    QAction* m_newFolder;
    QAction* m_remove;
};

} // namespace fatlas::ui
