/// A count in a pill beside the name of a dock's tab: "Findings 3".
///
/// Tabs of docks come and go with the layout; the badge is put back whenever that happens.
///
/// Threads:  GUI thread.
/// Lifetime: belongs to the dock.
#pragma once

#include "ui/base/theme.hpp"

#include <QObject>

#include <cstdint>

class QDockWidget;

namespace fatlas::ui {

class TabBadge : public QObject {
    Q_OBJECT

public:
    explicit TabBadge(QDockWidget* dock);

    /// 0: no badge.
    void setCount(std::uint64_t count, Token token);

    [[nodiscard]] std::uint64_t count() const noexcept { return m_count; }

private:
    void place();
    void placeLater();

    QDockWidget* m_dock;
    std::uint64_t m_count = 0;
    Token m_token = Token::Lost;
    bool m_isPending = false;
};

} // namespace fatlas::ui
