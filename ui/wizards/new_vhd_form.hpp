/// The left side of New VHD: what for, from what, how large, of which type, with what in it.
///
/// It edits a convert::NewVhd; whoever listens plans with it.
///
/// Errors:  problem() is the first field that cannot be, in words; the wish keeps its last valid
///          value meanwhile.
/// Threads: GUI thread; does no I/O.
#pragma once

#include "core/convert/new_vhd.hpp"

#include <QWidget>

class QComboBox;
class QLineEdit;
class QVBoxLayout;

namespace fatlas::ui {

class Field;
class InsetLineEdit;
class SegmentedControl;
class SizeChoice;

class NewVhdForm : public QWidget {
    Q_OBJECT

public:
    explicit NewVhdForm(QWidget* parent = nullptr);

    [[nodiscard]] const convert::NewVhd& wanted() const noexcept { return m_wanted; }

    void setWanted(const convert::NewVhd& wanted);
    /// What an automatic size came to; nothing: not known.
    void showSize(std::optional<std::uint64_t> size);

    [[nodiscard]] const QString& problem() const noexcept { return m_problem; }

    /// The user has said in a dialog that the file may be replaced.
    [[nodiscard]] bool mayReplace() const noexcept { return m_mayReplace; }

    void startEditing();

Q_SIGNALS:
    void changed();

private:
    Field* addField(const QString& caption, QWidget* editor);
    void addPurpose();
    void addShape();
    void addContents();
    void addFile();
    void edited();
    void choosePurpose(int index);
    void choosePreset(int index);
    void showWanted();
    void showFields();
    void applyText();
    void chooseSource();
    void chooseFile();
    void setFile(const QString& file);

    convert::NewVhd m_wanted;
    QString m_problem;
    bool m_mayReplace = false;
    QVBoxLayout* m_layout;
    SegmentedControl* m_purpose = nullptr;
    InsetLineEdit* m_source = nullptr;
    QComboBox* m_preset = nullptr;
    SegmentedControl* m_type = nullptr;
    SizeChoice* m_size = nullptr;
    QComboBox* m_blockSize = nullptr;
    SegmentedControl* m_fat = nullptr;
    SegmentedControl* m_partition = nullptr;
    QLineEdit* m_label = nullptr;
    InsetLineEdit* m_file = nullptr;
    Field* m_sourceField = nullptr;
    Field* m_presetField = nullptr;
    Field* m_typeField = nullptr;
    Field* m_sizeField = nullptr;
    Field* m_blockField = nullptr;
    Field* m_fatField = nullptr;
    Field* m_partitionField = nullptr;
    Field* m_labelField = nullptr;
    Field* m_fileField = nullptr;
};

} // namespace fatlas::ui
