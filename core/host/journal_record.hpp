/// What the journal says of a change before it is made and after.
///
/// Threads: plain values; encoding and decoding are pure.
/// Errors:  BadFormat for what says what cannot be.
#pragma once

#include "core/base/bytes.hpp"
#include "core/host/change.hpp"

#include <string>
#include <variant>
#include <vector>

namespace fatlas::host {

/// Old bytes of a file, in another that is named elsewhere.
struct SavedRange {
    std::uint64_t offset = 0; ///< in the file
    std::uint64_t length = 0;
    std::uint64_t at = 0; ///< in the one that holds them
};

/// All that it takes to finish a change or take it back.
struct Begun {
    enum class Old : std::uint8_t {
        Keep, ///< what is replaced or removed goes to the keep
        Drop, ///< the session made it itself
    };

    ChangeKind kind = ChangeKind::Note;
    bool inPlace = false;
    bool wholeCopy = false; ///< in place: `saved` holds the whole old content
    Old old = Old::Keep;
    std::string path;
    std::string to;                 ///< the new path, or the other one
    FileIdentity before;            ///< of what is at `path`
    FileIdentity otherBefore;       ///< Exchange: of what is at `to`
    FileIdentity fresh;             ///< of the temporary file that will be at `path`
    std::string temporary;          ///< its name, beside `path`
    std::string saved;              ///< a name in the keep: of the old file, or of its old bytes
    std::uint64_t newSize = 0;      ///< in place
    std::vector<SavedRange> ranges; ///< in place: what is overwritten or cut off
    Bytes note;
};

struct Ended {
    std::uint64_t begun = 0; ///< number of the record
    bool made = false;
    Applied result = {};       ///< not made: `identity` of what was taken hold of and given back
    FileIdentity kept = {};    ///< of the old file, where it is now
    std::string keptPath = {}; ///< relative to the folder
};

struct Opened {
    std::string boot; ///< of the running system: another one means that it stopped in between
};

struct Flushed {}; ///< everything that ended before is on the medium

/// The session is over: keep and journal only wait to be removed.
struct Finished {
    bool usesTrash = false; ///< for files that a guest deleted
};

using JournalRecord = std::variant<Begun, Ended, Opened, Flushed, Finished>;

[[nodiscard]] Bytes encode(const JournalRecord& record);
[[nodiscard]] Result<JournalRecord> decodeJournalRecord(ByteView bytes);

} // namespace fatlas::host
