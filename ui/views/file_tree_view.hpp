/// Files and folders of a volume with a filter field, or the raw slots of one folder; follows and
/// publishes Focus.
///
/// Threads: GUI thread; does no I/O.
#pragma once

#include "core/fat/tree.hpp"

#include "ui/document/volume_content.hpp"
#include "ui/models/volume_tree_model.hpp"
#include "ui/views/file_tree_edits.hpp"

#include <QPointer>
#include <QWidget>

#include <functional>
#include <memory>
#include <string>
#include <vector>

class QLineEdit;
class QMimeData;
class QTimer;
class QToolButton;
class QTreeView;

namespace fatlas::ui {

class DragOutTree;
class RawSlotsView;
class VolumeTreeProxy;

class FileTreeView : public QWidget {
    Q_OBJECT

public:
    explicit FileTreeView(QWidget* parent = nullptr);

    /// Folders that are open stay so, where the tree has them still.
    void setTree(std::shared_ptr<const fat::Tree> tree);
    /// As setTree(); what raw slots need besides.
    void setContent(const SharedContent& content);
    void setFocus(Focus* focus);
    using QWidget::setFocus;
    /// Adds a column with what guests did to each file, and puts the details away.
    void showTraffic();
    /// Files can be renamed and removed, folders made; null: they cannot.
    void setEdits(StagedEdits* edits);
    /// What is dragged out of the tree, by path; the drag gets it. Empty: nothing can be.
    using DragSource = std::function<QMimeData*(const std::string& path)>;
    void setDragSource(DragSource source);
    /// Puts the cursor into the filter field.
    void startFilter();

    [[nodiscard]] QTreeView* view() const noexcept;

    [[nodiscard]] RawSlotsView* rawSlots() const noexcept { return m_slots; }

    [[nodiscard]] QToolButton* rawSlotsButton() const noexcept { return m_rawSlots; }

    [[nodiscard]] VolumeTreeModel* model() const noexcept { return m_model; }

Q_SIGNALS:
    void nodeActivated(std::uint32_t node);
    void extractRequested();               ///< of what is selected
    void hoveredText(const QString& text); ///< one sentence about what is under the pointer

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void prepareView();
    [[nodiscard]] std::vector<std::string> openFolders() const;
    void prepareRawSlots();
    void showRawSlots(bool raw);
    void setColumnWidths();
    void fitNameColumn();
    void offerColumns(QPoint position);
    void follow();
    void publish(const QModelIndex& current);
    void publishHover(const QModelIndex& index);
    void applyFilter();
    [[nodiscard]] QString sentenceAbout(std::uint32_t node) const;
    [[nodiscard]] FocusTarget targetOf(std::uint32_t node) const;
    [[nodiscard]] std::optional<FileTreeEdits::Item> chosenItem() const;

    VolumeTreeModel* m_model;
    VolumeTreeProxy* m_proxy;
    QLineEdit* m_filter;
    QTimer* m_filterDelay;
    DragOutTree* m_view;
    QToolButton* m_rawSlots;
    RawSlotsView* m_slots;
    FileTreeEdits* m_edits;
    QPointer<Focus> m_focus;
    bool m_following = false;
    bool m_columnsAreOurs = true; ///< nobody pulled at a column yet
    bool m_fitting = false;
};

} // namespace fatlas::ui
