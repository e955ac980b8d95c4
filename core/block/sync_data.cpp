#include "core/block/sync_data.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <unistd.h>

namespace fatlas::block {

Result<> syncData(const File& file)
{
    int status = 0;
    do
        status = ::fdatasync(file.descriptor());
    while (status != 0 && errno == EINTR);
    if (status != 0)
        return failSystem(errno, fmt::format("cannot sync {}", file.path().native()));
    return {};
}

} // namespace fatlas::block
