#include "app/cli/command.hpp"
#include "app/cli/edit_verb.hpp"

#include <memory>
#include <vector>

namespace fatlas::cli {

namespace {

constexpr const char* footer = "The bytes of a removed file stay where they are until something "
                               "else is written there.\n"
                               "\n"
                               "Examples:\n"
                               "  fatlas-cli rm dos.img /AUTOEXEC.BAK\n"
                               "  fatlas-cli rm -r disk.img /TEMP /OLD --plan";

struct RmArguments {
    EditVerb edit;
    std::vector<std::string> paths;
    bool recursive = false;
};

Result<> removeAll(const RmArguments& arguments, edit::Editor& editor)
{
    const auto recursive = arguments.recursive ? edit::Recursive::Yes : edit::Recursive::No;
    for (const std::string& path : arguments.paths)
        FATLAS_TRY(editor.remove(path, recursive));
    return {};
}

} // namespace

void addRm(CLI::App& app, Verb& chosen)
{
    auto* verb = app.add_subcommand("rm", "remove files and folders from an image");
    verb->footer(footer);
    const auto arguments = std::make_shared<RmArguments>();
    arguments->edit.addTo(*verb);
    verb->add_option("PATH", arguments->paths, "files on the volume, folders with -r")
        ->required()
        ->option_text("...");
    verb->add_flag("-r,--recursive", arguments->recursive, "folders with all that is in them");
    verb->callback([arguments, &chosen] {
        chosen = [arguments](const std::stop_token& stop) {
            return arguments->edit.run(
                stop, [&](edit::Editor& editor) { return removeAll(*arguments, editor); });
        };
    });
}

} // namespace fatlas::cli
