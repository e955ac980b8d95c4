#include "app/cli/folder_verb.hpp"

#include "core/base/job_control.hpp"
#include "core/image/folder_source.hpp"

#include <cstdio>

namespace fatlas::cli {

void FolderVerb::addTo(CLI::App& verb)
{
    verb.add_option("SOURCE", source,
                    "a folder, or fat:[12:|16:|32:][floppy:][rw:]FOLDER (rw: means nothing here)")
        ->option_text(" ");
    verb.add_flag("--empty", empty, "instead of SOURCE: a formatted disk with nothing in it");
    verb.add_flag("--strict", strict, "findings are a reason to refuse (status 1)");
    verb.add_flag("--json", json, "say it for machines");
    layout.addTo(verb, "Disk");
}

void FolderVerb::check() const
{
    if (source.empty() && !empty)
        throw CLI::ValidationError("SOURCE", "a folder is required, or --empty");
    if (!source.empty() && empty)
        throw CLI::ValidationError("--empty", "makes a disk of nothing, so there can be no SOURCE");
}

Result<std::shared_ptr<const folder_disk::Plan>>
FolderVerb::plan(const std::filesystem::path& output, const std::stop_token& stop) const
{
    const JobControl job(stop);
    if (empty) {
        FATLAS_ASSIGN(auto options, layout.options({}));
        return image::planFolder({.folder = {}, .output = {}, .options = std::move(options)}, job);
    }
    FATLAS_ASSIGN(auto address, folder_disk::parseSource(source));
    if (address.readWrite)
        std::fputs("note: rw: in the address means nothing here: nothing is served\n", stderr);
    FATLAS_ASSIGN(auto options, layout.options(std::move(address.options)));
    return image::planFolder(
        {.folder = address.folder, .output = output, .options = std::move(options)}, job);
}

} // namespace fatlas::cli
