#include "app/cli/edit_verb.hpp"

#include "core/base/text.hpp"
#include "core/block/slice_device.hpp"
#include "core/folder_disk/options_text.hpp"
#include "core/image/open_writable.hpp"

#include "app/cli/exit_status.hpp"
#include "app/cli/layout_options.hpp"
#include "app/cli/output.hpp"
#include "app/cli/terminal.hpp"
#include "app/cli/words.hpp"

#include <fmt/format.h>

#include <chrono>
#include <system_error>

namespace fatlas::cli {

namespace {

constexpr std::size_t maxNotesShown = 100;

std::int64_t now()
{
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

std::string inWords(const edit::EditStep& step)
{
    const std::string path = escapeForTerminal(step.path);
    const std::string content = fmt::format("{}, {}", formatSize(step.size),
                                            counted(step.clusterCount, "cluster", "clusters"));
    switch (step.kind) {
    case edit::EditKind::Put: return fmt::format("put {} ({})", path, content);
    case edit::EditKind::Replace: return fmt::format("replace {} ({})", path, content);
    case edit::EditKind::MakeFolder: return fmt::format("make the folder {}", path);
    case edit::EditKind::Remove: return fmt::format("remove {} ({})", path, content);
    case edit::EditKind::Move:
        return fmt::format("move {} to {}", path, escapeForTerminal(step.to));
    case edit::EditKind::Label:
        return step.to.empty() ? "remove the label"
                               : fmt::format("set the label to {}", escapeForTerminal(step.to));
    case edit::EditKind::Attributes: break;
    }
    return fmt::format("set the attributes of {} to {}", path, attributeLetters(step.attributes));
}

std::string totals(const edit::EditPlan& plan)
{
    return fmt::format("{}: {} of content, {} of structures, {} taken, {} freed",
                       counted(plan.steps.size(), "change", "changes"),
                       formatSize(plan.contentSize), formatSize(plan.patchedSize),
                       counted(plan.takenClusters, "cluster", "clusters"),
                       counted(plan.freedClusters, "cluster", "clusters"));
}

Result<> sayPlan(const edit::EditPlan& plan)
{
    Output output;
    for (const edit::EditStep& step : plan.steps)
        output.print("{}\n", inWords(step));
    for (const edit::PatchGroup& group : plan.groups) {
        std::uint64_t size = 0;
        for (const block::Patch& patch : group.patches)
            size += patch.after.size();
        for (const edit::ContentRange& content : group.contents)
            size += content.length;
        output.print("  writes {}: {} in {}\n", group.what, formatSize(size),
                     counted(group.patches.size() + group.contents.size(), "place", "places"));
    }
    output.print("{}; nothing was written\n", totals(plan));
    return output.finish();
}

Result<> sayDone(const edit::EditPlan& plan, const std::string& undoFile)
{
    Output output;
    const bool isOne = plan.steps.size() == 1;
    output.print("done: {}{}\n", isOne ? inWords(plan.steps.front()) : totals(plan),
                 undoFile.empty() ? "" : "; undo file: " + escapeForTerminal(undoFile));
    return output.finish();
}

/// A volume that is full refuses; a host that is full has failed.
int reportRefusal(const Error& error)
{
    const int status = report(error);
    const bool isRefusal = error.code == ErrorCode::NoSpace || error.code == ErrorCode::Limit;
    return isRefusal ? toInt(ExitStatus::Refused) : status;
}

} // namespace

std::string attributeLetters(std::uint8_t attributes)
{
    std::string letters;
    letters += (attributes & fat::attribute::readOnly) != 0 ? 'r' : '-';
    letters += (attributes & fat::attribute::hidden) != 0 ? 'h' : '-';
    letters += (attributes & fat::attribute::system) != 0 ? 's' : '-';
    letters += (attributes & fat::attribute::archive) != 0 ? 'a' : '-';
    return letters;
}

void EditVerb::addTo(CLI::App& verb)
{
    verb.add_option("IMAGE", image, "an image file or a block device")
        ->required()
        ->option_text(" ");
    verb.add_flag("--plan", planOnly, "say what would change, and write nothing");
    auto* const file = verb.add_option("--undo-file", undoFile,
                                       "where the old bytes are kept (default: beside IMAGE)")
                           ->option_text("FILE");
    verb.add_flag("--no-undo", noUndo, "keep no undo file once all is written")->excludes(file);
    verb.add_option("--partition-index", partitionIndex,
                    "which partition, from 1 (default: the one with a FAT volume)")
        ->option_text("N");
    verb.add_option("--offset", offset, "where the volume begins: bytes, or 1M, 31.5K ...")
        ->check(readableBy(folder_disk::parseSize), "", "offset")
        ->option_text("N|SIZE");
    verb.add_option("--codepage", codePage, "of short names and label (default: 437)")
        ->option_text("N");
    verb.add_option("--timezone", timeZone, "in which the volume's times are (default: local)")
        ->check(readableBy(fat::parseTimeZone), "", "timezone")
        ->option_text("local|utc|+HH:MM");
}

Result<image::Image> EditVerb::open(const std::stop_token& stop) const
{
    image::OpenOptions options;
    options.partitionIndex = partitionIndex;
    options.codePage = codePage;
    if (offset) {
        FATLAS_ASSIGN(options.offset, folder_disk::parseSize(*offset));
    }
    FATLAS_ASSIGN(auto opened, image::openImage(image, options, JobControl(stop)));
    // What can never be written says so before anything is planned.
    using Kind = image::DiskOrigin::Kind;
    if (opened.origin.kind == Kind::Folder || opened.origin.kind == Kind::Unpacked)
        FATLAS_TRY(image::openWritable(opened));
    return opened;
}

Result<edit::Editor> EditVerb::openEditor(const image::Image& opened,
                                          const std::stop_token& stop) const
{
    const std::uint64_t start = opened.volumeOffset;
    const std::uint64_t room = opened.disk->size() - start;
    FATLAS_ASSIGN(const auto slice,
                  block::SliceDevice::createReadOnly(
                      opened.disk, start, std::min(room, opened.volume->device().size())));
    FATLAS_ASSIGN(const fat::TimeZone zone, fat::parseTimeZone(timeZone));
    return edit::Editor::open(slice, {.codePage = codePage, .timeZone = zone, .nowNs = now()},
                              JobControl(stop));
}

Result<> EditVerb::apply(const image::Image& opened, const edit::EditPlan& plan,
                         const std::stop_token& stop) const
{
    FATLAS_ASSIGN(const auto target, image::openWritable(opened));
    const std::filesystem::path kept =
        undoFile ? std::filesystem::path(*undoFile) : edit::proposeUndoFile(opened.origin.file);
    ProgressBar bar("writing");
    FATLAS_TRY(edit::applyPatches(*target, edit::shifted(plan.groups, opened.volumeOffset), kept,
                                  JobControl(stop, bar.callback())));
    if (!noUndo)
        return sayDone(plan, kept.native());
    std::error_code error;
    std::filesystem::remove(kept, error);
    return sayDone(plan, error ? kept.native() : "");
}

int EditVerb::run(const std::stop_token& stop, const Change& change) const
{
    const auto opened = open(stop);
    if (!opened)
        return report(opened.error());
    auto editor = openEditor(*opened, stop);
    if (!editor)
        return report(editor.error());
    if (const auto changed = change(*editor); !changed)
        return reportRefusal(changed.error());
    const auto plan = editor->plan();
    if (!plan)
        return reportRefusal(plan.error());
    showFindings(plan->notes, maxNotesShown);
    const auto done = planOnly ? sayPlan(*plan) : apply(*opened, *plan, stop);
    return done ? toInt(ExitStatus::Done) : report(done.error());
}

int EditVerb::look(const std::stop_token& stop, const Change& change) const
{
    const auto opened = open(stop);
    if (!opened)
        return report(opened.error());
    auto editor = openEditor(*opened, stop);
    const auto seen = editor ? change(*editor) : Result<>(std::unexpected(editor.error()));
    return seen ? toInt(ExitStatus::Done) : report(seen.error());
}

} // namespace fatlas::cli
