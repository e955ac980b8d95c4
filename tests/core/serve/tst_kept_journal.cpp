#include "core/block/sector_log_reader.hpp"

#include "tests/core/serve/journal_fixture.hpp"

#include <QtTest>

#include <filesystem>
#include <string>

using namespace fatlas;
using namespace fatlas::serve;
using fatlas::test::diskSize;
using fatlas::test::readAll;
using fatlas::test::States;
using Fixture = fatlas::test::JournalFixture;

class TestKeptJournal : public QObject {
    Q_OBJECT

private slots:
    void aKeptTimelineGoesOnWhereItEnded();
    void aLogCutAtAnyByteIsReadUpToThere();
    void oldBytesCutAtAnyByteAreReadUpToThere();
    void damageInTheMiddleIsNotBelieved();
    void damagedOldBytesAreNotShown();
    void aMissingSegmentEndsThePast();
    void afterAPowerCutItBeginsAnew();
    void anotherDiskBesideItBeginsAnew();
};

namespace {

Bytes readBytes(const std::filesystem::path& path)
{
    return readWholeFile(path, GiB).value();
}

void writeBytes(const std::filesystem::path& path, ByteView bytes)
{
    std::filesystem::resize_file(path, 0);
    File file = File::open(path, File::Access::ReadWrite).value();
    file.writeAt(0, bytes).value();
}

/// A journal as a killed process left it, in front of the disk as it was at some moment.
struct Killed {
    explicit Killed(const Fixture& from) : below(from.below)
    {
        std::filesystem::copy(from.folder / "timeline", folder / "timeline");
    }

    [[nodiscard]] std::filesystem::path log(int number = 1) const
    {
        return folder / ("timeline/000000000" + std::to_string(number) + ".log");
    }

    [[nodiscard]] std::filesystem::path data(int number = 1) const
    {
        return folder / ("timeline/000000000" + std::to_string(number) + ".data");
    }

    [[nodiscard]] std::shared_ptr<WriteJournal> open(const Bytes& now) const
    {
        const auto disk =
            std::make_shared<block::MemoryDevice>(now, block::MemoryDevice::Mode::ReadOnly);
        const auto overlay = block::OverlayDevice::createScratch(disk, folder.path()).value();
        return WriteJournal::openKept({.overlay = overlay, .below = below}, folder.path()).value();
    }

    test::TempFolder folder;
    std::shared_ptr<const block::BlockDevice> below;
};

bool agrees(const WriteJournal& journal, const States& states, std::uint64_t newest)
{
    const JournalSpan span = journal.span();
    if (span.oldest != 0 || span.newest != newest)
        return false;
    for (std::uint64_t moment = 0; moment <= newest; ++moment) {
        const auto then = journal.moment(moment);
        if (!then || readAll(**then) != states[moment])
            return false;
    }
    return true;
}

/// How many writes of a log have all their records in its first bytes.
std::uint64_t writesWithin(const Bytes& log, std::uint64_t size)
{
    std::uint64_t count = 0;
    for (std::uint64_t at = sizeof(JournalHeaderRaw); at + sizeof(JournalRecordRaw) <= size;
         at += sizeof(JournalRecordRaw))
        count += load<JournalRecordRaw>(log, at).value().isLast;
    return count;
}

} // namespace

void TestKeptJournal::aKeptTimelineGoesOnWhereItEnded()
{
    Fixture disk({.bytes = GiB, .records = 16 * 200});
    for (int run = 0; run < 4; ++run) {
        disk.openKept();
        QVERIFY(!disk.journal->loss());
        QVERIFY(disk.isAllRight());
        disk.random(40);
        QVERIFY(disk.isAllRight());
        disk.close();
    }
    disk.openKept();
    QCOMPARE(disk.journal->span().oldest, std::uint64_t{0});
    QCOMPARE(disk.journal->span().newest, std::uint64_t{160});
    QVERIFY(disk.isAllRight());
    QCOMPARE(disk.journal->index().write(1)->client, 7U);
}

void TestKeptJournal::aLogCutAtAnyByteIsReadUpToThere()
{
    Fixture disk;
    disk.openKept();
    disk.random(12);
    const Killed killed(disk); // before it ended
    const Bytes log = readBytes(killed.log());
    // Every place within a record, and every record.
    for (std::size_t size = 0; size <= log.size(); size += size < 100 ? 1 : 7) {
        const Killed cut(disk);
        std::filesystem::resize_file(cut.log(), size);
        const std::uint64_t left = writesWithin(log, size);
        const auto journal = cut.open(disk.states[left]);
        if (left == 0)
            QCOMPARE(journal->span().newest, std::uint64_t{0});
        else
            QVERIFY2(agrees(*journal, disk.states, left), qPrintable(QString::number(size)));
    }
}

