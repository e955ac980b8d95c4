#include "core/base/text.hpp"
#include "core/base/units.hpp"
#include "core/folder_disk/options_text.hpp"
#include "core/serve/serve_command.hpp"

#include "app/cli/asker.hpp"
#include "app/cli/command.hpp"
#include "app/cli/exit_status.hpp"
#include "app/cli/layout_options.hpp"
#include "app/cli/output.hpp"
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
    "A folder is served as it was when serving began, and without --rw it is never written to. A\n"
    "file of it that changed since answers with an error, never with a mixture; --publish says\n"
    "what becomes of the new state of the folder: it can be published under another name "
    "(NAME@2).\n"
    "With --rw what the guest writes comes home to the folder as soon as it has settled. Nothing\n"
    "is lost meanwhile: a session that ends before its time is found again (fatlas-cli sessions).\n"
    "With --commit ask you are asked on the terminal what comes home, once it has settled; what\n"
    "you turn down stays in the session, and what you do not decide keeps the session. Where "
    "there\n"
    "are two versions, mine is the folder's and theirs the guest's. With --dry-run all is told as\n"
    "it would be, the folder stays as it is, and what clients wrote is forgotten in the end.\n"
    "Sockets of systemd (LISTEN_FDS) are used when there are some and none is asked for.\n"
    "COMMAND is run by /bin/sh with $uri, $unixsocket, $exportname and, with --listen, $port; its\n"
    "exit status is that of serve; with --rw a report in JSON follows on the last line of the\n"
    "output, and the status is 125 when not everything came home.\n"
    "\n"
    "Examples:\n"
    "  fatlas-cli serve ~/dos --floppy 1.44M\n"
    "  fatlas-cli serve ~/dos --rw --events dos.jsonl\n"
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
    bool readWrite = false;
    std::string commit = "auto";
    std::uint32_t settleMs = 1000;
    bool allowMassDelete = false;
    bool dryRun = false;
    bool trash = false;
    bool sharedByOneClient = false;
};

/// What CI systems take for "the tool failed", not what it ran.
constexpr int toolFailed = 125;

/// `rw:` in an address says what --rw says.
bool isReadWrite(const ServeArguments& arguments)
{
    const auto address = folder_disk::parseSource(arguments.source);
    const bool isChosen = arguments.readOnly || arguments.scratch || !arguments.keep.empty();
    return arguments.readWrite || (address && address->readWrite && !isChosen);
}

serve::Mode modeOf(const ServeArguments& arguments)
{
    if (isReadWrite(arguments))
        return serve::Mode::WriteBack;
    if (!arguments.keep.empty())
        return serve::Mode::Keep;
    return arguments.scratch ? serve::Mode::Scratch : serve::Mode::ReadOnly;
}

serve::WriteBackOptions writeBackOptions(const ServeArguments& arguments)
{
    serve::WriteBackOptions options;
    options.when = arguments.commit == "end"   ? sync::When::End
                   : arguments.commit == "ask" ? sync::When::Ask
                                               : sync::When::Auto;
    options.engine.dryRun = arguments.dryRun;
    options.engine.settle.quiet = std::chrono::milliseconds(arguments.settleMs);
    options.engine.allowMassDelete = arguments.allowMassDelete;
    options.deleted = arguments.trash ? host::Jail::Deleted::Trash : host::Jail::Deleted::Drop;
    return options;
}

Result<ServingOptions> servingOptions(const ServeArguments& arguments)
{
    ServingOptions options;
    options.source = arguments.source;
    options.events = arguments.events;
    options.comings =
        arguments.command.empty() ? ServeLog::Comings::Told : ServeLog::Comings::Quiet;
    options.session.name =
        arguments.exportName.value_or(serve::defaultExportName(arguments.source));
    options.session.mode = modeOf(arguments);
    options.session.keep = arguments.keep;
    // The window can go back in it; a part that was not remembered would end that.
    options.session.timelineBytes = options.session.mode == serve::Mode::Keep ? GiB : 0;
    options.session.publish = arguments.publish == "auto"    ? serve::Publish::Auto
                              : arguments.publish == "never" ? serve::Publish::Never
                                                             : serve::Publish::Ask;
    options.session.writeBack = writeBackOptions(arguments);
    options.session.isSharedByOneClient = arguments.sharedByOneClient;
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
    if (!arguments.command.empty()) {
        const auto status = runCommand(arguments.command, variablesFor(serving), stop);
        serving.askAboutRest(stop);
        return status;
    }
    FATLAS_TRY(serving.tellStart());
    serving.await(stop);
    return toInt(ExitStatus::Done);
}

