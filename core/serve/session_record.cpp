#include "core/serve/session_record.hpp"

#include "core/base/identity_record.hpp"
#include "core/base/sealed_record.hpp"

namespace fatlas::serve {

namespace {

constexpr RecordKind kind{.name = "the record of the session",
                          .magic = {'F', 'A', 'T', 'L', 'A', 'S', 'K', 'P'}};
constexpr std::size_t nodeSize = 14 * 8;   // at least
constexpr std::size_t leftOutSize = 2 * 8; // at least
constexpr std::size_t fileSize = 6 * 8;    // at least

void putStrings(RecordWriter& out, const std::vector<std::string>& list)
{
    out.put(list.size());
    for (const std::string& text : list)
        out.put(std::string_view(text));
}

void getStrings(RecordReader& in, std::vector<std::string>& list)
{
    list.resize(in.count(8));
    for (std::string& text : list)
        in.get(text);
}

void putCode(RecordWriter& out, const folder_disk::CodeFile& code)
{
    out.put(std::string_view(code.path));
    out.put(ByteView(code.bytes));
}

void getCode(RecordReader& in, folder_disk::CodeFile& code)
{
    in.get(code.path);
    in.get(code.bytes);
}

void putClassic(RecordWriter& out, const std::optional<folder_disk::ClassicDisk>& classic)
{
    out.put(classic.has_value());
    if (!classic)
        return;
    out.put(classic->cylinders);
    out.put(classic->heads);
    out.put(classic->sectorsPerTrack);
}

void getClassic(RecordReader& in, std::optional<folder_disk::ClassicDisk>& classic)
{
    classic.reset();
    if (in.number(1) == 0)
        return;
    classic.emplace();
    in.get(classic->cylinders);
    in.get(classic->heads);
    in.get(classic->sectorsPerTrack);
}

template <class T>
void getOptional(RecordReader& in, std::optional<T>& value, T last)
{
    value.reset();
    if (in.number(1) == 1)
        in.get(value.emplace(), last);
}

void putOptions(RecordWriter& out, const folder_disk::Options& options)
{
    out.put(options.fat);
    out.put(options.floppy);
    out.put(options.size);
    out.put(options.clusterSize);
    out.put(options.sectorSize);
    putClassic(out, options.classic);
    out.put(std::string_view(options.label));
    out.put(options.serial);
    out.put(options.diskId);
    out.put(std::string_view(options.oemName));
    out.put(options.partition);
    out.put(options.efiSystem);
    putCode(out, options.bootSector);
    putCode(out, options.mbrCode);
    putStrings(out, options.first);
    putStrings(out, options.excludes);
    out.put(options.unfit);
    out.put(options.codePage);
    out.put(options.timeZone.kind);
    out.put(options.timeZone.offsetMinutes);
    out.put(options.compat);
    out.put(options.reproducible);
}

void getOptions(RecordReader& in, folder_disk::Options& options)
{
    getOptional(in, options.fat, fat::FatType::Fat32);
    if (options.fat && *options.fat != fat::FatType::Fat12 && *options.fat != fat::FatType::Fat16 &&
        *options.fat != fat::FatType::Fat32)
        in.fail();
    getOptional(in, options.floppy, folder_disk::FloppyFormat::F2880K);
    in.get(options.size);
    in.get(options.clusterSize);
    in.get(options.sectorSize);
    getClassic(in, options.classic);
    in.get(options.label);
    in.get(options.serial);
    in.get(options.diskId);
    in.get(options.oemName);
    in.get(options.partition, folder_disk::PartitionScheme::Gpt);
    in.get(options.efiSystem);
    getCode(in, options.bootSector);
    getCode(in, options.mbrCode);
    getStrings(in, options.first);
    getStrings(in, options.excludes);
    in.get(options.unfit, folder_disk::Unfit::Skip);
    in.get(options.codePage);
    in.get(options.timeZone.kind, fat::TimeZone::Kind::Offset);
    in.get(options.timeZone.offsetMinutes);
    in.get(options.compat, folder_disk::Compat::Dos);
    in.get(options.reproducible);
}

void putNode(RecordWriter& out, const host::Node& node)
{
    out.put(std::string_view(node.name));
    out.put(node.parent);
    out.put(node.firstChild);
    out.put(node.childCount);
    out.put(node.kind);
    out.put(node.writable);
    out.put(node.readable);
    out.put(node.size);
    out.put(node.modifiedNs);
    out.put(node.accessedNs);
    out.put(node.createdNs);
    putIdentity(out, node.identity);
}

void getNode(RecordReader& in, host::Node& node)
{
    in.get(node.name);
    in.get(node.parent);
    in.get(node.firstChild);
    in.get(node.childCount);
    in.get(node.kind, host::NodeKind::Directory);
    in.get(node.writable);
    in.get(node.readable);
    in.get(node.size);
    in.get(node.modifiedNs);
    in.get(node.accessedNs);
    in.get(node.createdNs);
    getIdentity(in, node.identity);
}

void putSnapshot(RecordWriter& out, const host::Snapshot& snapshot)
{
    out.put(std::string_view(snapshot.root.native()));
    out.put(snapshot.nodes.size());
    for (const host::Node& node : snapshot.nodes)
        putNode(out, node);
    out.put(snapshot.leftOut.size());
    for (const host::LeftOut& item : snapshot.leftOut) {
        out.put(std::string_view(item.path));
        out.put(item.reason);
    }
}

/// What the readers of a snapshot rely on.
bool isSound(const host::Snapshot& snapshot)
{
    const std::uint64_t count = snapshot.nodes.size();
    if (count == 0 || snapshot.nodes.front().kind != host::NodeKind::Directory)
        return false;
    for (std::uint64_t i = 0; i < count; ++i) {
        const host::Node& node = snapshot.nodes[i];
        const std::uint64_t end = std::uint64_t{node.firstChild} + node.childCount;
        if (i > 0 && (node.parent >= i || node.name.empty()))
            return false;
        if (node.childCount > 0 && (node.firstChild <= i || end > count))
            return false;
        for (std::uint64_t child = node.firstChild; child < end; ++child)
            if (snapshot.nodes[child].parent != i)
                return false; // each child has one parent, so this loop is bounded by all nodes
    }
    return true;
}

std::shared_ptr<const host::Snapshot> getSnapshot(RecordReader& in)
{
    auto snapshot = std::make_shared<host::Snapshot>();
    std::string root;
    in.get(root);
    snapshot->root = root;
    snapshot->nodes.resize(in.count(nodeSize));
    for (host::Node& node : snapshot->nodes)
        getNode(in, node);
    snapshot->leftOut.resize(in.count(leftOutSize));
    for (host::LeftOut& item : snapshot->leftOut) {
        in.get(item.path);
        in.get(item.reason, host::LeftOutReason::Vanished);
    }
    if (in.isGood() && !isSound(*snapshot))
        in.fail();
    return snapshot;
}

} // namespace

Bytes encode(const SessionRecord& record)
{
    RecordWriter out;
    out.put(std::string_view(record.source));
    out.put(record.diskSize);
    out.put(record.fingerprint);
    out.put(record.files.size());
    for (const BaseFile& file : record.files) {
        out.put(std::string_view(file.path));
        putIdentity(out, file.identity);
    }
    putOptions(out, record.options);
    out.put(record.snapshot != nullptr);
    if (record.snapshot)
        putSnapshot(out, *record.snapshot);
    return sealRecord(kind, out.bytes());
}

Result<SessionRecord> decodeSessionRecord(ByteView bytes)
{
    FATLAS_ASSIGN(const ByteView payload, openRecord(kind, bytes));
    RecordReader in(payload);
    SessionRecord record;
    in.get(record.source);
    in.get(record.diskSize);
    in.get(record.fingerprint);
    record.files.resize(in.count(fileSize));
    for (BaseFile& file : record.files) {
        in.get(file.path);
        getIdentity(in, file.identity);
    }
    getOptions(in, record.options);
    if (in.number(1) == 1)
        record.snapshot = getSnapshot(in);
    if (!in.isGood() || !in.isAtEnd())
        return fail(ErrorCode::BadFormat, "the record of the session says what cannot be");
    return record;
}

} // namespace fatlas::serve
