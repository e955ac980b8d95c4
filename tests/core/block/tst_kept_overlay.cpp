// What a kept overlay promises when it is opened again: after an orderly end, kill -9, a torn log,
// a power cut, a full disk.

#include "core/base/units.hpp"
#include "core/block/memory_device.hpp"
#include "core/block/overlay_device.hpp"

#include "tests/support/pseudo_random.hpp"
#include "tests/support/temp_folder.hpp"

#include <QtTest>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace fatlas;
using namespace fatlas::block;

class TestKeptOverlay : public QObject {
    Q_OBJECT

private slots:
    void readsTheSameWhenOpenedAgain();
    void logCutAtEveryByteLosesOnlyWhatCameAfter();
    void everyMixOfFilesSinceTheLastFlushIsSafe();
    void killedAtAnyMomentLosesNoAnsweredWrite();
    void aLogThatCannotGrowChangesNothing();
    void damageBeforeASyncIsNotTakenForATornEnd();
    void longLogIsWrittenAgain();
    void writtenAgainAtAnyMomentItReadsTheSame();
    void whatIsNotItsOwnIsRefused_data();
    void whatIsNotItsOwnIsRefused();
    void isLockedWhileItIsOpen();
    void fullFileSystemAnswersNoSpaceAndKeepsTheRest();
};

namespace {

constexpr std::uint64_t diskSize = 200'000;

Bytes readAll(const BlockDevice& device)
{
    Bytes bytes(device.size());
    device.read(0, bytes).value();
    return bytes;
}

void put(Bytes& model, std::uint64_t offset, ByteView bytes)
{
    std::ranges::copy(bytes, model.begin() + static_cast<std::ptrdiff_t>(offset));
}

std::shared_ptr<const BlockDevice> makeBase()
{
    return std::make_shared<MemoryDevice>(test::PseudoRandom(1).bytes(diskSize),
                                          MemoryDevice::Mode::ReadOnly);
}

/// One change of the guest: bytes, or zeros when there are none.
struct Change {
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
    Bytes bytes;

    [[nodiscard]] Result<> applyTo(BlockDevice& device) const
    {
        return bytes.empty() ? device.trim(offset, length) : device.write(offset, bytes);
    }

