#include "core/host/kept_files.hpp"

#include "core/base/text.hpp"
#include "core/host/beneath.hpp"
#include "core/host/host_stat.hpp"
#include "core/host/own_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <functional>
#include <utility>

namespace fatlas::host {

namespace {

constexpr int readFlags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
constexpr std::size_t maxOtherNames = 64;

std::string whatChanged(const FileIdentity& was, const FileIdentity& is)
{
    if (was.device != is.device || was.inode != is.inode)
        return "another file took its place";
    if (was.size != is.size)
        return fmt::format("it has {} bytes, and had {}", is.size, was.size);
    if (was.modifiedNs != is.modifiedNs)
        return "its content was written to";
    return "its status changed";
}

bool isInKeep(const std::string& path)
{
    return isKeepName(std::string_view(path).substr(0, path.find('/')));
}

SystemResult<Descriptor> openPath(int root, const std::string& path)
{
    // Reading leaves the folder as it was, access times too, where the owner is who reads.
    Descriptor opened(::openat(root, path.c_str(), readFlags | O_NOATIME));
    if (!opened && errno == EPERM)
        opened = Descriptor(::openat(root, path.c_str(), readFlags));
    if (!opened)
        return std::unexpected(errno);
    return opened;
}

/// Of the keep: nothing there is a link.
SystemResult<Descriptor> openKept(int root, const std::string& path)
{
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos)
        return std::unexpected(ENOENT);
    const auto folder = openFolderBeneath(root, std::string_view(path).substr(0, slash));
    if (!folder)
        return std::unexpected(folder.error());
    Descriptor opened(::openat(folder->get(), path.c_str() + slash + 1, readFlags | O_NOFOLLOW));
    if (!opened)
        return std::unexpected(errno);
    return opened;
}

/// What of `pieces` is not in `known` yet, and all of that; sorted.
std::vector<KeptPiece> joined(const KeptPieces& known, std::vector<KeptPiece> pieces,
                              std::uint64_t size)
{
    std::vector<KeptPiece> all;
    if (known)
        all = *known;
    const std::size_t knownCount = all.size();
    std::ranges::sort(pieces, {}, &KeptPiece::offset);
    for (const KeptPiece& piece : pieces) {
        std::uint64_t at = piece.offset;
        const std::uint64_t end = std::min(piece.end(), size);
        const auto add = [&](std::uint64_t to) {
            if (at < to)
                all.push_back({.offset = at,
                               .length = to - at,
                               .path = piece.path,
                               .at = piece.at + (at - piece.offset)});
        };
        auto next = std::ranges::upper_bound(all.begin(),
                                             all.begin() + static_cast<std::ptrdiff_t>(knownCount),
                                             at, {}, &KeptPiece::end);
        // What is added lies behind the known ones, which stay where they are in the vector.
        for (std::size_t i = static_cast<std::size_t>(next - all.begin());
             i < knownCount && all[i].offset < end; ++i) {
            add(std::min(all[i].offset, end));
            at = std::max(at, all[i].end());
        }
        add(end);
    }
    std::ranges::sort(all, {}, &KeptPiece::offset);
    return all;
}

} // namespace

KeptFiles::KeptFiles(std::shared_ptr<const Snapshot> snapshot)
    : m_snapshot(std::move(snapshot)), m_opener(*m_snapshot)
{}

std::shared_lock<std::shared_mutex> KeptFiles::reading() const
{
    if (m_isChangeWaiting)
        const std::scoped_lock turn(m_turn);
    return std::shared_lock(m_mutex);
}

KeptFiles::Change::Change(KeptFiles& files) : m_files(files)
{
    const std::scoped_lock turn(files.m_turn);
    files.m_isChangeWaiting = true;
    m_lock = std::unique_lock(files.m_mutex);
    files.m_isChangeWaiting = false;
}

