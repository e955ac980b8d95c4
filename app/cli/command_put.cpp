#include "core/base/text.hpp"

#include "app/cli/command.hpp"
#include "app/cli/edit_verb.hpp"
#include "app/cli/exit_status.hpp"
#include "app/cli/host_tree.hpp"
#include "app/cli/volume_path.hpp"

#include <fmt/format.h>

#include <memory>
#include <vector>

namespace fatlas::cli {

namespace {

constexpr const char* footer =
    "PATH is a folder on the volume to put them into, or for a single one the new path. Folders "
    "go\n"
    "with all that is in them. Times come along. When it does not fit, nothing is written.\n"
    "\n"
    "Examples:\n"
    "  fatlas-cli put dos.img CONFIG.SYS AUTOEXEC.BAT /\n"
    "  fatlas-cli put disk.img report.pdf /DOCS/report-2.pdf --plan\n"
    "  fatlas-cli put esp.img build/EFI /";

struct PutArguments {
    EditVerb edit;
    std::vector<std::string> places; ///< host files, then the path
    bool force = false;
};

Result<> put(const PutArguments& arguments, edit::Editor& editor, const std::stop_token& stop)
{
    const std::string& path = arguments.places.back();
    const std::size_t count = arguments.places.size() - 1;
    HostPlace place;
    place.existing = arguments.force ? edit::Existing::Replace : edit::Existing::Refuse;
    FATLAS_ASSIGN(const auto there, editor.find(path));
    if (there && there->isDirectory) {
        place.folder = there->path;
    } else if (count > 1 || isFolderPath(path)) {
        return fail(ErrorCode::NotFound,
                    fmt::format("there is no folder {} on the volume", escapeForTerminal(path)));
    } else {
        place.folder = folderOf(path);
        place.name = nameOf(path);
    }
    for (std::size_t i = 0; i < count; ++i) {
        place.source = arguments.places[i];
        FATLAS_TRY(putFromHost(editor, place, stop));
    }
    return {};
}

} // namespace

void addPut(CLI::App& app, Verb& chosen)
{
    auto* verb = app.add_subcommand("put", "put files and folders into an image");
    verb->footer(footer);
    const auto arguments = std::make_shared<PutArguments>();
    arguments->edit.addTo(*verb);
    verb->add_option("HOSTFILE... PATH", arguments->places, "what to put, and where on the volume")
        ->required()
        ->expected(2, CLI::detail::expected_max_vector_size)
        ->option_text(" ");
    verb->add_flag("--force", arguments->force, "replace files that exist already");
    verb->callback([arguments, &chosen] {
        chosen = [arguments](const std::stop_token& stop) {
            return arguments->edit.run(
                stop, [&](edit::Editor& editor) { return put(*arguments, editor, stop); });
        };
    });
}

} // namespace fatlas::cli
