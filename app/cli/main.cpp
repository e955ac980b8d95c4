/// fatlas-cli: a folder becomes a FAT disk, and FAT disks are looked into, without a window.
#include "core/base/crash_point.hpp"

#include "app/cli/command.hpp"
#include "app/cli/exit_status.hpp"
#include "app/cli/interrupt.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <fcntl.h>
#include <new>
#include <unistd.h>

namespace {

using namespace fatlas::cli;

constexpr const char* description = "Makes FAT disks from folders, and looks into FAT disks.";

constexpr const char* footer =
    "SOURCE is a folder or an address fat:[12:|16:|32:][floppy:][rw:]FOLDER.\n"
    "IMAGE is an image file, a block device, or a SOURCE: then the disk that would be made\n"
    "from it is looked into, and nothing is written.\n"
    "\n"
    "Exit status: 0 done (findings are on stderr), 1 refused, or findings where they count,\n"
    "2 wrong use, 3 input or system error, 128 + N ended by signal N.\n"
    "\n"
    "Examples:\n"
    "  fatlas-cli create ~/dos -o dos.img --floppy 1.44M --label DOS\n"
    "  fatlas-cli plan ~/esp --fat 32 --partition gpt --esp\n"
    "  fatlas-cli ls dos.img / -R\n"
    "  fatlas-cli VERB --help";

int wrongUse(const CLI::App& app, const CLI::ParseError& error)
{
    std::string verb;
    for (const CLI::App* chosen : app.get_subcommands())
        verb = " " + chosen->get_name();
    const auto unknown = app.remaining();
    if (verb.empty() && !unknown.empty())
        complain(fmt::format("there is no verb \"{}\" (see fatlas-cli --help)", unknown.front()));
    else
        complain(fmt::format("{} (see fatlas-cli{} --help)", error.what(), verb));
    return toInt(ExitStatus::WrongUse);
}

/// A stream that was closed for us must not become the number of a file we open: what is said there
/// would end up in the file. Writing to standard output still fails, as it should.
void occupyStandardStreams()
{
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        if (::fcntl(stream, F_GETFD) < 0) [[maybe_unused]]
            const int opened = ::open("/dev/null", stream == STDERR_FILENO ? O_WRONLY : O_RDONLY);
}

int run(int argc, char** argv)
{
    occupyStandardStreams();
    CLI::App app(description, "fatlas-cli");
    app.set_version_flag("--version", "fatlas-cli " FATLAS_VERSION);
    app.set_help_flag("-h,--help", "show this and exit");
    app.footer(footer);
    app.require_subcommand(1);
    app.get_formatter()->label("SUBCOMMAND", "VERB");
    app.get_formatter()->label("Subcommands", "Verbs");
    app.get_formatter()->column_width(28);

    Verb chosen;
    addCreate(app, chosen);
    addPlan(app, chosen);
    addInfo(app, chosen);
    addLs(app, chosen);
    addCat(app, chosen);
    addExtract(app, chosen);
    addPut(app, chosen);
    addRm(app, chosen);
    addMv(app, chosen);
    addMkdir(app, chosen);
    addLabel(app, chosen);
    addAttr(app, chosen);
    addUndo(app, chosen);
    addCheck(app, chosen);
    addRepair(app, chosen);
    addMap(app, chosen);
    addChain(app, chosen);
    addExplain(app, chosen);
    addDeleted(app, chosen);
    addDiff(app, chosen);
    addServe(app, chosen);
    addSessions(app, chosen);
    addVhd(app, chosen);
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& help) {
        return app.exit(help);
    } catch (const CLI::ParseError& error) {
        return wrongUse(app, error);
    }
    const Interrupt interrupt;
    return chosen(interrupt.token());
}

} // namespace

int main(int argc, char** argv)
{
#ifdef FATLAS_CRASH_POINTS
    armCrashPoint();
#endif
    try {
        return run(argc, argv);
    } catch (const std::bad_alloc&) {
        complain("there is not enough memory");
    } catch (const std::exception& error) {
        complain(fmt::format("this should not have happened: {}", error.what()));
    }
    return toInt(ExitStatus::System);
}
