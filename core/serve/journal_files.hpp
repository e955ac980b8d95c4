/// Where the journal of a session's writes lies: files without a name, or those of a kept session.
///
/// Shape:   TIMELINE.md
/// Errors:  those of File. A journal that does not fit the disk (any more) is no error: it is
///          removed, and `reason` of what was found says why.
/// Threads: one at a time.
#pragma once

#include "core/serve/journal_index.hpp"
#include "core/serve/write_journal_raw.hpp"

#include <filesystem>
#include <string>

namespace fatlas::serve {

class JournalFiles {
public:
    enum class Kind : std::uint8_t { Nameless, Kept };

    /// What an earlier run of a kept session left.
    struct Found {
        JournalIndex::Segments segments; ///< oldest first, one behind the other; may be none
        std::string reason;              ///< why there is less than there was; empty: there is not
    };

    /// Kept: `folder` is the session's.
    JournalFiles(Kind kind, std::filesystem::path folder, std::uint64_t diskSize);

    [[nodiscard]] bool isKept() const noexcept { return m_kind == Kind::Kept; }

    /// Kept, once, before begin(). At most `maxRecords` of the newest.
    [[nodiscard]] Result<Found> find(std::uint64_t maxRecords);

    [[nodiscard]] Result<std::shared_ptr<JournalSegment>> begin(std::uint64_t firstNumber);

    /// Kept: nobody writes any more, and everything is on the medium.
    [[nodiscard]] Result<> markWhole(std::uint64_t count) const;

    /// A journal that nobody goes on with would not fit the disk any more.
    [[nodiscard]] static Result<> remove(const std::filesystem::path& sessionFolder);

private:
    [[nodiscard]] Result<bool> isWhole(std::uint64_t count) const;

    Kind m_kind;
    std::filesystem::path m_session;
    std::filesystem::path m_folder;
    std::uint64_t m_diskSize;
    std::uint64_t m_next = 1; ///< number of the next segment
};

/// The records of a write, one behind the other.
[[nodiscard]] Bytes encodeRecords(const JournalWrite& write, std::span<const UndoPiece> pieces,
                                  std::uint32_t tag);

} // namespace fatlas::serve
