#include "core/folder_disk/exclude.hpp"

#include "core/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace fatlas::folder_disk {
namespace {

/// Past the bracket that starts at `open`, or npos when it is not closed.
std::size_t bracketEnd(std::string_view glob, std::size_t open)
{
    std::size_t i = open + 1;
    if (i < glob.size() && (glob[i] == '!' || glob[i] == '^'))
        ++i;
    for (bool first = true; i < glob.size(); ++i, first = false) {
        if (glob[i] == ']' && !first)
            return i + 1;
        if (glob[i] == '/')
            return std::string_view::npos;
        if (glob[i] == '\\')
            ++i;
    }
    return std::string_view::npos;
}

bool bracketsAreClosed(std::string_view glob)
{
    for (std::size_t i = 0; i < glob.size();) {
        if (glob[i] == '\\') {
            i += 2;
        } else if (glob[i] == '[') {
            i = bracketEnd(glob, i);
            if (i == std::string_view::npos)
                return false;
        } else {
            ++i;
        }
    }
    return true;
}

std::string_view lastComponent(std::string_view path)
{
    const std::size_t slash = path.rfind('/');
    return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

} // namespace

Result<Excludes> Excludes::compile(const std::vector<std::string>& globs)
{
    Excludes excludes;
    for (std::string_view glob : globs) {
        if (!bracketsAreClosed(glob))
            return fail(ErrorCode::InvalidArgument,
                        fmt::format("the pattern \"{}\" has a \"[\" without its \"]\" (write \\[ "
                                    "for the character itself)",
                                    escapeForTerminal(glob)));
        Pattern pattern;
        while (glob.ends_with('/')) {
            pattern.foldersOnly = true;
            glob.remove_suffix(1);
        }
        if (glob.starts_with("./"))
            glob.remove_prefix(1);
        const bool isPath = glob.find('/') != std::string_view::npos;
        while (glob.starts_with('/'))
            glob.remove_prefix(1);
        if (glob.empty())
            continue;
        pattern.glob = glob;
        (isPath ? excludes.m_paths : excludes.m_names).push_back(std::move(pattern));
    }
    return excludes;
}

bool Excludes::matches(std::string_view path, HostKind kind) const
{
    const std::string_view name = lastComponent(path);
    const auto applies = [kind](const Pattern& pattern) {
        return !pattern.foldersOnly || kind == HostKind::Directory;
    };
    return std::ranges::any_of(m_names,
                               [&](const Pattern& pattern) {
                                   return applies(pattern) && globMatches(pattern.glob, name);
                               }) ||
           std::ranges::any_of(m_paths, [&](const Pattern& pattern) {
               return applies(pattern) && globMatchesPath(pattern.glob, path);
           });
}

bool Excludes::covers(std::string_view path) const
{
    for (std::size_t slash = path.find('/'); slash != std::string_view::npos;
         slash = path.find('/', slash + 1))
        if (matches(path.substr(0, slash), HostKind::Directory))
            return true;
    return matches(path, HostKind::Directory);
}

} // namespace fatlas::folder_disk
