#include "app/cli/output.hpp"

#include <cerrno>
#include <unistd.h>

namespace fatlas::cli {

namespace {

constexpr std::size_t holdAtMost = 64 * 1024;

} // namespace

void Output::text(std::string_view bytes)
{
    m_held += bytes;
    if (m_held.size() >= holdAtMost)
        flush();
}

void Output::bytes(ByteView bytes)
{
    text({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

Result<> Output::state() const
{
    if (m_failure)
        return std::unexpected(*m_failure);
    return {};
}

Result<> Output::finish()
{
    flush();
    return state();
}

void Output::flush()
{
    std::string_view left = m_held;
    while (!left.empty() && !m_failure) {
        const ssize_t written = ::write(STDOUT_FILENO, left.data(), left.size());
        if (written > 0)
            left.remove_prefix(static_cast<std::size_t>(written));
        else if (written < 0 && errno != EINTR)
            m_failure = failSystem(errno, "cannot write to standard output").error();
    }
    m_held.clear();
}

} // namespace fatlas::cli
