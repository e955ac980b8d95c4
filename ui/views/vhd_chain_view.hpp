/// A VHD and its parents as a diagram, and every test of the selected one in words.
///
/// Threads: GUI thread; does no I/O.
#pragma once

#include "ui/base/theme.hpp"
#include "ui/document/vhd_content.hpp"

#include <QAbstractButton>
#include <QWidget>

#include <vector>

class QVBoxLayout;

namespace fatlas::ui {

class ChipRow;

/// One file of the chain: an icon, its name, and whether it is the one that was recorded.
class VhdLinkBox : public QAbstractButton {
    Q_OBJECT

public:
    enum class Standing : std::uint8_t { Good, Doubtful, Missing };

    VhdLinkBox(const QString& name, Standing standing, QWidget* parent = nullptr);

    [[nodiscard]] Standing standing() const noexcept { return m_standing; }

    [[nodiscard]] QSize sizeHint() const override;

    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Standing m_standing;
};

class VhdChainView : public QWidget {
    Q_OBJECT

public:
    explicit VhdChainView(QWidget* parent = nullptr);

    void setContent(const SharedVhd& content);

    [[nodiscard]] const std::vector<VhdLinkBox*>& boxes() const noexcept { return m_boxes; }

    /// The tests of one link against its parent, as sentences.
    void showTests(std::size_t link);
    [[nodiscard]] QStringList testTexts() const;

Q_SIGNALS:
    void openRequested(const QString& path); ///< a parent was double-clicked

private:
    void addBox(std::size_t link);
    void addMissing();
    void addRow(QLatin1String iconName, Token tint, const QString& text);

    SharedVhd m_content;
    ChipRow* m_diagram;
    QVBoxLayout* m_tests;
    std::vector<VhdLinkBox*> m_boxes;
};

} // namespace fatlas::ui
