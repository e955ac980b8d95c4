#include "app/cli/command.hpp"
#include "app/cli/exit_status.hpp"
#include "app/cli/folder_verb.hpp"
#include "app/cli/json.hpp"
#include "app/cli/plan_report.hpp"
#include "app/cli/terminal.hpp"

#include <memory>

namespace fatlas::cli {

namespace {

constexpr const char* footer = "Writes nothing. Exit status 1 when create would refuse.\n"
                               "\n"
                               "Examples:\n"
                               "  fatlas-cli plan ~/dos --floppy 1.44M\n"
                               "  fatlas-cli plan ~/photos --size 2G --json | jq .usage";

int runPlan(const FolderVerb& arguments, const std::stop_token& stop)
{
    const auto plan = arguments.plan({}, stop);
    if (!plan)
        return report(plan.error());
    Output output;
    if (arguments.json)
        writeJson(output, planJson(**plan));
    else
        writePlan(output, **plan);
    if (const auto said = output.finish(); !said)
        return report(said.error());
    if (const auto refusal = (*plan)->refusal())
        return report(withOptions(**plan, *refusal));
    if (arguments.strict && anyCounts((*plan)->findings, Counts::WarningsAndWorse)) {
        complain("there are findings and --strict was given");
        return toInt(ExitStatus::Refused);
    }
    return toInt(ExitStatus::Done);
}

} // namespace

void addPlan(CLI::App& app, Verb& chosen)
{
    auto* verb = app.add_subcommand("plan", "show what create would make, and write nothing");
    verb->footer(footer);
    const auto arguments = std::make_shared<FolderVerb>();
    arguments->addTo(*verb);
    verb->callback([arguments, &chosen] {
        arguments->check();
        chosen = [arguments](const std::stop_token& stop) { return runPlan(*arguments, stop); };
    });
}

} // namespace fatlas::cli
