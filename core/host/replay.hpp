/// A journal of an earlier process, read back and brought to an end.
///
/// Errors:  those of the journal and of settle(); BadFormat for records that do not fit each other.
/// Threads: one, before anybody else uses the jail.
#pragma once

#include "core/host/jail.hpp"
#include "core/host/jail_context.hpp"

#include <map>
#include <optional>

namespace fatlas::host {

class Replay {
public:
    Replay(JailContext& context, const JailOptions& options)
        : m_context(context), m_options(options)
    {}

    /// For Journal::open().
    [[nodiscard]] Result<> visit(std::uint64_t number, JournalRecord record);

    /// The session was ended; what follows is to remove what it left.
    [[nodiscard]] const std::optional<Finished>& finished() const noexcept { return m_finished; }

    /// Nobody changed anything with it before.
    [[nodiscard]] bool isFresh() const noexcept { return m_isFresh; }

    /// Settles what is open, with the journal in the context; `boot` is of the running system.
    [[nodiscard]] Result<> finish(const std::string& boot);

private:
    struct Pending {
        Begun begun;
        std::optional<Ended> ended;
    };

    [[nodiscard]] Result<> take(std::uint64_t number, Begun begun);
    [[nodiscard]] Result<> take(const Ended& ended);
    void doubt();
    void tell(const Begun& begun, const Ended& ended);
    void tellEnded();

    JailContext& m_context;
    const JailOptions& m_options;
    std::map<std::uint64_t, Pending> m_pending; ///< by number; since everything was flushed
    std::string m_boot;
    std::optional<Finished> m_finished;
    bool m_isFresh = true;
};

/// Temporary files of this session below the folder, but for those in which old files are kept.
[[nodiscard]] Result<> removeLeftOvers(const JailContext& context);

} // namespace fatlas::host
