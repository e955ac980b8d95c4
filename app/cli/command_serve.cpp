#include "core/base/text.hpp"
#include "core/block/slice_device.hpp"
#include "core/image/image.hpp"
#include "core/nbd/server.hpp"

#include "app/cli/command.hpp"
#include "app/cli/exit_status.hpp"
#include "app/cli/layout_options.hpp"
#include "app/cli/run_command.hpp"
#include "app/cli/serve_address.hpp"
#include "app/cli/serve_hints.hpp"
#include "app/cli/serve_log.hpp"
#include "app/cli/terminal.hpp"
#include "app/cli/words.hpp"

#include <fmt/format.h>

#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>

namespace fatlas::cli {

namespace {

constexpr std::size_t maxFindingsShown = 100;
/// How long requests that run may still take when the server stops.
constexpr std::chrono::seconds patience{5};

constexpr const char* footer =
    "Serves the whole disk over NBD until Ctrl+C or SIGTERM (status 0). Only this user may\n"
    "connect to the socket. Nothing is encrypted: beyond this machine use a tunnel.\n"
    "The disk is what the folder was when serving began; a file that changed since answers with "
    "an\n"
    "error, never with a mixture. Sockets of systemd (LISTEN_FDS) are used when there are some.\n"
    "COMMAND is run by /bin/sh with $uri, $unixsocket, $exportname and, with --listen, $port; its\n"
    "exit status is that of serve.\n"
    "\n"
    "Examples:\n"
    "  fatlas-cli serve ~/dos --floppy 1.44M\n"
    "  fatlas-cli serve card.vhd --socket /tmp/card.sock\n"
    "  fatlas-cli serve ~/esp --fat 32 --listen 10809\n"
    "  fatlas-cli serve ~/dos --run 'nbdcopy \"$uri\" dos.img'";

struct ServeArguments {
    std::string source;
    ServeAddress address;
    LayoutOptions layout;
    std::optional<std::string> exportName;
    std::string command;
    bool readOnly = false;
};

struct ServedDisk {
    std::shared_ptr<block::BlockDevice> device;
    std::string description; ///< "disk of 64 MiB, read-only"
    std::string shown;       ///< what is served, for people
};

Result<image::OpenedDisk> openSource(const ServeArguments& arguments, const std::stop_token& stop)
{
    image::OpenOptions options;
    FATLAS_ASSIGN(options.folder, arguments.layout.optionsFor(arguments.source));
    std::error_code error;
    ProgressBar bar("Unpacking");
    const bool isFile = std::filesystem::is_regular_file(arguments.source, error);
    FATLAS_ASSIGN(auto opened,
                  image::openDisk(arguments.source, options,
                                  JobControl(stop, isFile ? bar.callback() : nullptr)));
    const std::string misplaced = arguments.layout.givenForFoldersOnly();
    if (opened.plan == nullptr && !misplaced.empty())
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("{} says how a disk is made from a folder, but {} is a disk",
                                misplaced, escapeForTerminal(arguments.source)));
    return opened;
}

Result<ServedDisk> openDisk(const ServeArguments& arguments, const std::stop_token& stop)
{
    FATLAS_ASSIGN(const image::OpenedDisk opened, openSource(arguments, stop));
    if (opened.plan)
        showFindings(opened.plan->findings, maxFindingsShown);
    ServedDisk served;
    FATLAS_ASSIGN(served.device,
                  block::SliceDevice::createReadOnly(opened.disk, 0, opened.disk->size()));
    served.description = opened.plan ? describeDisk(*opened.plan)
                                     : fmt::format("disk of {}", formatSize(opened.disk->size()));
    served.description += ", read-only";
    served.shown = escapeForTerminal(arguments.source);
    return served;
}

/// What the export is called where nobody says: as the file or folder.
std::string defaultName(const std::string& source)
{
    const auto address = folder_disk::parseSource(source);
    std::filesystem::path path = source;
    if (address)
        path = address->folder;
    std::error_code error;
    path = std::filesystem::absolute(path, error).lexically_normal();
    if (!path.has_filename())
        path = path.parent_path();
    // Clients expect UTF-8.
    return utf8FromUtf16(utf16FromUtf8Lossy(path.filename().native()));
}

Result<> writeStart(const ServedDisk& disk, const nbd::Server& server, const std::string& name)
{
    Output output;
    output.print("Serving {}: {}\n", disk.shown, disk.description);
    for (const nbd::Listener& listener : server.listeners()) {
        output.print("uri         {}\n", listener.uri(name));
        writeHints(output, listener, name, ServedMode::ReadOnly);
    }
    output.text("Ctrl+C ends it.\n");
    return output.finish();
}

/// Nothing but a stop request ends it.
void awaitStop(const std::stop_token& stop)
{
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait(lock, stop, [] { return false; });
}

Variables variablesFor(const nbd::Listener& listener, const std::string& name)
{
    Variables variables{{"uri", listener.uri(name)},
                        {"unixsocket", listener.socketPath().native()},
                        {"exportname", name}};
    if (!listener.host().empty())
        variables.emplace_back("port", fmt::to_string(listener.port()));
    return variables;
}

Result<int> serveUntilDone(const ServeArguments& arguments, const ServedDisk& disk,
                           const nbd::Server& server, const std::string& name,
                           const std::stop_token& stop)
{
    if (!arguments.command.empty())
        return runCommand(arguments.command, variablesFor(server.listeners().front(), name), stop);
    FATLAS_TRY(writeStart(disk, server, name));
    awaitStop(stop);
    return toInt(ExitStatus::Done);
}

Result<int> serve(ServeArguments& arguments, const std::stop_token& stop)
{
    FATLAS_ASSIGN(const ServedDisk disk, openDisk(arguments, stop));
    FATLAS_ASSIGN(auto listeners, arguments.address.listen());
    ServeLog log(arguments.command.empty() ? ServeLog::Comings::Told : ServeLog::Comings::Quiet);
    nbd::ServerOptions options;
    options.onClient = [&log](const nbd::Client& client, nbd::ClientChange change) {
        log.client(client, change);
    };
    options.onError = [&log](nbd::ClientNumber client, const Error& error) {
        log.error(client, error);
    };
    FATLAS_ASSIGN(const auto server, nbd::Server::start(std::move(listeners), std::move(options)));
    const std::string name = arguments.exportName.value_or(defaultName(arguments.source));
    FATLAS_TRY(server->add({.name = name, .description = disk.description, .device = disk.device}));
    FATLAS_ASSIGN(const int status, serveUntilDone(arguments, disk, *server, name, stop));
    const auto stopped = server->stop(patience);
    log.finish();
    FATLAS_TRY(stopped);
    return status;
}

int runServe(ServeArguments& arguments, const std::stop_token& stop)
{
    const auto status = serve(arguments, stop);
    return status ? *status : report(status.error());
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
    verb->add_flag("--read-only", arguments->readOnly, "nobody may write (the default)");
    arguments->address.addTo(*verb);
    verb->add_option("--export", arguments->exportName,
                     "what clients call the disk (default: as the file or folder; the empty name "
                     "always works)")
        ->option_text("NAME");
    verb->add_option("--run", arguments->command,
                     "run this and end with its exit status; $uri and $unixsocket lead here")
        ->option_text("COMMAND");
    arguments->layout.addTo(*verb, "When IMAGE is a folder");
    verb->callback([arguments, &chosen] {
        chosen = [arguments](const std::stop_token& stop) { return runServe(*arguments, stop); };
    });
}

} // namespace fatlas::cli
