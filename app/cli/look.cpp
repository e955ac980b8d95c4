#include "app/cli/look.hpp"

#include "core/base/text.hpp"
#include "core/fat/check/check.hpp"
#include "core/fat/fat_links.hpp"
#include "core/folder_disk/options_text.hpp"

#include <fmt/format.h>

#include <charconv>

namespace fatlas::cli {

namespace {

Result<> readOnTheWay(Look& view, const std::stop_token& stop)
{
    const fat::Volume& volume = view.volume();
    FATLAS_ASSIGN(auto read, fat::readMappedTree(volume, JobControl(stop)));
    view.tree = std::move(read.tree);
    view.usage = std::move(read.usage);
    view.findings = volume.boot().findings;
    view.findings.insert(view.findings.end(), view.tree->findings.begin(),
                         view.tree->findings.end());
    return {};
}

Result<> readChecked(Look& view, const std::stop_token& stop)
{
    FATLAS_ASSIGN(const auto report, fat::checkVolume(view.volume(), JobControl(stop)));
    view.tree = report->tree;
    view.usage = report->usage;
    view.fatCopy = report->fatCopy;
    view.findings = report->findings;
    return {};
}

} // namespace

fat::ExplainContext Look::context() const
{
    return {.volume = image.volume,
            .tree = tree,
            .usage = usage,
            .fatCopy = fatCopy,
            .findings = findings};
}

Result<Look> look(image::Image image, Thoroughness how, const std::stop_token& stop)
{
    Look view;
    view.image = std::move(image);
    view.fatCopy = view.volume().fatCopy();
    FATLAS_TRY(how == Thoroughness::Checked ? readChecked(view, stop) : readOnTheWay(view, stop));
    return view;
}

Result<std::uint64_t> parsePlace(std::string_view text)
{
    if (!text.starts_with("0x") && !text.starts_with("0X"))
        return folder_disk::parseSize(text);
    std::uint64_t value = 0;
    const char* const end = text.data() + text.size();
    const auto [next, problem] = std::from_chars(text.data() + 2, end, value, 16);
    if (problem != std::errc{} || next != end)
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("\"{}\" is not a number: expected decimal, 0x and hexadecimal "
                                "digits, or a size like 64K",
                                escapeForTerminal(text)));
    return value;
}

std::string placeText(std::uint64_t offset)
{
    return fmt::format("0x{:X} ({})", offset, formatCount(offset));
}

} // namespace fatlas::cli
