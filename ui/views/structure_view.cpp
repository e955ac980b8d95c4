#include "ui/views/structure_view.hpp"

#include "ui/base/labels.hpp"
#include "ui/base/words.hpp"
#include "ui/models/structure_model.hpp"
#include "ui/views/table_style.hpp"
#include "ui/views/type_over_delegate.hpp"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QItemSelectionModel>
#include <QKeyEvent>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

StructureView::StructureView(QWidget* parent)
    : QWidget(parent), m_title(new ElidedLabel({}, Qt::ElideRight, this)),
      m_facts(new ElidedLabel({}, Qt::ElideRight, this)), m_model(new StructureModel(this)),
      m_table(new QTableView(this))
{
    m_title->setFont(emphasized(font()));
    m_facts->setToken(Token::Muted);
    m_table->setModel(m_model);
    styleTable(*m_table);
    m_table->setAccessibleName(tr("Fields of the structure"));
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(spacing(3), spacing(1), 0, 0);
    layout->setSpacing(spacing(1));
    auto* words = new QHBoxLayout;
    words->setSpacing(spacing(2));
    words->addWidget(m_title);
    words->addWidget(m_facts, 1);
    layout->addLayout(words);
    layout->setAlignment(words, Qt::AlignTop);
    layout->addWidget(m_table, 1);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& current) {
                const StructureField* const field = m_model->fieldOf(current.row());
                if (!m_following && field != nullptr)
                    Q_EMIT fieldChosen(*field);
            });
    showPart(nullptr, std::nullopt);
}

StructureView::~StructureView()
{
    delete m_table; // an editor that is still open asks whether its value can be
}

void StructureView::setEditable(Refusal refusal)
{
    m_model->setEditable(true);
    m_table->setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::EditKeyPressed |
                             QAbstractItemView::AnyKeyPressed);
    auto* delegate = new TypeOverDelegate(
        *m_table->itemDelegate(),
        [this, refusal = std::move(refusal)](const QModelIndex& index, const QString& text) {
            const StructureField* const field = m_model->fieldOf(index.row());
            return field != nullptr ? refusal(*field, text) : QString();
        },
        this);
    m_table->setItemDelegateForColumn(StructureModel::ValueColumn, delegate);
    m_table->installEventFilter(this);
    connect(delegate, &TypeOverDelegate::refused, this, &StructureView::refused);
    connect(m_model, &StructureModel::valueTyped, this, &StructureView::valueTyped);
}

/// Whichever cell of a row is the current one, its value is what is typed over.
bool StructureView::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_table && event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        const bool isText = !key->text().isEmpty() && key->text().front().isPrint() &&
                            (key->modifiers() & (Qt::ControlModifier | Qt::AltModifier)) == 0;
        const QModelIndex now = m_table->currentIndex();
        if (now.isValid() && (isText || key->key() == Qt::Key_F2))
            m_table->setCurrentIndex(now.siblingAtColumn(StructureModel::ValueColumn));
    }
    return QWidget::eventFilter(watched, event);
}

QString StructureView::headline() const
{
    return m_title->text();
}

std::optional<StructureField> StructureView::field() const
{
    const StructureField* const field = m_model->fieldOf(m_table->currentIndex().row());
    return field != nullptr ? std::optional(*field) : std::nullopt;
}

void StructureView::follow(const std::shared_ptr<const StructureMap>& map, std::uint64_t offset)
{
    m_following = true;
    const auto ref = map->findField(offset);
    const auto part = ref ? std::optional(ref->part) : map->findPart(offset);
    if (map != m_map || part != m_part)
        showPart(map, part);
    // A field that was chosen stays: on FAT12 two of them share the byte.
    const auto now = field();
    if (const int wished = wishedRow(); wished >= 0)
        chooseRow(wished);
    else if (!now || !now->place.contains(offset) || !ref)
        chooseRow(ref ? static_cast<int>(ref->field) : -1);
    m_following = false;
}

void StructureView::wish(std::optional<ByteRange> place, const QString& bits)
{
    m_wishedPlace = place;
    m_wishedBits = bits;
}

