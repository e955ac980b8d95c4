#include "app/cli/command.hpp"
#include "app/cli/edit_verb.hpp"

#include <memory>

namespace fatlas::cli {

namespace {

constexpr const char* footer = "TO is a folder to move into, or the new path. Content, times and "
                               "attributes stay.\n"
                               "\n"
                               "Examples:\n"
                               "  fatlas-cli mv dos.img /README.TXT /readme.first\n"
                               "  fatlas-cli mv disk.img \"/New folder\" /ARCHIVE";

struct MvArguments {
    EditVerb edit;
    std::string from;
    std::string to;
    bool force = false;
};

} // namespace

void addMv(CLI::App& app, Verb& chosen)
{
    auto* verb = app.add_subcommand("mv", "rename and move files and folders in an image");
    verb->footer(footer);
    const auto arguments = std::make_shared<MvArguments>();
    arguments->edit.addTo(*verb);
    verb->add_option("FROM", arguments->from, "a file or folder on the volume")
        ->required()
        ->option_text(" ");
    verb->add_option("TO", arguments->to, "a folder on the volume, or a new path")
        ->required()
        ->option_text(" ");
    verb->add_flag("--force", arguments->force, "replace a file that exists already");
    verb->callback([arguments, &chosen] {
        chosen = [arguments](const std::stop_token& stop) {
            const auto existing =
                arguments->force ? edit::Existing::Replace : edit::Existing::Refuse;
            return arguments->edit.run(stop, [&](edit::Editor& editor) {
                return editor.move(arguments->from, arguments->to, existing);
            });
        };
    });
}

} // namespace fatlas::cli