void TestKeptJournal::oldBytesCutAtAnyByteAreReadUpToThere()
{
    Fixture disk;
    disk.openKept();
    disk.write(0, Bytes(diskSize, std::byte{1}));
    for (std::uint64_t i = 0; i < 6; ++i)
        disk.write(i * 1024, Bytes(512, std::byte(i)));
    for (std::uint64_t size = 0; size <= 6 * 512; size += 64) {
        const Killed cut(disk);
        std::filesystem::resize_file(cut.data(), size);
        // The log is cut there too: records come after the bytes.
        const std::uint64_t left = 1 + size / 512;
        std::filesystem::resize_file(cut.log(),
                                     sizeof(JournalHeaderRaw) + left * sizeof(JournalRecordRaw));
        QVERIFY2(agrees(*cut.open(disk.states[left]), disk.states, left),
                 qPrintable(QString::number(size)));
    }
    const Killed lost(disk); // records whose bytes are missing are none
    std::filesystem::resize_file(lost.data(), 3 * 512);
    QVERIFY(lost.open(disk.states.back())->loss());
    QCOMPARE(lost.open(disk.states.back())->span().newest, std::uint64_t{0});
}

void TestKeptJournal::damageInTheMiddleIsNotBelieved()
{
    Fixture disk;
    disk.openKept();
    disk.random(25);
    const Killed killed(disk);
    Bytes log = readBytes(killed.log());
    log[sizeof(JournalHeaderRaw) + 3 * sizeof(JournalRecordRaw) + 8] ^= std::byte{1};
    writeBytes(killed.log(), log);
    const auto journal = killed.open(disk.states.back());
    QVERIFY(journal->loss());
    QVERIFY(journal->loss()->error.message.find("damaged") != std::string::npos);
    QCOMPARE(journal->span().newest, std::uint64_t{0});
    QVERIFY(!std::filesystem::exists(killed.log()));
}

void TestKeptJournal::damagedOldBytesAreNotShown()
{
    Fixture disk;
    disk.openKept();
    disk.write(0, Bytes(1024, std::byte{1}));
    disk.write(0, Bytes(512, std::byte{2}));
    disk.write(512, Bytes(512, std::byte{3}));
    const Killed killed(disk);
    Bytes data = readBytes(killed.data());
    data[5] ^= std::byte{1}; // of what write 2 found
    writeBytes(killed.data(), data);
    const auto journal = killed.open(disk.states.back());
    Bytes bytes(512);
    QCOMPARE(journal->moment(1).value()->read(0, bytes).error().code, ErrorCode::BadFormat);
    QVERIFY(journal->moment(1).value()->read(512, bytes));
    QVERIFY(readAll(*journal->moment(2).value()) == disk.states[2]);
}

void TestKeptJournal::aMissingSegmentEndsThePast()
{
    Fixture disk({.bytes = GiB, .records = 16 * 6});
    disk.openKept();
    for (std::uint64_t i = 0; i < 20; ++i)
        disk.write(i * 512, Bytes(512, std::byte(i)));
    const Killed killed(disk); // six records a segment
    QVERIFY(std::filesystem::remove(killed.log(2)));
    const auto journal = killed.open(disk.states.back());
    QVERIFY(journal->loss());
    QCOMPARE(journal->span().oldest, std::uint64_t{12});
    QCOMPARE(journal->span().newest, std::uint64_t{20});
    for (std::uint64_t moment = 12; moment <= 20; ++moment)
        QVERIFY(readAll(*journal->moment(moment).value()) == disk.states[moment]);
    QVERIFY(!std::filesystem::exists(killed.log(1)));
}

void TestKeptJournal::afterAPowerCutItBeginsAnew()
{
    Fixture disk;
    disk.openKept();
    disk.random(10);
    const Killed killed(disk);
    Bytes log = readBytes(killed.log());
    auto header = load<JournalHeaderRaw>(log).value();
    header.boot[0] ^= std::byte{1}; // another run of the machine
    header.checksum.set(block::checksumOf(header));
    store(log, 0, header);
    writeBytes(killed.log(), log);
    const auto journal = killed.open(disk.states.back());
    QVERIFY(journal->loss());
    QCOMPARE(journal->span().newest, std::uint64_t{0});
    disk.close(); // in order: then it may be another run
    const auto path = disk.folder / "timeline/0000000001.log";
    writeBytes(path, log);
    disk.openKept();
    QVERIFY(!disk.journal->loss());
    QVERIFY(disk.isAllRight());
}

void TestKeptJournal::anotherDiskBesideItBeginsAnew()
{
    Fixture disk;
    disk.openKept();
    disk.random(10);
    disk.close();
    Bytes log = readBytes(disk.folder / "timeline/0000000001.log");
    auto header = load<JournalHeaderRaw>(log).value();
    header.boot[0] ^= std::byte{1};
    header.checksum.set(block::checksumOf(header));
    store(log, 0, header);
    writeBytes(disk.folder / "timeline/0000000001.log", log);
    std::filesystem::last_write_time(disk.folder / "disk.data",
                                     std::filesystem::file_time_type::clock::now());
    disk.openKept();
    QVERIFY(disk.journal->loss());
    QCOMPARE(disk.journal->span().newest, std::uint64_t{0});
}

QTEST_GUILESS_MAIN(TestKeptJournal)
#include "tst_kept_journal.moc"
