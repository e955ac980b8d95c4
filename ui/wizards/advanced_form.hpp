/// What most disks never need: boot code, serial, code page, first files, clusters, times.
///
/// Errors:  each field says in place why its content cannot be; problem() has the first of them.
/// Threads: GUI thread.
#pragma once

#include "core/folder_disk/options.hpp"

#include "ui/wizards/field.hpp"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QVBoxLayout;

namespace fatlas::ui {

class CodeFileField;

class AdvancedForm : public QWidget {
    Q_OBJECT

public:
    explicit AdvancedForm(QWidget* parent = nullptr);

    void show(const folder_disk::Options& options);
    using QWidget::show;
    /// Writes its part of the options; what is not valid stays as it was there.
    void applyTo(folder_disk::Options& options);

    [[nodiscard]] QString problem() const;

    /// MBR code and disk id mean something only behind a partition table.
    void setPartitioned(bool partitioned);

Q_SIGNALS:
    void changed(); ///< by the user's hand

private:
    Field* addField(const QString& caption, QWidget* editor);
    QLineEdit* addLine(const QString& caption, const QString& placeholder, Field** field);
    QComboBox* addCombo(const QString& caption);
    QCheckBox* addCheck(const QString& text, const QString& toolTip);
    void addCode();
    void addIdentity();
    void addLayout();
    void addChecks();
    void applyHex(QLineEdit* line, Field* field, std::optional<std::uint32_t>& value);

    QVBoxLayout* m_layout;
    CodeFileField* m_bootSector = nullptr;
    CodeFileField* m_mbrCode = nullptr;
    QLineEdit* m_first = nullptr;
    QLineEdit* m_serial = nullptr;
    QLineEdit* m_diskId = nullptr;
    QLineEdit* m_oem = nullptr;
    QComboBox* m_codePage = nullptr;
    QComboBox* m_clusterSize = nullptr;
    QComboBox* m_sectorSize = nullptr;
    QComboBox* m_timeZone = nullptr;
    QCheckBox* m_reproducible = nullptr;
    QCheckBox* m_dos = nullptr;
    QCheckBox* m_skip = nullptr;
    Field* m_bootSectorField = nullptr;
    Field* m_mbrCodeField = nullptr;
    Field* m_serialField = nullptr;
    Field* m_diskIdField = nullptr;
    Field* m_oemField = nullptr;
    Field* m_timeZoneField = nullptr;
};

} // namespace fatlas::ui
