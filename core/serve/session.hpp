/// An export's life: a source becomes a disk that clients may use, again and again as it changes.
///
/// A session has generations. The first is the disk as it was opened; when the folder it was made
/// from changes, another can be published: a disk of its own with a new serial number, under a new
/// export name (NAME@2). Old generations stay as they were; what changed of their host files
/// answers with an error (Changed), never with a mixture.
///
/// Units:    bytes.
/// Errors:   those of image::openDisk, planFolder and OverlayDevice. Keep: Refused when its folder
///           holds a session of another source or with other options (what differs is said), or is
///           in use; Changed when an image below is no longer the one it was made over.
/// Threads:  everything from any thread. Callbacks come one at a time, from a thread of the session
///           or from within publish(), and may call the session but not destroy it.
/// Lifetime: no callback comes after the destructor returned. Devices of generations may outlive
///           the session. A scratch overlay ends with its last user.
#pragma once

#include "core/base/finding.hpp"
#include "core/base/job_control.hpp"
#include "core/convert/save_image.hpp"
#include "core/serve/generation.hpp"
#include "core/serve/host_changes.hpp"
#include "core/serve/write_back.hpp"

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace fatlas::serve {

/// When the folder changed, a new generation is made...
enum class Publish : std::uint8_t { Ask, Auto, Never };

struct SessionOptions {
    std::string name; ///< of the export; empty: the default one
    Mode mode = Mode::ReadOnly;
    std::filesystem::path keep;       ///< Keep: a folder of the session, made when it is not there
    WriteBackOptions writeBack;       ///< WriteBack
    bool isSharedByOneClient = false; ///< WriteBack: one client, many connections
    std::filesystem::path scratchFolder; ///< Scratch: empty: $TMPDIR, else /var/tmp
    /// Where guests may write: how much of what they write over is remembered of each disk, so
    /// that it can be seen as it was (Generation::journal); 0: nothing.
    std::uint64_t timelineBytes = 0;
    Publish publish = Publish::Ask;
    image::OpenOptions open; ///< Keep: must be as they were, or defaults, when opened again
    /// A changed folder is looked at once it was quiet for so long.
    std::chrono::milliseconds quiet{1000};
};

/// What a session tells; each may be empty.
struct SessionEvents {
    /// The folder is another than that of the newest generation (and stays so until publish()).
    std::function<void(const HostChanges&)> onHostChanges;
    /// A generation after the first is ready to be served.
    std::function<void(const Generation&)> onPublished;
    /// There are newer ones enough: clients that have it go on, no new ones should get it.
    std::function<void(const Generation&)> onRetired;
    /// Watching or publishing met a problem; the session goes on as it is.
    std::function<void(const Error&)> onProblem;
};

/// A moment of one of a session's disks.
struct SavedMoment {
    std::uint32_t generation = 1;
    std::uint64_t moment = 0;
};

class Session {
public:
    static constexpr std::size_t maxGenerations = 16; ///< the oldest retire

    [[nodiscard]] static Result<std::unique_ptr<Session>> open(const std::string& source,
                                                               const SessionOptions& options,
                                                               SessionEvents events = {},
                                                               const JobControl& job = {});

    Session() = default;
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    virtual ~Session() = default;

    /// Oldest first; never empty.
    [[nodiscard]] virtual std::vector<Generation> generations() const = 0;

    /// Worth knowing about the disk before it is served: those of its plan, and host files that
    /// changed since a kept session was made and are held (rule S1).
    [[nodiscard]] virtual std::vector<Finding> findings() const = 0;

    /// A new generation of the folder as it is now; onPublished is called as well. Refused for
    /// what is not a folder, for Keep and WriteBack (their writes belong to the old layout), and
    /// when nothing changed.
    [[nodiscard]] virtual Result<Generation> publish(const JobControl& job = {}) = 0;

    /// Mode::WriteBack: what brings the writes home; else nullptr.
    [[nodiscard]] virtual WriteBack* writeBack() noexcept = 0;

    /// Bytes the guests wrote into a generation, 0 for a read-only one.
    [[nodiscard]] virtual std::uint64_t changedBytes(std::uint32_t generation) const = 0;

    /// One moment of a generation's disk as an image file. Clients wait only while what they wrote
    /// is cloned or copied aside, not while the image is written.
    [[nodiscard]] virtual Result<convert::SaveStatistics>
    save(std::uint32_t generation, const std::filesystem::path& target, convert::Replace replace,
         const JobControl& job = {}) const = 0;

    /// The disk as it was after write `moment` of its timeline, in the same way. Changed when it is
    /// no longer remembered, or guests wrote so much meanwhile that it is not any more.
    [[nodiscard]] virtual Result<convert::SaveStatistics>
    saveMoment(const SavedMoment& which, const std::filesystem::path& target,
               convert::Replace replace, const JobControl& job = {}) const = 0;
};

} // namespace fatlas::serve