int StructureView::wishedRow() const
{
    const StructurePart* const part = m_model->part();
    if (!m_wishedPlace || part == nullptr)
        return -1;
    const auto found = std::ranges::find_if(
        part->fields, [this, place = *m_wishedPlace](const StructureField& field) {
            return field.place == place && field.bits == m_wishedBits;
        });
    return found == part->fields.end() ? -1 : static_cast<int>(found - part->fields.begin());
}

void StructureView::showError(const Error& error)
{
    m_following = true;
    showPart(nullptr, std::nullopt);
    m_title->setText(tr("The structure cannot be read"));
    m_facts->setText(errorWords(error).sentence);
    m_facts->show();
    m_following = false;
}

void StructureView::showPart(const std::shared_ptr<const StructureMap>& map,
                             std::optional<std::uint32_t> part)
{
    const auto before = field();
    m_map = map;
    m_part = part;
    m_model->show(map, part);
    const StructurePart* const shown = m_model->part();
    m_title->setText(shown != nullptr ? shown->title : tr("No structure is known here"));
    m_title->setToken(shown != nullptr ? Token::Text : Token::Muted);
    m_facts->setText(shown != nullptr ? shown->facts.join(u"; "_s) : QString());
    m_facts->setVisible(!m_facts->text().isEmpty());
    m_table->setVisible(shown != nullptr && !shown->fields.empty());
    if (shown == nullptr)
        return;
    // The same bytes explained anew, with more around them: the choice stays.
    const auto same = std::ranges::find_if(shown->fields, [&](const StructureField& field) {
        return before && field.place == before->place && field.bits == before->bits;
    });
    if (same != shown->fields.end())
        chooseRow(static_cast<int>(same - shown->fields.begin()));
    fitColumns();
}

void StructureView::chooseRow(int row)
{
    if (row < 0) {
        m_table->setCurrentIndex({});
        m_table->clearSelection();
        return;
    }
    m_table->selectRow(row);
    const QModelIndex index = m_model->index(row, 0);
    if (!m_table->viewport()->rect().contains(m_table->visualRect(index)))
        m_table->scrollTo(index, QAbstractItemView::PositionAtCenter);
}

/// As wide as what is in them, but for a third of the room that the meaning gets.
void StructureView::fitColumns()
{
    m_table->setColumnHidden(StructureModel::CopyColumn, !m_model->hasCopies());
    const int offset = widthOf(StructureModel::OffsetColumn);
    const int copy = m_model->hasCopies() ? widthOf(StructureModel::CopyColumn) : 0;
    int name = widthOf(StructureModel::NameColumn);
    int value = widthOf(StructureModel::ValueColumn);
    // What a narrow column cannot show is in its tooltip.
    const int room = std::max(0, m_table->viewport()->width() * 2 / 3 - offset - copy);
    if (const int sum = name + value; sum > room) {
        name = name * room / sum;
        value = value * room / sum;
    }
    m_table->setColumnWidth(StructureModel::OffsetColumn, offset);
    m_table->setColumnWidth(StructureModel::NameColumn, name);
    m_table->setColumnWidth(StructureModel::ValueColumn, value);
    if (copy != 0)
        m_table->setColumnWidth(StructureModel::CopyColumn, copy);
}

int StructureView::widthOf(int column) const
{
    constexpr int maxMeasured = 200;
    const bool isPlain = column == StructureModel::NameColumn;
    const QFontMetrics font(isPlain ? m_table->font() : monospaceFont());
    int width = QFontMetrics(emphasized(m_table->font()))
                    .horizontalAdvance(
                        m_model->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString());
    for (int row = 0; row < std::min(m_model->rowCount(), maxMeasured); ++row)
        width =
            std::max(width, font.horizontalAdvance(m_model->index(row, column).data().toString()));
    return std::min(width, scaled(260)) + 2 * spacing(2) + scaled(4);
}

void StructureView::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    if (m_model->part() != nullptr)
        fitColumns();
}

} // namespace fatlas::ui
