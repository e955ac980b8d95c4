#include "ui/base/theme.hpp"

#include "ui/base/flat_style.hpp"

#include <QApplication>
#include <QEvent>
#include <QFontMetricsF>
#include <QPalette>
#include <QPointer>
#include <QStyle>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

namespace {

struct Shade {
    Token token;
    QRgb light;
    QRgb dark;
};

constexpr std::array<Shade, tokenCount> shades{{
    {Token::Free, 0xFFE9EDF1, 0xFF2A3038},        {Token::File, 0xFF1F98FF, 0xFF3DC2F4},
    {Token::Directory, 0xFFF0B803, 0xFFFFDC00},   {Token::System, 0xFF8C8784, 0xFF7D7075},
    {Token::Bad, 0xFF1F2328, 0xFFF2F4F7},         {Token::Lost, 0xFFC72610, 0xFFE68169},
    {Token::CrossLinked, 0xFF7D1D99, 0xFFB813B6}, {Token::Selection, 0xFF1D2126, 0xFFE6E9ED},
    {Token::HoverChain, 0xFF00A37A, 0xFF3DDBB0},  {Token::GuestRead, 0xFF00B3C8, 0xFF4FE3F5},
    {Token::GuestWrite, 0xFF00B3C8, 0xFF4FE3F5},  {Token::Window, 0xFFF6F7F9, 0xFF15181C},
    {Token::Panel, 0xFFFFFFFF, 0xFF1B1F24},       {Token::Line, 0xFFDDE1E6, 0xFF30363D},
    {Token::Text, 0xFF1D2126, 0xFFE6E9ED},        {Token::Muted, 0xFF667080, 0xFF96A0AC},
    {Token::Accent, 0xFF2F6FDE, 0xFF6BA4FF},      {Token::AccentSoft, 0xFFE6EDFA, 0xFF22324B},
    {Token::OnAccent, 0xFFFFFFFF, 0xFF10141A},    {Token::Success, 0xFF1B7F4D, 0xFF57C98A},
    {Token::Warning, 0xFF946200, 0xFFE3B341},     {Token::Used, 0xFFA9CDEE, 0xFF245C70},
    {Token::RunStart, 0xFF386060, 0xFFB0F8B0},    {Token::Owner0, 0xFF1F98FF, 0xFF3DC2F4},
    {Token::Owner1, 0xFFF8B060, 0xFFF8D810},      {Token::Owner2, 0xFF386060, 0xFF1A6E1A},
    {Token::Owner3, 0xFF10D8F8, 0xFF7A9A20},      {Token::Owner4, 0xFFB0D8B0, 0xFFB0F8B0},
    {Token::Owner5, 0xFFB08860, 0xFFF03C98},
}};

constexpr bool shadesAreInOrder()
{
    for (std::size_t i = 0; i < shades.size(); ++i)
        if (static_cast<std::size_t>(shades[i].token) != i)
            return false;
    return true;
}

static_assert(shadesAreInOrder());

/// As WCAG 2 defines it.
double luminance(const QColor& color)
{
    const auto linear = [](double c) {
        return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) +
           0.0722 * linear(color.blueF());
}

double contrast(const QColor& a, const QColor& b)
{
    const double la = luminance(a);
    const double lb = luminance(b);
    return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

void setAll(QPalette& palette, QPalette::ColorRole role, const QColor& color)
{
    palette.setColor(QPalette::All, role, color);
}

QPalette neutralPalette(Appearance appearance)
{
    const auto shade = [appearance](Token token) { return tokenColor(appearance, token); };
    QPalette palette(shade(Token::Panel), shade(Token::Window));
    const std::pair<QPalette::ColorRole, Token> roles[] = {
        {QPalette::Window, Token::Window},
        {QPalette::WindowText, Token::Text},
        {QPalette::Base, Token::Panel},
        {QPalette::AlternateBase, Token::Window},
        {QPalette::Text, Token::Text},
        {QPalette::Button, Token::Panel},
        {QPalette::ButtonText, Token::Text},
        {QPalette::BrightText, Token::Lost},
        {QPalette::Highlight, Token::Accent},
        {QPalette::HighlightedText, Token::OnAccent},
        {QPalette::Link, Token::Accent},
        {QPalette::LinkVisited, Token::Accent},
        {QPalette::ToolTipBase, Token::Panel},
        {QPalette::ToolTipText, Token::Text},
        {QPalette::PlaceholderText, Token::Muted},
        {QPalette::Mid, Token::Line},
        {QPalette::Midlight, Token::Line},
    };
    for (const auto& [role, token] : roles)
        setAll(palette, role, shade(token));
    const QColor faded = mix(shade(Token::Muted), shade(Token::Window), 0.4);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, faded);
    return palette;
}

/// Rows of lists are marked softly; the full accent would drown the colours of the map.
QPalette rowPalette(Appearance appearance)
{
    QPalette palette = neutralPalette(appearance);
    setAll(palette, QPalette::Highlight, tokenColor(appearance, Token::AccentSoft));
    setAll(palette, QPalette::HighlightedText, tokenColor(appearance, Token::Text));
    return palette;
}

std::optional<QColor> platformColor(Token token)
{
    const QPalette palette = QApplication::palette();
    switch (token) {
    case Token::Window: return palette.color(QPalette::Window);
    case Token::Panel: return palette.color(QPalette::Base);
    case Token::Line:
        return mix(palette.color(QPalette::Window), palette.color(QPalette::WindowText), 0.15);
    case Token::Text:
    case Token::Selection: return palette.color(QPalette::Text);
    case Token::Muted:
        return mix(palette.color(QPalette::Text), palette.color(QPalette::Base), 0.35);
    case Token::Accent: return palette.color(QPalette::Highlight);
    case Token::OnAccent: return palette.color(QPalette::HighlightedText);
    case Token::AccentSoft:
        return mix(palette.color(QPalette::Base), palette.color(QPalette::Highlight), 0.18);
    default: return std::nullopt;
    }
}

} // namespace

