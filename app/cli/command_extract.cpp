#include "core/image/extract.hpp"

#include "app/cli/command.hpp"
#include "app/cli/extract_report.hpp"
#include "app/cli/image_verb.hpp"
#include "app/cli/terminal.hpp"

#include <memory>

namespace fatlas::cli {

namespace {

constexpr const char* footer =
    "Without PATH, or with /, the content of the volume is put into DIR; else the file or folder "
    "is\n"
    "put there under its own name. Nothing is ever written outside DIR: names the host cannot "
    "hold\n"
    "are changed, links are not followed. Files that exist already are kept and reported, unless\n"
    "--force is given. Modification times and the read-only attribute of files are restored.\n"
    "A damaged file is saved as far as it can be read. Exit status 1 when something was not saved\n"
    "or not whole.\n"
    "\n"
    "Examples:\n"
    "  fatlas-cli extract dos.img -d out\n"
    "  fatlas-cli extract disk.img /DOCS -d out --force --timezone utc";

struct ExtractArguments {
    ImageVerb image;
    std::string path = "/";
    std::string destination;
    bool force = false;
};

Result<image::ExtractReport> extractFiles(const ExtractArguments& arguments,
                                          const std::stop_token& stop)
{
    FATLAS_ASSIGN(const auto image, arguments.image.open(stop));
    FATLAS_ASSIGN(const auto timeZone, arguments.image.timeZone());
    ProgressBar bar("extracting");
    return image::extract(
        *image.volume, arguments.path,
        {.destination = arguments.destination,
         .existing = arguments.force ? image::Existing::Replace : image::Existing::Keep,
         .timeZone = timeZone},
        JobControl(stop, bar.callback()));
}

} // namespace

void addExtract(CLI::App& app, Verb& chosen)
{
    auto* verb = app.add_subcommand("extract", "copy files and folders out of a volume");
    verb->footer(footer);
    const auto arguments = std::make_shared<ExtractArguments>();
    arguments->image.addToReader(*verb);
    verb->add_option("PATH", arguments->path, "a file or folder on the volume (default: /)")
        ->option_text(" ");
    verb->add_option("-d,--directory", arguments->destination, "where to; made when missing")
        ->required()
        ->option_text("DIR");
    verb->add_flag("--force", arguments->force, "replace files that exist already");
    verb->callback([arguments, &chosen] {
        chosen = [arguments](const std::stop_token& stop) {
            return reportExtracted(arguments->destination, extractFiles(*arguments, stop));
        };
    });
}

} // namespace fatlas::cli
