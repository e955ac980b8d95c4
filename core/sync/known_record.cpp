#include "core/sync/known_record.hpp"

#include "core/base/identity_record.hpp"

namespace fatlas::sync {

namespace {

constexpr std::size_t runSize = 2 * 8;
constexpr std::size_t homeNameSize = 2 * 8;

} // namespace

bool isHostName(std::string_view name) noexcept
{
    return !name.empty() && name != "." && name != ".." &&
           name.find_first_of(std::string_view("/\0", 2)) == std::string_view::npos;
}

void putEntry(RecordWriter& out, const KnownEntry& entry)
{
    out.put(entry.parent);
    out.put(std::string_view(entry.guestName));
    out.put(std::string_view(entry.hostName));
    out.put(entry.isDirectory);
    out.put(asBytes(entry.raw));
    out.put(entry.firstCluster.value);
    out.put(entry.sizeAtStart);
    putIdentity(out, entry.identity);
    out.put(entry.hasGuestTime);
    out.put(entry.isAside);
    out.put(entry.homeNames.size());
    for (const HomeName& name : entry.homeNames) {
        out.put(std::string_view(name.guest));
        out.put(std::string_view(name.host));
    }
    out.put(entry.runs.size());
    for (const ClusterRange& run : entry.runs) {
        out.put(run.first.value);
        out.put(run.count);
    }
}

void getEntry(RecordReader& in, KnownEntry& entry)
{
    in.get(entry.parent);
    in.get(entry.guestName);
    in.get(entry.hostName);
    entry.isDirectory = in.number(1) == 1;
    Bytes raw;
    in.get(raw);
    if (const auto loaded = load<fat::DirectoryEntryRaw>(raw); loaded && raw.size() == 32)
        entry.raw = *loaded;
    else
        in.fail();
    in.get(entry.firstCluster.value);
    in.get(entry.sizeAtStart);
    getIdentity(in, entry.identity);
    entry.hasGuestTime = in.number(1) == 1;
    entry.isAside = in.number(1) == 1;
    entry.homeNames.resize(in.count(homeNameSize));
    for (HomeName& name : entry.homeNames) {
        in.get(name.guest);
        in.get(name.host);
        if (!isHostName(name.host))
            in.fail();
    }
    entry.runs.resize(in.count(runSize));
    for (ClusterRange& run : entry.runs) {
        in.get(run.first.value);
        in.get(run.count);
    }
}

} // namespace fatlas::sync
