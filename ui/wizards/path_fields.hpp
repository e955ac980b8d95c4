/// Fields that hold a path: a folder to read, and a small file whose bytes are wanted.
///
/// Errors:  a file that cannot be read, or is larger than it may be, is a problem() in words.
/// Threads: GUI thread; the file is read on a worker.
#pragma once

#include "core/folder_disk/options.hpp"

#include "ui/tasks/task.hpp"
#include "ui/wizards/field.hpp"

namespace fatlas::ui {

/// Type it, choose it, or drop it here.
class FolderField : public InsetLineEdit {
    Q_OBJECT

public:
    explicit FolderField(QWidget* parent = nullptr);

    void setFolder(const QString& folder);

    [[nodiscard]] const QString& folder() const noexcept { return m_folder; }

    void choose();

Q_SIGNALS:
    void folderChosen(const QString& folder); ///< by the user's hand

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void take(const QString& folder);

    QString m_folder;
};

/// A boot sector or MBR code from a file; empty means Fatlas's own.
class CodeFileField : public InsetLineEdit {
    Q_OBJECT

public:
    /// `limit`: bytes the file may have.
    CodeFileField(const QString& what, std::uint64_t limit, QWidget* parent = nullptr);

    void setCode(const folder_disk::CodeFile& code);

    [[nodiscard]] const folder_disk::CodeFile& code() const noexcept { return m_code; }

    [[nodiscard]] const QString& problem() const noexcept { return m_problem; }

Q_SIGNALS:
    void changed();

private:
    void choose();
    void read();

    QString m_what;
    std::uint64_t m_limit;
    folder_disk::CodeFile m_code;
    QString m_problem;
    Task m_reading{Task::Lane::Quick};
};

} // namespace fatlas::ui
