/// Many threads read a folder disk at once, at odd places and in odd sizes; each must see what one
/// thread alone saw, while directories are built for the first time and files come and go in the
/// cache of open ones. For the thread sanitizer, so without Qt.
///
/// Shape: exits 0, or 1 with one line saying what went wrong.
#include "core/folder_disk/folder_disk.hpp"
#include "core/host/scan.hpp"

#include "tests/support/pseudo_random.hpp"
#include "tests/support/temp_folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <thread>

using namespace fatlas;

namespace {

constexpr int threadCount = 8;
constexpr int readsPerThread = 1500;
constexpr int fileCount = 400; // more than stay open
constexpr std::uint64_t longestRead = 20'000;

using Device = std::shared_ptr<const block::BlockDevice>;

Result<Device> openDevice(const test::TempFolder& folder)
{
    FATLAS_ASSIGN(const auto snapshot, host::scan(folder.path()));
    folder_disk::Options options;
    options.floppy = folder_disk::FloppyFormat::F2880K;
    FATLAS_ASSIGN(auto plan, folder_disk::planDisk(snapshot, options));
    return folder_disk::openFolderDisk(std::move(plan));
}

void fillFolder(const test::TempFolder& folder)
{
    for (int i = 0; i < fileCount; ++i) {
        const auto number = static_cast<std::uint64_t>(i);
        (void)folder.writePattern(fmt::format("folder {}/file number {}", i % 10, i),
                                  number * 101 % 9000, number + 1);
    }
}

/// What one thread finds wrong, or nothing.
class Reader {
public:
    Reader(const block::BlockDevice& device, const Bytes& expected, std::uint64_t seed)
        : m_device(device), m_expected(expected), m_random(seed)
    {}

    std::string run()
    {
        for (int i = 0; i < readsPerThread; ++i) {
            const std::string problem = i % 16 == 0 ? checkExtents() : checkRead();
            if (!problem.empty())
                return problem;
        }
        return {};
    }

private:
    std::string checkRead()
    {
        const std::uint64_t offset = m_random.below(m_expected.size());
        Bytes bytes(static_cast<std::size_t>(
            m_random.below(std::min<std::uint64_t>(longestRead, m_expected.size() - offset)) + 1));
        if (const auto done = m_device.read(offset, bytes); !done)
            return done.error().message;
        if (std::ranges::equal(bytes, ByteView(m_expected).subspan(offset, bytes.size())))
            return {};
        return fmt::format("{} bytes at {} differ", bytes.size(), offset);
    }

    std::string checkExtents()
    {
        const std::uint64_t offset = m_random.below(m_expected.size());
        const auto extents = m_device.extents(offset, m_expected.size() - offset);
        if (!extents)
            return extents.error().message;
        for (const block::Extent& extent : *extents) {
            if (!extent.backing)
                continue;
            const auto file = m_device.backingFile(extent.backing->file);
            return file ? std::string() : file.error().message;
        }
        return {};
    }

    const block::BlockDevice& m_device;
    const Bytes& m_expected;
    test::PseudoRandom m_random;
};

/// A device of its own, so that nothing is built before the threads meet.
int race(const test::TempFolder& folder, const Bytes& expected)
{
    const auto device = openDevice(folder);
    if (!device)
        return 1;
    std::atomic<int> failures = 0;
    std::vector<std::thread> threads;
    threads.reserve(threadCount);
    for (std::uint64_t seed = 1; seed <= threadCount; ++seed)
        threads.emplace_back([&, seed] {
            const std::string problem = Reader(**device, expected, seed).run();
            if (problem.empty())
                return;
            ++failures;
            fmt::print(stderr, "thread {}: {}\n", seed, problem);
        });
    for (std::thread& thread : threads)
        thread.join();
    return failures == 0 ? 0 : 1;
}

} // namespace

int main()
{
    const test::TempFolder folder;
    fillFolder(folder);
    const auto alone = openDevice(folder);
    if (!alone) {
        fmt::print(stderr, "{}\n", alone.error().message);
        return 1;
    }
    Bytes expected(static_cast<std::size_t>((*alone)->size()));
    if (const auto done = (*alone)->read(0, expected); !done) {
        fmt::print(stderr, "{}\n", done.error().message);
        return 1;
    }
    return race(folder, expected);
}
