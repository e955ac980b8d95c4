#include "ui/models/volume_tree_model.hpp"

#include "core/fat/timestamp.hpp"

#include "ui/base/icons.hpp"
#include "ui/base/words.hpp"
#include "ui/models/chain_words.hpp"
#include "ui/models/serve_rows.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

namespace {

bool isNumber(int column)
{
    return column == VolumeTreeModel::SizeColumn || column == VolumeTreeModel::ClustersColumn ||
           column == VolumeTreeModel::FirstClusterColumn ||
           column == VolumeTreeModel::FragmentsColumn || column == VolumeTreeModel::TrafficColumn;
}

struct AttributeLetter {
    std::uint8_t bit;
    char16_t letter;
    const char* words;
};

constexpr std::array<AttributeLetter, 4> attributeLetters{{
    {fat::attribute::readOnly, u'R', "read-only"},
    {fat::attribute::hidden, u'H', "hidden"},
    {fat::attribute::system, u'S', "system"},
    {fat::attribute::archive, u'A', "archive"},
}};

QString attributesText(std::uint8_t attributes)
{
    QString text;
    for (const AttributeLetter& entry : attributeLetters)
        if (attributes & entry.bit)
            text += QChar(entry.letter);
    return text;
}

QString attributesWords(std::uint8_t attributes)
{
    QStringList words;
    for (const AttributeLetter& entry : attributeLetters)
        if (attributes & entry.bit)
            words << QLatin1String(entry.words);
    return words.join(u", "_s);
}

fat::Timestamp modifiedAt(const fat::DirectoryEntryRaw& raw)
{
    return {.date = raw.modifiedDate.get(), .time = raw.modifiedTime.get()};
}

const char* iconFor(const fat::TreeNode& node)
{
    if (node.end != fat::ChainEnd::EndMark)
        return "file-warning";
    if (node.isDirectory)
        return "folder";
    const auto dot = node.shortName.rfind('.');
    const QString extension = dot == std::string::npos
                                  ? QString()
                                  : QString::fromUtf8(node.shortName.data() + dot + 1).toUpper();
    static const QStringList texts{u"TXT"_s, u"DOC"_s, u"MD"_s, u"ME"_s, u"INI"_s, u"CFG"_s,
                                   u"LOG"_s, u"HTM"_s, u"C"_s,  u"H"_s,  u"ASM"_s, u"PAS"_s};
    static const QStringList programs{u"COM"_s, u"EXE"_s, u"SYS"_s, u"BAT"_s,
                                      u"DLL"_s, u"EFI"_s, u"OVL"_s, u"BIN"_s};
    static const QStringList archives{u"ZIP"_s, u"ARJ"_s, u"LZH"_s, u"CAB"_s, u"GZ"_s, u"TAR"_s};
    if (texts.contains(extension))
        return "file-text";
    if (programs.contains(extension))
        return "file-cog";
    return archives.contains(extension) ? "file-archive" : "file";
}

} // namespace

VolumeTreeModel::VolumeTreeModel(QObject* parent)
    : QAbstractItemModel(parent), m_monospace(monospaceFont())
{}

VolumeTreeModel::~VolumeTreeModel() = default;

void VolumeTreeModel::setTree(std::shared_ptr<const fat::Tree> tree)
{
    if (tree == m_tree)
        return;
    beginResetModel();
    m_tree = std::move(tree);
    m_traffic.reset();
    m_sums.clear();
    m_mostTraffic = 0;
    endResetModel();
}

