/// The timeline of a disk that is served: the strip, and what plays, steps, saves and comes back.
///
/// Threads:  GUI thread; does no I/O.
/// Lifetime: `document` outlives it.
#pragma once

#include "ui/document/serve_document.hpp"
#include "ui/wizards/panel.hpp"

class QComboBox;
class QPushButton;
class QToolButton;

namespace fatlas::ui {

class ElidedLabel;
class ThemedLabel;
class TimelineStrip;

class TimelinePanel : public Panel {
    Q_OBJECT

public:
    explicit TimelinePanel(ServeDocument& document, QWidget* parent = nullptr);

    [[nodiscard]] TimelineStrip* strip() const noexcept { return m_strip; }

    [[nodiscard]] QToolButton* playButton() const noexcept { return m_play; }

    [[nodiscard]] QPushButton* liveButton() const noexcept { return m_live; }

    [[nodiscard]] QPushButton* saveButton() const noexcept { return m_save; }

    [[nodiscard]] QComboBox* speed() const noexcept { return m_speed; }

    /// "As it was after write 120 of 3,400, 10:32:05.120: client 3 wrote 4 KiB to FAT 1"
    [[nodiscard]] QString placeText() const;

Q_SIGNALS:
    void saveRequested(std::uint64_t moment);

private:
    QToolButton* addButton(const char* iconName, const QString& text);
    void fillRow();
    void connectParts();
    void follow();
    [[nodiscard]] QString problem() const;

    ServeDocument& m_document;
    ServeTimeline& m_timeline;
    TimelineStrip* m_strip;
    QToolButton* m_back;
    QToolButton* m_play;
    QToolButton* m_step;
    QComboBox* m_speed;
    ElidedLabel* m_place;
    ElidedLabel* m_limit;
    QPushButton* m_live;
    QPushButton* m_save;
};

} // namespace fatlas::ui
