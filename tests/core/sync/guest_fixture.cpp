#include "tests/core/sync/guest_fixture.hpp"

#include "core/block/memory_device.hpp"
#include "core/folder_disk/folder_disk.hpp"
#include "core/host/own_names.hpp"
#include "core/host/scan.hpp"
#include "core/sync/first_known.hpp"
#include "core/sync/watched_device.hpp"

#include <algorithm>
#include <set>
#include <thread>

namespace fatlas::test {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t sectorBytes = 512;

Bytes readAll(const block::BlockDevice& device)
{
    Bytes bytes(device.size());
    must(device.read(0, bytes));
    return bytes;
}

/// Sectors of files that the host changed cannot be read: nobody edits those.
Bytes readableBytes(const block::BlockDevice& device)
{
    Bytes bytes(device.size());
    for (std::uint64_t at = 0; at < bytes.size(); at += sectorBytes)
        static_cast<void>(device.read(at, ByteSpan(bytes).subspan(at, sectorBytes)));
    return bytes;
}

/// Of folders, on a volume; the fixed root is told by the geometry.
std::set<std::uint64_t> directorySectors(const std::shared_ptr<block::MemoryDevice>& disk)
{
    const auto volume = must(fat::Volume::open(disk));
    const auto tree = must(fat::readTree(*volume));
    std::set<std::uint64_t> sectors;
    for (std::uint32_t i = 0; i < tree->nodes.size(); ++i) {
        if (!tree->nodes[i].isDirectory)
            continue;
        for (const host::ByteRange& range :
             sync::rangesOf(volume->geometry(), 0, tree->runsOf(i), UINT64_MAX))
            for (std::uint64_t at = range.offset; at < range.end(); at += sectorBytes)
                sectors.insert(at);
    }
    return sectors;
}

SectorWrite::Kind kindOf(std::uint64_t offset, const fat::Geometry& geometry,
                         const std::set<std::uint64_t>& directories)
{
    using Kind = SectorWrite::Kind;
    if (offset < geometry.fatOffset(0))
        return Kind::Boot;
    if (offset < geometry.rootOffset())
        return offset < geometry.fatOffset(1) ? Kind::Fat1 : Kind::Fat2;
    return offset < geometry.dataOffset() || directories.contains(offset) ? Kind::Directory
                                                                          : Kind::Data;
}

} // namespace

folder_disk::Options GuestFixture::floppy()
{
    folder_disk::Options layout;
    layout.floppy = folder_disk::FloppyFormat::F1440K;
    layout.timeZone = {.kind = fat::TimeZone::Kind::Utc};
    return layout;
}

void GuestFixture::begin(const sync::EngineOptions& options, const folder_disk::Options& layout)
{
    m_plan = must(folder_disk::planDisk(must(host::scan(folder.path())), layout));
    const auto kept = std::make_shared<host::KeptFiles>(m_plan->snapshot);
    const auto base = must(folder_disk::openFolderDisk(m_plan, kept));
    m_overlay = must(block::OverlayDevice::createScratch(base, m_state.path()));
    m_log = std::make_shared<sync::WriteLog>();
    m_device = std::make_shared<sync::WatchedDevice>(m_overlay, m_log);
    m_disk = {.device = m_overlay, .log = m_log, .volumeSize = base->size()};
    fs::create_directory(m_state / "session");
    sync::EngineSetup setup{
        .disk = m_disk,
        .log = m_log,
        .base = base,
        .root = folder.path(),
        .jail = must(host::Jail::open(must(host::FolderLock::take(folder.path())),
                                      {.session = m_state / "session", .kept = kept})),
        .known = must(sync::firstKnown(*m_plan, *must(fat::Volume::open(base))))};
    sync::EngineOptions wanted = options;
    wanted.zone = layout.timeZone;
    m_engine = must(sync::Engine::create(
        std::move(setup), wanted,
        {.onOutcome =
             [this](const sync::Outcome& outcome) {
                 outcomes.push_back(outcome);
                 if (onOutcome)
                     onOutcome();
             },
         .onWaiting = [this](const sync::Waiting& waiting) { waits.push_back(waiting); },
         .onHeld = [this](const std::string& reason) { held.push_back(reason); },
         .onProposals = [this](const auto& proposals) { lists.push_back(proposals); }}));
}

void GuestFixture::rest()
{
    std::this_thread::sleep_for(std::chrono::milliseconds(120));
}

SectorWrites GuestFixture::edit(const std::function<void(edit::Editor&)>& change)
{
    const Bytes before = readableBytes(*m_device);
    const auto disk = std::make_shared<block::MemoryDevice>(before);
    auto directories = directorySectors(disk);
    auto editor = must(edit::Editor::open(disk, {}));
    change(editor);
    applyPlan(editor, *disk);
    directories.merge(directorySectors(disk));
    const fat::Geometry geometry = m_plan->geometry();
    SectorWrites sectors;
    for (std::uint64_t at = 0; at < before.size(); at += sectorBytes) {
        const ByteView now = disk->bytes().subspan(at, sectorBytes);
        if (!std::ranges::equal(ByteView(before).subspan(at, sectorBytes), now))
            sectors.push_back({.offset = at,
                               .bytes = Bytes(now.begin(), now.end()),
                               .kind = kindOf(at, geometry, directories)});
    }
    return sectors;
}

void GuestFixture::write(const SectorWrite& sector)
{
    must(m_device->write(sector.offset, sector.bytes));
}

void GuestFixture::write(const SectorWrites& sectors)
{
    for (const SectorWrite& sector : sectors)
        write(sector);
}

sync::PassResult GuestFixture::pass(sync::Engine::Take take, std::chrono::milliseconds later,
                                    const JobControl& job)
{
    return m_engine->pass(take, sync::WriteLog::Clock::now() + later, job);
}

HostContent GuestFixture::hostContent() const
{
    HostContent content;
    for (auto at = fs::recursive_directory_iterator(folder.path());
         at != fs::recursive_directory_iterator(); ++at) {
        if (host::isOwnName(at->path().filename().native())) {
            at.disable_recursion_pending();
            continue;
        }
        const std::string path = at->path().lexically_relative(folder.path()).native();
        if (at->is_directory())
            content[path + "/"];
        else
            content[path] = folder.readFile(path);
    }
    return content;
}

HostContent GuestFixture::guestContent() const
{
    const auto volume = must(fat::Volume::open(m_device));
    const auto tree = must(fat::readTree(*volume));
    HostContent content;
    for (std::uint32_t i = 1; i < tree->nodes.size(); ++i) {
        const fat::TreeNode& node = tree->nodes[i];
        const std::string path = tree->path(i).substr(1);
        if (node.isDirectory) {
            content[path + "/"];
            continue;
        }
        const auto runs = tree->runsOf(i);
        Bytes bytes(node.size());
        must(volume->readChain({.runs = {runs.begin(), runs.end()},
                                .end = node.end,
                                .clusterCount = node.clusterCount},
                               0, bytes));
        content[path] = std::move(bytes);
    }
    return content;
}

Bytes GuestFixture::view() const
{
    return readAll(*m_device);
}

Bytes GuestFixture::sector(std::uint64_t offset) const
{
    Bytes bytes(sectorBytes);
    must(m_device->read(offset, bytes));
    return bytes;
}

SectorWrites inOrder(SectorWrites sectors, const std::vector<int>& kinds)
{
    std::ranges::stable_sort(sectors, {}, [&](const SectorWrite& sector) {
        return std::ranges::find(kinds, static_cast<int>(sector.kind)) - kinds.begin();
    });
    return sectors;
}

} // namespace fatlas::test
