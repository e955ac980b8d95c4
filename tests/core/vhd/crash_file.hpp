/// A file in memory that grows when written past its end, and remembers every write, so that any
/// state in which a power cut could leave it can be made.
///
/// What was written since the last flush may have arrived or not, each sector of 512 bytes alone.
///
/// Threads: one.
#pragma once

#include "core/block/block_device.hpp"

#include "tests/support/pseudo_random.hpp"

#include <vector>

namespace fatlas::test {

class CrashFile final : public block::BlockDevice {
public:
    explicit CrashFile(Bytes bytes) : m_bytes(std::move(bytes)), m_durable(m_bytes) {}

    [[nodiscard]] const Bytes& bytes() const noexcept { return m_bytes; }

    /// Writes, zeroings and flushes so far.
    [[nodiscard]] std::size_t stepCount() const noexcept { return m_steps; }

    /// The n-th step from now on and all after it fail with Io and change nothing; 0: never.
    void failAt(std::size_t step) { m_failAt = step == 0 ? 0 : m_steps + step; }

    /// What is there after a power cut now: durable bytes, and a random part of the rest.
    [[nodiscard]] Bytes afterPowerCut(PseudoRandom& random) const;

    /// All, or none, of what was not flushed.
    [[nodiscard]] Bytes afterPowerCut(bool survives) const
    {
        return survives ? m_bytes : m_durable;
    }

    [[nodiscard]] std::uint64_t size() const noexcept override { return m_bytes.size(); }

    [[nodiscard]] block::Capabilities capabilities() const noexcept override
    {
        return {.canWrite = true, .canTrim = true};
    }

    [[nodiscard]] Result<> read(std::uint64_t offset, ByteSpan into) const override;
    [[nodiscard]] Result<> write(std::uint64_t offset, ByteView bytes) override;
    [[nodiscard]] Result<> flush() override;
    [[nodiscard]] Result<> writeZeroes(std::uint64_t offset, std::uint64_t length) override;

private:
    struct Pending {
        std::uint64_t offset = 0;
        Bytes bytes;
    };

    [[nodiscard]] Result<> step();
    static void apply(Bytes& to, std::uint64_t offset, ByteView bytes);

    Bytes m_bytes;
    Bytes m_durable;
    std::vector<Pending> m_pending;
    std::size_t m_steps = 0;
    std::size_t m_failAt = 0;
};

} // namespace fatlas::test
