#include "ui/base/icons.hpp"
#include "ui/base/theme.hpp"

#include <QApplication>
#include <QPalette>
#include <QSignalSpy>
#include <QTest>

#include <array>
#include <cmath>
#include <numbers>

using namespace fatlas::ui;
using namespace Qt::StringLiterals;

namespace {

using Vector = std::array<double, 3>;
using Matrix = std::array<Vector, 3>;

Vector linearRgb(const QColor& color)
{
    const auto linear = [](double c) {
        return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
    };
    return {linear(color.redF()), linear(color.greenF()), linear(color.blueF())};
}

Vector multiply(const Matrix& matrix, const Vector& v)
{
    Vector result{};
    for (std::size_t row = 0; row < 3; ++row)
        for (std::size_t i = 0; i < 3; ++i)
            result[row] += matrix[row][i] * v[i];
    return result;
}

/// CIELAB under D65 from linear sRGB.
Vector labOf(const Vector& rgb)
{
    const Matrix toXyz{{{0.4124564, 0.3575761, 0.1804375},
                        {0.2126729, 0.7151522, 0.0721750},
                        {0.0193339, 0.1191920, 0.9503041}}};
    const Vector xyz = multiply(toXyz, rgb);
    const auto f = [](double t) {
        return t > 216.0 / 24389 ? std::cbrt(t) : (24389.0 / 27 * t + 16) / 116;
    };
    const double x = f(xyz[0] / 0.95047);
    const double y = f(xyz[1]);
    const double z = f(xyz[2] / 1.08883);
    return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

double radians(double degrees)
{
    return degrees * std::numbers::pi / 180;
}

/// Hue angle in degrees, 0 for grey.
double hueOf(double a, double b)
{
    if (a == 0 && b == 0)
        return 0;
    const double degrees = std::atan2(b, a) * 180 / std::numbers::pi;
    return degrees < 0 ? degrees + 360 : degrees;
}

double meanHue(double h1, double h2, bool grey)
{
    if (grey)
        return h1 + h2;
    if (std::abs(h1 - h2) <= 180)
        return (h1 + h2) / 2;
    return h1 + h2 < 360 ? (h1 + h2 + 360) / 2 : (h1 + h2 - 360) / 2;
}

/// Sharma, Wu, Dalal: The CIEDE2000 color-difference formula.
double ciede2000(const Vector& p, const Vector& q)
{
    const double meanC = (std::hypot(p[1], p[2]) + std::hypot(q[1], q[2])) / 2;
    const double g =
        0.5 * (1 - std::sqrt(std::pow(meanC, 7) / (std::pow(meanC, 7) + std::pow(25.0, 7))));
    const double a1 = p[1] * (1 + g);
    const double a2 = q[1] * (1 + g);
    const double c1 = std::hypot(a1, p[2]);
    const double c2 = std::hypot(a2, q[2]);
    const double h1 = hueOf(a1, p[2]);
    const double h2 = hueOf(a2, q[2]);
    const bool grey = c1 * c2 == 0;
    double dh = grey ? 0 : h2 - h1;
    dh += dh > 180 ? -360 : dh < -180 ? 360 : 0;
    const double dH = 2 * std::sqrt(c1 * c2) * std::sin(radians(dh / 2));
    const double l = (p[0] + q[0]) / 2;
    const double c = (c1 + c2) / 2;
    const double h = meanHue(h1, h2, grey);
    const double t = 1 - 0.17 * std::cos(radians(h - 30)) + 0.24 * std::cos(radians(2 * h)) +
                     0.32 * std::cos(radians(3 * h + 6)) - 0.20 * std::cos(radians(4 * h - 63));
    const double sl = 1 + 0.015 * std::pow(l - 50, 2) / std::sqrt(20 + std::pow(l - 50, 2));
    const double sc = 1 + 0.045 * c;
    const double sh = 1 + 0.015 * c * t;
    const double turn = 30 * std::exp(-std::pow((h - 275) / 25, 2));
    const double rc = 2 * std::sqrt(std::pow(c, 7) / (std::pow(c, 7) + std::pow(25.0, 7)));
    const double rt = -std::sin(radians(2 * turn)) * rc;
    const double dl = (q[0] - p[0]) / sl;
    const double dc = (c2 - c1) / sc;
    return std::sqrt(dl * dl + dc * dc + std::pow(dH / sh, 2) + rt * dc * dH / sh);
}

/// Machado, Oliveira, Fernandes 2009, severity 1.0, on linear RGB.
struct Sight {
    const char* name;
    Matrix matrix;
};

const std::array<Sight, 4> sights{{
    {"normal", {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}}},
    {"protanopia",
     {{{0.152286, 1.052583, -0.204868},
       {0.114503, 0.786281, 0.099216},
       {-0.003882, -0.048116, 1.051998}}}},
    {"deuteranopia",
     {{{0.367322, 0.860646, -0.227968},
       {0.280085, 0.672501, 0.047413},
       {-0.011820, 0.042940, 0.968881}}}},
    {"tritanopia",
     {{{1.255528, -0.076749, -0.178779},
       {-0.078411, 0.930809, 0.147602},
       {0.004733, 0.691367, 0.303900}}}},
}};

constexpr std::array categories{Token::Free, Token::File, Token::Directory,  Token::System,
                                Token::Bad,  Token::Lost, Token::CrossLinked};

Vector seen(const Sight& sight, Appearance appearance, Token token)
{
    Vector rgb = multiply(sight.matrix, linearRgb(tokenColor(appearance, token)));
    for (double& channel : rgb)
        channel = std::clamp(channel, 0.0, 1.0);
    return labOf(rgb);
}

QPalette systemPalette(const QColor& window, const QColor& text)
{
    QPalette palette(window);
    palette.setColor(QPalette::Window, window);
    palette.setColor(QPalette::WindowText, text);
    return palette;
}

} // namespace

