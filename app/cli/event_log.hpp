/// Writes what clients do to a disk into a file, one JSON object a line.
///
///   {"timeNs":1750000000000000000,"export":"dos","client":1,"kind":"read","offset":0,
///    "length":4096,"ok":true}
///
/// Ends with a line of sums for each disk, which are complete even where events were lost because
/// the file was too slow; "lost" says how many.
///
/// Units:    times in nanoseconds since 1970-01-01 UTC, offsets and lengths in bytes.
/// Errors:   finish() tells the first failure of writing; serving goes on without events.
/// Threads:  add(), addLine() and finish() from any thread; writing has a thread of its own.
/// Lifetime: the destructor stops writing.
#pragma once

#include "core/base/file.hpp"
#include "core/block/tap.hpp"

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace fatlas::cli {

class EventLog {
public:
    /// An old file is written over.
    [[nodiscard]] static Result<std::unique_ptr<EventLog>> create(const std::string& path);

    EventLog(const EventLog&) = delete;
    EventLog& operator=(const EventLog&) = delete;
    ~EventLog() = default;

    void add(const std::string& exportName, std::shared_ptr<block::Tap> tap);
    /// One JSON object, between the others.
    void addLine(std::string line);
    [[nodiscard]] Result<> finish();

private:
    struct Source {
        std::string nameJson;
        std::shared_ptr<block::Tap> tap;
    };

    explicit EventLog(File file);

    void run(const std::stop_token& stop);
    /// True when there was something to write.
    bool writeSome();
    void writeTotals();
    void write(std::string_view text);
    [[nodiscard]] std::vector<Source> sources() const;

    File m_file;
    std::int64_t m_clockShiftNs; ///< from the tap's clock to the calendar
    std::optional<Error> m_failure;
    mutable std::mutex m_mutex; ///< guards what follows
    std::vector<Source> m_sources;
    std::string m_lines; ///< not written yet
    std::jthread m_thread;
};

} // namespace fatlas::cli