Result<> checkReadWrite(const ServeArguments& arguments)
{
    if (arguments.dryRun && !isReadWrite(arguments))
        return fail(ErrorCode::InvalidArgument, "--dry-run says what --rw would bring home; "
                                                "without --rw nothing comes home anyway");
    if (arguments.commit != "ask" || !isReadWrite(arguments))
        return {};
    if (arguments.dryRun)
        return fail(ErrorCode::InvalidArgument,
                    "a dry run brings nothing home, so there is nothing to ask about: leave "
                    "--commit ask out");
    if (!Asker::hasTerminal())
        return fail(ErrorCode::InvalidArgument,
                    "--commit ask asks on the terminal, and the input is none; --commit auto "
                    "brings changes home as they settle, --commit end when serving ends, and "
                    "--dry-run says what would come home");
    return {};
}

Result<int> serve(ServeArguments& arguments, const std::stop_token& stop)
{
    FATLAS_TRY(checkLayout(arguments));
    FATLAS_TRY(checkReadWrite(arguments));
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
    const auto status = serveUntilDone(arguments, serving, stop);
    const auto stopped = serving.stop();
    if (const auto told = serving.report();
        told && (!arguments.command.empty() || arguments.dryRun)) {
        Output output;
        output.text(told->dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
        FATLAS_TRY(output.finish());
    }
    FATLAS_TRY(stopped);
    return status;
}

int runServe(ServeArguments& arguments, const std::stop_token& stop)
{
    const auto status = serve(arguments, stop);
    if (status)
        return *status;
    const int failure = report(status.error());
    return isReadWrite(arguments) && !arguments.command.empty() ? toolFailed : failure;
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
    auto* keep = verb.add_option("--keep", arguments.keep,
                                 "clients may write; what they wrote is kept there for the next "
                                 "time")
                     ->option_text("FILE")
                     ->excludes(readOnly)
                     ->excludes(scratch);
    verb.add_flag("--rw", arguments.readWrite,
                  "clients may write; what they wrote comes home to the folder")
        ->option_text(" ")
        ->excludes(readOnly)
        ->excludes(scratch)
        ->excludes(keep);
    verb.add_option("--publish", arguments.publish,
                    "when the folder changed: ask (default), auto or never")
        ->check(CLI::IsMember({"ask", "auto", "never"}))
        ->option_text("WHEN");
}

void addWriteBack(CLI::App& verb, ServeArguments& arguments)
{
    const std::string group = "With --rw";
    verb.add_option("--commit", arguments.commit,
                    "when changes come home: auto, once they have settled (default); ask, once "
                    "you said so on the terminal; end, when serving ends")
        ->check(CLI::IsMember({"auto", "ask", "end"}))
        ->option_text("WHEN")
        ->group(group);
    verb.add_option("--settle", arguments.settleMs,
                    "milliseconds a file must have been quiet (default 1000)")
        ->check(CLI::Range(0U, 10'000U))
        ->option_text("MS")
        ->group(group);
    verb.add_flag("--allow-mass-delete", arguments.allowMassDelete,
                  "also bring home when more than 30 % of the files or bytes would be gone, or "
                  "the guest formatted the disk")
        ->option_text(" ")
        ->group(group);
    verb.add_flag("--dry-run", arguments.dryRun,
                  "only tell what would come home; what clients wrote is forgotten in the end")
        ->option_text(" ")
        ->group(group);
    verb.add_flag("--trash", arguments.trash, "what the guest deleted goes to the desktop's trash")
        ->option_text(" ")
        ->group(group);
    verb.add_flag("--shared-by-one-client", arguments.sharedByOneClient,
                  "one client may write over many connections")
        ->option_text(" ")
        ->group(group);
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
    addWriteBack(*verb, *arguments);
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