class TestTheme : public QObject {
    Q_OBJECT

private Q_SLOTS:

    void init()
    {
        Theme::instance().setForcedDark(false);
        QApplication::setPalette(systemPalette(Qt::white, Qt::black));
    }

    void colorDifferenceAgreesWithThePublishedTable()
    {
        QVERIFY(std::abs(ciede2000({50, 2.6772, -79.7751}, {50, 0, -82.7485}) - 2.0425) < 1e-4);
        QVERIFY(std::abs(ciede2000({50, 2.5, 0}, {73, 25, -18}) - 27.1492) < 1e-4);
        QVERIFY(std::abs(ciede2000({2.0776, 0.0795, -1.1350}, {0.9033, -0.0636, -0.5514}) -
                         0.9082) < 1e-4);
    }

    void keepsCategoriesApartForEverySight_data()
    {
        QTest::addColumn<int>("sight");
        QTest::addColumn<bool>("dark");
        for (int i = 0; i < static_cast<int>(sights.size()); ++i)
            for (const bool dark : {false, true})
                QTest::addRow("%s %s", sights[static_cast<std::size_t>(i)].name,
                              dark ? "dark" : "light")
                    << i << dark;
    }

    void keepsCategoriesApartForEverySight()
    {
        QFETCH(const int, sight);
        QFETCH(const bool, dark);
        const Sight& eyes = sights[static_cast<std::size_t>(sight)];
        const Appearance appearance = dark ? Appearance::Dark : Appearance::Light;
        for (std::size_t a = 0; a < categories.size(); ++a)
            for (std::size_t b = a + 1; b < categories.size(); ++b) {
                const double apart = ciede2000(seen(eyes, appearance, categories[a]),
                                               seen(eyes, appearance, categories[b]));
                QVERIFY2(apart >= 20.0,
                         qPrintable(u"tokens %1 and %2 are %3 apart"_s.arg(int(categories[a]))
                                        .arg(int(categories[b]))
                                        .arg(apart)));
            }
    }

    void keepsTheColoursOfMapModesApart_data() { keepsCategoriesApartForEverySight_data(); }

    /// Less than those of categories: marks and gaps between the cells help.
    void keepsTheColoursOfMapModesApart()
    {
        QFETCH(const int, sight);
        QFETCH(const bool, dark);
        const Sight& eyes = sights[static_cast<std::size_t>(sight)];
        const Appearance appearance = dark ? Appearance::Dark : Appearance::Light;
        const std::array owners{Token::Owner0, Token::Owner1, Token::Owner2,
                                Token::Owner3, Token::Owner4, Token::Owner5};
        for (std::size_t a = 0; a < owners.size(); ++a)
            for (std::size_t b = a + 1; b < owners.size(); ++b)
                QVERIFY(ciede2000(seen(eyes, appearance, owners[a]),
                                  seen(eyes, appearance, owners[b])) >= 13.0);
        for (const Token token : {Token::Used, Token::RunStart})
            for (const Token other : {Token::Free, Token::File, Token::System, Token::Lost})
                QVERIFY(ciede2000(seen(eyes, appearance, token), seen(eyes, appearance, other)) >=
                        12.0);
    }

