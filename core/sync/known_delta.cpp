#include "core/sync/known_delta.hpp"

#include "core/sync/known_record.hpp"

namespace fatlas::sync {

namespace {

/// So that a note with two entries and the longest names stays below the jail's limit.
constexpr std::size_t maxNotedRuns = 1000;
constexpr std::size_t maxNotedHomeNames = 20;

using Item = KnownDelta::Item;

} // namespace

Bytes KnownDelta::encode() const
{
    RecordWriter out;
    out.put(items.size());
    for (const Item& item : items) {
        out.put(item.id);
        out.put(item.isRemoved);
        out.put(item.identity);
        KnownEntry noted = item.entry;
        noted.children.clear();
        if (noted.runs.size() > maxNotedRuns)
            noted.runs.clear();
        out.put(noted.homeNames.size() <= maxNotedHomeNames);
        if (noted.homeNames.size() > maxNotedHomeNames)
            noted.homeNames.clear();
        putEntry(out, noted);
    }
    return out.bytes();
}

Result<KnownDelta> KnownDelta::decode(ByteView bytes)
{
    RecordReader in(bytes);
    KnownDelta delta;
    delta.items.resize(in.count(knownEntrySize));
    for (Item& item : delta.items) {
        in.get(item.id);
        item.isRemoved = in.number(1) == 1;
        in.get(item.identity, Item::Identity::Other);
        item.hasHomeNames = in.number(1) == 1;
        getEntry(in, item.entry);
    }
    if (!in.isGood() || !in.isAtEnd())
        return fail(ErrorCode::BadFormat, "a note in the journal says what cannot be");
    return delta;
}

void applyTakenBack(KnownTree& known, const KnownDelta& delta, const host::Applied& applied)
{
    if (applied.identity.inode == 0 || delta.items.size() != 1)
        return;
    const KnownId id = delta.items.front().id;
    if (!known.contains(id))
        return;
    KnownEntry entry = known.at(id);
    entry.children.clear();
    entry.identity = applied.identity;
    known.set(id, std::move(entry));
}

Result<> apply(KnownTree& known, const KnownDelta& delta, const host::Applied& applied)
{
    for (const Item& item : delta.items) {
        bool isDone = false;
        if (item.isRemoved) {
            isDone = known.remove(item.id);
        } else {
            KnownEntry entry = item.entry;
            if (item.identity == Item::Identity::Applied)
                entry.identity = applied.identity;
            else if (item.identity == Item::Identity::Other)
                entry.identity = applied.other;
            if (!item.hasHomeNames && known.contains(item.id))
                entry.homeNames = known.at(item.id).homeNames;
            isDone = known.set(item.id, std::move(entry));
        }
        if (!isDone)
            return fail(ErrorCode::BadFormat,
                        "a change of what is known does not fit what is known");
    }
    return {};
}

} // namespace fatlas::sync
