/// The chain of the selected file: its runs as boxes with arrows, what its size asks for, the runs
/// as a table, and a walk along it.
///
/// Units:   `volumeOffset` in bytes from the start of the image.
/// Threads: GUI thread; does no I/O.
#pragma once

#include "core/fat/tree.hpp"

#include "ui/views/chain_walk.hpp"

#include <QPointer>
#include <QWidget>

#include <memory>
#include <optional>

class QScrollArea;
class QTableView;

namespace fatlas::ui {

class ChainRunsModel;
class ChainStrip;
class ElidedLabel;
class WalkBar;

class ChainView : public QWidget {
    Q_OBJECT

public:
    explicit ChainView(QWidget* parent = nullptr);

    void setVolume(std::shared_ptr<const fat::Tree> tree, const fat::Geometry& geometry,
                   std::uint64_t volumeOffset);
    /// As setVolume(); what a walk needs besides.
    void setContent(const SharedContent& content);
    void setFocus(Focus* focus);
    using QWidget::setFocus;

    /// "/DOCS/A.TXT: 9 clusters, 3 fragments; size 4,608 asks for 9"
    [[nodiscard]] QString headline() const;

    [[nodiscard]] ChainWalk& walk() noexcept { return m_walk; }

    [[nodiscard]] WalkBar* walkBar() const noexcept { return m_walkBar; }

private:
    void follow();
    void showNode(std::uint32_t node);
    void showRuns(const std::vector<ClusterRange>& runs);
    void showNothing();
    void markCluster();
    void selectRun(int row);

    std::shared_ptr<const fat::Tree> m_tree;
    fat::Geometry m_geometry;
    std::uint64_t m_volumeOffset = 0;
    QPointer<Focus> m_focus;
    ChainWalk m_walk;
    WalkBar* m_walkBar;
    ElidedLabel* m_headline;
    ChainStrip* m_strip;
    QScrollArea* m_scroll = nullptr;
    ChainRunsModel* m_model;
    QTableView* m_table;
    std::optional<FocusTarget> m_shown; ///< whose chain it is
    bool m_following = false;
};

} // namespace fatlas::ui
