/// The blocks of a VHD as a map, in the order of the disk or of the file, with legend and overview.
///
/// Units:   blocks from 0.
/// Threads: GUI thread; cells are prepared on a worker.
#pragma once

#include "ui/document/vhd_document.hpp"
#include "ui/models/vhd_cells.hpp"

#include <QWidget>

namespace fatlas::ui {

class CellMapView;
class MapLegend;
class MapOverview;
class SegmentedControl;

class VhdBlockMap : public QWidget {
    Q_OBJECT

public:
    enum class Order : std::uint8_t { Disk, File };

    /// `document` outlives it.
    explicit VhdBlockMap(VhdDocument& document, QWidget* parent = nullptr);
    ~VhdBlockMap() override;

    [[nodiscard]] CellMapView* map() const noexcept { return m_map; }

    [[nodiscard]] MapLegend* legend() const noexcept { return m_legend; }

    [[nodiscard]] Order order() const noexcept { return m_order; }

    void setOrder(Order order);

    /// The map shows what the document holds, in the order that is wanted.
    [[nodiscard]] bool isUpToDate() const;

    /// The legend's rows follow the width, but the map gives way to whatever lies around it: with
    /// a height for its width, all of its wanted height would be asked for.
    [[nodiscard]] bool hasHeightForWidth() const override { return false; }

Q_SIGNALS:
    void hoveredText(const QString& text);
    void shown();

private:
    struct Cells {
        SharedVhd content;
        Order order = Order::Disk;
        std::shared_ptr<const VhdCells> cells;
    };

    [[nodiscard]] QWidget* makeBar();
    void prepare();
    void show(Cells cells);
    using QWidget::show;
    void describe();
    void fillLegend();
    void followBlock();
    void publish(std::uint64_t cell);

    VhdDocument& m_document;
    Order m_order = Order::Disk;
    Cells m_shown;
    bool m_following = false; ///< the cursor moves because the document's block did
    SegmentedControl* m_choice;
    CellMapView* m_map;
    MapOverview* m_overview;
    MapLegend* m_legend;
    Task m_cells{Task::Lane::Quick};
};

} // namespace fatlas::ui
