#include "core/sync/same_content.hpp"

#include "core/sync/guest_content.hpp"

#include <algorithm>
#include <fcntl.h>

namespace fatlas::sync {

bool hostHolds(const std::filesystem::path& path, const FileIdentity& identity,
               const GuestTree& guest, std::uint32_t node)
{
    const GuestContent content(guest, node);
    if (content.size() != identity.size)
        return false;
    const int descriptor =
        ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC);
    if (descriptor < 0)
        return false;
    const File file = File::adopt(descriptor, path);
    if (const auto now = file.identity(); !now || *now != identity)
        return false;
    Bytes ours(static_cast<std::size_t>(std::min<std::uint64_t>(content.size(), MiB)));
    Bytes theirs(ours.size());
    for (std::uint64_t at = 0; at < content.size();) {
        const auto count =
            static_cast<std::size_t>(std::min<std::uint64_t>(content.size() - at, ours.size()));
        const ByteSpan here = ByteSpan(ours).first(count);
        const ByteSpan there = ByteSpan(theirs).first(count);
        if (!content.read(at, here) || !file.readAt(at, there) || !std::ranges::equal(here, there))
            return false;
        at += count;
    }
    const auto after = file.identity();
    return after && *after == identity;
}

} // namespace fatlas::sync
