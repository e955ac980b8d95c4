// The bytes and Focus: what the panel publishes, how it follows.
#include "ui/base/segmented_control.hpp"
#include "ui/models/hex_address.hpp"
#include "ui/views/hex_panel.hpp"
#include "ui/views/structure_view.hpp"

#include <algorithm>
#include <utility>

namespace fatlas::ui {

void HexPanel::setFocus(Focus* focus)
{
    if (m_focus)
        m_focus->disconnect(this);
    m_focus = focus;
    if (focus)
        connect(focus, &Focus::changed, this, &HexPanel::followFocus);
    followFocus();
}

void HexPanel::setMode(Mode mode)
{
    if (mode == m_mode)
        return;
    const auto offset = m_view->space()->imageOffset(m_view->cursor());
    const std::uint64_t length = m_view->selection().length;
    m_mode = mode;
    m_modes->setCurrentIndex(mode == Mode::Image ? 0 : 1);
    m_node = m_focus ? m_focus->selection().node : std::nullopt;
    showSpace(m_node);
    const auto place = offset ? m_view->space()->placeOf(*offset) : std::nullopt;
    if (place)
        m_view->select({.offset = *place, .length = length});
    refresh();
}

/// The fixed root directory of FAT12 and FAT16 has no clusters, but bytes.
HexSpace HexPanel::spaceOf(std::optional<std::uint32_t> node) const
{
    if (!m_subject)
        return {};
    if (m_mode == Mode::Image)
        return HexSpace::ofImage(m_subject->disk().size());
    if (!node || *node >= m_subject->tree->nodes.size())
        return {};
    const fat::Geometry& geometry = m_subject->geometry();
    const std::uint64_t volume = m_subject->image.volumeOffset;
    const auto runs = m_subject->tree->runsOf(*node);
    if (*node == 0 && runs.empty() && geometry.rootSize() != 0) {
        const ByteRange root{.offset = volume + geometry.rootOffset(),
                             .length = geometry.rootSize()};
        return HexSpace::ofRanges({&root, 1}, std::nullopt);
    }
    const fat::TreeNode& item = m_subject->tree->nodes[*node];
    return HexSpace::ofChain(geometry, volume, runs,
                             item.isDirectory || *node == 0 ? std::nullopt
                                                            : std::optional(item.size()));
}

void HexPanel::showSpace(std::optional<std::uint32_t> node)
{
    m_view->setEmptyText(!m_subject ? tr("Bytes appear here once the image is open")
                         : !node    ? tr("Select a file to see its bytes")
                                    : tr("This file has no clusters"));
    m_view->setSpace(std::make_shared<const HexSpace>(spaceOf(node)));
    refresh();
}

/// What there is to see of a target, in bytes of the image: its bytes, else its cluster, else where
/// its chain begins.
std::optional<ByteRange> HexPanel::rangeOf(const FocusTarget& target) const
{
    const fat::Geometry& geometry = m_subject->geometry();
    const std::uint64_t volume = m_subject->image.volumeOffset;
    if (target.bytes)
        return ByteRange{.offset = target.bytes->offset, .length = target.bytes->length};
    const auto ofCluster = [&](Cluster cluster) {
        return ByteRange{.offset = volume + geometry.clusterOffset(cluster),
                         .length = geometry.clusterSize()};
    };
    if (target.cluster && geometry.isData(*target.cluster))
        return ofCluster(*target.cluster);
    if (!target.runs.empty() && geometry.isData(target.runs.front().first))
        return ofCluster(target.runs.front().first);
    if (target.node && *target.node == 0 && geometry.rootSize() != 0)
        return ByteRange{.offset = volume + geometry.rootOffset(), .length = geometry.rootSize()};
    return std::nullopt;
}

void HexPanel::followFocus()
{
    if (m_publishing || !m_subject || !m_focus)
        return;
    showTarget(m_focus->selection());
}

void HexPanel::showTarget(const FocusTarget& target)
{
    if (m_mode == Mode::File && target.node != m_node) {
        m_node = target.node;
        showSpace(m_node);
    }
    const auto range = rangeOf(target);
    m_view->setHighlight(range);
    wishBits(target);
    const auto place = range ? m_view->space()->placeOf(range->offset) : std::nullopt;
    // Of a cluster the first byte gets the cursor; bytes are selected as they are.
    if (place)
        m_view->select({.offset = *place, .length = target.bytes ? range->length : 1});
    refresh();
}

/// On FAT12 two entries share a byte: which one is meant say the bits.
void HexPanel::wishBits(const FocusTarget& target)
{
    if (!target.bytes || target.bytes->lastBit == 0)
        return m_structures->wish(std::nullopt);
    m_structures->wish(
        ByteRange{.offset = target.bytes->offset, .length = target.bytes->length},
        QStringLiteral("bits %1-%2").arg(target.bytes->firstBit).arg(target.bytes->lastBit));
}

std::optional<ByteRange> HexPanel::selectedImageBytes() const
{
    const ByteRange places = m_view->selection();
    const auto parts = m_view->space()->cut(places, 1);
    if (parts.empty())
        return std::nullopt;
    // Over a seam only the part with the cursor is one range of the image.
    const auto cursor = m_view->space()->imageOffset(m_view->cursor());
    if (parts.front().length == places.length)
        return ByteRange{.offset = parts.front().imageOffset, .length = places.length};
    return cursor ? std::optional(ByteRange{.offset = *cursor, .length = 1}) : std::nullopt;
}

/// The chain of the node; those of one that is known already are not gathered anew.
void HexPanel::addRuns(FocusTarget& target, const FocusTarget& known) const
{
    if (target.node && target.node == known.node) {
        target.runs = known.runs;
    } else if (target.node) {
        const auto runs = m_subject->tree->runsOf(*target.node);
        target.runs.assign(runs.begin(), runs.end());
    }
}

void HexPanel::publish(HexView::Move how)
{
    const auto bytes = selectedImageBytes();
    const auto cursor = m_view->space()->imageOffset(m_view->cursor());
    if (!m_focus || !m_subject || !bytes || !cursor)
        return;
    const HexAddress address = addressOf(*m_subject, *cursor);
    m_structures->wish(std::nullopt);
    FocusTarget target;
    target.bytes = FocusBytes{.offset = bytes->offset, .length = bytes->length};
    target.cluster = address.cluster;
    // In the bytes of a file it stays that file, whoever else shares the cluster.
    target.node = m_mode == Mode::File ? m_node : address.node;
    addRuns(target, m_focus->selection());
    m_publishing = true;
    if (how == HexView::Move::Walk)
        m_focus->replace(std::move(target));
    else
        m_focus->select(std::move(target));
    m_publishing = false;
    m_view->setHighlight(rangeOf({.cluster = address.cluster}));
}

/// The chain of the cluster under the mouse; asked for each byte, changed for each cluster.
void HexPanel::publishHover(std::optional<std::uint64_t> imageOffset)
{
    if (!m_focus || !m_subject)
        return;
    const HexAddress address = imageOffset ? addressOf(*m_subject, *imageOffset) : HexAddress{};
    const FocusTarget& now = m_focus->hover();
    if (address.cluster == now.cluster && address.node == now.node)
        return;
    FocusTarget target;
    target.cluster = address.cluster;
    target.node = address.node;
    addRuns(target, now);
    m_focus->setHover(std::move(target));
}

} // namespace fatlas::ui
