#include "ui/views/table_style.hpp"

#include "ui/base/theme.hpp"
#include "ui/base/words.hpp"
#include "ui/views/table_copy.hpp"

#include <QFontMetrics>
#include <QHeaderView>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QTreeView>

#include <algorithm>
#include <cstdint>

namespace fatlas::ui {

namespace {

/// A header that is only words above a line.
class QuietHeader : public QHeaderView {
public:
    QuietHeader(Qt::Orientation orientation, QWidget* parent) : QHeaderView(orientation, parent)
    {
        setHighlightSections(false);
        setSectionsClickable(true);
        setFont(emphasized(font(), -0.5));
        setMinimumHeight(QFontMetrics(font()).height() + 2 * scaled(5));
    }

protected:
    void paintSection(QPainter* painter, const QRect& rect, int section) const override
    {
        const Theme& theme = Theme::instance();
        painter->fillRect(rect, theme.color(Token::Panel));
        painter->fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1),
                          theme.color(Token::Line));
        const int padding = scaled(8);
        QRect text = rect.adjusted(padding, 0, -padding, -1);
        if (isSortIndicatorShown() && sortIndicatorSection() == section) {
            paintIndicator(*painter,
                           QRect(text.right() - scaled(8), text.top(), scaled(8), text.height()));
            text.setRight(text.right() - scaled(12));
        }
        const QVariant alignment =
            model()->headerData(section, orientation(), Qt::TextAlignmentRole);
        const QString words = model()->headerData(section, orientation()).toString();
        painter->setPen(theme.color(Token::Muted));
        painter->setFont(font());
        painter->drawText(text, alignment.isValid() ? alignment.toInt() : int(Qt::AlignVCenter),
                          painter->fontMetrics().elidedText(words, Qt::ElideRight, text.width()));
    }

    [[nodiscard]] QSize sectionSizeFromContents(int section) const override
    {
        const QString words = model()->headerData(section, orientation()).toString();
        return {fontMetrics().horizontalAdvance(words) + 2 * scaled(8) + scaled(12),
                minimumHeight()};
    }

private:
    void paintIndicator(QPainter& painter, const QRect& room) const
    {
        const QPointF middle = QRectF(room).center();
        const double half = scaled(3);
        const double up = sortIndicatorOrder() == Qt::AscendingOrder ? -half : half;
        painter.save();
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(Theme::instance().color(Token::Muted), 1.4));
        painter.drawPolyline(QPolygonF({{middle.x() - half, middle.y() - up / 2},
                                        {middle.x(), middle.y() + up / 2},
                                        {middle.x() + half, middle.y() - up / 2}}));
        painter.restore();
    }
};

/// Rows with air around the text and, in tables, a line below; Fusion's focus frame is left out
/// because the whole row is marked.
class LinedDelegate : public QStyledItemDelegate {
public:
    enum class Line : std::uint8_t { Yes, No };

    explicit LinedDelegate(QObject* parent, Line line = Line::Yes)
        : QStyledItemDelegate(parent), m_line(line)
    {}

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override
    {
        QStyleOptionViewItem plain = option;
        plain.state &= ~QStyle::State_HasFocus;
        QStyledItemDelegate::paint(painter, plain, index);
        if (m_line == Line::Yes)
            painter->fillRect(
                QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1),
                Theme::instance().color(Token::Line));
    }

    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option,
                                 const QModelIndex& index) const override
    {
        QSize size = QStyledItemDelegate::sizeHint(option, index);
        size.rwidth() += scaled(12);
        size.setHeight(std::max(size.height(), option.fontMetrics.height() + 2 * scaled(3)));
        return size;
    }

protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        if (m_line == Line::Yes) // text lines up with the words of the header
            option->rect.adjust(scaled(8) - 3, 0, 3 - scaled(8), 0);
    }

private:
    Line m_line;
};

int rowHeight(const QWidget& widget)
{
    return QFontMetrics(widget.font()).height() + 2 * scaled(4);
}

void styleItems(QAbstractItemView& view)
{
    view.setFrameShape(QFrame::NoFrame);
    view.setSelectionBehavior(QAbstractItemView::SelectRows);
    view.setSelectionMode(QAbstractItemView::SingleSelection);
    view.setEditTriggers(QAbstractItemView::NoEditTriggers);
    view.setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    view.setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    view.setTextElideMode(Qt::ElideMiddle);
    enableCopying(view);
    QObject::connect(&Theme::instance(), &Theme::changed, &view,
                     [&view] { view.viewport()->update(); });
}

} // namespace

void styleTable(QTableView& table)
{
    styleItems(table);
    auto* header = new QuietHeader(Qt::Horizontal, &table);
    table.setHorizontalHeader(header);
    table.setShowGrid(false);
    table.setWordWrap(false);
    table.setItemDelegate(new LinedDelegate(&table));
    table.setTabKeyNavigation(false);
    table.setCornerButtonEnabled(false);
    table.verticalHeader()->hide();
    table.verticalHeader()->setDefaultSectionSize(rowHeight(table));
    table.verticalHeader()->setMinimumSectionSize(rowHeight(table));
}

void styleTree(QTreeView& tree)
{
    styleItems(tree);
    auto* header = new QuietHeader(Qt::Horizontal, &tree);
    tree.setHeader(header);
    tree.setUniformRowHeights(true);
    tree.setItemDelegate(new LinedDelegate(&tree, LinedDelegate::Line::No));
    tree.setAllColumnsShowFocus(true);
    tree.setIndentation(scaled(18));
}

} // namespace fatlas::ui
