#include "ui/models/chain_words.hpp"

#include "ui/base/words.hpp"

using namespace Qt::StringLiterals;

namespace fatlas::ui {

std::uint64_t expectedClusters(const fat::TreeNode& node, const fat::Geometry& geometry)
{
    if (node.isDirectory)
        return node.clusterCount;
    const std::uint64_t size = geometry.clusterSize();
    return size == 0 ? 0 : (node.size() + size - 1) / size;
}

QString chainSentence(const fat::Tree& tree, std::uint32_t node, const fat::Geometry& geometry)
{
    const fat::TreeNode& item = tree.nodes[node];
    const QString path = shown(tree.path(node));
    if (item.clusterCount == 0) {
        if (node == 0)
            return path + u": the root directory lies in front of the clusters"_s;
        if (!item.isDirectory && item.size() == 0)
            return path + u": empty, no clusters"_s;
    }
    QString text = path + u": "_s + countText(item.clusterCount, "cluster", "clusters") + u", "_s +
                   countText(item.runCount, "fragment", "fragments");
    if (!item.isDirectory)
        text += u"; size "_s + countText(item.size()) + u" asks for "_s +
                countText(expectedClusters(item, geometry));
    return text;
}

QString chainEndText(fat::ChainEnd end, fat::FatType type)
{
    switch (end) {
    case fat::ChainEnd::EndMark: return u"end "_s + hexText(fat::endMark(type));
    case fat::ChainEnd::Free: return u"runs into a free cluster"_s;
    case fat::ChainEnd::Bad: return u"runs into a bad cluster"_s;
    case fat::ChainEnd::Reserved: return u"runs into a reserved value"_s;
    case fat::ChainEnd::OutOfRange: return u"runs out of the volume"_s;
    case fat::ChainEnd::Loop: return u"comes back to itself"_s;
    case fat::ChainEnd::Limit: return u"goes on"_s;
    }
    return {};
}

QString runText(ClusterRange run)
{
    QString first = QString::number(run.first.value);
    if (run.count <= 1)
        return first;
    return first + u" – "_s + QString::number(std::uint64_t{run.first.value} + run.count - 1);
}

} // namespace fatlas::ui
