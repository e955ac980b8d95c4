/// The volumes inside a VHD, a line each, with a way into them.
///
/// Threads: GUI thread; does no I/O.
#pragma once

#include "ui/document/vhd_content.hpp"

#include <QWidget>

class QVBoxLayout;

namespace fatlas::ui {

class VhdInside : public QWidget {
    Q_OBJECT

public:
    explicit VhdInside(QWidget* parent = nullptr);

    void setContent(const SharedVhd& content);

Q_SIGNALS:
    void openRequested(int partition); ///< 0: the disk has no table, or there is only one

private:
    void clear();
    void addVolume(const VhdVolume& volume);

    QVBoxLayout* m_lines;
};

} // namespace fatlas::ui
