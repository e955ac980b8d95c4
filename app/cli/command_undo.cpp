#include "core/base/text.hpp"
#include "core/edit/apply.hpp"
#include "core/image/open_writable.hpp"

#include "app/cli/command.hpp"
#include "app/cli/exit_status.hpp"
#include "app/cli/output.hpp"
#include "app/cli/terminal.hpp"

#include <fmt/format.h>

#include <memory>

namespace fatlas::cli {

namespace {

constexpr const char* footer =
    "Puts back what a change or a repair replaced, also one that was cut off in the middle. Of\n"
    "several changes the last one is undone first. When something else wrote to the same places\n"
    "since, nothing is written. UNDO-FILE stays.\n"
    "\n"
    "Examples:\n"
    "  fatlas-cli undo disk.img disk.img.fatlas-undo";

struct UndoArguments {
    std::string image;
    std::string undoFile;
};

Result<> undo(const UndoArguments& arguments, const std::stop_token& stop)
{
    FATLAS_ASSIGN(const auto opened, image::openDisk(arguments.image, {}, JobControl(stop)));
    FATLAS_ASSIGN(const auto target, image::openWritable(opened));
    {
        ProgressBar bar("undoing");
        FATLAS_TRY(edit::undo(*target, arguments.undoFile, JobControl(stop, bar.callback())));
    }
    Output output;
    output.print("done: {} is as it was before\n", escapeForTerminal(arguments.image));
    return output.finish();
}

} // namespace

void addUndo(CLI::App& app, Verb& chosen)
{
    auto* verb = app.add_subcommand("undo", "take back a change to an image");
    verb->footer(footer);
    const auto arguments = std::make_shared<UndoArguments>();
    verb->add_option("IMAGE", arguments->image, "the image that was changed")
        ->required()
        ->option_text(" ");
    verb->add_option("UNDO-FILE", arguments->undoFile, "what the change left behind")
        ->required()
        ->option_text(" ");
    verb->callback([arguments, &chosen] {
        chosen = [arguments](const std::stop_token& stop) {
            const auto done = undo(*arguments, stop);
            return done ? toInt(ExitStatus::Done) : report(done.error());
        };
    });
}

} // namespace fatlas::cli
