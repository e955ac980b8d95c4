#include "core/base/text.hpp"

#include "app/cli/command.hpp"
#include "app/cli/edit_verb.hpp"
#include "app/cli/output.hpp"

#include <memory>
#include <optional>

namespace fatlas::cli {

namespace {

constexpr const char* footer =
    "Without TEXT the label is printed. It stands in the root folder and "
    "in the boot sector; both\n"
    "change. Letters become capitals.\n"
    "\n"
    "Examples:\n"
    "  fatlas-cli label dos.img\n"
    "  fatlas-cli label dos.img \"DISK 1\"\n"
    "  fatlas-cli label dos.img --remove";

struct LabelArguments {
    EditVerb edit;
    std::optional<std::string> text;
    bool remove = false;
};

Result<> print(edit::Editor& editor)
{
    FATLAS_ASSIGN(const std::string label, editor.label());
    Output output;
    output.print("{}\n", escapeForTerminal(label));
    return output.finish();
}

} // namespace

void addLabel(CLI::App& app, Verb& chosen)
{
    auto* verb = app.add_subcommand("label", "print or change the label of a volume");
    verb->footer(footer);
    const auto arguments = std::make_shared<LabelArguments>();
    arguments->edit.addTo(*verb);
    auto* const text = verb->add_option("TEXT", arguments->text, "the new label")->option_text(" ");
    verb->add_flag("--remove", arguments->remove, "the volume gets no label")->excludes(text);
    verb->callback([arguments, &chosen] {
        chosen = [arguments](const std::stop_token& stop) {
            if (!arguments->text && !arguments->remove)
                return arguments->edit.look(stop, print);
            return arguments->edit.run(stop, [&](edit::Editor& editor) {
                return editor.setLabel(arguments->text.value_or(""));
            });
        };
    });
}

} // namespace fatlas::cli
