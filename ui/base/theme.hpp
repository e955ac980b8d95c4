/// Every colour that Fatlas paints with, in a light and a dark palette, and the switch between
/// them.
///
/// The palette is chosen by the lightness of the system's window colour, again whenever that
/// changes. Where the style is Fusion the widgets get our neutral palette and FlatStyle; another
/// style keeps its own, and then the neutral tokens (Window ... Accent) are taken from it.
///
/// Invariants: no colour literal exists outside theme.cpp; the category colours (Free ...
/// HoverChain
///             without Selection) are at least 20 CIEDE2000 apart for normal and colour-blind
///             sight.
/// Threads:    GUI thread; tokenColor() from any thread.
#pragma once

#include <QColor>
#include <QObject>

#include <cstddef>
#include <cstdint>
#include <optional>

class QPalette;

namespace fatlas::ui {

enum class Token : std::uint8_t {
    Free,
    File,
    Directory,
    System, ///< boot sector, FATs, root directory, reserved
    Bad,
    Lost,
    CrossLinked,
    Selection,
    HoverChain,
    GuestRead,
    GuestWrite,
    Window,
    Panel,
    Line,
    Text,
    Muted,
    Accent,
    AccentSoft, ///< behind a chosen segment or row
    OnAccent,   ///< text and icons on Accent
    Success,
    Warning,
    Used,     ///< in modes of the map that do not say by what
    RunStart, ///< where a fragment begins; text
    Owner0,   ///< six colours for files that lie side by side
    Owner1,
    Owner2,
    Owner3,
    Owner4,
    Owner5,
};

inline constexpr std::size_t tokenCount = 29;

enum class Appearance : std::uint8_t { Light, Dark };

[[nodiscard]] QColor tokenColor(Appearance appearance, Token token);
/// Black or white of the palette, whichever reads better on `background`.
[[nodiscard]] QColor readableOn(const QColor& background);
/// `amount` 0 is `a`, 1 is `b`.
[[nodiscard]] QColor mix(const QColor& a, const QColor& b, double amount);

class Theme : public QObject {
    Q_OBJECT

public:
    /// One per application, made at the first call, which must come after QApplication.
    [[nodiscard]] static Theme& instance();

    [[nodiscard]] QColor color(Token token) const;

    [[nodiscard]] bool isDark() const noexcept { return m_appearance == Appearance::Dark; }

    [[nodiscard]] Appearance appearance() const noexcept { return m_appearance; }

    /// Dark whatever the system says; false: the system decides again.
    void setForcedDark(bool forced);

Q_SIGNALS:
    void changed();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    Theme();

    [[nodiscard]] bool ownsPalette() const noexcept { return m_fusion || m_forcedDark; }

    void askSystem();
    void decide();
    void apply(Appearance appearance);

    Appearance m_appearance = Appearance::Light;
    bool m_forcedDark = false;
    bool m_fusion;           ///< the platform has no style of its own
    bool m_applying = false; ///< palette events caused by ourselves
};

/// Spacing step of UI: 0, 4, 8, 12, 16, 24 px for 0 ... 5, scaled by the font.
[[nodiscard]] int spacing(int step);
/// `pixels` of a design at the usual font size, in those of the font in use.
[[nodiscard]] int scaled(int pixels);

inline constexpr int cornerRadius = 6;

} // namespace fatlas::ui
