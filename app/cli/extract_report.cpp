#include "app/cli/extract_report.hpp"

#include "core/base/text.hpp"

#include "app/cli/exit_status.hpp"
#include "app/cli/output.hpp"
#include "app/cli/terminal.hpp"
#include "app/cli/words.hpp"

namespace fatlas::cli {

namespace {

constexpr std::size_t maxFindingsShown = 100;

} // namespace

int reportExtracted(const std::string& destination, const Result<image::ExtractReport>& extracted)
{
    if (!extracted)
        return report(extracted.error());
    showFindings(extracted->findings, maxFindingsShown);
    Output output;
    output.print("{}: {} in {}, {}\n", escapeForTerminal(destination),
                 counted(extracted->fileCount, "file", "files"),
                 counted(extracted->folderCount, "folder", "folders"),
                 formatSize(extracted->contentSize));
    if (const auto said = output.finish(); !said)
        return report(said.error());
    return toInt(anyCounts(extracted->findings, Counts::Errors) ? ExitStatus::Refused
                                                                : ExitStatus::Done);
}

} // namespace fatlas::cli
