#include "core/base/text.hpp"
#include "core/folder_disk/options_text.hpp"
#include "core/serve/serve_command.hpp"

#include "app/cli/command.hpp"
#include "app/cli/exit_status.hpp"
#include "app/cli/layout_options.hpp"
#include "app/cli/run_command.hpp"
#include "app/cli/serve_address.hpp"
#include "app/cli/serving.hpp"
#include "app/cli/terminal.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <system_error>

namespace fatlas::cli {

namespace {

constexpr const char* footer =
    "Serves the whole disk over NBD until Ctrl+C or SIGTERM (status 0). Only this user may\n"
    "connect to the Unix socket. Nothing is encrypted: beyond this machine use a tunnel.\n"
    "A folder is served as it was when serving began, and is never written to. A file of it that\n"
    "changed since answers with an error, never with a mixture; --publish says what becomes of\n"
    "the new state of the folder: it can be published under another name (NAME@2).\n"
    "Sockets of systemd (LISTEN_FDS) are used when there are some and none is asked for.\n"
    "COMMAND is run by /bin/sh with $uri, $unixsocket, $exportname and, with --listen, $port; its\n"
    "exit status is that of serve.\n"
    "\n"
    "Examples:\n"
    "  fatlas-cli serve ~/dos --floppy 1.44M\n"
    "  fatlas-cli serve card.vhd --scratch --socket /tmp/card.sock\n"
    "  fatlas-cli serve ~/esp --fat 32 --listen 10809\n"
    "  fatlas-cli serve ~/dos --keep ~/dos.session --events dos.jsonl\n"
    "  fatlas-cli serve ~/dos --run 'nbdcopy \"$uri\" dos.img'";

struct ServeArguments {
    std::string source;
    ServeAddress address;
    LayoutOptions layout;
    std::optional<std::string> exportName;
    std::string keep;
    std::string events;
    std::string publish = "ask";
    std::string command;
    bool readOnly = false;
    bool scratch = false;
};

serve::Mode modeOf(const ServeArguments& arguments)
{
    if (!arguments.keep.empty())
        return serve::Mode::Keep;
    return arguments.scratch ? serve::Mode::Scratch : serve::Mode::ReadOnly;
}

Result<ServingOptions> servingOptions(const ServeArguments& arguments)
{
    FATLAS_ASSIGN(const auto address, folder_disk::parseSource(arguments.source));
    if (address.readWrite)
        complain("rw: in the address is not possible yet: the folder is not written to; with "
                 "--scratch or --keep the guest may write");
    ServingOptions options;
    options.source = arguments.source;
    options.events = arguments.events;
    options.comings =
        arguments.command.empty() ? ServeLog::Comings::Told : ServeLog::Comings::Quiet;
    options.session.name =
        arguments.exportName.value_or(serve::defaultExportName(arguments.source));
    options.session.mode = modeOf(arguments);
    options.session.keep = arguments.keep;
    options.session.publish = arguments.publish == "auto"    ? serve::Publish::Auto
                              : arguments.publish == "never" ? serve::Publish::Never
                                                             : serve::Publish::Ask;
    FATLAS_ASSIGN(options.session.open.folder, arguments.layout.optionsFor(arguments.source));
    return options;
}

/// Layout options for something that is a disk already.
Result<> checkLayout(const ServeArguments& arguments)
{
    std::error_code error;
    const std::string misplaced = arguments.layout.givenForFoldersOnly();
    if (misplaced.empty() || arguments.source.starts_with("fat:") ||
        std::filesystem::is_directory(arguments.source, error))
        return {};
    return fail(ErrorCode::InvalidArgument,
                fmt::format("{} says how a disk is made from a folder, but {} is no folder",
                            misplaced, escapeForTerminal(arguments.source)));
}

Variables variablesFor(const Serving& serving)
{
    const nbd::Listener& listener = serving.listener();
    const std::string name = serving.exportName();
    Variables variables{{"uri", listener.uri(name)},
                        {"unixsocket", listener.socketPath().native()},
                        {"exportname", name}};
    if (!listener.host().empty())
        variables.emplace_back("port", fmt::to_string(listener.port()));
    return variables;
}

Result<int> serveUntilDone(const ServeArguments& arguments, Serving& serving,
                           const std::stop_token& stop)
{
    if (!arguments.command.empty())
        return runCommand(arguments.command, variablesFor(serving), stop);
    FATLAS_TRY(serving.tellStart());
    serving.await(stop);
    return toInt(ExitStatus::Done);
}

Result<int> serve(ServeArguments& arguments, const std::stop_token& stop)
{
    FATLAS_TRY(checkLayout(arguments));
    FATLAS_ASSIGN(auto options, servingOptions(arguments));
    Serving serving(std::move(options));
    {
        std::error_code error;
        ProgressBar bar("Unpacking");
        const bool isFile = std::filesystem::is_regular_file(arguments.source, error);
        FATLAS_TRY(serving.open(JobControl(stop, isFile ? bar.callback() : nullptr)));
    }
    FATLAS_ASSIGN(auto listening, arguments.address.listen());
    FATLAS_TRY(serving.start(std::move(listening)));
    FATLAS_ASSIGN(const int status, serveUntilDone(arguments, serving, stop));
    FATLAS_TRY(serving.stop());
    return status;
}

int runServe(ServeArguments& arguments, const std::stop_token& stop)
{
    const auto status = serve(arguments, stop);
    return status ? *status : report(status.error());
}

void addMode(CLI::App& verb, ServeArguments& arguments)
{
    // A text of their own keeps the list of what they exclude out of the help.
    auto* readOnly =
        verb.add_flag("--read-only", arguments.readOnly, "clients may not write (the default)")
            ->option_text(" ");
    auto* scratch = verb.add_flag("--scratch", arguments.scratch,
                                  "clients may write; what they wrote is forgotten in the end")
                        ->option_text(" ")
                        ->excludes(readOnly);
    verb.add_option("--keep", arguments.keep,
                    "clients may write; what they wrote is kept there for the next time")
        ->option_text("FILE")
        ->excludes(readOnly)
        ->excludes(scratch);
    verb.add_option("--publish", arguments.publish,
                    "when the folder changed: ask (default), auto or never")
        ->check(CLI::IsMember({"ask", "auto", "never"}))
        ->option_text("WHEN");
}

} // namespace

void addServe(CLI::App& app, Verb& chosen)
{
    auto* verb = app.add_subcommand("serve", "serve a disk to virtual machines and NBD clients");
    verb->footer(footer);
    const auto arguments = std::make_shared<ServeArguments>();
    verb->add_option("IMAGE", arguments->source,
                     "a folder, a fat: address, an image file, a VHD or a block device")
        ->required()
        ->option_text(" ");
    addMode(*verb, *arguments);
    arguments->address.addTo(*verb);
    verb->add_option("--export", arguments->exportName,
                     "what clients call the disk (default: as the file or folder; the empty name "
                     "always works)")
        ->option_text("NAME");
    verb->add_option("--events", arguments->events,
                     "log each read and write there, one JSON object a line")
        ->option_text("FILE");
    verb->add_option("--run", arguments->command,
                     "run this and end with its exit status; $uri and $unixsocket lead here")
        ->option_text("COMMAND");
    arguments->layout.addTo(*verb, "When IMAGE is a folder");
    verb->callback([arguments, &chosen] {
        chosen = [arguments](const std::stop_token& stop) { return runServe(*arguments, stop); };
    });
}

} // namespace fatlas::cli
