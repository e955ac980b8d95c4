#include "core/fat/check/check.hpp"
#include "core/fat/repair/passes.hpp"

#include <algorithm>
#include <array>

namespace fatlas::fat {
namespace {

/// A repair can bring other damage to light, but each round leaves less of it.
constexpr int maxRounds = 16;

using Pass = Result<> (*)(RepairSession&);

/// Content before structure: what is where comes first, what only counts it last.
constexpr std::array<Pass, 14> passes{
    repairFatCopies,  repairFatHead,    repairKinds,       repairEndMarks,   repairChainEnds,
    repairLongChains, repairCrossLinks, repairDirectories, repairTornChains, repairSizes,
    repairBootLabel,  repairLostChains, repairFsInfo,      repairBackup};

/// False once there was nothing left to do.
Result<bool> runRound(RepairSession& session, int round)
{
    if (round == 0)
        FATLAS_TRY(resolveLayoutDoubt(session));
    FATLAS_TRY(repairBootSector(session));
    for (const Pass pass : passes) {
        FATLAS_TRY(session.refresh());
        FATLAS_TRY(pass(session));
    }
    return session.takeChanged();
}

Result<> runRounds(RepairSession& session)
{
    for (int round = 0; round < maxRounds; ++round) {
        FATLAS_ASSIGN(const bool changed, runRound(session, round));
        if (!changed)
            break;
    }
    return session.refresh();
}

Result<std::vector<Finding>> findRemaining(const RepairSession& session)
{
    FATLAS_ASSIGN(const auto report, checkVolume(session.volume(), session.job()));
    return report->findings;
}

/// What would be written is held in memory until it is shown and agreed to.
std::unexpected<Error> refusedIfTooLarge(Error error)
{
    if (error.code == ErrorCode::Limit)
        error = {.code = ErrorCode::Refused,
                 .message = "the damage is too large to be repaired, so nothing is repaired: " +
                            error.message +
                            "; get the files out with extract, and format the volume anew",
                 .deviceOffset = error.deviceOffset};
    return std::unexpected(std::move(error));
}

} // namespace

Result<RepairPlan> planRepair(std::shared_ptr<const block::BlockDevice> device,
                              const RepairOptions& options, const JobControl& job)
{
    RepairSession session(std::move(device), options, job);
    if (auto done = runRounds(session); !done)
        return refusedIfTooLarge(std::move(done).error());
    RepairPlan plan;
    FATLAS_ASSIGN(plan.remaining, findRemaining(session));
    FATLAS_ASSIGN(plan.patches, session.staged()->patches());
    plan.repairs = session.takeRepairs();
    plan.repaired = session.staged();
    return plan;
}

} // namespace fatlas::fat
