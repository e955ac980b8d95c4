#include "core/serve/timeline.hpp"

#include <utility>

namespace fatlas::serve {

namespace {

Finding finding(const std::filesystem::path& folder, std::string message)
{
    return {.rule = "S4",
            .severity = Severity::Info,
            .path = folder.native(),
            .message = std::move(message),
            .advice = {}};
}

} // namespace

std::optional<Finding> giveTimeline(Generation& made,
                                    std::shared_ptr<const block::BlockDevice> below,
                                    const TimelineOptions& options)
{
    if (options.bytes == 0) {
        // What is written now would be missing in that of an earlier run.
        if (options.mode == Mode::Keep)
            (void)JournalFiles::remove(options.folder);
        return std::nullopt;
    }
    JournalDisk disk{.overlay = made.overlay, .below = std::move(below), .device = made.device};
    const JournalLimits limits{.bytes = options.bytes};
    if (options.mode != Mode::Keep) {
        made.journal = WriteJournal::create(std::move(disk), options.folder, limits);
        made.device = made.journal->deviceFor(0);
        return std::nullopt;
    }
    auto kept = WriteJournal::openKept(std::move(disk), options.folder, limits);
    if (!kept) {
        (void)JournalFiles::remove(options.folder);
        return finding(options.folder, "there is no timeline: " + kept.error().message);
    }
    made.journal = std::move(*kept);
    made.device = made.journal->deviceFor(0);
    const auto loss = made.journal->loss();
    if (!loss)
        return std::nullopt;
    return finding(options.folder,
                   made.journal->span().newest == 0
                       ? "the timeline begins anew: " + loss->error.message
                       : "the timeline does not go back as far as it did: " + loss->error.message);
}

} // namespace fatlas::serve
