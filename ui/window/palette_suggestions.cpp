#include "ui/window/palette_suggestions.hpp"

#include "ui/base/words.hpp"
#include "ui/document/address.hpp"
#include "ui/window/volume_page.hpp"

#include <QPointer>

#include <algorithm>

namespace fatlas::ui {

namespace {

constexpr std::size_t mostPaths = 12;

void addActions(std::vector<Suggestion>& to, const QString& text, const QList<QAction*>& actions)
{
    for (QAction* action : actions) {
        if (!action->text().contains(text, Qt::CaseInsensitive))
            continue;
        const QString keys = action->shortcut().toString(QKeySequence::NativeText);
        const QString name =
            keys.isEmpty() ? action->text() : QString(action->text() + u"   " + keys);
        if (action->isEnabled())
            to.push_back({name, {}, [action] { action->trigger(); }});
        else
            to.push_back({action->text() + u": " + action->toolTip(), {}, {}});
    }
}

void addAddress(std::vector<Suggestion>& to, const QString& text, VolumePage& page)
{
    const auto place = findPlace(*page.document().content(), text);
    if (!place) {
        to.push_back({errorWords(place.error()).sentence, QLatin1String("circle-alert"), {}});
        return;
    }
    to.push_back(
        {GoToBox::tr("Go to %1").arg(text), QLatin1String("map"), [page = QPointer(&page), text] {
             if (page)
                 static_cast<void>(page->goTo(text));
         }});
}

bool containsNoCase(std::string_view text, std::string_view lowerPart)
{
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return !std::ranges::search(text, lowerPart, {}, lower).empty();
}

void addNames(std::vector<Suggestion>& to, const QString& text, VolumePage& page)
{
    const fat::Tree& tree = *page.document().content()->tree;
    const std::string part = text.section(u'/', -1).toLower().toStdString();
    std::size_t found = 0;
    for (std::uint32_t node = 1; node < tree.nodes.size() && found < mostPaths; ++node) {
        if (!containsNoCase(tree.nodes[node].name, part))
            continue;
        ++found;
        const bool folder = tree.nodes[node].isDirectory;
        to.push_back({shown(tree.path(node)), QLatin1String(folder ? "folder" : "file"),
                      [page = QPointer(&page), node] {
                          if (page)
                              page->document().selectNode(node);
                      }});
    }
}

} // namespace

std::vector<Suggestion> suggestionsFor(const QString& text, const QList<QAction*>& actions,
                                       VolumePage* page)
{
    std::vector<Suggestion> suggestions;
    const bool open = page != nullptr && page->document().content() != nullptr;
    if (looksLikeAddress(text)) {
        if (!open)
            return {{GoToBox::tr("Open a volume first, then go to an address in it"),
                     QLatin1String("circle-alert"),
                     {}}};
        // A path that is there comes first, so that Return goes to just that.
        addAddress(suggestions, text, *page);
        if (text.size() > 1 && (text.startsWith(u'/') || text.startsWith(u'\\')))
            addNames(suggestions, text, *page);
        return suggestions;
    }
    addActions(suggestions, text, actions);
    if (open && !text.isEmpty())
        addNames(suggestions, text, *page);
    return suggestions;
}

} // namespace fatlas::ui
