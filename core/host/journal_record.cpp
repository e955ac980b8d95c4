#include "core/host/journal_record.hpp"

#include "core/base/identity_record.hpp"

#include <type_traits>

namespace fatlas::host {

namespace {

constexpr std::size_t rangeSize = 3 * 8;

enum class RecordKind : std::uint8_t { Begun, Ended, Opened, Flushed, Finished };

void put(RecordWriter& out, const Begun& begun)
{
    out.put(RecordKind::Begun);
    out.put(begun.kind);
    out.put(begun.inPlace);
    out.put(begun.wholeCopy);
    out.put(begun.old);
    out.put(std::string_view(begun.path));
    out.put(std::string_view(begun.to));
    putIdentity(out, begun.before);
    putIdentity(out, begun.otherBefore);
    putIdentity(out, begun.fresh);
    out.put(std::string_view(begun.temporary));
    out.put(std::string_view(begun.saved));
    out.put(begun.newSize);
    out.put(begun.ranges.size());
    for (const SavedRange& range : begun.ranges) {
        out.put(range.offset);
        out.put(range.length);
        out.put(range.at);
    }
    out.put(ByteView(begun.note));
}

Begun getBegun(RecordReader& in)
{
    Begun begun;
    in.get(begun.kind, ChangeKind::Note);
    in.get(begun.inPlace);
    in.get(begun.wholeCopy);
    in.get(begun.old, Begun::Old::Drop);
    in.get(begun.path);
    in.get(begun.to);
    getIdentity(in, begun.before);
    getIdentity(in, begun.otherBefore);
    getIdentity(in, begun.fresh);
    in.get(begun.temporary);
    in.get(begun.saved);
    in.get(begun.newSize);
    begun.ranges.resize(in.count(rangeSize));
    for (SavedRange& range : begun.ranges) {
        in.get(range.offset);
        in.get(range.length);
        in.get(range.at);
    }
    in.get(begun.note);
    return begun;
}

void put(RecordWriter& out, const Ended& ended)
{
    out.put(RecordKind::Ended);
    out.put(ended.begun);
    out.put(ended.made);
    putIdentity(out, ended.result.identity);
    putIdentity(out, ended.result.other);
    out.put(ended.result.inPlace);
    putIdentity(out, ended.kept);
    out.put(std::string_view(ended.keptPath));
}

Ended getEnded(RecordReader& in)
{
    Ended ended;
    in.get(ended.begun);
    in.get(ended.made);
    getIdentity(in, ended.result.identity);
    getIdentity(in, ended.result.other);
    in.get(ended.result.inPlace);
    getIdentity(in, ended.kept);
    in.get(ended.keptPath);
    return ended;
}

void put(RecordWriter& out, const Opened& opened)
{
    out.put(RecordKind::Opened);
    out.put(std::string_view(opened.boot));
}

void put(RecordWriter& out, const Flushed& /*record*/)
{
    out.put(RecordKind::Flushed);
}

void put(RecordWriter& out, const Finished& finished)
{
    out.put(RecordKind::Finished);
    out.put(finished.usesTrash);
}

JournalRecord getRecord(RecordReader& in)
{
    auto kind = RecordKind::Finished;
    in.get(kind, RecordKind::Finished);
    switch (kind) {
    case RecordKind::Begun: return getBegun(in);
    case RecordKind::Ended: return getEnded(in);
    case RecordKind::Opened: {
        Opened opened;
        in.get(opened.boot);
        return opened;
    }
    case RecordKind::Flushed: return Flushed{};
    case RecordKind::Finished: break;
    }
    Finished finished;
    in.get(finished.usesTrash);
    return finished;
}

} // namespace

Bytes encode(const JournalRecord& record)
{
    RecordWriter out;
    std::visit([&out](const auto& value) { put(out, value); }, record);
    return out.bytes();
}

Result<JournalRecord> decodeJournalRecord(ByteView bytes)
{
    RecordReader in(bytes);
    JournalRecord record = getRecord(in);
    if (!in.isGood() || !in.isAtEnd())
        return fail(ErrorCode::BadFormat, "it says what cannot be");
    return record;
}

} // namespace fatlas::host
