// Opens disks and reads 4 KiB at random from each in turns.
//
//     vhd_reads_bench ROUNDS READS PATH...
//
// A line per disk: seconds to open it, then seconds of each round. VHDs are read through their
// chain, everything else as it is. For tests/bench/run.

#include "core/base/units.hpp"
#include "core/image/image.hpp"

#include "tests/support/pseudo_random.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>
#include <vector>

namespace {

using namespace fatlas;
using Clock = std::chrono::steady_clock;

constexpr std::size_t readSize = 4 * KiB;

double secondsSince(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

[[noreturn]] void giveUp(const Error& error)
{
    fmt::print(stderr, "vhd_reads_bench: {}\n", error.message);
    std::exit(3);
}

struct Disk {
    std::shared_ptr<const block::BlockDevice> device;
    std::vector<double> seconds; ///< to open it, then of each round
};

Disk open(const std::string& path)
{
    const auto start = Clock::now();
    auto opened = image::openDisk(path);
    if (!opened)
        giveUp(opened.error());
    return {.device = opened->disk, .seconds = {secondsSince(start)}};
}

double readRandomly(const block::BlockDevice& device, std::uint64_t count, std::uint64_t seed)
{
    test::PseudoRandom random(seed);
    Bytes buffer(readSize);
    const auto start = Clock::now();
    for (std::uint64_t i = 0; i < count; ++i) {
        const std::uint64_t at = random.below(device.size() / readSize) * readSize;
        if (const auto done = device.read(at, buffer); !done)
            giveUp(done.error());
    }
    return secondsSince(start);
}

} // namespace

int main(int count, char** words)
{
    const std::vector<std::string> arguments(words + 1, words + count);
    if (arguments.size() < 3) {
        fmt::print(stderr, "vhd_reads_bench ROUNDS READS PATH...\n");
        return 2;
    }
    const std::uint64_t rounds = std::strtoull(arguments[0].c_str(), nullptr, 10);
    const std::uint64_t reads = std::strtoull(arguments[1].c_str(), nullptr, 10);
    std::vector<Disk> disks;
    for (const std::string& path : std::span(arguments).subspan(2))
        disks.push_back(open(path));
    for (std::uint64_t round = 0; round <= rounds; ++round)
        for (std::size_t i = 0; i < disks.size(); ++i) {
            Disk& disk = disks[(i + round) % disks.size()];
            const double seconds = readRandomly(*disk.device, reads, round);
            if (round > 0) // the first is a warm-up
                disk.seconds.push_back(seconds);
        }
    for (const Disk& disk : disks)
        fmt::print("{:.6f}\n", fmt::join(disk.seconds, " "));
    return 0;
}
