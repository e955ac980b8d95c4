#include "core/base/crc32.hpp"
#include "core/sync/known_record.hpp"

#include <fmt/format.h>

#include <array>

namespace fatlas::sync {

namespace {

constexpr std::array<char, 8> treeMagic{'F', 'A', 'T', 'L', 'A', 'S', 'K', 'T'};
constexpr std::uint32_t treeVersion = 1;

struct HeaderRaw {
    std::array<char, 8> magic{}; // 0x00 "FATLASKT"
    Le32 version;                // 0x08
    Le32 checksum;               // 0x0C CRC-32 of what follows
    Le64 size;                   // 0x10 of what follows, bytes
    Le64 zero;                   // 0x18
};

static_assert(sizeof(HeaderRaw) == 32 && alignof(HeaderRaw) == 1);

std::unexpected<Error> broken(std::string what)
{
    return fail(ErrorCode::BadFormat, "the state of the session " + std::move(what));
}

Result<ByteView> checkHeader(ByteView bytes)
{
    const auto header = load<HeaderRaw>(bytes);
    if (!header || header->magic != treeMagic || header->zero.get() != 0)
        return broken("does not begin as one does");
    if (header->version.get() != treeVersion)
        return fail(ErrorCode::Unsupported,
                    fmt::format("the state of the session has version {}, expected {}: another "
                                "version of Fatlas made it",
                                header->version.get(), treeVersion));
    const ByteView record = bytes.subspan(sizeof(HeaderRaw));
    if (header->size.get() != record.size())
        return broken(fmt::format("has {} bytes behind its header, expected {}", record.size(),
                                  header->size.get()));
    if (header->checksum.get() != crc32(record))
        return broken("has a wrong checksum");
    return record;
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
    HeaderRaw header;
    header.magic = treeMagic;
    header.version.set(treeVersion);
    header.checksum.set(crc32(out.bytes()));
    header.size.set(out.bytes().size());
    const ByteView head = asBytes(header);
    Bytes bytes(head.begin(), head.end());
    bytes.insert(bytes.end(), out.bytes().begin(), out.bytes().end());
    return bytes;
}

/// Parents come first, so each entry finds the folder it belongs to.
Result<KnownTree> KnownTree::decode(ByteView bytes)
{
    FATLAS_ASSIGN(const ByteView payload, checkHeader(bytes));
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
            return broken("says what cannot be");
        parent->second.children.push_back(id);
        tree.m_entries.emplace(id, std::move(entry));
    }
    if (!in.isGood() || !in.isAtEnd() || count == 0)
        return broken("says what cannot be");
    return tree;
}

} // namespace fatlas::sync
