/// The dock of bytes: hex view, the fields of the structure at the cursor, search, and what links
/// them to Focus both ways.
///
/// Units:    Focus speaks of bytes of the image; the view of places, see HexSpace.
/// Threads:  GUI thread; reading, explaining and searching run on workers.
/// Lifetime: stops its workers when destroyed.
#pragma once

#include "ui/document/staged_disk.hpp"
#include "ui/models/hex_blocks.hpp"
#include "ui/models/hex_copy.hpp"
#include "ui/models/hex_search.hpp"
#include "ui/models/hex_subject.hpp"
#include "ui/models/structure_loader.hpp"
#include "ui/views/hex_view.hpp"

#include <QPointer>
#include <QTimer>
#include <QWidget>

#include <memory>
#include <optional>

class QAction;
class QMenu;
class QSplitter;

namespace fatlas::ui {

class ElidedLabel;
class HexFindBar;
class SegmentedControl;
class StructureView;

class HexPanel : public QWidget {
    Q_OBJECT

public:
    enum class Mode : std::uint8_t {
        Image, ///< all bytes
        File,  ///< those of the focused file, glued together
    };

    explicit HexPanel(QWidget* parent = nullptr);
    ~HexPanel() override;

    /// Of the same disk and tree, for instance with more findings: the view stays where it is.
    void setSubject(std::shared_ptr<const HexSubject> subject);
    void setFocus(Focus* focus);
    using QWidget::setFocus;

    [[nodiscard]] Mode mode() const noexcept { return m_mode; }

    void setMode(Mode mode);
    /// Shows the bar that searches.
    void startSearch();
    void search(Direction direction);
    /// What is selected, as text in the clipboard: at once or when a worker has read it.
    void copy(CopyForm form);

    [[nodiscard]] HexView* view() const noexcept { return m_view; }

    [[nodiscard]] StructureView* structures() const noexcept { return m_structures; }

    [[nodiscard]] HexFindBar* findBar() const noexcept { return m_findBar; }

    [[nodiscard]] HexBlocks& blocks() noexcept { return m_blocks; }

    /// All addresses of the byte under the cursor.
    [[nodiscard]] QString caption() const;

    /// Whether bytes can be typed over; else why not, said when somebody tries.
    void setEditProblem(const QString& why);

    /// What was typed last is not what is there any more.
    void forgetTyped() { m_typedOffset.reset(); }

Q_SIGNALS:
    /// Typed over; in bytes of the image. Nothing is changed by it yet.
    void byteEdited(std::uint64_t offset, std::byte before, std::byte after);
    /// The same of a field of a structure; `encode` makes its bytes out of those that are there.
    void fieldEdited(const fatlas::ui::FocusBytes& place, const QString& what,
                     const fatlas::ui::EncodeField& encode);
    void hoveredText(const QString& text); ///< empty when the pointer leaves

private:
    QWidget* makeBar();
    void makeActions();
    QAction* addAction(const QString& text, const QList<QKeySequence>& keys,
                       void (HexPanel::*what)());
    void connectParts();
    void showMenu(QPoint globalPosition);
    void addWidths(QMenu& menu);

    void followFocus();
    void showTarget(const FocusTarget& target);
    void wishBits(const FocusTarget& target);
    [[nodiscard]] std::optional<ByteRange> rangeOf(const FocusTarget& target) const;
    [[nodiscard]] HexSpace spaceOf(std::optional<std::uint32_t> node) const;
    void showSpace(std::optional<std::uint32_t> node);
    void addRuns(FocusTarget& target, const FocusTarget& known) const;
    void publish(HexView::Move how);
    void publishHover(std::optional<std::uint64_t> imageOffset);
    [[nodiscard]] std::optional<ByteRange> selectedImageBytes() const;

    void explainWithSubject();
    void refresh();
    void showCaption();
    void wantStructures();
    void showStructure();
    void showField(const StructureField& field);
    void showPlace(std::uint64_t place, std::uint64_t length);
    void takeField(const StructureField& field, const QString& text);
    [[nodiscard]] QString refusalOf(const StructureField& field, const QString& text) const;
    void takeTyped(std::uint64_t place, std::uint8_t value, std::uint8_t mask);
    void sayCursor();
    void sayHovered(std::optional<std::uint64_t> place);
    void copyHex();
    void findNext();
    void findPrevious();
    void readAgain();

    std::shared_ptr<const HexSubject> m_subject;
    QPointer<Focus> m_focus;
    Mode m_mode = Mode::Image;
    std::optional<std::uint32_t> m_node; ///< whose bytes are shown in File mode
    HexBlocks m_blocks;
    StructureLoader m_loader;
    SegmentedControl* m_modes = nullptr;
    ElidedLabel* m_caption = nullptr;
    HexView* m_view;
    StructureView* m_structures;
    HexFindBar* m_findBar;
    QAction* m_find = nullptr;
    QAction* m_readAgain = nullptr;
    QTimer m_explainSoon; ///< once scrolling rests
    Task m_copying{Task::Lane::Quick};
    QString m_editProblem;
    std::optional<std::uint64_t> m_typedOffset; ///< of the byte typed last,
    std::uint8_t m_typedValue = 0;              ///< which may not be back from the disk yet
    bool m_cursorUnsaid = false;
    bool m_publishing = false; ///< what comes back from Focus is our own
};

} // namespace fatlas::ui
