/// How large the disk is to be: a floppy format, a usual disk size, automatic, or one's own.
///
/// Units:   bytes of the whole image.
/// Errors:  size() says what is wrong with what was typed.
/// Threads: GUI thread.
#pragma once

#include "core/base/error.hpp"
#include "core/folder_disk/floppy_format.hpp"

#include <QWidget>

#include <optional>

class QComboBox;
class QLineEdit;

namespace fatlas::ui {

class SizeChoice : public QWidget {
    Q_OBJECT

public:
    enum class Medium : std::uint8_t { Floppy, Disk };

    explicit SizeChoice(QWidget* parent = nullptr);

    void setMedium(Medium medium);
    void setFloppy(folder_disk::FloppyFormat format);
    void setSize(std::optional<std::uint64_t> size);
    /// What Automatic comes to for this folder; nothing while it is not known.
    void showAutomatic(std::optional<std::uint64_t> size);

    [[nodiscard]] folder_disk::FloppyFormat floppy() const noexcept { return m_floppy; }

    [[nodiscard]] Result<std::optional<std::uint64_t>> size() const;

Q_SIGNALS:
    void changed(); ///< by the user's hand

private:
    void fillFloppies();
    void fillSizes();
    void picked();

    Medium m_medium = Medium::Floppy;
    folder_disk::FloppyFormat m_floppy = folder_disk::FloppyFormat::F1440K;
    QComboBox* m_combo;
    QLineEdit* m_own;
};

} // namespace fatlas::ui
