/// The FAT table with what one asks of it: go to an entry, the next difference, who points here.
///
/// Follows and publishes Focus: an entry's row, its cluster's chain and its bytes in FAT 1. Entries
/// can be typed over; they are shown as they would be.
///
/// Threads: GUI thread; looking through a FAT runs on a worker.
#pragma once

#include "ui/document/cluster_facts.hpp"
#include "ui/document/staged_edits.hpp"
#include "ui/models/fat_table_entries.hpp"
#include "ui/tasks/task.hpp"

#include <QPointer>
#include <QWidget>

#include <memory>
#include <optional>

class QLabel;
class QLineEdit;
class QPushButton;

namespace fatlas::ui {

class FatEntryEditor;
class FatTableArea;

class FatTableView : public QWidget {
    Q_OBJECT

public:
    explicit FatTableView(QWidget* parent = nullptr);

    void setContent(SharedContent content);
    void setFocus(Focus* focus);
    using QWidget::setFocus;

    /// Entries can be typed over; null: they cannot.
    void setEdits(StagedEdits* edits);

    /// Brings the entry of a cluster (0 and 1 too) into view and selects it.
    void goToEntry(std::uint32_t entry);
    /// Looks for whatever leads to the selected cluster.
    void findPointers();
    /// To the next entry that the copies disagree on, around the end.
    void goToNextDifference();

    [[nodiscard]] FatTableArea* area() const noexcept { return m_area; }

    [[nodiscard]] FatEntryEditor* editor() const noexcept { return m_editor; }

    [[nodiscard]] FatTableEntries& entries() noexcept { return m_entries; }

    /// What the last question was answered with.
    [[nodiscard]] QString answer() const;

Q_SIGNALS:
    void hoveredText(const QString& text);

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    [[nodiscard]] QWidget* makeBar();
    void goToTyped();
    void follow();
    void followEdits();
    void publish(std::uint32_t entry);
    void followLink(std::uint32_t entry);
    void showPointers(Cluster cluster, const Pointers& pointers);
    void updateButtons();
    void showAnswer(const QString& text);
    [[nodiscard]] QString ownerText(std::uint32_t entry) const;
    [[nodiscard]] FocusTarget targetOfEntry(std::uint32_t entry) const;

    SharedContent m_content;
    QPointer<Focus> m_focus;
    FatTableEntries m_entries;
    std::shared_ptr<const block::BlockDevice> m_shownBytes; ///< those of the entries
    QPointer<StagedEdits> m_edits;
    FatTableArea* m_area;
    FatEntryEditor* m_editor;
    QLineEdit* m_number;
    QPushButton* m_pointers;
    QPushButton* m_difference;
    QLabel* m_answer;
    bool m_publishing = false;
    Task m_search{Task::Lane::Quick};
};

} // namespace fatlas::ui