std::size_t KeptFiles::Hash::operator()(const Key& key) const noexcept
{
    return std::hash<std::uint64_t>()(key.inode * 0x9E37'79B9'7F4A'7C15U ^ key.device);
}

KeptFiles::Key KeptFiles::keyOf(const FileIdentity& identity) noexcept
{
    return {.device = identity.device, .inode = identity.inode};
}

std::span<const std::uint32_t> KeptFiles::nodesOf(const FileIdentity& identity) const
{
    const auto keyOfNode = [this](std::uint32_t node) {
        return keyOf(m_snapshot->nodes[node].identity);
    };
    std::call_once(m_isIndexed, [&] {
        m_byIdentity.resize(m_snapshot->nodes.size());
        for (std::uint32_t node = 0; node < m_byIdentity.size(); ++node)
            m_byIdentity[node] = node;
        std::ranges::sort(m_byIdentity, {}, keyOfNode);
    });
    const auto found = std::ranges::equal_range(m_byIdentity, keyOf(identity), {}, keyOfNode);
    return {found.begin(), found.end()};
}

const KeptFiles::Place* KeptFiles::placeOf(const FileIdentity& identity) const
{
    const auto found = m_places.find(keyOf(identity));
    return found == m_places.end() ? nullptr : &found->second;
}

/// Of the node itself, or by the nearest folder above it that is elsewhere; an empty path when all
/// is as in the snapshot.
KeptFiles::Place KeptFiles::find(std::uint32_t node) const
{
    const std::vector<Node>& nodes = m_snapshot->nodes;
    Place found{.path = {}, .identity = nodes[node].identity, .pieces = nullptr};
    if (m_places.empty())
        return found;
    std::string rest;
    for (std::uint32_t at = node; at != 0; at = nodes[at].parent) {
        if (const Place* const place = placeOf(nodes[at].identity)) {
            if (at == node)
                return *place;
            found.path = place->path + rest;
            return found;
        }
        rest.insert(0, "/" + nodes[at].name);
    }
    return found;
}

bool KeptFiles::holds(const FileIdentity& file) const
{
    const auto lock = reading();
    for (const std::uint32_t node : nodesOf(file)) {
        const Node& known = m_snapshot->nodes[node];
        const Place* const place = placeOf(known.identity);
        if (known.kind == NodeKind::File && (place ? place->identity : known.identity) == file)
            return true;
    }
    return false;
}

bool KeptFiles::isPlace(const std::string& path) const
{
    const auto lock = reading();
    return m_byPath.contains(path);
}

Result<File> KeptFiles::open(std::uint32_t node) const
{
    const auto lock = reading();
    auto opened = openAt(node, find(node));
    if (opened || m_places.empty())
        return opened;
    // Its way led over a link whose target is elsewhere now: the same file has another name.
    std::size_t tried = 0;
    for (const std::uint32_t other : nodesOf(m_snapshot->nodes[node].identity)) {
        if (other == node || ++tried > maxOtherNames)
            continue;
        if (auto again = openAt(other, find(other)))
            return again;
    }
    return opened;
}

Result<File> KeptFiles::openAt(std::uint32_t node, const Place& place) const
{
    if (place.path.empty())
        return m_opener.open(node);
    FATLAS_ASSIGN(const int root, m_opener.root());
    const std::filesystem::path shown = m_snapshot->root / place.path;
    auto opened = openPath(root, place.path);
    if (!opened)
        return failSystem(opened.error(), "cannot open " + escapeForTerminal(shown.native()));
    File file = File::adopt(opened->release(), shown);
    FATLAS_TRY(check(node, file, place));
    return file;
}

Result<> KeptFiles::check(std::uint32_t node, const File& file, const Place& place) const
{
    FATLAS_ASSIGN(const FileIdentity now, file.identity());
    if (now == place.identity)
        return {};
    const auto path = m_snapshot->root / m_snapshot->relativePath(node);
    return fail(ErrorCode::Changed,
                fmt::format("{} changed since the folder was looked at: {}",
                            escapeForTerminal(path.native()), whatChanged(place.identity, now)));
}

Result<> KeptFiles::checkWhole(std::uint32_t node, const File& file) const
{
    const auto lock = reading();
    const Place place = find(node);
    FATLAS_TRY(check(node, file, place));
    if (!place.pieces)
        return {};
    return fail(ErrorCode::Unsupported,
                fmt::format("{} is written in place; its old bytes are in more than one file",
                            escapeForTerminal(file.path().native())));
}

Result<> KeptFiles::read(std::uint32_t node, const File& file, std::uint64_t offset,
                         ByteSpan into) const
{
    Place before;
    {
        const auto lock = reading();
        before = find(node);
    }
    const Result<> done =
        before.pieces ? readPieces(before, file, offset, into) : file.readAt(offset, into);
    // A file that shrank reads short; that it changed is what people need to know.
    const auto lock = reading();
    const Place now = find(node);
    FATLAS_TRY(check(node, file, now));
    if (now.pieces != before.pieces)
        return fail(ErrorCode::Changed, fmt::format("{} was written in place just now",
                                                    escapeForTerminal(file.path().native())));
    return done;
}

Result<> KeptFiles::readPieces(const Place& place, const File& file, std::uint64_t offset,
                               ByteSpan into) const
{
    FATLAS_ASSIGN(const int root, m_opener.root());
    auto piece = std::ranges::upper_bound(*place.pieces, offset, {}, &KeptPiece::end);
    while (!into.empty()) {
        const bool isLast = piece == place.pieces->end();
        const bool isKept = !isLast && piece->offset <= offset;
        const std::uint64_t end = isLast   ? offset + into.size()
                                  : isKept ? piece->end()
                                           : piece->offset;
        const auto size =
            static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), end - offset));
        if (isKept) {
            auto opened = openKept(root, piece->path);
            if (!opened)
                return failSystem(opened.error(), "cannot open " + piece->path);
            const File kept = File::adopt(opened->release(), m_snapshot->root / piece->path);
            FATLAS_TRY(kept.readAt(piece->at + (offset - piece->offset), into.first(size)));
            ++piece;
        } else {
            FATLAS_TRY(file.readAt(offset, into.first(size)));
        }
        offset += size;
        into = into.subspan(size);
    }
    return {};
}

