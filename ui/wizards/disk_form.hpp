/// The left side of New disk: everything one can choose about the disk, and nothing else.
///
/// It edits a folder_disk::Options; whoever listens plans with it.
///
/// Errors:  problem() is the first field that cannot be, in words; the options keep its last valid
///          value meanwhile.
/// Threads: GUI thread.
#pragma once

#include "core/folder_disk/plan.hpp"

#include <QWidget>

#include <memory>

class QLabel;
class QLineEdit;
class QToolButton;
class QVBoxLayout;

namespace fatlas::ui {

class AdvancedForm;
class Field;
class FolderField;
class InsetLineEdit;
class SegmentedControl;
class SizeChoice;

class DiskForm : public QWidget {
    Q_OBJECT

public:
    enum class Kind : std::uint8_t { Floppy, Disk, EfiStick };

    explicit DiskForm(QWidget* parent = nullptr);

    [[nodiscard]] const folder_disk::Options& options() const noexcept { return m_options; }

    void setOptions(const folder_disk::Options& options);
    void setFolder(const QString& folder);
    void chooseFolder();
    /// With the options this kind usually has.
    void chooseKind(Kind kind);
    void focusFolder();
    /// What the automatic choices came to; null: not known.
    void showOutcome(const folder_disk::Plan* plan);

    [[nodiscard]] const QString& problem() const noexcept { return m_problem; }

    /// The rare ones are shown.
    void setExpanded(bool expanded);

Q_SIGNALS:
    void folderChosen(const QString& folder);
    void optionsChanged(const fatlas::folder_disk::Options& options);
    void problemChanged();

private:
    void addKindAndSize();
    void addTypeAndLabel();
    void addRare();
    void addField(const QString& caption, QWidget* editor, Field** field);
    void edited();
    void applySize();
    void applyLabel();
    void showKind();
    void publish(const folder_disk::Options& before);
    [[nodiscard]] QString firstProblem() const;

    folder_disk::Options m_options;
    QString m_problem;
    Kind m_kind = Kind::Floppy;
    QVBoxLayout* m_layout;
    FolderField* m_folder = nullptr;
    SegmentedControl* m_kindChoice = nullptr;
    SizeChoice* m_size = nullptr;
    SegmentedControl* m_type = nullptr;
    InsetLineEdit* m_label = nullptr;
    QLabel* m_labelCount = nullptr;
    QLineEdit* m_excludes = nullptr;
    SegmentedControl* m_partition = nullptr;
    QToolButton* m_expander = nullptr;
    AdvancedForm* m_rare = nullptr;
    Field* m_sizeField = nullptr;
    Field* m_labelField = nullptr;
    Field* m_partitionField = nullptr;
};

} // namespace fatlas::ui
