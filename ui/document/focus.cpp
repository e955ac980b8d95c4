#include "ui/document/focus.hpp"

#include <utility>

namespace fatlas::ui {

namespace {

constexpr std::size_t maxHistory = 256;

} // namespace

Focus::Focus(QObject* parent) : QObject(parent) {}

void Focus::select(FocusTarget target)
{
    // Walking along a chain or a list of findings would bury the places one wants to come back to.
    const bool alongChain =
        target.node && target.node == m_selection.node && target.finding == m_selection.finding;
    const bool alongFindings = target.finding && m_selection.finding;
    record(std::move(target), alongChain || alongFindings ? Record::Replace : Record::Append);
}

void Focus::replace(FocusTarget target)
{
    // Nothing selected is a place one wants to come back to.
    record(std::move(target), m_selection.isEmpty() ? Record::Append : Record::Replace);
}

void Focus::record(FocusTarget target, Record how)
{
    if (target == m_selection)
        return;
    if (how == Record::Append) {
        m_history.resize(m_at + 1);
        if (m_history.size() == maxHistory)
            m_history.erase(m_history.begin());
        m_history.push_back(target);
        m_at = m_history.size() - 1;
    } else {
        m_history[m_at] = target;
    }
    m_selection = std::move(target);
    Q_EMIT changed();
    Q_EMIT historyChanged();
}

void Focus::moveTo(Cluster cluster)
{
    select({.node = m_selection.node, .cluster = cluster, .runs = m_selection.runs});
}

void Focus::setHover(FocusTarget target)
{
    if (target == m_hover)
        return;
    m_hover = std::move(target);
    Q_EMIT hoverChanged();
}

void Focus::reset()
{
    m_history.assign(1, FocusTarget{});
    m_at = 0;
    m_selection = {};
    m_hover = {};
    Q_EMIT changed();
    Q_EMIT hoverChanged();
    Q_EMIT historyChanged();
}

void Focus::goBack()
{
    if (canGoBack())
        show(m_at - 1);
}

void Focus::goForward()
{
    if (canGoForward())
        show(m_at + 1);
}

void Focus::show(std::size_t at)
{
    m_at = at;
    m_selection = m_history[at];
    Q_EMIT changed();
    Q_EMIT historyChanged();
}

} // namespace fatlas::ui