KeptFiles::Place* KeptFiles::known(const Known& before)
{
    const auto nodes = nodesOf(before.identity);
    if (nodes.empty())
        return nullptr;
    const Node& node = m_snapshot->nodes[nodes.front()];
    const Key key = keyOf(node.identity);
    const auto found = m_places.find(key);
    const FileIdentity& now = found == m_places.end() ? node.identity : found->second.identity;
    if (node.kind == NodeKind::File && now != before.identity)
        return nullptr;
    if (found != m_places.end())
        return &found->second;
    Place& made = m_places[key];
    made = {.path = before.path, .identity = before.identity, .pieces = nullptr};
    m_byPath[before.path].push_back(key);
    return &made;
}

void KeptFiles::setPath(const FileIdentity& before, Place& place, const std::string& path)
{
    // The key stays what the snapshot saw, also when a copy with another inode stands in for it.
    const Key key = keyOf(before);
    const auto old = m_byPath.find(place.path);
    if (old != m_byPath.end()) {
        std::erase(old->second, key);
        if (old->second.empty())
            m_byPath.erase(old);
    }
    place.path = path;
    m_byPath[path].push_back(key);
}

/// Everything whose path lies below `from` lies below `to` now.
void KeptFiles::movePrefix(const std::string& from, const std::string& to)
{
    const std::string begin = from + "/";
    std::vector<std::pair<std::string, std::vector<Key>>> moving;
    for (auto it = m_byPath.lower_bound(begin);
         it != m_byPath.end() && it->first.starts_with(begin); it = m_byPath.erase(it))
        moving.emplace_back(to + it->first.substr(from.size()), std::move(it->second));
    for (auto& [path, keys] : moving) {
        for (const Key& key : keys)
            m_places.at(key).path = path;
        std::vector<Key>& there = m_byPath[path];
        there.insert(there.end(), keys.begin(), keys.end());
    }
}

void KeptFiles::Change::moved(const Known& before, const Known& after)
{
    m_files.movePrefix(before.path, after.path);
    Place* const place = m_files.known(before);
    if (place == nullptr)
        return;
    place->identity = after.identity;
    // Another name of it in the keep is as good, and stays.
    if (place->path == before.path || !isInKeep(place->path))
        m_files.setPath(before.identity, *place, after.path);
}

void KeptFiles::Change::exchanged(const Known& a, const Known& b, const FileIdentity& aAfter,
                                  const FileIdentity& bAfter)
{
    const std::string aside = "//"; // no path of a folder
    Place* const first = m_files.known(a);
    Place* const second = m_files.known(b);
    m_files.movePrefix(a.path, aside);
    m_files.movePrefix(b.path, a.path);
    m_files.movePrefix(aside, b.path);
    if (first != nullptr) {
        first->identity = aAfter;
        m_files.setPath(a.identity, *first, b.path);
    }
    if (second != nullptr) {
        second->identity = bAfter;
        m_files.setPath(b.identity, *second, a.path);
    }
}

void KeptFiles::Change::touched(const Known& before, const FileIdentity& after)
{
    if (Place* const place = m_files.known(before))
        place->identity = after;
}

void KeptFiles::Change::overwritten(const Known& before, const FileIdentity& after,
                                    const std::vector<KeptPiece>& pieces)
{
    Place* const place = m_files.known(before);
    if (place == nullptr)
        return;
    const auto nodes = m_files.nodesOf(before.identity);
    place->pieces = std::make_shared<const std::vector<KeptPiece>>(
        joined(place->pieces, pieces, m_files.m_snapshot->nodes[nodes.front()].size));
    place->identity = after;
}

void KeptFiles::Change::copied(const Known& before, const Known& copy)
{
    Place* const place = m_files.known(before);
    if (place == nullptr)
        return;
    place->identity = copy.identity;
    m_files.setPath(before.identity, *place, copy.path);
}

void KeptFiles::Change::forget()
{
    m_files.m_places.clear();
    m_files.m_byPath.clear();
}

} // namespace fatlas::host
