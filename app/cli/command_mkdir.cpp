#include "core/base/error.hpp"

#include "app/cli/command.hpp"
#include "app/cli/edit_verb.hpp"
#include "app/cli/volume_path.hpp"

#include <memory>

namespace fatlas::cli {

namespace {

constexpr const char* footer = "Examples:\n"
                               "  fatlas-cli mkdir disk.img /DOCS\n"
                               "  fatlas-cli mkdir -p disk.img /EFI/BOOT";

struct MkdirArguments {
    EditVerb edit;
    std::string path;
    bool parents = false;
};

Result<> makeOne(edit::Editor& editor, const std::string& path, edit::Existing existing)
{
    edit::NewEntry entry;
    entry.folder = folderOf(path);
    entry.name = nameOf(path);
    FATLAS_TRY(editor.makeFolder(entry, existing));
    return {};
}

Result<> makeAll(const MkdirArguments& arguments, edit::Editor& editor)
{
    if (nameOf(arguments.path).empty())
        return fail(ErrorCode::Refused, "the root folder exists already");
    if (!arguments.parents)
        return makeOne(editor, arguments.path, edit::Existing::Refuse);
    std::vector<std::string> paths;
    for (std::string path = arguments.path; !nameOf(path).empty(); path = folderOf(path))
        paths.push_back(path);
    for (auto path = paths.rbegin(); path != paths.rend(); ++path)
        FATLAS_TRY(makeOne(editor, *path, edit::Existing::Replace));
    return {};
}

} // namespace

void addMkdir(CLI::App& app, Verb& chosen)
{
    auto* verb = app.add_subcommand("mkdir", "make a folder in an image");
    verb->footer(footer);
    const auto arguments = std::make_shared<MkdirArguments>();
    arguments->edit.addTo(*verb);
    verb->add_option("PATH", arguments->path, "the new folder on the volume")
        ->required()
        ->option_text(" ");
    verb->add_flag("-p,--parents", arguments->parents,
                   "the folders above it too; nothing is wrong when it exists");
    verb->callback([arguments, &chosen] {
        chosen = [arguments](const std::stop_token& stop) {
            return arguments->edit.run(
                stop, [&](edit::Editor& editor) { return makeAll(*arguments, editor); });
        };
    });
}

} // namespace fatlas::cli
