/// The inspector of a VHD: what the file says about itself on the left, its blocks, who answers for
/// them and what is inside on the right.
///
/// Threads: GUI thread; does no I/O.
#pragma once

#include "ui/document/vhd_action.hpp"
#include "ui/document/vhd_document.hpp"

#include <QWidget>

class QHBoxLayout;
class QPushButton;
class QVBoxLayout;

namespace fatlas::ui {

class Banner;
class ChipRow;
class ThemedLabel;
class VhdActionPanel;
class VhdBlockMap;
class VhdChainView;
class VhdFieldsView;
class VhdFindingsView;
class VhdInside;
class VhdLayoutStrip;
class VhdRuler;

class VhdPage : public QWidget {
    Q_OBJECT

public:
    explicit VhdPage(const QString& path, QWidget* parent = nullptr);
    ~VhdPage() override;

    void startReading();

    [[nodiscard]] VhdDocument& document() noexcept { return m_document; }

    [[nodiscard]] VhdBlockMap* blockMap() const noexcept { return m_map; }

    [[nodiscard]] VhdRuler* ruler() const noexcept { return m_ruler; }

    [[nodiscard]] VhdChainView* chain() const noexcept { return m_chain; }

    [[nodiscard]] VhdFieldsView* fields() const noexcept { return m_fields; }

    [[nodiscard]] VhdFindingsView* findings() const noexcept { return m_findings; }

    [[nodiscard]] VhdLayoutStrip* strip() const noexcept { return m_strip; }

    [[nodiscard]] VhdActionPanel* actionPanel() const noexcept { return m_action; }

    /// Asks for an action with its panel.
    void startAction(VhdAction action);

    [[nodiscard]] Banner* banner() const noexcept { return m_banner; }

    /// Everything that will be shown is shown, the result of the check included.
    [[nodiscard]] bool isSettled() const;

    /// Goes to "block:300" or "sector:614400", or brings up a part by number: "section:1",
    /// "order:1", "action:1"; else the reason.
    [[nodiscard]] Result<> goTo(const QString& address);

    /// "Dynamic disk · 10 GiB · read-only"
    [[nodiscard]] QString summary() const;

Q_SIGNALS:
    void hoveredText(const QString& text);
    void openVolumeRequested(const QString& path, int partition); ///< 0: the one there is
    void openVhdRequested(const QString& path);
    void openAsImageRequested(const QString& path);
    void runRequested(const fatlas::ui::SharedVhdPlan& plan);
    void contentShown();

private:
    [[nodiscard]] QWidget* makeLeft();
    [[nodiscard]] QWidget* makeRight();
    QWidget* addSection(QVBoxLayout* layout, const QString& heading, QWidget* part);
    void showParts(bool isDisk);
    [[nodiscard]] bool goToPart(const QString& name, int number);
    [[nodiscard]] QWidget* makeActions();
    void connectParts();
    void follow();
    void showContent();
    void showBanner();
    void showFailure(const Error& error);
    void followActions();

    VhdDocument m_document;
    Banner* m_banner;
    ThemedLabel* m_heading;
    ThemedLabel* m_sentence;
    VhdLayoutStrip* m_strip;
    ThemedLabel* m_layoutText;
    VhdFieldsView* m_fields;
    VhdChainView* m_chain;
    VhdFindingsView* m_findings;
    std::vector<QPushButton*> m_actions; ///< in the order of VhdAction
    VhdActionPanel* m_action;
    VhdBlockMap* m_map;
    VhdRuler* m_ruler;
    ThemedLabel* m_answer;
    VhdInside* m_inside;
    QWidget* m_right = nullptr;
    ThemedLabel* m_nothing;
    std::vector<QWidget*> m_diskParts; ///< that only a disk has
};

} // namespace fatlas::ui
