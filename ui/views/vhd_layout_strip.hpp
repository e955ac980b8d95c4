/// How a VHD file is laid out: one bar of its structures, blocks and gaps, with words below.
///
/// Structures are never thinner than can be seen; the rest shares the room by size.
///
/// Units:   bytes of the file.
/// Threads: GUI thread.
#pragma once

#include "core/convert/new_vhd.hpp"
#include "core/vhd/block_map.hpp"

#include "ui/base/theme.hpp"

#include <QWidget>

#include <vector>

namespace fatlas::ui {

/// Neighbouring pieces of one kind.
struct VhdStripPart {
    vhd::FilePiece::Kind kind = vhd::FilePiece::Kind::Block;
    bool overlaps = false;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
    std::uint64_t count = 1;
};

/// At most `most` parts; what is too much becomes part of its neighbour.
[[nodiscard]] std::vector<VhdStripPart> stripParts(const vhd::FileLayout& layout,
                                                   std::size_t most = 400);

/// Of a file that does not exist yet, as it will be at most.
[[nodiscard]] std::vector<VhdStripPart> stripParts(const convert::NewVhdPlan& plan);

class VhdLayoutStrip : public QWidget {
    Q_OBJECT

public:
    explicit VhdLayoutStrip(QWidget* parent = nullptr);

    void setParts(std::vector<VhdStripPart> parts);

    [[nodiscard]] const std::vector<VhdStripPart>& parts() const noexcept { return m_parts; }

    [[nodiscard]] QSize sizeHint() const override;

    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    [[nodiscard]] std::vector<QRectF> places() const;
    [[nodiscard]] int barHeight() const;

    std::vector<VhdStripPart> m_parts;
};

} // namespace fatlas::ui
