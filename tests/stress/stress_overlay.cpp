/// Many clients at once on one kept overlay, each behind its own tap: some on sectors of their own,
/// whose content they know, all of them on sectors they share; beside them one that flushes, one
/// that freezes moments, and one that takes events out of the queue. In the end the sums must be
/// exact, and the overlay must read the same when it is opened again. For the thread sanitizer, so
/// without Qt.
///
/// Shape: exits 0, or 1 with one line saying what went wrong.
#include "core/base/units.hpp"
#include "core/block/memory_device.hpp"
#include "core/block/overlay_device.hpp"
#include "core/block/tap_device.hpp"

#include "tests/support/pseudo_random.hpp"
#include "tests/support/temp_folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

using namespace fatlas;
using block::OverlayDevice;
using block::Tap;
using block::TapDevice;
using block::TapEvent;

namespace {

constexpr std::uint64_t clientCount = 6;
constexpr int rounds = 2500;
constexpr std::uint64_t shareSize = 1536; ///< a client's own piece, not a block of any file system
constexpr std::uint64_t sharedStart = 600 * shareSize * clientCount;
constexpr std::uint64_t diskSize = sharedStart + 64 * KiB + 100;

struct Tally {
    std::atomic<std::uint64_t> readBytes = 0;
    std::atomic<std::uint64_t> writtenBytes = 0;
    std::atomic<std::uint64_t> operations = 0;
};

/// One client; says what is wrong, or nothing.
class Client {
public:
    Client(std::shared_ptr<TapDevice> device, std::uint64_t number, ByteView base, Tally& tally)
        : m_device(std::move(device)), m_number(number), m_model(base.begin(), base.end()),
          m_tally(tally), m_random(number + 1)
    {}

    std::string run()
    {
        for (int round = 0; round < rounds; ++round) {
            const std::string problem = m_random.below(4) == 0 ? touchShared() : touchOwn();
            if (!problem.empty())
                return problem;
        }
        return {};
    }

    /// What its own pieces must hold.
    [[nodiscard]] bool agrees(ByteView disk) const
    {
        for (std::uint64_t piece = 0; piece < sharedStart / (shareSize * clientCount); ++piece) {
            const std::uint64_t start = (piece * clientCount + m_number) * shareSize;
            if (!std::ranges::equal(disk.subspan(start, shareSize),
                                    ByteView(m_model).subspan(start, shareSize)))
                return false;
        }
        return true;
    }

private:
    std::string touchOwn()
    {
        const std::uint64_t pieces = sharedStart / (shareSize * clientCount);
        const std::uint64_t start = (m_random.below(pieces) * clientCount + m_number) * shareSize;
        const std::uint64_t within = m_random.below(shareSize);
        const std::uint64_t length = 1 + m_random.below(shareSize - within);
        return change(start + within, length, true);
    }

    std::string touchShared()
    {
        const std::uint64_t size = diskSize - sharedStart;
        const std::uint64_t within = m_random.below(size);
        const std::uint64_t length =
            1 + m_random.below(std::min<std::uint64_t>(size - within, 8 * KiB));
        return change(sharedStart + within, length, false);
    }

    std::string change(std::uint64_t offset, std::uint64_t length, bool isOwn)
    {
        Bytes bytes(length);
        const std::uint64_t kind = m_random.below(4);
        ++m_tally.operations;
        if (kind == 0)
            return read(offset, bytes, isOwn);
        m_tally.writtenBytes += length;
        Result<> done;
        if (kind == 1) {
            done = m_random.below(2) == 0 ? m_device->trim(offset, length)
                                          : m_device->writeZeroes(offset, length);
        } else {
            m_random.fill(bytes);
            done = m_device->write(offset, bytes);
        }
        if (isOwn)
            std::ranges::copy(bytes, m_model.begin() + static_cast<std::ptrdiff_t>(offset));
        return done ? std::string() : done.error().message;
    }

    std::string read(std::uint64_t offset, Bytes& bytes, bool isOwn)
    {
        m_tally.readBytes += bytes.size();
        if (const auto done = m_device->read(offset, bytes); !done)
            return done.error().message;
        if (!isOwn || std::ranges::equal(bytes, ByteView(m_model).subspan(offset, bytes.size())))
            return {};
        return fmt::format("{} bytes at {} differ", bytes.size(), offset);
    }