    void readsTextOnEverySurface_data()
    {
        QTest::addColumn<bool>("dark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }

    void readsTextOnEverySurface()
    {
        QFETCH(const bool, dark);
        const Appearance appearance = dark ? Appearance::Dark : Appearance::Light;
        const auto contrast = [appearance](Token a, Token b) {
            const auto y = [appearance](Token token) {
                const Vector rgb = linearRgb(tokenColor(appearance, token));
                return 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2] + 0.05;
            };
            return std::max(y(a), y(b)) / std::min(y(a), y(b));
        };
        for (const Token surface : {Token::Window, Token::Panel, Token::AccentSoft}) {
            QVERIFY(contrast(Token::Text, surface) >= 7.0);
            QVERIFY(contrast(Token::Muted, surface) >= 4.0);
        }
        QVERIFY(contrast(Token::OnAccent, Token::Accent) >= 4.5);
        QVERIFY(contrast(Token::Lost, Token::Panel) >= 4.5);
    }

    void followsTheLightnessOfTheSystemsWindow()
    {
        Theme& theme = Theme::instance();
        QSignalSpy changed(&theme, &Theme::changed);
        QVERIFY(!theme.isDark());
        QApplication::setPalette(systemPalette(QColor(30, 30, 30), Qt::white));
        QTRY_VERIFY(theme.isDark());
        QVERIFY(!changed.isEmpty());
        QCOMPARE(QApplication::palette().color(QPalette::Window),
                 tokenColor(Appearance::Dark, Token::Window));
        QApplication::setPalette(systemPalette(Qt::white, Qt::black));
        QTRY_VERIFY(!theme.isDark());
        QCOMPARE(QApplication::palette().color(QPalette::Window),
                 tokenColor(Appearance::Light, Token::Window));
    }

    void staysDarkWhenForcedAndComesBack()
    {
        Theme& theme = Theme::instance();
        theme.setForcedDark(true);
        QVERIFY(theme.isDark());
        QApplication::setPalette(systemPalette(Qt::white, Qt::black));
        QVERIFY(theme.isDark());
        theme.setForcedDark(false);
        QVERIFY(!theme.isDark());
    }

    void drawsIconsInTheColourOfTheTheme()
    {
        const QIcon folder = icon("folder"_L1);
        const auto darkest = [&folder](bool dark) {
            Theme::instance().setForcedDark(dark);
            const QImage image = folder.pixmap(QSize(32, 32), 1.0).toImage();
            QColor strongest(Qt::transparent);
            for (int y = 0; y < image.height(); ++y)
                for (int x = 0; x < image.width(); ++x)
                    if (image.pixelColor(x, y).alpha() > strongest.alpha())
                        strongest = image.pixelColor(x, y);
            return strongest;
        };
        QCOMPARE(darkest(false).rgb(), tokenColor(Appearance::Light, Token::Text).rgb());
        QCOMPARE(darkest(true).rgb(), tokenColor(Appearance::Dark, Token::Text).rgb());
    }

    void drawsIconsInDevicePixels()
    {
        const QPixmap pixmap = icon("save"_L1).pixmap(QSize(16, 16), 2.5);
        QCOMPARE(pixmap.size(), QSize(40, 40));
        QCOMPARE(pixmap.devicePixelRatio(), 2.5);
        QCOMPARE(iconPixmap("save"_L1, 16, 1.5).size(), QSize(24, 24));
    }

    void everyVendoredIconCanBeDrawn()
    {
        const QStringList names = iconNames();
        QVERIFY(names.size() > 20);
        for (const QString& name : names) {
            const QImage image = iconPixmap(QLatin1String(name.toLatin1()), 24, 1.0).toImage();
            bool anything = false;
            for (int y = 0; y < image.height() && !anything; ++y)
                for (int x = 0; x < image.width() && !anything; ++x)
                    anything = image.pixelColor(x, y).alpha() > 0;
            QVERIFY2(anything, qPrintable(name));
        }
    }
};

QTEST_MAIN(TestTheme)
#include "tst_theme.moc"
