/// One change of a guest beside what the folder holds: both versions, how their texts differ, and
/// what can be done about it.
///
/// Threads:  GUI thread; files are read on a worker.
/// Lifetime: `document` outlives it.
#pragma once

#include "ui/document/change_versions.hpp"
#include "ui/document/serve_document.hpp"
#include "ui/models/text_diff.hpp"

#include <QWidget>

#include <optional>
#include <string>
#include <vector>

class QPlainTextEdit;
class QPushButton;

namespace fatlas::ui {

class ElidedLabel;
class ThemedLabel;

class GuestChangeDetail : public QWidget {
    Q_OBJECT

public:
    explicit GuestChangeDetail(ServeDocument& document, QWidget* parent = nullptr);

    /// By its key in the document's changes; 0 or one that is gone: none.
    void show(std::uint64_t key);
    using QWidget::show;

    /// Both versions are on the screen, or there is nothing to show.
    [[nodiscard]] bool isSettled() const { return !m_reading.isRunning(); }

    [[nodiscard]] QString hostText() const;
    [[nodiscard]] QString guestText() const;
    [[nodiscard]] QString differenceText() const;

    /// That decides for `verdict`; hidden where it does not fit.
    [[nodiscard]] QPushButton* button(sync::Verdict verdict) const;

    [[nodiscard]] QPushButton* saveButton() const noexcept { return m_save; }

    [[nodiscard]] QPushButton* mapButton() const noexcept { return m_map; }

Q_SIGNALS:
    void saveRequested(const std::string& path);

private:
    /// What was read of a change, with the comparison made where it was read.
    struct Read {
        ChangeVersions versions;
        TextDiff difference;
    };

    struct Choice {
        sync::Verdict verdict;
        QPushButton* button;
    };

    [[nodiscard]] QWidget* makeFacts();
    [[nodiscard]] QWidget* makeButtons();
    void addChoice(sync::Verdict verdict, const QString& text, const QString& toolTip);
    void follow();
    void read(const GuestChange& change);
    void showRead(const Read& read);
    void showDifference(const TextDiff& difference);
    void decide(sync::Verdict verdict);
    void selectOnMap();
    [[nodiscard]] const GuestChange* change() const;

    ServeDocument& m_document;
    std::uint64_t m_key = 0;
    GuestChange m_shown;                ///< whose versions were read last
    std::optional<TextDiff> m_compared; ///< what is on the screen
    ElidedLabel* m_title;
    ThemedLabel* m_reason;
    ThemedLabel* m_host;
    ThemedLabel* m_guest;
    QPlainTextEdit* m_difference;
    std::vector<Choice> m_choices;
    QPushButton* m_map;
    QPushButton* m_save;
    Task m_reading{Task::Lane::Quick};
};

} // namespace fatlas::ui
