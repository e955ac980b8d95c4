#include "core/nbd/served_export.hpp"

#include "core/base/text.hpp"
#include "core/nbd/protocol.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace fatlas::nbd {

namespace {

/// LIST answers with all of them, so there cannot be very many.
constexpr std::size_t maxExports = 256;

std::unexpected<Error> noSuchExport(std::string_view name)
{
    return fail(ErrorCode::NotFound,
                fmt::format("there is no export named \"{}\"", escapeForTerminal(name)));
}

} // namespace

std::uint16_t transmissionFlags(const ServedExport& served, bool structuredReplies)
{
    namespace flag = transmission_flag;
    std::uint16_t flags = flag::hasFlags | flag::sendFlush | flag::sendFua | flag::sendCache;
    if (structuredReplies)
        flags |= flag::sendDf;
    if (served.what.multiConnection)
        flags |= flag::canMultiConn;
    if (!served.canWrite())
        return flags | flag::readOnly;
    flags |= flag::sendWriteZeroes | flag::sendFastZero;
    if (served.what.device->capabilities().canTrim)
        flags |= flag::sendTrim;
    return flags;
}

Result<> ExportTable::add(Export added)
{
    if (added.name.size() > maxNameLength || added.description.size() > maxNameLength)
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("the name or description of an export has {} bytes, at most {} "
                                "are possible",
                                std::max(added.name.size(), added.description.size()),
                                maxNameLength));
    if (!added.device)
        return fail(ErrorCode::InvalidArgument, "an export needs a disk");
    auto served = std::make_shared<ServedExport>(std::move(added));
    const std::scoped_lock lock(m_mutex);
    if (place(served->what.name) != m_exports.end())
        return fail(ErrorCode::Refused, fmt::format("there is an export named \"{}\" already",
                                                    escapeForTerminal(served->what.name)));
    if (m_exports.size() >= maxExports)
        return fail(ErrorCode::Limit, fmt::format("at most {} exports are possible", maxExports));
    m_exports.push_back(std::move(served));
    return {};
}

std::vector<ExportPointer>::const_iterator ExportTable::place(std::string_view name) const
{
    return std::ranges::find_if(
        m_exports, [name](const ExportPointer& served) { return served->what.name == name; });
}

Result<> ExportTable::setDefault(std::string_view name)
{
    const std::scoped_lock lock(m_mutex);
    const auto found = place(name);
    if (found == m_exports.end())
        return noSuchExport(name);
    const auto index = found - m_exports.begin();
    std::rotate(m_exports.begin(), m_exports.begin() + index, m_exports.begin() + index + 1);
    return {};
}

Result<> ExportTable::remove(std::string_view name)
{
    const std::scoped_lock lock(m_mutex);
    const auto found = place(name);
    if (found == m_exports.end())
        return noSuchExport(name);
    m_exports.erase(found);
    return {};
}

ExportPointer ExportTable::find(std::string_view name) const
{
    const std::scoped_lock lock(m_mutex);
    const auto found = place(name);
    if (found != m_exports.end())
        return *found;
    return name.empty() && !m_exports.empty() ? m_exports.front() : nullptr;
}

std::vector<ExportPointer> ExportTable::list() const
{
    const std::scoped_lock lock(m_mutex);
    return m_exports;
}

} // namespace fatlas::nbd