void VolumeTreeModel::setTraffic(std::shared_ptr<const serve::DiskTraffic> traffic)
{
    if (!m_tree || (traffic && traffic->owners.size() != m_tree->nodes.size()))
        traffic.reset();
    const bool isSame = traffic == m_traffic || (traffic && m_traffic && *traffic == *m_traffic);
    if (isSame)
        return;
    m_traffic = std::move(traffic);
    m_sums = m_traffic ? m_traffic->owners : std::vector<serve::Traffic>{};
    m_mostTraffic = 0;
    // Whatever is in a folder comes behind it.
    for (std::size_t node = m_sums.size(); node-- > 1;) {
        const std::uint32_t parent = m_tree->nodes[node].parent;
        if (parent < node)
            m_sums[parent] += m_sums[node];
        if (parent == 0)
            m_mostTraffic =
                std::max({m_mostTraffic, m_sums[node].readBytes, m_sums[node].writtenBytes});
    }
    if (const int rows = rowCount({}); rows > 0)
        Q_EMIT dataChanged(index(0, TrafficColumn, {}), index(rows - 1, TrafficColumn, {}));
}

serve::Traffic VolumeTreeModel::trafficOf(std::uint32_t node) const
{
    return node < m_sums.size() ? m_sums[node] : serve::Traffic{};
}

/// Logarithmic: what was looked at once is seen beside what is read all the time.
double VolumeTreeModel::part(std::uint64_t bytes) const
{
    if (bytes == 0 || m_mostTraffic == 0)
        return 0;
    const double most = std::log2(1.0 + static_cast<double>(m_mostTraffic));
    return std::min(1.0, std::log2(1.0 + static_cast<double>(bytes)) / most);
}

QModelIndex VolumeTreeModel::indexOfNode(std::uint32_t node, int column) const
{
    if (!m_tree || node == 0 || node >= m_tree->nodes.size())
        return {};
    const fat::TreeNode& folder = m_tree->nodes[m_tree->nodes[node].parent];
    return createIndex(static_cast<int>(node - folder.firstChild), column, quintptr{node});
}

std::optional<std::uint32_t> VolumeTreeModel::nodeOf(const QModelIndex& index) const
{
    if (!index.isValid())
        return std::nullopt;
    return static_cast<std::uint32_t>(index.internalId());
}

QModelIndex VolumeTreeModel::index(int row, int column, const QModelIndex& parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    const fat::TreeNode& folder = m_tree->nodes[nodeOf(parent).value_or(0)];
    return createIndex(row, column, quintptr{folder.firstChild + static_cast<std::uint32_t>(row)});
}

QModelIndex VolumeTreeModel::parent(const QModelIndex& child) const
{
    const auto node = nodeOf(child);
    return node ? indexOfNode(m_tree->nodes[*node].parent) : QModelIndex();
}

int VolumeTreeModel::rowCount(const QModelIndex& parent) const
{
    if (!m_tree || m_tree->nodes.empty() || parent.column() > 0)
        return 0;
    return static_cast<int>(m_tree->nodes[nodeOf(parent).value_or(0)].childCount);
}

int VolumeTreeModel::columnCount(const QModelIndex&) const
{
    return TrafficColumn + 1;
}

bool VolumeTreeModel::hasChildren(const QModelIndex& parent) const
{
    return rowCount(parent) > 0;
}

Qt::ItemFlags VolumeTreeModel::flags(const QModelIndex& index) const
{
    Qt::ItemFlags flags = QAbstractItemModel::flags(index);
    const auto node = nodeOf(index);
    if (node && m_tree->nodes[*node].childCount == 0)
        flags |= Qt::ItemNeverHasChildren;
    if (node)
        flags |= Qt::ItemIsDragEnabled;
    return flags;
}

QVariant VolumeTreeModel::data(const QModelIndex& index, int role) const
{
    const auto node = nodeOf(index);
    if (!node)
        return {};
    const int column = index.column();
    switch (role) {
    case Qt::DisplayRole: return display(*node, column);
    case Qt::ToolTipRole: return plainToolTip(toolTip(*node, column));
    case Qt::DecorationRole: return column == NameColumn ? decoration(*node) : QVariant();
    case Qt::TextAlignmentRole:
        return QVariant::fromValue((isNumber(column) ? Qt::AlignRight : Qt::AlignLeft) |
                                   Qt::AlignVCenter);
    case Qt::FontRole: return column == ShortNameColumn ? QVariant(m_monospace) : QVariant();
    case NodeRole: return *node;
    case SortRole: return sortKey(*node, column);
    case IsDirectoryRole: return m_tree->nodes[*node].isDirectory;
    case PathRole: return shown(m_tree->path(*node));
    case ReadPartRole: return part(trafficOf(*node).readBytes);
    case WrittenPartRole: return part(trafficOf(*node).writtenBytes);
    case DamagedRole: return m_tree->nodes[*node].end != fat::ChainEnd::EndMark;
    default: return {};
    }
}

