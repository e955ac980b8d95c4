#include "core/edit/apply.hpp"

#include "core/base/checked.hpp"
#include "core/base/text.hpp"
#include "core/edit/content_copy.hpp"
#include "core/edit/restore.hpp"
#include "core/edit/undo_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <system_error>

namespace fatlas::edit {
namespace {

/// Where something is written.
struct Place {
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
};

Result<> checkPlace(const block::BlockDevice& target, const Place& place)
{
    if (place.length > 0 && rangeFits(place.offset, place.length, target.size()))
        return {};
    return fail(ErrorCode::OutOfRange,
                fmt::format("the plan changes {} bytes at offset {}, the image has {}",
                            place.length, place.offset, target.size()));
}

Result<std::vector<Place>> placesOf(std::span<const PatchGroup> groups)
{
    std::vector<Place> places;
    for (const PatchGroup& group : groups) {
        for (const block::Patch& patch : group.patches) {
            if (patch.before.size() != patch.after.size())
                return fail(ErrorCode::InvalidArgument,
                            fmt::format("a patch at offset {} makes {} bytes of {}", patch.offset,
                                        patch.after.size(), patch.before.size()));
            places.push_back({.offset = patch.offset, .length = patch.after.size()});
        }
        for (const ContentRange& content : group.contents)
            places.push_back({.offset = content.offset, .length = content.length});
    }
    return places;
}

/// The promises of a plan that do not need its bytes.
Result<> checkPlan(const block::BlockDevice& target, std::span<const PatchGroup> groups)
{
    if (groups.size() > std::numeric_limits<std::uint16_t>::max())
        return fail(ErrorCode::Limit, "the plan has more than 65,535 groups");
    FATLAS_ASSIGN(auto places, placesOf(groups));
    for (const Place& place : places)
        FATLAS_TRY(checkPlace(target, place));
    std::ranges::sort(places, {}, &Place::offset);
    const auto overlap = std::ranges::adjacent_find(
        places, [](const Place& a, const Place& b) { return a.offset + a.length > b.offset; });
    if (overlap != places.end())
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("the plan changes byte {} twice", std::next(overlap)->offset));
    return {};
}

Result<> checkBefore(const block::BlockDevice& target, const block::Patch& patch)
{
    Bytes current(patch.before.size());
    FATLAS_TRY(target.read(patch.offset, current));
    const auto [found, expected] = std::ranges::mismatch(current, patch.before);
    if (found == current.end())
        return {};
    const std::uint64_t at = patch.offset + static_cast<std::uint64_t>(found - current.begin());
    return std::unexpected(
        Error{.code = ErrorCode::Changed,
              .message = fmt::format("byte {} of the image is {:02X}, the plan saw {:02X}: the "
                                     "image changed since it was looked at; nothing was written",
                                     at, std::to_integer<unsigned>(*found),
                                     std::to_integer<unsigned>(*expected)),
              .deviceOffset = at});
}

class Application {
public:
    Application(block::BlockDevice& target, std::span<const PatchGroup> groups,
                const JobControl& job)
        : m_target(target), m_groups(groups), m_job(job)
    {
        for (const PatchGroup& group : groups) {
            for (const block::Patch& patch : group.patches)
                m_total += patch.after.size();
            for (const ContentRange& content : group.contents)
                m_total += 2 * content.length;
        }
    }

    Result<> checkAllBefore()
    {
        for (const PatchGroup& group : m_groups)
            for (const block::Patch& patch : group.patches)
                FATLAS_TRY(checkBefore(m_target, patch));
        return {};
    }

    /// Reads everything that will be lost and looks at everything that will be written.
    Result<> writeUndoFile(const std::filesystem::path& path)
    {
        FATLAS_ASSIGN(UndoWriter undo, UndoWriter::create(path, m_target.size()));
        for (std::size_t i = 0; i < m_groups.size(); ++i) {
            const auto number = static_cast<std::uint16_t>(i);
            for (const block::Patch& patch : m_groups[i].patches)
                FATLAS_TRY(undo.add({.offset = patch.offset,
                                     .before = patch.before,
                                     .after = patch.after,
                                     .group = number},
                                    UndoForm::Stored));
            for (const ContentRange& content : m_groups[i].contents)
                FATLAS_TRY(keep(content, number, undo));
        }
        FATLAS_TRY(m_job.checkpoint());
        return undo.finish();
    }

    Result<> writeAll()
    {
        std::size_t next = 0;
        for (const PatchGroup& group : m_groups) {
            for (const ContentRange& content : group.contents) {
                FATLAS_TRY(m_copies[next++].write(m_target, content, progress()));
                m_done += content.length;
            }
            for (const block::Patch& patch : group.patches) {
                FATLAS_TRY(m_job.checkpoint());
                if (patch.before != patch.after)
                    FATLAS_TRY(m_target.write(patch.offset, patch.after));
                m_done += patch.after.size();
                m_job.report(m_done, m_total);
            }
            FATLAS_TRY(m_target.flush());
        }
        return {};
    }

private:
    Result<> keep(const ContentRange& content, std::uint16_t group, UndoWriter& undo)
    {
        FATLAS_ASSIGN(
            m_copies.emplace_back(),
            ContentCopy::prepare(m_target, content, {.undo = &undo, .group = group}, progress()));
        m_done += content.length;
        return {};
    }

    [[nodiscard]] CopyProgress progress() const
    {
        return {.job = &m_job, .done = m_done, .total = m_total};
    }

    block::BlockDevice& m_target;
    std::span<const PatchGroup> m_groups;
    const JobControl& m_job;
    std::vector<ContentCopy> m_copies; ///< in the order of the groups' contents
    std::uint64_t m_done = 0;
    std::uint64_t m_total = 0;
};

/// After `why` went wrong: everything back, and the undo file is not needed any more.
std::unexpected<Error> takeBack(block::BlockDevice& target, const std::filesystem::path& undoFile,
                                Error why)
{
    const auto undo = UndoReader::open(undoFile);
    const auto restored =
        undo ? restore(target, *undo, {}) : Result<>(std::unexpected(undo.error()));
    if (!restored) {
        why.message += fmt::format("; the image was changed in part and could not be put back "
                                   "({}): undo it with {}",
                                   restored.error().message, undoFile.native());
        return std::unexpected(std::move(why));
    }
    std::error_code ignored;
    std::filesystem::remove(undoFile, ignored);
    why.message += "; the image is as it was before";
    return std::unexpected(std::move(why));
}

} // namespace

Result<> applyPatches(block::BlockDevice& target, std::span<const PatchGroup> groups,
                      const std::filesystem::path& undoFile, const JobControl& job)
{
    if (!target.capabilities().canWrite)
        return fail(ErrorCode::ReadOnly, "the image is read-only");
    FATLAS_TRY(checkPlan(target, groups));
    Application application(target, groups, job);
    FATLAS_TRY(application.checkAllBefore());
    FATLAS_TRY(application.writeUndoFile(undoFile));
    if (auto written = application.writeAll(); !written)
        return takeBack(target, undoFile, std::move(written).error());
    return {};
}

} // namespace fatlas::edit
