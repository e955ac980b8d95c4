#include "core/folder_disk/exclude.hpp"

#include <optional>

namespace fatlas::folder_disk {
namespace {

/// The first UTF-8 character, or the first byte where there is none.
std::string_view firstCharacter(std::string_view text)
{
    const auto lead = static_cast<unsigned char>(text.front());
    const std::size_t wanted = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    for (std::size_t i = 1; i < wanted; ++i)
        if (i >= text.size() || (static_cast<unsigned char>(text[i]) & 0xC0) != 0x80)
            return text.substr(0, 1);
    return text.substr(0, wanted);
}

/// A character inside brackets, with its backslash taken off; the rest of the glob in `glob`.
std::string_view takeMember(std::string_view& glob)
{
    if (glob.front() == '\\' && glob.size() > 1)
        glob.remove_prefix(1);
    const std::string_view member = firstCharacter(glob);
    glob.remove_prefix(member.size());
    return member;
}

/// UTF-8 sorts like its code points, so that bytes compare as characters do.
bool inRange(std::string_view low, std::string_view character, std::string_view high)
{
    return low.size() <= character.size() && character.size() <= high.size() && low <= character &&
           character <= high;
}

/// `glob` stands after '['; leaves it after ']'. Nothing when there is no ']'.
std::optional<bool> matchBracket(std::string_view& glob, std::string_view character)
{
    const bool negated = glob.starts_with('!') || glob.starts_with('^');
    if (negated)
        glob.remove_prefix(1);
    bool found = false;
    bool first = true;
    while (!glob.empty() && (glob.front() != ']' || first)) {
        first = false;
        const std::string_view low = takeMember(glob);
        if (glob.size() > 1 && glob.front() == '-' && glob[1] != ']') {
            glob.remove_prefix(1);
            found = inRange(low, character, takeMember(glob)) || found;
        } else {
            found = low == character || found;
        }
    }
    if (glob.empty())
        return std::nullopt;
    glob.remove_prefix(1);
    return found != negated;
}

/// Takes one element of the glob and the character it stands for; false leaves both undefined.
bool matchOne(std::string_view& glob, std::string_view& name)
{
    const std::string_view character = firstCharacter(name);
    const char element = glob.front();
    if (element == '?' || element == '[') {
        glob.remove_prefix(1);
        if (element == '[' && !matchBracket(glob, character).value_or(false))
            return false;
        name.remove_prefix(character.size());
        return true;
    }
    if (takeMember(glob) != character)
        return false;
    name.remove_prefix(character.size());
    return true;
}

struct Split {
    std::string_view component;
    std::string_view rest;
    bool hasRest = false;
};

Split splitComponent(std::string_view path)
{
    const std::size_t slash = path.find('/');
    if (slash == std::string_view::npos)
        return {.component = path, .rest = {}, .hasRest = false};
    return {.component = path.substr(0, slash), .rest = path.substr(slash + 1), .hasRest = true};
}

/// Where the matcher goes back to when what follows the last star does not fit.
struct Retry {
    std::string_view glob;
    std::string_view name;
};

} // namespace

bool globMatches(std::string_view glob, std::string_view name)
{
    std::optional<Retry> retry;
    while (!name.empty() || !glob.empty()) {
        if (glob.starts_with('*')) {
            glob.remove_prefix(1);
            retry = Retry{.glob = glob, .name = name};
            continue;
        }
        if (!glob.empty() && !name.empty() && matchOne(glob, name))
            continue;
        if (!retry || retry->name.empty())
            return false;
        retry->name.remove_prefix(1);
        glob = retry->glob;
        name = retry->name;
    }
    return true;
}

bool globMatchesPath(std::string_view glob, std::string_view path)
{
    std::optional<Retry> retry;
    bool globLeft = true;
    bool pathLeft = true;
    while (globLeft || pathLeft) {
        const Split wanted = splitComponent(glob);
        if (globLeft && wanted.component == "**") {
            if (!wanted.hasRest)
                return pathLeft;
            glob = wanted.rest;
            retry = Retry{.glob = glob, .name = path};
            continue;
        }
        const Split found = splitComponent(path);
        if (globLeft && pathLeft && globMatches(wanted.component, found.component)) {
            glob = wanted.rest;
            path = found.rest;
            globLeft = wanted.hasRest;
            pathLeft = found.hasRest;
            continue;
        }
        if (!retry)
            return false;
        const Split skipped = splitComponent(retry->name);
        if (!skipped.hasRest)
            return false;
        retry->name = skipped.rest;
        glob = retry->glob;
        path = retry->name;
        globLeft = pathLeft = true;
    }
    return true;
}

} // namespace fatlas::folder_disk
