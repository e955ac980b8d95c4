#include "core/block/sync_data.hpp"

#include "core/base/call_hook.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <unistd.h>

namespace fatlas::block {

Result<> syncData(const File& file)
{
    if (changingCall(Call::Sync, [&file] { return ::fdatasync(file.descriptor()); }) != 0)
        return failSystem(errno, fmt::format("cannot sync {}", file.path().native()));
    return {};
}

} // namespace fatlas::block
