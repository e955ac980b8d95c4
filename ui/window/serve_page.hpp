/// "Serve": how a disk is served on the left; on the right who uses it and what they do, live.
///
/// The page starts and stops the server by itself. Saving what guests wrote, and asking before
/// something is lost, is for whoever owns the page.
///
/// Threads:  GUI thread; does no I/O.
/// Lifetime: stops serving when destroyed.
#pragma once

#include "ui/document/serve_document.hpp"

#include <QWidget>

class QPushButton;
class QToolButton;

namespace fatlas::ui {

class ActivityStrip;
class Banner;
class CommandBox;
class ElidedLabel;
class PrimaryButton;
class ServeForm;
class ServeLivePanel;
class ServeTabs;
class ThemedLabel;
class TimelineInside;
class TimelinePanel;

class ServePage : public QWidget {
    Q_OBJECT

public:
    explicit ServePage(const ServeWish& wish, QWidget* parent = nullptr);
    ~ServePage() override;

    [[nodiscard]] ServeDocument& document() noexcept { return m_document; }

    [[nodiscard]] const ServeDocument& document() const noexcept { return m_document; }

    [[nodiscard]] ServeForm* form() const noexcept { return m_form; }

    [[nodiscard]] ServeLivePanel* live() const noexcept { return m_live; }

    [[nodiscard]] ServeTabs* tabs() const noexcept { return m_tabs; }

    [[nodiscard]] TimelinePanel* timeline() const noexcept { return m_timeline; }

    [[nodiscard]] TimelineInside* inside() const noexcept { return m_inside; }

    [[nodiscard]] Banner* banner() const noexcept { return m_banner; }

    [[nodiscard]] PrimaryButton* startButton() const noexcept { return m_start; }

    [[nodiscard]] QPushButton* stopButton() const noexcept { return m_stop; }

    [[nodiscard]] QPushButton* saveButton() const noexcept { return m_save; }

    /// Whether the folder is up to date; only where what guests write comes home.
    [[nodiscard]] QToolButton* homeSign() const noexcept { return m_homeSign; }

    [[nodiscard]] QString headline() const;

    [[nodiscard]] QString title() const { return m_document.title(); }

    /// Why what guests have now cannot be saved; empty: it can.
    [[nodiscard]] QString saveProblem() const;
    /// "Serving · 2 clients"
    [[nodiscard]] QString cornerText() const;

    void startEditing();
    void start();

Q_SIGNALS:
    void stopRequested(); ///< by the user's hand; something may be lost
    void saveRequested();
    void saveMomentRequested(std::uint64_t moment);
    void shown(); ///< what the window says of the page changed
    void hoveredText(const QString& text);

private:
    [[nodiscard]] QWidget* makeRight();
    void connectParts();
    void follow();
    void followSample();
    void followChanges();
    void followBanner();
    void showLeft(const serve::WriteBackEnd& left);
    void followMessages();
    void showHostChanges();

    ServeDocument m_document;
    ServeForm* m_form;
    // In the order of Tab: the left side before the right.
    CommandBox* m_command;
    PrimaryButton* m_start;
    QPushButton* m_stop;
    QPushButton* m_save;
    Banner* m_banner;
    ThemedLabel* m_headline;
    ElidedLabel* m_uri;
    ElidedLabel* m_problem; ///< the newest that went wrong
    QToolButton* m_homeSign;
    ActivityStrip* m_activity;
    ServeLivePanel* m_live;
    ServeTabs* m_tabs;
    TimelinePanel* m_timeline;
    TimelineInside* m_inside;
};

} // namespace fatlas::ui