QString VolumeTreeModel::display(std::uint32_t node, int column) const
{
    const fat::TreeNode& item = m_tree->nodes[node];
    switch (column) {
    case NameColumn: return shown(item.name);
    case ShortNameColumn: return shown(item.shortName);
    case SizeColumn:
        return item.isDirectory ? countText(item.childCount, "item", "items")
                                : sizeText(item.size());
    case ClustersColumn: return countText(item.clusterCount);
    case FirstClusterColumn:
        return item.raw.firstCluster().value == 0 ? u"–"_s
                                                  : countText(item.raw.firstCluster().value);
    case FragmentsColumn: return item.runCount == 0 ? u"–"_s : countText(item.runCount);
    case ModifiedColumn: return QString::fromStdString(fat::formatTime(modifiedAt(item.raw)));
    case AttributesColumn: return attributesText(item.raw.attributes);
    case TrafficColumn: {
        const std::uint64_t sum = trafficOf(node).sum();
        return sum == 0 ? QString() : sizeText(sum);
    }
    default: return {};
    }
}

QString VolumeTreeModel::toolTip(std::uint32_t node, int column) const
{
    const fat::TreeNode& item = m_tree->nodes[node];
    if (item.end != fat::ChainEnd::EndMark)
        return shown(m_tree->path(node)) + u": its chain "_s +
               chainEndText(item.end, fat::FatType::Fat12);
    switch (column) {
    case NameColumn: return shown(m_tree->path(node));
    case SizeColumn: return item.isDirectory ? QString() : exactSizeText(item.size());
    case AttributesColumn: return attributesWords(item.raw.attributes);
    case TrafficColumn: return trafficText(trafficOf(node));
    default: return {};
    }
}

QVariant VolumeTreeModel::sortKey(std::uint32_t node, int column) const
{
    const fat::TreeNode& item = m_tree->nodes[node];
    switch (column) {
    case SizeColumn: return qulonglong{item.isDirectory ? item.childCount : item.size()};
    case ClustersColumn: return item.clusterCount;
    case FirstClusterColumn: return item.raw.firstCluster().value;
    case FragmentsColumn: return item.runCount;
    case TrafficColumn: return qulonglong{trafficOf(node).sum()};
    case ModifiedColumn: {
        const fat::Timestamp stamp = modifiedAt(item.raw);
        return std::uint32_t{stamp.date} << 16 | stamp.time;
    }
    default: return display(node, column);
    }
}

QVariant VolumeTreeModel::decoration(std::uint32_t node) const
{
    const char* name = iconFor(m_tree->nodes[node]);
    QIcon& icon = m_icons[name];
    if (icon.isNull())
        icon = ui::icon(QLatin1String(name));
    return icon;
}

QVariant VolumeTreeModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue((isNumber(section) ? Qt::AlignRight : Qt::AlignLeft) |
                                   Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case NameColumn: return tr("Name");
    case ShortNameColumn: return tr("Short name");
    case SizeColumn: return tr("Size");
    case ClustersColumn: return tr("Clusters");
    case FirstClusterColumn: return tr("First cluster");
    case FragmentsColumn: return tr("Fragments");
    case ModifiedColumn: return tr("Modified");
    case AttributesColumn: return tr("Attributes");
    case TrafficColumn: return tr("Guests");
    default: return {};
    }
}

} // namespace fatlas::ui
