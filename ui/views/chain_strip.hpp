/// The runs of a chain as boxes joined by arrows, and how the chain ends.
///
/// Very long chains are cut after some hundred boxes, saying how many more there are.
///
/// Threads: GUI thread.
#pragma once

#include "core/base/units.hpp"

#include "ui/base/theme.hpp"

#include <QString>
#include <QWidget>

#include <vector>

namespace fatlas::ui {

class ChainStrip : public QWidget {
    Q_OBJECT

public:
    explicit ChainStrip(QWidget* parent = nullptr);

    void setChain(std::vector<ClusterRange> runs, Token color, const QString& ending);
    /// The run outlined as current, -1 for none.
    void setCurrent(int run);

    /// Where a run's box is; null when it is not among the drawn ones.
    [[nodiscard]] QRect boxOf(int run) const;

    [[nodiscard]] QSize sizeHint() const override;

    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

Q_SIGNALS:
    void runClicked(int run);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void layOut();
    void paintBox(QPainter& painter, int run) const;
    void paintArrow(QPainter& painter, const QRect& from, const QRect& to) const;

    std::vector<ClusterRange> m_runs;
    std::vector<QRect> m_boxes; ///< of the first runs
    QString m_ending;
    Token m_color = Token::File;
    int m_current = -1;
};

} // namespace fatlas::ui
