/// The right side of New VHD: what will be made, how its file is laid out now and later, who can
/// open it, and what must be said about it.
///
/// Threads: GUI thread; does no I/O.
#pragma once

#include "ui/base/theme.hpp"
#include "ui/document/vhd_new_document.hpp"

#include <QWidget>

class QVBoxLayout;

namespace fatlas::ui {

class Banner;
class StackedBar;
class ThemedLabel;
class VhdLayoutStrip;

class NewVhdSummary : public QWidget {
    Q_OBJECT

public:
    /// `document` outlives it.
    explicit NewVhdSummary(VhdNewDocument& document, QWidget* parent = nullptr);

    [[nodiscard]] QString headline() const;
    /// A line for each program and each note.
    [[nodiscard]] QStringList lines() const;

    [[nodiscard]] Banner* banner() const noexcept { return m_banner; }

private:
    void follow();
    void showPlan();
    void addLine(QVBoxLayout* layout, QLatin1String iconName, Token tint, const QString& text);

    VhdNewDocument& m_document;
    Banner* m_banner;
    ThemedLabel* m_headline;
    ThemedLabel* m_sizes;
    QWidget* m_body;
    StackedBar* m_bar;
    VhdLayoutStrip* m_strip;
    QVBoxLayout* m_openers;
    QVBoxLayout* m_notes;
    QWidget* m_notesBox;
    std::shared_ptr<const convert::NewVhdPlan> m_shown;
};

} // namespace fatlas::ui
