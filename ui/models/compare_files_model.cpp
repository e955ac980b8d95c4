#include "ui/models/compare_files_model.hpp"

#include "ui/base/icons.hpp"
#include "ui/base/theme.hpp"
#include "ui/base/words.hpp"

#include <QStringList>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

namespace {

bool isNumber(int column)
{
    return column == CompareFilesModel::LeftSizeColumn ||
           column == CompareFilesModel::RightSizeColumn;
}

QVariant alignment(int column)
{
    return QVariant::fromValue((isNumber(column) ? Qt::AlignRight : Qt::AlignLeft) |
                               Qt::AlignVCenter);
}

Token tokenOf(CompareKind kind)
{
    switch (kind) {
    case CompareKind::Content: return Token::Lost;
    case CompareKind::Same: return Token::Muted;
    default: return Token::Text;
    }
}

QString differencesText(const fat::FileChange& change)
{
    const fat::FileDifferences& d = change.differences;
    QStringList words;
    if (d.kind)
        words << CompareFilesModel::tr("a file on one side, a folder on the other");
    if (d.content && change.firstDifference)
        words << CompareFilesModel::tr("content from byte %1 on")
                     .arg(countText(*change.firstDifference));
    else if (d.content)
        words << CompareFilesModel::tr("content");
    if (d.times)
        words << CompareFilesModel::tr("times");
    if (d.attributes)
        words << CompareFilesModel::tr("attributes");
    if (d.name)
        words << CompareFilesModel::tr("writing of the name");
    return words.join(u", "_s);
}

QString pathText(const fat::FileChange& change)
{
    const QString tail = change.isDirectory ? u"/"_s : QString();
    const QString left = shown(change.before) + tail;
    QString right = shown(change.after) + tail;
    if (change.before.empty() || change.after == change.before)
        return right;
    return change.after.empty() ? left : QString(left + u" → "_s + right);
}

} // namespace

CompareKind kindOf(const fat::FileChange& change) noexcept
{
    switch (change.kind) {
    case fat::FileChangeKind::Added: return CompareKind::OnlyRight;
    case fat::FileChangeKind::Removed: return CompareKind::OnlyLeft;
    case fat::FileChangeKind::Moved: return CompareKind::Moved;
    case fat::FileChangeKind::Same: return CompareKind::Same;
    case fat::FileChangeKind::Changed: break;
    }
    return change.differences.content || change.differences.kind ? CompareKind::Content
                                                                 : CompareKind::Details;
}

QString compareKindText(CompareKind kind)
{
    switch (kind) {
    case CompareKind::Content: return CompareFilesModel::tr("Changed");
    case CompareKind::Details: return CompareFilesModel::tr("Details");
    case CompareKind::Moved: return CompareFilesModel::tr("Moved");
    case CompareKind::OnlyLeft: return CompareFilesModel::tr("Only left");
    case CompareKind::OnlyRight: return CompareFilesModel::tr("Only right");
    case CompareKind::Same: return CompareFilesModel::tr("Same");
    }
    return {};
}

void CompareFilesModel::setReport(std::shared_ptr<const fat::DiffReport> report)
{
    beginResetModel();
    m_report = std::move(report);
    m_counts = {};
    if (m_report)
        for (const fat::FileChange& change : m_report->files)
            ++m_counts[static_cast<std::size_t>(kindOf(change))];
    filter();
    endResetModel();
}

void CompareFilesModel::setShown(const Kinds& kinds)
{
    if (kinds == m_shown)
        return;
    beginResetModel();
    m_shown = kinds;
    filter();
    endResetModel();
}

void CompareFilesModel::filter()
{
    m_rows.clear();
    if (!m_report)
        return;
    for (std::uint32_t i = 0; i < m_report->files.size(); ++i)
        if (m_shown[static_cast<std::size_t>(kindOf(m_report->files[i]))])
            m_rows.push_back(i);
}

const fat::FileChange* CompareFilesModel::changeOf(int row) const
{
    if (row < 0 || static_cast<std::size_t>(row) >= m_rows.size())
        return nullptr;
    return &m_report->files[m_rows[static_cast<std::size_t>(row)]];
}

int CompareFilesModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int CompareFilesModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString CompareFilesModel::text(const fat::FileChange& change, int column)
{
    switch (column) {
    case KindColumn: return compareKindText(kindOf(change));
    case PathColumn: return pathText(change);
    case LeftSizeColumn:
        return change.before.empty() || change.isDirectory ? QString()
                                                           : sizeText(change.sizeBefore);
    case RightSizeColumn:
        return change.after.empty() || change.isDirectory ? QString() : sizeText(change.sizeAfter);
    case WhatColumn: return differencesText(change);
    default: return {};
    }
}

QVariant CompareFilesModel::data(const QModelIndex& index, int role) const
{
    const fat::FileChange* const change = index.isValid() ? changeOf(index.row()) : nullptr;
    if (change == nullptr)
        return {};
    const int column = index.column();
    switch (role) {
    case Qt::DisplayRole: return text(*change, column);
    case Qt::ToolTipRole:
        if (column == LeftSizeColumn && !text(*change, column).isEmpty())
            return exactSizeText(change->sizeBefore);
        if (column == RightSizeColumn && !text(*change, column).isEmpty())
            return exactSizeText(change->sizeAfter);
        return plainToolTip(text(*change, column));
    case Qt::DecorationRole:
        return column == PathColumn
                   ? QVariant(icon(change->isDirectory ? "folder"_L1 : "file"_L1, Token::Muted))
                   : QVariant();
    case Qt::ForegroundRole:
        return column == KindColumn ? QVariant(Theme::instance().color(tokenOf(kindOf(*change))))
                                    : QVariant();
    case Qt::TextAlignmentRole: return alignment(column);
    default: return {};
    }
}

QVariant CompareFilesModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return alignment(section);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case KindColumn: return tr("Difference");
    case PathColumn: return tr("File or folder");
    case LeftSizeColumn: return tr("Left");
    case RightSizeColumn: return tr("Right");
    case WhatColumn: return tr("What differs");
    default: return {};
    }
}

} // namespace fatlas::ui
