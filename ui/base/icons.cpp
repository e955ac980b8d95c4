#include "ui/base/icons.hpp"

#include <QDir>
#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QPixmapCache>
#include <QSvgRenderer>

#include <cmath>

using namespace Qt::StringLiterals;

/// Resources of a static library are not linked in by themselves; must stand outside namespaces.
static void initResources()
{
    Q_INIT_RESOURCE(fatlas);
}

namespace fatlas::ui {

namespace {

QString iconFolder()
{
    [[maybe_unused]] static const bool initialised = (initResources(), true);
    return u":/fatlas/icons"_s;
}

QByteArray readSvg(const QString& name)
{
    QFile file(iconFolder() + u'/' + name + u".svg"_s);
    const bool opened = file.open(QIODevice::ReadOnly);
    Q_ASSERT_X(opened, "icon", qPrintable(name));
    return opened ? file.readAll() : QByteArray();
}

/// `size` in device pixels.
QPixmap render(const QString& name, QSize size, const QColor& color)
{
    const QString key = u"fatlas/"_s + name + u'/' + QString::number(size.width()) + u'x' +
                        QString::number(size.height()) + color.name(QColor::HexArgb);
    QPixmap pixmap;
    if (QPixmapCache::find(key, &pixmap))
        return pixmap;
    pixmap = QPixmap(size);
    pixmap.fill(Qt::transparent);
    QSvgRenderer svg(readSvg(name).replace("currentColor", color.name().toLatin1()));
    const int side = std::min(size.width(), size.height());
    QPainter painter(&pixmap);
    painter.setOpacity(color.alphaF());
    const QPoint corner((size.width() - side) / 2, (size.height() - side) / 2);
    svg.render(&painter, QRectF(corner, QSizeF(side, side)));
    painter.end();
    QPixmapCache::insert(key, pixmap);
    return pixmap;
}

class ThemedIconEngine : public QIconEngine {
public:
    ThemedIconEngine(QString name, Token tint) : m_name(std::move(name)), m_tint(tint) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override
    {
        const double ratio = painter->device()->devicePixelRatioF();
        painter->drawPixmap(rect,
                            render(m_name, (QSizeF(rect.size()) * ratio).toSize(), color(mode)));
    }

    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State) override
    {
        return render(m_name, size, color(mode));
    }

    QString key() const override { return u"fatlas"_s; }

    QIconEngine* clone() const override { return new ThemedIconEngine(*this); }

    QString iconName() override { return m_name; }

    bool isNull() override { return false; }

private:
    QColor color(QIcon::Mode mode) const
    {
        const Theme& theme = Theme::instance();
        QColor color = theme.color(mode == QIcon::Disabled ? Token::Muted : m_tint);
        if (mode == QIcon::Disabled)
            color = mix(color, theme.color(Token::Window), 0.4);
        return color;
    }

    QString m_name;
    Token m_tint;
};

} // namespace

QIcon icon(QLatin1String name, Token tint)
{
    if (!QFile::exists(iconFolder() + u'/' + name + u".svg"_s)) {
        Q_ASSERT_X(false, "icon", name.data());
        return {};
    }
    return QIcon(new ThemedIconEngine(name, tint));
}

QPixmap iconPixmap(QLatin1String name, int logicalSize, double devicePixelRatio, Token tint)
{
    const int side = static_cast<int>(std::lround(logicalSize * devicePixelRatio));
    QPixmap pixmap = render(name, QSize(side, side), Theme::instance().color(tint));
    pixmap.setDevicePixelRatio(devicePixelRatio);
    return pixmap;
}

QStringList iconNames()
{
    QStringList names = QDir(iconFolder()).entryList({u"*.svg"_s}, QDir::Files, QDir::Name);
    for (QString& name : names)
        name.chop(4);
    return names;
}

} // namespace fatlas::ui
