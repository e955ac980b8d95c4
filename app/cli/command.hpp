/// The verbs of the program. Each registers itself and, when it was the one on the command line,
/// leaves what is to be done in `chosen`.
#pragma once

#include <CLI/CLI.hpp>

#include <functional>
#include <stop_token>
#include <string>

namespace fatlas::cli {

/// Carries the verb out and gives the exit status.
using Verb = std::function<int(std::stop_token)>;

void addCreate(CLI::App& app, Verb& chosen);
void addPlan(CLI::App& app, Verb& chosen);
void addInfo(CLI::App& app, Verb& chosen);
void addLs(CLI::App& app, Verb& chosen);
void addCat(CLI::App& app, Verb& chosen);
void addExtract(CLI::App& app, Verb& chosen);
void addPut(CLI::App& app, Verb& chosen);
void addRm(CLI::App& app, Verb& chosen);
void addMv(CLI::App& app, Verb& chosen);
void addMkdir(CLI::App& app, Verb& chosen);
void addLabel(CLI::App& app, Verb& chosen);
void addAttr(CLI::App& app, Verb& chosen);
void addUndo(CLI::App& app, Verb& chosen);
void addCheck(CLI::App& app, Verb& chosen);
void addRepair(CLI::App& app, Verb& chosen);
void addMap(CLI::App& app, Verb& chosen);
void addChain(CLI::App& app, Verb& chosen);
void addExplain(CLI::App& app, Verb& chosen);
void addDeleted(CLI::App& app, Verb& chosen);
void addDiff(CLI::App& app, Verb& chosen);
void addServe(CLI::App& app, Verb& chosen);
void addSessions(CLI::App& app, Verb& chosen); ///< and recover, discard
void addVhd(CLI::App& app, Verb& chosen);

} // namespace fatlas::cli