QColor tokenColor(Appearance appearance, Token token)
{
    const Shade& shade = shades[static_cast<std::size_t>(token)];
    return QColor::fromRgb(appearance == Appearance::Dark ? shade.dark : shade.light);
}

QColor readableOn(const QColor& background)
{
    const QColor dark = tokenColor(Appearance::Light, Token::Text);
    const QColor light = tokenColor(Appearance::Light, Token::Panel);
    // Small bold labels on saturated blue read well in white although the formula prefers black.
    return contrast(light, background) * 1.6 >= contrast(dark, background) ? light : dark;
}

QColor mix(const QColor& a, const QColor& b, double amount)
{
    const auto blend = [amount](double x, double y) {
        return static_cast<float>(x + (y - x) * amount);
    };
    return QColor::fromRgbF(blend(a.redF(), b.redF()), blend(a.greenF(), b.greenF()),
                            blend(a.blueF(), b.blueF()), blend(a.alphaF(), b.alphaF()));
}

Theme& Theme::instance()
{
    static QPointer<Theme> theme;
    if (!theme) {
        Q_ASSERT(qApp);
        theme = new Theme;
    }
    return *theme;
}

Theme::Theme()
    : QObject(qApp),
      m_fusion(QApplication::style()->name().compare("fusion"_L1, Qt::CaseInsensitive) == 0)
{
    if (m_fusion)
        QApplication::setStyle(new FlatStyle); // QApplication owns it
    decide();
    qApp->installEventFilter(this);
}

QColor Theme::color(Token token) const
{
    if (!ownsPalette())
        if (const auto color = platformColor(token))
            return *color;
    return tokenColor(m_appearance, token);
}

void Theme::setForcedDark(bool forced)
{
    if (forced == m_forcedDark)
        return;
    m_forcedDark = forced;
    askSystem();
}

bool Theme::eventFilter(QObject* watched, QEvent* event)
{
    if (!m_applying) {
        if (event->type() == QEvent::ApplicationPaletteChange && watched == qApp)
            decide();
        else if (event->type() == QEvent::ThemeChange)
            askSystem();
    }
    return QObject::eventFilter(watched, event);
}

void Theme::askSystem()
{
    m_applying = true;
    QApplication::setPalette(QPalette()); // what the platform would use without us
    m_applying = false;
    decide();
}

void Theme::decide()
{
    const bool dark = QApplication::palette().color(QPalette::Window).lightnessF() < 0.5F;
    apply(dark || m_forcedDark ? Appearance::Dark : Appearance::Light);
}

void Theme::apply(Appearance appearance)
{
    m_appearance = appearance;
    if (ownsPalette()) {
        m_applying = true;
        QApplication::setPalette(neutralPalette(appearance));
        QApplication::setPalette(rowPalette(appearance), "QAbstractItemView");
        m_applying = false;
    }
    Q_EMIT changed();
}

int spacing(int step)
{
    constexpr std::array<int, 6> steps{0, 4, 8, 12, 16, 24};
    return scaled(steps[static_cast<std::size_t>(std::clamp(step, 0, 5))]);
}

int scaled(int pixels)
{
    // The mock-ups are drawn with a font whose lines are 16 px apart.
    constexpr double usualLineHeight = 16.0;
    const double line = QFontMetricsF(QApplication::font()).height();
    const double factor = std::clamp(line / usualLineHeight, 1.0, 4.0);
    return static_cast<int>(std::lround(pixels * factor));
}

} // namespace fatlas::ui
