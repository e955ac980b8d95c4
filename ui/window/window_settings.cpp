#include "ui/window/window_settings.hpp"

#include <algorithm>
#include <functional>
#include <iterator>

namespace fatlas::ui {

namespace {

constexpr std::size_t recentLimit = 12;
const QString recentKey = QStringLiteral("recent");

} // namespace

WindowSettings::WindowSettings(Keep keep)
    : m_settings(keep == Keep::OnDisk ? std::make_unique<QSettings>() : nullptr)
{
    loadRecent();
}

QByteArray WindowSettings::bytes(const QString& key) const
{
    return m_settings ? m_settings->value(key).toByteArray() : QByteArray();
}

void WindowSettings::setBytes(const QString& key, const QByteArray& value)
{
    if (m_settings)
        m_settings->setValue(key, value);
}

void WindowSettings::remember(const QString& source, bool isFolder)
{
    const auto old = std::ranges::find(m_recent, source, &RecentItem::source);
    const bool pinned = old != m_recent.end() && old->pinned;
    if (old != m_recent.end())
        m_recent.erase(old);
    m_recent.insert(m_recent.begin(), {source, isFolder, pinned});
    sortRecent();
    while (m_recent.size() > recentLimit && !m_recent.back().pinned)
        m_recent.pop_back();
    saveRecent();
}

void WindowSettings::setPinned(const QString& source, bool pinned)
{
    const auto item = std::ranges::find(m_recent, source, &RecentItem::source);
    if (item == m_recent.end())
        return;
    item->pinned = pinned;
    sortRecent();
    saveRecent();
}

void WindowSettings::forget(const QString& source)
{
    std::erase_if(m_recent, [&](const RecentItem& item) { return item.source == source; });
    saveRecent();
}

void WindowSettings::sortRecent()
{
    std::vector<RecentItem> sorted;
    std::ranges::copy_if(m_recent, std::back_inserter(sorted), &RecentItem::pinned);
    std::ranges::copy_if(m_recent, std::back_inserter(sorted), std::not_fn(&RecentItem::pinned));
    m_recent = std::move(sorted);
}

void WindowSettings::loadRecent()
{
    if (!m_settings)
        return;
    const int count = m_settings->beginReadArray(recentKey);
    for (int i = 0; i < std::min(count, 1000); ++i) {
        m_settings->setArrayIndex(i);
        RecentItem item{m_settings->value(QStringLiteral("source")).toString(),
                        m_settings->value(QStringLiteral("folder")).toBool(),
                        m_settings->value(QStringLiteral("pinned")).toBool()};
        if (!item.source.isEmpty())
            m_recent.push_back(std::move(item));
    }
    m_settings->endArray();
}

void WindowSettings::saveRecent()
{
    if (!m_settings)
        return;
    m_settings->remove(recentKey);
    m_settings->beginWriteArray(recentKey, static_cast<int>(m_recent.size()));
    for (std::size_t i = 0; i < m_recent.size(); ++i) {
        m_settings->setArrayIndex(static_cast<int>(i));
        m_settings->setValue(QStringLiteral("source"), m_recent[i].source);
        m_settings->setValue(QStringLiteral("folder"), m_recent[i].isFolder);
        m_settings->setValue(QStringLiteral("pinned"), m_recent[i].pinned);
    }
    m_settings->endArray();
}

} // namespace fatlas::ui
