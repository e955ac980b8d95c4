#include "core/base/text.hpp"
#include "core/edit/apply.hpp"
#include "core/edit/restore.hpp"
#include "core/edit/undo_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

namespace fatlas::edit {
namespace {

Result<> checkNothingForeign(const block::BlockDevice& target, const UndoReader& undo,
                             const JobControl& job)
{
    Bytes current;
    for (const UndoRecord& record : undo.records()) {
        FATLAS_TRY(job.checkpoint());
        current.resize(record.length);
        FATLAS_TRY(target.read(record.offset, current));
        FATLAS_ASSIGN(const std::optional<std::uint64_t> foreign,
                      undo.findForeign(record, current));
        if (foreign.has_value())
            return std::unexpected(
                Error{.code = ErrorCode::Refused,
                      .message = fmt::format("byte {} of the image is neither what it was before "
                                             "the change nor what it was after it, so something "
                                             "else changed it since; nothing is undone",
                                             *foreign),
                      .deviceOffset = foreign});
    }
    return {};
}

Result<> restoreRecord(block::BlockDevice& target, const UndoReader& undo, const UndoRecord& record)
{
    FATLAS_ASSIGN(const Bytes before, undo.before(record));
    Bytes current(record.length);
    FATLAS_TRY(target.read(record.offset, current));
    if (current == before)
        return {};
    if (record.before == UndoForm::Zeros)
        return target.writeZeroes(record.offset, record.length);
    return target.write(record.offset, before);
}

} // namespace

Result<> restore(block::BlockDevice& target, const UndoReader& undo, const JobControl& job)
{
    std::uint64_t done = 0;
    std::optional<std::uint16_t> group;
    for (const UndoRecord& record : std::views::reverse(undo.records())) {
        FATLAS_TRY(job.checkpoint());
        if (group && *group != record.group)
            FATLAS_TRY(target.flush());
        group = record.group;
        FATLAS_TRY(restoreRecord(target, undo, record));
        done += record.length;
        job.report(done, undo.changedSize());
    }
    return target.flush();
}

Result<> undo(block::BlockDevice& target, const std::filesystem::path& undoFile,
              const JobControl& job)
{
    FATLAS_ASSIGN(const UndoReader reader, UndoReader::open(undoFile, job));
    if (reader.imageSize() != target.size())
        return fail(ErrorCode::Refused,
                    fmt::format("{} was made for an image of {} bytes, this one has {} [U6]",
                                undoFile.native(), formatCount(reader.imageSize()),
                                formatCount(target.size())));
    FATLAS_TRY(checkNothingForeign(target, reader, job));
    return restore(target, reader, job);
}

} // namespace fatlas::edit
