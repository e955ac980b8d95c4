/// Several clients at once on one disk with a timeline, each on pieces of its own and all of them
/// on pieces they share; beside them some who read moments, twice each, and some who ask for places
/// and times. In the end every moment that is still remembered must be what a replay of the
/// journal's own list of writes makes of the pieces whose content is known. For the thread
/// sanitizer, so without Qt.
///
/// Shape: exits 0, or 1 with one line saying what went wrong.
#include "core/base/units.hpp"
#include "core/block/memory_device.hpp"
#include "core/serve/write_journal.hpp"

#include "tests/support/pseudo_random.hpp"
#include "tests/support/temp_folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

using namespace fatlas;
using serve::JournalSpan;
using serve::JournalWrite;
using serve::WriteJournal;

namespace {

constexpr std::uint32_t clientCount = 4;
constexpr std::uint32_t rounds = 1200;
constexpr std::uint64_t pieceSize = 1536;
constexpr std::uint64_t piecesEach = 20;
constexpr std::uint64_t sharedStart = pieceSize * piecesEach * clientCount;
constexpr std::uint64_t diskSize = sharedStart + 16 * KiB + 100;

/// What a client writes in its n-th round into its own pieces.
Bytes bytesOf(std::uint32_t client, std::uint32_t round)
{
    return test::PseudoRandom(client * 100'000ULL + round).bytes(pieceSize);
}

std::uint64_t ownOffset(std::uint32_t client, std::uint32_t round)
{
    return ((client - 1) * piecesEach + round * 7ULL % piecesEach) * pieceSize;
}

bool isTrim(std::uint32_t round)
{
    return round % 5 == 3;
}

/// From 1; every round writes once to its own, and once to what is shared.
bool runClient(WriteJournal& journal, std::uint32_t client)
{
    const auto device = journal.deviceFor(client);
    test::PseudoRandom random(client);
    for (std::uint32_t round = 0; round < rounds; ++round) {
        const std::uint64_t offset = ownOffset(client, round);
        const auto own = isTrim(round) ? device->trim(offset, pieceSize)
                                       : device->write(offset, bytesOf(client, round));
        const std::uint64_t within = random.below(diskSize - sharedStart - 1);
        const Bytes some = random.bytes(1 + random.below(diskSize - sharedStart - within));
        if (!own || !device->write(sharedStart + within, some))
            return false;
    }
    return true;
}

/// Moments do not change while guests go on.
bool readMoments(const WriteJournal& journal, const std::stop_token& stop, std::uint64_t seed)
{
    test::PseudoRandom random(seed);
    Bytes first(diskSize);
    Bytes second(diskSize);
    while (!stop.stop_requested()) {
        const JournalSpan span = journal.span();
        const std::uint64_t number =
            random.below(2) == 0 ? span.newest
                                 : span.oldest + random.below(span.newest - span.oldest + 1);
        const auto moment = journal.moment(number);
        if (!moment || !(*moment)->read(0, first) || !(*moment)->read(0, second))
            continue; // forgotten meanwhile
        if (first != second)
            return false;
        (void)journal.index().writesTo(random.below(diskSize), 512, number, 10);
        (void)journal.index().columns(span.oldestNs, span.newestNs + 1, 50);
        (void)journal.index().momentAt(span.newestNs - 1000);
    }
    return true;
}

std::string check(const WriteJournal& journal, const Bytes& base)
{
    const JournalSpan span = journal.span();
    if (span.newest != 2ULL * rounds * clientCount)
        return fmt::format("{} writes are counted", span.newest);
    if (span.oldest != 0)
        return fmt::format("it goes back to {} only", span.oldest);
    std::array<std::uint32_t, clientCount + 1> round{};
    Bytes model(base.begin(), base.begin() + sharedStart);
    Bytes found(sharedStart);
    for (const JournalWrite& write : journal.index().writes(1, span.newest + 1)) {
        if (write.offset >= sharedStart)
            continue;
        const std::uint32_t now = round[write.client]++;
        if (write.offset != ownOffset(write.client, now))
            return fmt::format("write {} is not where client {} wrote", write.number, write.client);
        const Bytes bytes = isTrim(now) ? Bytes(pieceSize) : bytesOf(write.client, now);
        std::ranges::copy(bytes, model.begin() + static_cast<std::ptrdiff_t>(write.offset));
        if (write.number % 37 != 0)
            continue;
        const auto moment = journal.moment(write.number);
        if (!moment || !(*moment)->read(0, found))
            return fmt::format("moment {} cannot be read", write.number);
        if (found != model)
            return fmt::format("moment {} is not what it was", write.number);
    }
    return {};
}

std::string race(const test::TempFolder& folder)
{
    const Bytes base = test::PseudoRandom(7).bytes(diskSize);
    const auto below =
        std::make_shared<block::MemoryDevice>(base, block::MemoryDevice::Mode::ReadOnly);
    auto overlay = block::OverlayDevice::createScratch(below, folder.path());
    if (!overlay)
        return overlay.error().message;
    const auto journal = WriteJournal::create({.overlay = *overlay, .below = below}, folder.path(),
                                              {.bytes = GiB, .records = 200'000});
    std::atomic<bool> isWrong = false;
    {
        std::vector<std::jthread> readers;
        for (std::uint64_t seed = 1; seed <= 2; ++seed)
            readers.emplace_back([&, seed](const std::stop_token& stop) {
                if (!readMoments(*journal, stop, seed))
                    isWrong = true;
            });
        std::vector<std::jthread> clients;
        for (std::uint32_t client = 1; client <= clientCount; ++client)
            clients.emplace_back([&, client] {
                if (!runClient(*journal, client))
                    isWrong = true;
            });
        clients.clear();
    }
    return isWrong ? "a moment changed, or a write failed" : check(*journal, base);
}

} // namespace

int main()
{
    const test::TempFolder folder;
    const std::string problem = race(folder);
    if (problem.empty())
        return 0;
    fmt::print(stderr, "{}\n", problem);
    return 1;
}
