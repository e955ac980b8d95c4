/// The writes of a session in the order they came: the newest so many, with what they touched.
///
/// Units:   bytes; times in nanoseconds of the monotonic clock; writes counted from 1.
/// Shape:   the oldest are forgotten once there are more than `capacity`; forgottenCount() says how
///          many. Failed writes are not writes.
/// Threads: one.
#pragma once

#include "core/block/event_queue.hpp"

#include <cstdint>
#include <deque>
#include <vector>

namespace fatlas::serve {

struct WriteRecord {
    std::uint64_t number = 0; ///< from 1, in the order they were seen
    block::TapEvent event;

    bool operator==(const WriteRecord&) const = default;
};

class WriteHistory {
public:
    static constexpr std::size_t defaultCapacity = std::size_t{1} << 16;

    explicit WriteHistory(std::size_t capacity = defaultCapacity) : m_capacity(capacity) {}

    /// Takes it when it is a write, WRITE_ZEROES or TRIM that was done.
    void add(const block::TapEvent& event);

    /// All that were seen.
    [[nodiscard]] std::uint64_t count() const noexcept { return m_count; }

    [[nodiscard]] std::uint64_t forgottenCount() const noexcept { return m_count - m_kept.size(); }

    /// The newest `limit` that touched [offset, offset + length), newest first.
    [[nodiscard]] std::vector<WriteRecord> writesTo(std::uint64_t offset, std::uint64_t length,
                                                    std::size_t limit) const;
    /// The newest `limit`, newest first.
    [[nodiscard]] std::vector<WriteRecord> newest(std::size_t limit) const;

private:
    std::size_t m_capacity;
    std::uint64_t m_count = 0;
    std::deque<WriteRecord> m_kept; ///< oldest first
};

} // namespace fatlas::serve
