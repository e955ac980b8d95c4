#include "ui/window/vhd_inside.hpp"

#include "ui/base/icons.hpp"
#include "ui/base/labels.hpp"
#include "ui/base/theme.hpp"
#include "ui/base/words.hpp"

#include <QHBoxLayout>
#include <QPushButton>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

namespace {

/// "Partition 1: FAT32 “DATA”, 10 GiB"
QString volumeText(const VhdVolume& volume)
{
    QStringList parts{shown(volume.type)};
    if (!volume.label.empty())
        parts[0] += VhdInside::tr(" “%1”").arg(shown(volume.label));
    if (volume.size != 0)
        parts << sizeText(volume.size);
    const QString text = parts.join(u", "_s);
    return volume.partition ? VhdInside::tr("Partition %1: %2").arg(*volume.partition).arg(text)
                            : text;
}

} // namespace

VhdInside::VhdInside(QWidget* parent) : QWidget(parent), m_lines(new QVBoxLayout(this))
{
    m_lines->setContentsMargins(0, 0, 0, 0);
    m_lines->setSpacing(spacing(1));
}

void VhdInside::setContent(const SharedVhd& content)
{
    clear();
    for (const VhdVolume& volume : content->inside)
        addVolume(volume);
    if (content->inspection.isBroken())
        m_lines->addWidget(new ThemedLabel(
            tr("Nothing inside can be read before the parent is there."), Token::Muted, this));
    else if (!content->insideProblem.empty())
        m_lines->addWidget(new ElidedLabel(shown(content->insideProblem), Qt::ElideRight, this));
}

void VhdInside::clear()
{
    while (auto* item = m_lines->takeAt(0)) {
        item->widget()->hide();
        item->widget()->deleteLater();
        delete item;
    }
}

void VhdInside::addVolume(const VhdVolume& volume)
{
    auto* line = new QWidget(this);
    auto* sign = new QLabel(line);
    sign->setPixmap(iconPixmap("disc"_L1, scaled(16), devicePixelRatioF()));
    auto* words = new ElidedLabel(volumeText(volume), Qt::ElideRight, line);
    auto* open = new QPushButton(tr("Open in the map"), line);
    open->setEnabled(volume.isFat);
    open->setToolTip(volume.isFat ? tr("Its files, clusters and chains")
                                  : tr("There is no FAT volume in it"));
    connect(open, &QPushButton::clicked, this, [this, partition = volume.partition.value_or(0)] {
        Q_EMIT openRequested(static_cast<int>(partition));
    });
    auto* layout = new QHBoxLayout(line);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(spacing(2));
    layout->addWidget(sign);
    layout->addWidget(words, 1);
    layout->addWidget(open);
    m_lines->addWidget(line);
}

} // namespace fatlas::ui
