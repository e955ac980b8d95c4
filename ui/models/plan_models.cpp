#include "ui/models/plan_models.hpp"

#include "ui/base/icons.hpp"
#include "ui/base/words.hpp"

#include <QFont>
#include <QStringList>

#include <utility>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

namespace {

QString capitalised(QString text)
{
    if (!text.isEmpty())
        text[0] = text[0].toUpper();
    return text;
}

QString whereOf(const Finding& finding)
{
    if (!finding.path.empty())
        return shown(finding.path);
    if (finding.cluster)
        return u"cluster "_s + QString::number(*finding.cluster);
    if (finding.offset)
        return u"byte "_s + hexText(*finding.offset);
    return u"the whole disk"_s;
}

} // namespace

PlanTableModel::PlanTableModel(QObject* parent) : QAbstractTableModel(parent) {}

PlanTableModel::~PlanTableModel() = default;

void PlanTableModel::setPlan(std::shared_ptr<const folder_disk::Plan> plan)
{
    if (plan == m_plan)
        return;
    beginResetModel();
    m_plan = std::move(plan);
    endResetModel();
}

int PlanTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(itemCount());
}

int PlanTableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(headers().size());
}

QVariant PlanTableModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const auto row = static_cast<std::size_t>(index.row());
    const int column = index.column();
    switch (role) {
    case Qt::DisplayRole: return text(row, column);
    case Qt::ToolTipRole: return plainToolTip(toolTip(row, column));
    case Qt::TextAlignmentRole:
        return QVariant::fromValue((isNumber(column) ? Qt::AlignRight : Qt::AlignLeft) |
                                   Qt::AlignVCenter);
    case Qt::FontRole: return isMonospace(column) ? QVariant(monospaceFont()) : QVariant();
    case SortRole: return sortKey(row, column);
    case MonospaceRole: return isMonospace(column);
    default: return extra(row, column, role);
    }
}

QVariant PlanTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount({}))
        return {};
    if (role == Qt::DisplayRole)
        return headers().at(section);
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue((isNumber(section) ? Qt::AlignRight : Qt::AlignLeft) |
                                   Qt::AlignVCenter);
    return {};
}

std::size_t NameChangesModel::itemCount() const
{
    return m_plan ? m_plan->nameChanges.size() : 0;
}

QStringList NameChangesModel::headers() const
{
    return {tr("Host name"), tr("Name on the disk"), tr("Why")};
}

QString NameChangesModel::text(std::size_t row, int column) const
{
    const folder_disk::NameChange& change = m_plan->nameChanges[row];
    switch (column) {
    case 0: return shown(change.hostPath);
    case 1: return shown(change.diskName);
    default: return shown(change.why);
    }
}

QString NameChangesModel::toolTip(std::size_t row, int column) const
{
    const folder_disk::NameChange& change = m_plan->nameChanges[row];
    return column == 1 ? shown(m_plan->path(change.entry)) : text(row, column);
}

bool NameChangesModel::isMonospace(int column) const
{
    return column == 1;
}

std::size_t UnfitModel::itemCount() const
{
    return m_plan ? m_plan->unfit.size() : 0;
}

QStringList UnfitModel::headers() const
{
    return {tr("Name"), tr("Size"), tr("Why")};
}

QString UnfitModel::text(std::size_t row, int column) const
{
    const folder_disk::UnfitItem& item = m_plan->unfit[row];
    switch (column) {
    case 0: return shown(item.path);
    case 1: return sizeText(item.size);
    default: return shown(item.message);
    }
}

QString UnfitModel::toolTip(std::size_t row, int column) const
{
    return column == 1 ? exactSizeText(m_plan->unfit[row].size) : text(row, column);
}

QVariant UnfitModel::sortKey(std::size_t row, int column) const
{
    return column == 1 ? QVariant(qulonglong{m_plan->unfit[row].size}) : text(row, column);
}

bool UnfitModel::isNumber(int column) const
{
    return column == 1;
}

void FindingsModel::setFindings(std::vector<Finding> findings)
{
    beginResetModel();
    m_plan = nullptr;
    m_findings = std::move(findings);
    endResetModel();
}

const std::vector<Finding>& FindingsModel::findings() const
{
    return m_plan ? m_plan->findings : m_findings;
}

std::size_t FindingsModel::itemCount() const
{
    return findings().size();
}

QStringList FindingsModel::headers() const
{
    return {tr("Severity"), tr("Rule"), tr("Where"), tr("What"), tr("What to do")};
}

QString FindingsModel::text(std::size_t row, int column) const
{
    const Finding& finding = findings()[row];
    switch (column) {
    case 0: return severityText(finding.severity);
    case 1: return shown(finding.rule);
    case 2: return whereOf(finding);
    case 3: return capitalised(shown(finding.message));
    default: return capitalised(shown(finding.advice));
    }
}

QVariant FindingsModel::sortKey(std::size_t row, int column) const
{
    return column == 0 ? QVariant(static_cast<int>(findings()[row].severity)) : text(row, column);
}

QVariant FindingsModel::extra(std::size_t row, int column, int role) const
{
    const Finding& finding = findings()[row];
    if (role == SeverityRole)
        return static_cast<int>(finding.severity);
    if (role != Qt::DecorationRole || column != 0)
        return {};
    switch (finding.severity) {
    case Severity::Info: return icon("info"_L1, Token::Accent);
    case Severity::Warning: return icon("triangle-alert"_L1, Token::Warning);
    case Severity::Error: return icon("circle-alert"_L1, Token::Lost);
    }
    return {};
}

std::size_t LeftOutModel::itemCount() const
{
    return m_plan ? m_plan->leftOut.size() + m_plan->excluded.size() : 0;
}

QStringList LeftOutModel::headers() const
{
    return {tr("Path"), tr("Why")};
}

QString LeftOutModel::text(std::size_t row, int column) const
{
    const std::size_t impossible = m_plan->leftOut.size();
    if (row < impossible) {
        const host::LeftOut& item = m_plan->leftOut[row];
        return column == 0 ? shown(item.path) : capitalised(shown(host::toString(item.reason)));
    }
    return column == 0 ? shown(m_plan->excluded[row - impossible]) : tr("Left out by your choice");
}

} // namespace fatlas::ui
