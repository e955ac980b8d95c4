#include "core/base/text.hpp"
#include "core/image/lookup.hpp"

#include "app/cli/command.hpp"
#include "app/cli/exit_status.hpp"
#include "app/cli/image_verb.hpp"
#include "app/cli/json.hpp"
#include "app/cli/terminal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <ranges>
#include <unordered_set>

namespace fatlas::cli {

namespace {

constexpr std::size_t maxFindingsShown = 20; ///< of each folder

constexpr const char* footer =
    "One line each: attributes (d folder, r read-only, h hidden, s system, a archive), size in\n"
    "bytes, time of the last change as the disk says it, short name, long name. PATH is looked up\n"
    "by long or short name, case does not matter.\n"
    "\n"
    "Examples:\n"
    "  fatlas-cli ls dos.img\n"
    "  fatlas-cli ls ~/dos /DOCS --floppy 1.44M\n"
    "  fatlas-cli ls disk.img -R --json | jq -r .[].path";

struct LsArguments {
    ImageVerb image;
    std::string path = "/";
    bool recursive = false;
    bool json = false;
};

/// A folder still to be listed.
struct Pending {
    std::string path;
    Cluster first;
};

std::string attributeText(const fat::DirectoryEntryRaw& raw)
{
    constexpr std::array flags{
        std::pair{fat::attribute::directory, 'd'}, std::pair{fat::attribute::readOnly, 'r'},
        std::pair{fat::attribute::hidden, 'h'}, std::pair{fat::attribute::system, 's'},
        std::pair{fat::attribute::archive, 'a'}};
    std::string text;
    for (const auto& [bit, letter] : flags)
        text += (raw.attributes & bit) != 0 ? letter : '-';
    return text;
}

/// Characters, where bytes would make columns crooked.
std::size_t columnsOf(std::string_view utf8)
{
    return static_cast<std::size_t>(std::ranges::count_if(
        utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

class Lister {
public:
    Lister(const fat::Volume& volume, const LsArguments& arguments, Output& output)
        : m_volume(volume), m_arguments(arguments), m_output(output)
    {}

    Result<> list(const image::Located& place, const JobControl& job)
    {
        if (m_arguments.json)
            m_output.text("[");
        if (place.item && !place.item->isDirectory())
            write(place.path.substr(0, place.path.rfind('/')), std::array{*place.item});
        else
            FATLAS_TRY(listFolders({.path = place.path, .first = place.firstCluster()}, job));
        if (m_arguments.json)
            m_output.text(m_isFirstItem ? "]\n" : "\n]\n");
        return m_output.finish();
    }

private:
    Result<> listFolders(Pending start, const JobControl& job)
    {
        std::vector<Pending> pending{std::move(start)};
        while (!pending.empty()) {
            FATLAS_TRY(job.checkpoint());
            FATLAS_TRY(m_output.state());
            const Pending folder = std::move(pending.back());
            pending.pop_back();
            if (!m_seen.insert(keyOf(folder.first)).second) {
                complain(fmt::format("{} is the same folder as one that was listed already",
                                     escapeForTerminal(folder.path)));
                continue;
            }
            FATLAS_ASSIGN(const auto listing, m_volume.readDirectory(folder.first));
            showFindings(listing.findings, maxFindingsShown);
            if (m_arguments.recursive && !m_arguments.json)
                m_output.print("{}{}:\n", m_seen.size() > 1 ? "\n" : "",
                               escapeForTerminal(folder.path));
            write(folder.path, listing.items);
            if (m_arguments.recursive)
                queueFolders(folder.path, listing, pending);
        }
        return {};
    }

    static void queueFolders(const std::string& path, const fat::DirectoryListing& listing,
                             std::vector<Pending>& pending)
    {
        for (const auto& item : listing.items | std::views::reverse)
            if (item.isDirectory())
                pending.push_back(
                    {.path = image::joinPath(path, item.name), .first = item.raw.firstCluster()});
    }

    /// The root has several numbers: 0 and, on FAT32, that of its first cluster.
    [[nodiscard]] std::uint32_t keyOf(Cluster first) const
    {
        return first == m_volume.geometry().rootCluster ? 0 : first.value;
    }

    void write(const std::string& folder, std::span<const fat::DirectoryItem> items)
    {
        if (m_arguments.json)
            writeJsonItems(folder, items);
        else
            writeLines(items);
    }

    void writeJsonItems(const std::string& folder, std::span<const fat::DirectoryItem> items)
    {
        for (const auto& item : items) {
            const auto json = itemJson(item, image::joinPath(folder, item.name));
            m_output.text(m_isFirstItem ? "\n  " : ",\n  ");
            m_output.text(json.dump(-1, ' ', false, Json::error_handler_t::replace));
            m_isFirstItem = false;
        }
    }

    void writeLines(std::span<const fat::DirectoryItem> items)
    {
        std::size_t sizeColumns = 8;
        for (const auto& item : items)
            sizeColumns = std::max(sizeColumns, formatCount(item.raw.size.get()).size());
        for (const auto& item : items) {
            const std::string shortName = escapeForTerminal(item.shortName);
            const std::size_t padding = 12 - std::min<std::size_t>(12, columnsOf(shortName));
            m_output.print("{}  {:>{}}  {:19}  {}{}  {}\n", attributeText(item.raw),
                           item.isDirectory() ? "<folder>" : formatCount(item.raw.size.get()),
                           sizeColumns,
                           fat::formatTime({.date = item.raw.modifiedDate.get(),
                                            .time = item.raw.modifiedTime.get(),
                                            .tenths = 0}),
                           shortName, std::string(padding, ' '), escapeForTerminal(item.name));
        }
    }

    const fat::Volume& m_volume;
    const LsArguments& m_arguments;
    Output& m_output;
    std::unordered_set<std::uint32_t> m_seen;
    bool m_isFirstItem = true;
};

Result<> ls(const LsArguments& arguments, const std::stop_token& stop)
{
    FATLAS_ASSIGN(const auto image, arguments.image.open(stop));
    FATLAS_ASSIGN(const auto place, image::locate(*image.volume, arguments.path));
    Output output;
    return Lister(*image.volume, arguments, output).list(place, JobControl(stop));
}

} // namespace

void addLs(CLI::App& app, Verb& chosen)
{
    auto* verb = app.add_subcommand("ls", "list files and folders of a volume");
    verb->footer(footer);
    const auto arguments = std::make_shared<LsArguments>();
    arguments->image.addToReader(*verb);
    verb->add_option("PATH", arguments->path, "a file or folder on the volume (default: /)")
        ->option_text(" ");
    verb->add_flag("-R,--recursive", arguments->recursive, "folders inside folders too");
    verb->add_flag("--json", arguments->json, "an array with one object a line");
    verb->callback([arguments, &chosen] {
        chosen = [arguments](const std::stop_token& stop) {
            const auto done = ls(*arguments, stop);
            return done ? toInt(ExitStatus::Done) : report(done.error());
        };
    });
}

} // namespace fatlas::cli