    void applyTo(Bytes& model) const { put(model, offset, bytes.empty() ? Bytes(length) : bytes); }
};

Change makeChange(test::PseudoRandom& random)
{
    Change change;
    change.offset = random.below(diskSize);
    change.length = 1 + random.below(std::min<std::uint64_t>(diskSize - change.offset, 9000));
    if (random.below(3) != 0)
        change.bytes = random.bytes(change.length);
    return change;
}

void copyFiles(const test::TempFolder& from, const test::TempFolder& to)
{
    for (const char* name : {"disk.data", "disk.log"})
        std::filesystem::copy_file(from / name, to / name,
                                   std::filesystem::copy_options::overwrite_existing);
}

/// What a folder reads as.
Bytes reopened(const test::TempFolder& folder)
{
    return readAll(*OverlayDevice::openKeep(makeBase(), folder.path()).value());
}

bool isSectorSame(ByteView a, ByteView b, std::size_t offset)
{
    const std::size_t count = std::min<std::size_t>(512, a.size() - offset);
    return std::memcmp(a.data() + offset, b.data() + offset, count) == 0;
}

/// Whether each sector is as in one of the two.
bool isEachSectorOneOf(ByteView bytes, ByteView a, ByteView b)
{
    for (std::size_t offset = 0; offset < bytes.size(); offset += 512)
        if (!isSectorSame(bytes, a, offset) && !isSectorSame(bytes, b, offset))
            return false;
    return true;
}

/// Files of this process may not grow over a size as long as it lives.
class FileSizeLimit {
public:
    explicit FileSizeLimit(std::uint64_t size)
    {
        ::getrlimit(RLIMIT_FSIZE, &m_before);
        std::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{.rlim_cur = size, .rlim_max = m_before.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }

    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;

    ~FileSizeLimit() { ::setrlimit(RLIMIT_FSIZE, &m_before); }

private:
    rlimit m_before{};
};

} // namespace

void TestKeptOverlay::readsTheSameWhenOpenedAgain()
{
    const test::TempFolder folder;
    const auto base = makeBase();
    Bytes model = readAll(*base);
    QVERIFY(OverlayDevice::createKeep(base, folder.path()));
    test::PseudoRandom random(2);
    for (int round = 0; round < 10; ++round) {
        const auto overlay = OverlayDevice::openKeep(base, folder.path()).value();
        QVERIFY(readAll(*overlay) == model);
        for (int i = 0; i < 20; ++i) {
            const Change change = makeChange(random);
            QVERIFY(change.applyTo(*overlay));
            change.applyTo(model);
        }
        if (round % 2 == 0)
            QVERIFY(overlay->flush());
    }
    QVERIFY(reopened(folder) == model);
}

void TestKeptOverlay::logCutAtEveryByteLosesOnlyWhatCameAfter()
{
    const test::TempFolder folder;
    const test::TempFolder copy;
    auto overlay = OverlayDevice::createKeep(makeBase(), folder.path()).value();
    Bytes before = readAll(*overlay);
    test::PseudoRandom random(3);
    for (int step = 0; step < 10; ++step) {
        const std::uint64_t start = std::filesystem::file_size(folder / "disk.log");
        const Change change = makeChange(random);
        QVERIFY(change.applyTo(*overlay));
        Bytes after = before;
        change.applyTo(after);
        const std::uint64_t end = std::filesystem::file_size(folder / "disk.log");
        for (std::uint64_t size = start; size <= end; ++size) {
            copyFiles(folder, copy);
            std::filesystem::resize_file(copy / "disk.log", size);
            const Bytes now = reopened(copy);
            QVERIFY(size == end ? now == after : isEachSectorOneOf(now, before, after));
            // What was cut does not come back.
            QVERIFY(reopened(copy) == now);
        }
        before = after;
    }
}

/// A power cut: each file may be on the medium as it was at any moment since the last flush.
void TestKeptOverlay::everyMixOfFilesSinceTheLastFlushIsSafe()
{
    const test::TempFolder folder;
    const test::TempFolder copy;
    auto overlay = OverlayDevice::createKeep(makeBase(), folder.path()).value();
    Bytes durable = readAll(*overlay);
    test::PseudoRandom random(4);
    for (int round = 0; round < 6; ++round) {
        std::vector<std::array<Bytes, 2>> moments;
        std::vector<bool> isTouched(diskSize / 512 + 1, false);
        Bytes model = durable;
        for (int i = 0; i < 5; ++i) {
            moments.push_back({folder.readFile("disk.data"), folder.readFile("disk.log")});
            const Change change = makeChange(random);
            QVERIFY(change.applyTo(*overlay));
            change.applyTo(model);
            for (std::uint64_t at = change.offset; at < change.offset + change.length; ++at)
                isTouched[at / 512] = true;
        }
        moments.push_back({folder.readFile("disk.data"), folder.readFile("disk.log")});
        for (const auto& data : moments)
            for (const auto& log : moments) {
                copy.writeFile("disk.data", data[0]);
                copy.writeFile("disk.log", log[1]);
                const Bytes now = reopened(copy);
                for (std::size_t at = 0; at < diskSize; at += 512)
                    QVERIFY(isTouched[at / 512] || isSectorSame(now, durable, at));
            }
        QVERIFY(overlay->flush());
        durable = model;
        QVERIFY(readAll(*overlay) == model);
    }
}

namespace {

/// What a child process and its parent both see.
struct Shared {
    std::atomic<std::uint64_t> begun = 0;
    std::atomic<std::uint64_t> answered = 0;
};

/// Writes without end; the changes are those of makeChange with this seed.
[[noreturn]] void writeUntilKilled(const test::TempFolder& folder, Shared& shared,
                                   std::uint64_t seed)
{
    const auto overlay = OverlayDevice::openKeep(makeBase(), folder.path());
    if (!overlay)
        ::_exit(2);
    test::PseudoRandom random(seed);
    for (;;) {
        const Change change = makeChange(random);
        ++shared.begun;
        if (!change.applyTo(**overlay))
            ::_exit(3);
        ++shared.answered;
        if (random.below(16) == 0 && !(*overlay)->flush())
            ::_exit(4);
    }
}

} // namespace

void TestKeptOverlay::killedAtAnyMomentLosesNoAnsweredWrite()
{
    const test::TempFolder folder;
    QVERIFY(OverlayDevice::createKeep(makeBase(), folder.path()));
    Bytes model = readAll(*makeBase());
    void* const memory =
        ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    QVERIFY(memory != MAP_FAILED);
    test::PseudoRandom delays(5);
    for (std::uint64_t round = 0; round < 60; ++round) {
        auto* const shared = new (memory) Shared;
        const pid_t child = ::fork();
        QVERIFY(child >= 0);
        if (child == 0)
            writeUntilKilled(folder, *shared, round);
        while (shared->begun == 0)
            ::usleep(200);
        ::usleep(static_cast<useconds_t>(delays.below(4000)));
        ::kill(child, SIGKILL);
        int status = 0;
        ::waitpid(child, &status, 0);
        QVERIFY(WIFSIGNALED(status));
        test::PseudoRandom random(round);
        for (std::uint64_t i = 0; i < shared->answered; ++i) {
            makeChange(random).applyTo(model);
            (void)random.below(16);
        }
        Bytes next = model;
        if (shared->begun > shared->answered)
            makeChange(random).applyTo(next);
        const Bytes now = reopened(folder);
        QVERIFY(now == model || isEachSectorOneOf(now, model, next));
        model = now;
    }
    ::munmap(memory, sizeof(Shared));
}

void TestKeptOverlay::aLogThatCannotGrowChangesNothing()
{
    const test::TempFolder folder;
    const auto base =
        std::make_shared<MemoryDevice>(Bytes(8 * 512, std::byte{0x42}), // smaller than the log
                                       MemoryDevice::Mode::ReadOnly);
    const auto overlay = OverlayDevice::createKeep(base, folder.path()).value();
    Bytes model = readAll(*base);
    test::PseudoRandom random(6);
    while (std::filesystem::file_size(folder / "disk.log") < 16 * KiB) {
        const std::uint64_t sector = random.below(8);
        QVERIFY(overlay->trim(sector * 512, 512));
        const Bytes bytes = random.bytes(512);
        QVERIFY(overlay->write(sector * 512, bytes));
        put(model, sector * 512, bytes);
    }
    const std::uint64_t logSize = std::filesystem::file_size(folder / "disk.log");
    for (std::uint64_t room = 0; room < 44; ++room) { // a record does not fit
        const FileSizeLimit limit(logSize + room);
        const auto done = overlay->trim(room % 8 * 512, 512);
        QVERIFY(!done);
        QVERIFY(readAll(*overlay) == model);
    }
    QVERIFY(overlay->write(0, Bytes(100, std::byte{0x10}))); // needs no record
    put(model, 0, Bytes(100, std::byte{0x10}));
    QVERIFY(overlay->trim(512, 512)); // and with room it goes on
    put(model, 512, Bytes(512));
    const test::TempFolder copy;
    copyFiles(folder, copy);
    QVERIFY(readAll(*OverlayDevice::openKeep(base, copy.path()).value()) == model);
}

void TestKeptOverlay::damageBeforeASyncIsNotTakenForATornEnd()
{
    const test::TempFolder folder;
    {
        const auto overlay = OverlayDevice::createKeep(makeBase(), folder.path()).value();
        for (std::uint64_t i = 0; i < 10; ++i)
            QVERIFY(overlay->write(i * 4096, Bytes(512)));
        QVERIFY(overlay->flush());
        QVERIFY(overlay->write(100'000, Bytes(512)));
    }
    Bytes log = folder.readFile("disk.log");
    log[64 + 5 * 44 + 9] ^= std::byte{1};
    folder.writeFile("disk.log", log);
    const auto opened = OverlayDevice::openKeep(makeBase(), folder.path());
    QCOMPARE(opened.error().code, ErrorCode::BadFormat);
    QCOMPARE(opened.error().deviceOffset, std::optional<std::uint64_t>(64 + 5 * 44));
    QVERIFY(folder.readFile("disk.log") == log); // nothing was cut
}

void TestKeptOverlay::longLogIsWrittenAgain()
{
    const test::TempFolder folder;
    const auto overlay = OverlayDevice::createKeep(makeBase(), folder.path()).value();
    Bytes model = readAll(*overlay);
    std::uint64_t longest = 0;
    for (std::uint64_t i = 0; i < 150'000; ++i) {
        const std::uint64_t offset = i * 7 % 300 * 512;
        const bool isWrite = i / 300 % 2 == 0;
        const auto done = isWrite ? overlay->write(offset, Bytes(512, static_cast<std::byte>(i)))
                                  : overlay->trim(offset, 512);
        QVERIFY2(done, done ? "" : done.error().message.c_str());
        put(model, offset, isWrite ? Bytes(512, static_cast<std::byte>(i)) : Bytes(512));
        if (i % 1000 == 0)
            longest =
                std::max<std::uint64_t>(longest, std::filesystem::file_size(folder / "disk.log"));
    }
    QVERIFY(longest > MiB);
    QVERIFY(longest < 4 * MiB);
    QCOMPARE(folder.entryCount(), std::size_t{2});
    QVERIFY(readAll(*overlay) == model);
    const test::TempFolder copy;
    copyFiles(folder, copy);
    QVERIFY(reopened(copy) == model);
}

/// The old log or the new one is there, with a hidden file beside it at most.
void TestKeptOverlay::writtenAgainAtAnyMomentItReadsTheSame()
{
    const test::TempFolder folder;
    Bytes model;
    {
        const auto overlay = OverlayDevice::createKeep(makeBase(), folder.path()).value();
        QVERIFY(overlay->write(5000, Bytes(3000, std::byte{0x66})));
        model = readAll(*overlay);
    }
    folder.writeText(".fatlas-0123456789abcdef.part", "half a log");
    QVERIFY(reopened(folder) == model);
    QCOMPARE(folder.entryCount(), std::size_t{2});
}

void TestKeptOverlay::whatIsNotItsOwnIsRefused_data()
{
    QTest::addColumn<QString>("what");
    for (const char* what : {"other disk size", "log of another session", "no log", "no data",
                             "log is something else", "data was cut off", "newer version"})
        QTest::newRow(what) << what;
}

void TestKeptOverlay::whatIsNotItsOwnIsRefused()
{
    QFETCH(QString, what);
    const test::TempFolder folder;
    const test::TempFolder other;
    QVERIFY(OverlayDevice::createKeep(makeBase(), folder.path()));
    QVERIFY(OverlayDevice::createKeep(makeBase(), other.path()));
    auto base = makeBase();
    auto expected = ErrorCode::Refused;
    if (what == "other disk size") {
        base = std::make_shared<MemoryDevice>(Bytes(diskSize - 1), MemoryDevice::Mode::ReadOnly);
    } else if (what == "log of another session") {
        folder.writeFile("disk.log", other.readFile("disk.log"));
    } else if (what == "no log" || what == "no data") {
        std::filesystem::remove(folder / (what == "no log" ? "disk.log" : "disk.data"));
        expected = ErrorCode::NotFound;
    } else if (what == "log is something else") {
        folder.writeText("disk.log", std::string(5000, 'x'));
        expected = ErrorCode::BadFormat;
    } else if (what == "data was cut off") {
        std::filesystem::resize_file(folder / "disk.data", 4096);
    } else {
        Bytes log = folder.readFile("disk.log");
        log[8] = std::byte{2};
        folder.writeFile("disk.log", log);
        expected = ErrorCode::BadFormat;
    }
    const auto opened = OverlayDevice::openKeep(base, folder.path());
    QVERIFY(!opened);
    QCOMPARE(opened.error().code, expected);
    QVERIFY(!opened.error().message.empty());
}

void TestKeptOverlay::isLockedWhileItIsOpen()
{
    const test::TempFolder folder;
    auto overlay = OverlayDevice::createKeep(makeBase(), folder.path()).value();
    QCOMPARE(OverlayDevice::openKeep(makeBase(), folder.path()).error().code, ErrorCode::Refused);
    overlay.reset();
    QVERIFY(OverlayDevice::openKeep(makeBase(), folder.path()));
}

void TestKeptOverlay::fullFileSystemAnswersNoSpaceAndKeepsTheRest()
{
    const test::TempFolder mountPoint;
    if (::mount("tmpfs", mountPoint.path().c_str(), "tmpfs", 0, "size=256k") != 0)
        QSKIP("needs the right to mount a small file system");
    const auto base = std::make_shared<MemoryDevice>(test::PseudoRandom(8).bytes(4 * MiB),
                                                     MemoryDevice::Mode::ReadOnly);
    Bytes model = readAll(*base);
    {
        const auto overlay = OverlayDevice::createKeep(base, mountPoint.path()).value();
        int refused = 0;
        for (std::uint64_t i = 0; i < 4000; ++i) {
            const std::uint64_t offset = i * 1024; // a record for each
            const Bytes block(512, static_cast<std::byte>(i));
            const auto done =
                i % 8 == 0 ? overlay->write(offset, block) : overlay->trim(offset, 512);
            if (done)
                put(model, offset, i % 8 == 0 ? block : Bytes(512));
            else
                ++refused;
            QVERIFY(done || done.error().code == ErrorCode::NoSpace);
        }
        QVERIFY(refused > 0);
        QVERIFY(readAll(*overlay) == model);
    }
    QVERIFY(readAll(*OverlayDevice::openKeep(base, mountPoint.path()).value()) == model);
    ::umount2(mountPoint.path().c_str(), MNT_DETACH);
}

QTEST_GUILESS_MAIN(TestKeptOverlay)
#include "tst_kept_overlay.moc"
