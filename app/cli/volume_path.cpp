#include "app/cli/volume_path.hpp"

namespace fatlas::cli {

namespace {

constexpr std::string_view separators = "/\\";

std::string_view withoutEnd(std::string_view path)
{
    return path.substr(0, path.find_last_not_of(separators) + 1);
}

} // namespace

bool isFolderPath(std::string_view path) noexcept
{
    return !path.empty() && separators.contains(path.back());
}

std::string folderOf(std::string_view path)
{
    path = withoutEnd(path);
    const std::size_t end = path.find_last_of(separators);
    return end == std::string_view::npos || end == 0 ? "/" : std::string(path.substr(0, end));
}

std::string nameOf(std::string_view path)
{
    path = withoutEnd(path);
    const std::size_t end = path.find_last_of(separators);
    return std::string(end == std::string_view::npos ? path : path.substr(end + 1));
}

} // namespace fatlas::cli
