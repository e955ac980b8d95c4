/// "New disk from a folder": choose on the left, see the disk as it will be on the right.
///
/// The page edits options and shows the plan; it starts nothing. Whoever owns the page saves when
/// saveRequested() says so.
///
/// Threads: GUI thread.
#pragma once

#include "ui/document/new_disk_document.hpp"

#include <QWidget>

class QPushButton;

namespace fatlas::ui {

class CommandBox;
class DiskForm;
class PlanPreview;
class PrimaryButton;

class NewDiskPage : public QWidget {
    Q_OBJECT

public:
    explicit NewDiskPage(QWidget* parent = nullptr);
    ~NewDiskPage() override;

    void setFolder(const QString& folder);
    void setOptions(const folder_disk::Options& options);
    void chooseFolder();
    /// Puts the keyboard where the next thing is to be said: the folder, else the map.
    void startEditing();

    [[nodiscard]] NewDiskDocument& document() noexcept { return m_document; }

    [[nodiscard]] DiskForm* form() const noexcept { return m_form; }

    [[nodiscard]] PlanPreview* preview() const noexcept { return m_preview; }

    /// "dos-tools.img" for the folder dos-tools.
    [[nodiscard]] QString suggestedFileName() const;
    /// Why the disk cannot be saved as things are; empty: it can.
    [[nodiscard]] QString saveProblem() const;
    /// "Folder watched: the preview follows it"
    [[nodiscard]] QString cornerText() const;
    [[nodiscard]] QString title() const;

Q_SIGNALS:
    void saveRequested();
    void serveRequested();
    void saveProblemChanged();
    void titleChanged();
    void cornerTextChanged();
    void hoveredText(const QString& text);

private:
    void follow();
    void connectParts();
    void skipUnfit();
    void settleMedium();
    void chooseFormat(folder_disk::FloppyFormat format);
    void updateCommand();

    NewDiskDocument m_document;
    bool m_mediumIsTheirs = false; ///< options were chosen by whoever uses the page
    bool m_mediumIsDue = false;    ///< the folder is new, its first plan will tell
    DiskForm* m_form;
    // In the order of Tab: the left side before the right.
    CommandBox* m_command;
    PrimaryButton* m_save;
    QPushButton* m_serve;
    PlanPreview* m_preview;
};

} // namespace fatlas::ui