    std::shared_ptr<TapDevice> m_device;
    std::uint64_t m_number;
    Bytes m_model;
    Tally& m_tally;
    test::PseudoRandom m_random;
};

std::string readAll(const block::BlockDevice& device, Bytes& into)
{
    into.resize(device.size());
    const auto done = device.read(0, into);
    return done ? std::string() : done.error().message;
}

/// Everything that runs beside the clients until they are done.
class Onlookers {
public:
    Onlookers(OverlayDevice& overlay, Tap& tap, const std::filesystem::path& folder)
        : m_threads{std::jthread([&overlay](const std::stop_token& stop) {
                        while (!stop.stop_requested())
                            if (!overlay.flush())
                                fmt::print(stderr, "flush failed\n");
                    }),
                    std::jthread([this, &overlay, folder](const std::stop_token& stop) {
                        while (!stop.stop_requested())
                            freeze(overlay, folder);
                    }),
                    std::jthread([this, &tap](const std::stop_token& stop) {
                        while (!stop.stop_requested())
                            take(tap);
                    })}
    {}

    void stop()
    {
        for (std::jthread& thread : m_threads) {
            thread.request_stop();
            thread.join();
        }
    }

    void take(Tap& tap)
    {
        std::array<TapEvent, 100> events;
        const std::size_t count = tap.events().take(events);
        m_taken += count;
        if (count == 0)
            std::this_thread::yield();
    }

    [[nodiscard]] std::uint64_t taken() const { return m_taken; }

    [[nodiscard]] bool sawProblem() const { return m_hasProblem; }

private:
    /// A frozen moment reads the same twice, whatever is written meanwhile.
    void freeze(const OverlayDevice& overlay, const std::filesystem::path& folder)
    {
        const auto frozen = overlay.freeze(folder);
        Bytes first;
        Bytes second;
        if (!frozen || !readAll(**frozen, first).empty() || !readAll(**frozen, second).empty() ||
            first != second)
            m_hasProblem = true;
    }

    std::atomic<std::uint64_t> m_taken = 0;
    std::atomic<bool> m_hasProblem = false;
    std::array<std::jthread, 3> m_threads;
};

std::string checkSums(Tap& tap, const Tally& tally, std::uint64_t taken)
{
    std::uint64_t readBytes = 0;
    std::uint64_t writtenBytes = 0;
    for (std::size_t i = 0; i < tap.binCount(); ++i) {
        readBytes += tap.bin(i).readBytes;
        writtenBytes += tap.bin(i).writtenBytes;
    }
    if (readBytes != tally.readBytes || writtenBytes != tally.writtenBytes)
        return fmt::format("bins hold {} and {} bytes, clients moved {} and {}", readBytes,
                           writtenBytes, tally.readBytes.load(), tally.writtenBytes.load());
    if (taken + tap.events().dropped() != tally.operations)
        return fmt::format("{} events taken and {} dropped, {} operations", taken,
                           tap.events().dropped(), tally.operations.load());
    return {};
}

std::string race(const test::TempFolder& folder, const Bytes& base)
{
    const auto below =
        std::make_shared<block::MemoryDevice>(base, block::MemoryDevice::Mode::ReadOnly);
    auto overlay = OverlayDevice::createKeep(below, folder.path());
    if (!overlay)
        return overlay.error().message;
    const auto tap = std::make_shared<Tap>(diskSize, block::TapLayout{.queueCapacity = 1024});
    Tally tally;
    std::vector<Client> clients;
    for (std::uint64_t number = 0; number < clientCount; ++number)
        clients.emplace_back(
            std::make_shared<TapDevice>(*overlay, tap, static_cast<std::uint32_t>(number)), number,
            base, tally);
    Onlookers onlookers(**overlay, *tap, folder.path());
    std::array<std::string, clientCount> problems;
    {
        std::vector<std::jthread> threads;
        for (std::uint64_t i = 0; i < clientCount; ++i)
            threads.emplace_back([&, i] { problems[i] = clients[i].run(); });
    }
    onlookers.stop();
    for (std::uint64_t before = ~std::uint64_t{0}; before != onlookers.taken();) {
        before = onlookers.taken();
        onlookers.take(*tap);
    }
    for (const std::string& problem : problems)
        if (!problem.empty())
            return problem;
    if (onlookers.sawProblem())
        return "a frozen moment was not still";
    Bytes live;
    Bytes reopened;
    std::string problem = readAll(**overlay, live);
    for (const Client& client : clients)
        if (problem.empty() && !client.agrees(live))
            problem = "a client's own sectors hold something else";
    clients.clear(); // they hold the overlay
    overlay->reset();
    const auto again = OverlayDevice::openKeep(below, folder.path());
    if (!again)
        return again.error().message;
    if (problem.empty())
        problem = readAll(**again, reopened);
    if (problem.empty() && live != reopened)
        problem = "it reads otherwise when it is opened again";
    return problem.empty() ? checkSums(*tap, tally, onlookers.taken()) : problem;
}

} // namespace

int main()
{
    const test::TempFolder folder;
    const std::string problem = race(folder, test::PseudoRandom(7).bytes(diskSize));
    if (problem.empty())
        return 0;
    fmt::print(stderr, "{}\n", problem);
    return 1;
}
