/// Types over one entry of the FAT in place: a cluster, a raw number, or free, bad, end.
///
/// Return takes what is typed, Escape leaves it; a value that cannot be stays in the field, and the
/// reason is said. What is taken is staged, not written.
///
/// Threads:  GUI thread.
/// Lifetime: area and entries outlive it; the edits do, or are taken away with nullptr.
#pragma once

#include "core/fat/geometry.hpp"

#include "ui/document/staged_edits.hpp"

#include <QList>
#include <QObject>
#include <QPointer>

#include <optional>

class QAction;
class QComboBox;
class QLineEdit;

namespace fatlas::ui {

class FatTableArea;
class FatTableEntries;

class FatEntryEditor final : public QObject {
    Q_OBJECT

public:
    FatEntryEditor(FatTableArea& area, FatTableEntries& entries);

    void setVolume(const fat::Geometry& geometry);
    void setEdits(StagedEdits* edits);

    /// `typed`: what the field begins with; empty: the value as it is.
    void begin(std::uint32_t entry, const QString& typed);
    /// Free, bad or end, for the entry with the cursor.
    void write(const QString& value);

    /// Which copies are changed: all, or one. For a bar.
    [[nodiscard]] QComboBox* copies() const noexcept { return m_copies; }

    [[nodiscard]] QLineEdit* field() const noexcept { return m_field; }

    [[nodiscard]] bool isOpen() const noexcept { return m_entry.has_value(); }

Q_SIGNALS:
    void said(const QString& text); ///< why something cannot be; empty: nothing is wrong

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void makeActions();
    void fillCopies();
    void follow();
    void place();
    void close();
    void commit();
    void leave();
    bool takeKey(int key);
    /// False: it was refused, and said why.
    bool stage(std::uint32_t entry, const QString& text);
    [[nodiscard]] QString problem() const;
    [[nodiscard]] std::optional<std::uint32_t> copy() const;

    FatTableArea& m_area;
    FatTableEntries& m_entries;
    QPointer<StagedEdits> m_edits;
    fat::Geometry m_geometry;
    QLineEdit* m_field;
    QComboBox* m_copies;
    QList<QAction*> m_actions;
    std::optional<std::uint32_t> m_entry; ///< that is being typed over
};

} // namespace fatlas::ui
