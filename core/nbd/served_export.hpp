/// An export while it is served, and the list of them.
///
/// Errors:  add: InvalidArgument for a name that is too long or a missing device; Refused for a
///          name that is taken. NotFound for a name that is not there.
/// Threads: safe from many threads at once.
#pragma once

#include "core/nbd/export.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

namespace fatlas::nbd {

struct ServedExport {
    explicit ServedExport(Export served) : what(std::move(served)) {}

    /// Read-only by wish or by nature.
    [[nodiscard]] bool canWrite() const noexcept
    {
        return !what.readOnly && what.device->capabilities().canWrite;
    }

    const Export what;
    /// Taken by writes alone, and by reads together, where the device cannot write in parallel.
    std::shared_mutex order;
    std::atomic<bool> isDirty = false;         ///< written to since it was flushed
    std::atomic<const void*> writer = nullptr; ///< whose writes are taken, with oneWriter
};

using ExportPointer = std::shared_ptr<ServedExport>;

/// What an export can do, as NBD_FLAG_ bits. SEND_DF is for clients with structured replies.
[[nodiscard]] std::uint16_t transmissionFlags(const ServedExport& served, bool structuredReplies);

class ExportTable {
public:
    [[nodiscard]] Result<> add(Export added);
    [[nodiscard]] Result<> setDefault(std::string_view name);
    [[nodiscard]] Result<> remove(std::string_view name);

    /// nullptr when there is none; the empty name is the default export.
    [[nodiscard]] ExportPointer find(std::string_view name) const;
    /// The default one first.
    [[nodiscard]] std::vector<ExportPointer> list() const;

private:
    [[nodiscard]] std::vector<ExportPointer>::const_iterator place(std::string_view name) const;

    mutable std::mutex m_mutex;
    std::vector<ExportPointer> m_exports;
};

} // namespace fatlas::nbd
