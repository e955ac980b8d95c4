#include "tests/stress/guest_script.hpp"

#include "core/base/checked.hpp"
#include "core/block/memory_device.hpp"
#include "core/fat/fat_table.hpp"

#include "tests/stress/call_faults.hpp"

#include <algorithm>
#include <utility>

namespace fatlas::test {

namespace {

constexpr std::uint64_t sectorBytes = 512;
constexpr std::int64_t guestNow = 1'700'000'000'000'000'000; // 2023-11-14

template <class T>
T must(Result<T> result)
{
    if (!result)
        giveUp("the guest", result.error().message);
    return std::move(*result);
}

void must(const Result<>& result)
{
    require(result, "the guest");
}

std::shared_ptr<const fat::Volume> volumeOf(const Bytes& disk)
{
    return must(fat::Volume::open(
        std::make_shared<block::MemoryDevice>(disk, block::MemoryDevice::Mode::ReadOnly)));
}

Bytes contentOf(const edit::ContentRange& range)
{
    Bytes data(range.length);
    const std::uint64_t size = range.source->size();
    const auto count = std::min(range.length, size - std::min(size, range.sourceOffset));
    must(range.source->read(range.sourceOffset, ByteSpan(data).first(count)));
    return data;
}

} // namespace

GuestScript::GuestScript(Bytes disk) : m_disk(std::move(disk)) {}

/// Whole sectors, as a guest writes them.
void GuestScript::write(std::uint64_t offset, ByteView bytes)
{
    std::ranges::copy(bytes, m_disk.begin() + static_cast<std::ptrdiff_t>(offset));
    const std::uint64_t first = offset / sectorBytes * sectorBytes;
    const std::uint64_t end = roundUp(offset + bytes.size(), sectorBytes);
    const ByteView sectors = ByteView(m_disk).subspan(first, end - first);
    m_steps.push_back({.kind = GuestStep::Kind::Write,
                       .offset = first,
                       .bytes = Bytes(sectors.begin(), sectors.end())});
}

void GuestScript::flush()
{
    m_steps.push_back({.kind = GuestStep::Kind::Flush});
}

void GuestScript::edit(const std::function<void(edit::Editor&)>& change)
{
    const auto device =
        std::make_shared<block::MemoryDevice>(m_disk, block::MemoryDevice::Mode::ReadOnly);
    auto editor = must(edit::Editor::open(
        device, {.timeZone = {.kind = fat::TimeZone::Kind::Utc}, .nowNs = guestNow}));
    change(editor);
    for (const edit::PatchGroup& group : must(editor.plan()).groups) {
        for (const block::Patch& patch : group.patches)
            write(patch.offset, patch.after);
        for (const edit::ContentRange& range : group.contents)
            write(range.offset, contentOf(range));
        flush();
    }
}

GuestScript::Found GuestScript::find(const std::string& path) const
{
    Found found;
    found.volume = volumeOf(m_disk);
    found.tree = must(fat::readTree(*found.volume));
    const auto node = found.tree->find(path);
    require(node.has_value(), "the guest", path + " is not on the disk");
    found.node = *node;
    return found;
}

void GuestScript::overwrite(const std::string& path, std::uint64_t at, ByteView bytes)
{
    const Found found = find(path);
    const fat::Geometry& geometry = found.volume->geometry();
    for (const ClusterRange& run : found.tree->runsOf(found.node)) {
        const std::uint64_t length = std::uint64_t{run.count} * geometry.clusterSize();
        if (at < length && !bytes.empty()) {
            const auto count = std::min<std::uint64_t>(bytes.size(), length - at);
            write(geometry.clusterOffset(run.first) + at, bytes.first(count));
            bytes = bytes.subspan(count);
            at += count;
        }
        at -= std::min(at, length);
    }
    require(bytes.empty(), "the guest", path + " has not so many clusters");
}

void GuestScript::lengthen(const std::string& path)
{
    const Found found = find(path);
    const fat::Geometry& geometry = found.volume->geometry();
    const auto runs = found.tree->runsOf(found.node);
    require(!runs.empty(), "the guest", path + " has no clusters");
    Cluster free = runs.back().end();
    while (must(found.volume->entry(free)).kind != fat::EntryKind::Free)
        ++free;
    for (std::uint32_t copy = 0; copy < geometry.fatCount; ++copy) {
        const ByteView old = ByteView(m_disk).subspan(geometry.fatOffset(copy), geometry.fatSize());
        Bytes table(old.begin(), old.end());
        fat::setRawEntry(geometry.type, table, Cluster{runs.back().end().value - 1}, free.value);
        fat::setRawEntry(geometry.type, table, free, fat::endMark(geometry.type));
        write(geometry.fatOffset(copy), table);
    }
}

void GuestScript::changeEntry(const std::string& path,
                              const std::function<void(fat::DirectoryEntryRaw&)>& change)
{
    const fat::TreeNode entry = find(path).entry();
    fat::DirectoryEntryRaw raw = entry.raw;
    change(raw);
    write(entry.entryOffset, asBytes(raw));
}

void GuestScript::zero(const std::string& path)
{
    const Found found = find(path);
    for (const ClusterRange& run : found.tree->runsOf(found.node)) {
        const std::uint64_t offset = found.volume->geometry().clusterOffset(run.first);
        const Bytes zeros(std::uint64_t{run.count} * found.volume->geometry().clusterSize());
        std::ranges::copy(zeros, m_disk.begin() + static_cast<std::ptrdiff_t>(offset));
        m_steps.push_back({.kind = GuestStep::Kind::Zero, .offset = offset, .bytes = zeros});
    }
}

Result<> play(const GuestStep& step, block::BlockDevice& device)
{
    switch (step.kind) {
    case GuestStep::Kind::Write: return device.write(step.offset, step.bytes);
    case GuestStep::Kind::Zero: return device.writeZeroes(step.offset, step.bytes.size());
    case GuestStep::Kind::Flush: break;
    }
    return device.flush();
}

std::vector<std::pair<std::string, std::string>> filesOf(const Bytes& disk)
{
    const auto volume = volumeOf(disk);
    const auto tree = must(fat::readTree(*volume));
    std::vector<std::pair<std::string, std::string>> files;
    for (std::uint32_t node = 1; node < tree->nodes.size(); ++node) {
        const fat::TreeNode& entry = tree->nodes[node];
        const std::string path = tree->path(node).substr(1);
        Bytes bytes(entry.size());
        const auto runs = tree->runsOf(node);
        if (entry.isDirectory)
            files.emplace_back(path + "/", "");
        else {
            must(volume->readChain(
                {.runs = {runs.begin(), runs.end()}, .clusterCount = entry.clusterCount}, 0,
                bytes));
            files.emplace_back(
                path, std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
        }
    }
    return files;
}

} // namespace fatlas::test
