#include "core/base/sealed_record.hpp"
#include "core/sync/known_record.hpp"

namespace fatlas::sync {

namespace {

constexpr RecordKind kind{.name = "the state of the session",
                          .magic = {'F', 'A', 'T', 'L', 'A', 'S', 'K', 'T'}};

std::unexpected<Error> broken()
{
    return fail(ErrorCode::BadFormat, "the state of the session says what cannot be");
}

} // namespace

Bytes KnownTree::encode() const
{
    RecordWriter out;
    out.put(m_next);
    out.put(m_entries.size());
    for (const KnownId id : inOrder()) {
        out.put(id);
        putEntry(out, at(id));
    }
    return sealRecord(kind, out.bytes());
}

/// Parents come first, so each entry finds the folder it belongs to.
Result<KnownTree> KnownTree::decode(ByteView bytes)
{
    FATLAS_ASSIGN(const ByteView payload, openRecord(kind, bytes));
    RecordReader in(payload);
    KnownTree tree;
    in.get(tree.m_next);
    const std::size_t count = in.count(knownEntrySize);
    for (std::size_t i = 0; i < count && in.isGood(); ++i) {
        KnownId id = 0;
        KnownEntry entry;
        in.get(id);
        getEntry(in, entry);
        if (i == 0 && id == 0 && entry.isDirectory && in.isGood()) {
            tree.m_entries[0] = std::move(entry);
            continue;
        }
        const auto parent = tree.m_entries.find(entry.parent);
        if (i == 0 || id >= tree.m_next || tree.m_entries.contains(id) ||
            parent == tree.m_entries.end() || !parent->second.isDirectory ||
            !isHostName(entry.hostName))
            return broken();
        parent->second.children.push_back(id);
        tree.m_entries.emplace(id, std::move(entry));
    }
    if (!in.isGood() || !in.isAtEnd() || count == 0)
        return broken();
    return tree;
}

} // namespace fatlas::sync
