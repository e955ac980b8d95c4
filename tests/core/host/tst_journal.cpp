#include "core/base/call_hook.hpp"
#include "core/host/journal.hpp"
#include "core/host/journal_reader.hpp"

#include "tests/support/temp_folder.hpp"

#include <QtTest>

#include <algorithm>
#include <cerrno>
#include <filesystem>

using namespace fatlas;
using namespace fatlas::host;
using fatlas::test::TempFolder;

class TestJournal : public QObject {
    Q_OBJECT

private slots:
    void givesBackWhatWasWritten();
    void cutsAnEndThatWasTornOff();
    void refusesDamageBeforeTheLastSync();
    void refusesWhatIsNoJournal_data();
    void refusesWhatIsNoJournal();
    void refusesRecordsThatCannotBe();
    void writesAgainWhatASyncMayHaveLost();
    void putsARecordThatFailedInFrontOfTheNext();
    void limitsWhatOneRecordHolds();
};

namespace {

using Records = std::vector<JournalRecord>;

Begun someChange(const std::string& path)
{
    Begun begun;
    begun.kind = ChangeKind::WriteInPlace;
    begun.inPlace = true;
    begun.path = path;
    begun.before = {.device = 1, .inode = 2, .size = 3, .modifiedNs = -4, .changedNs = 5};
    begun.saved = "b0000000000000001";
    begun.newSize = 77;
    begun.ranges = {{.offset = 1, .length = 2, .at = 3}};
    begun.note = {std::byte{9}};
    return begun;
}

struct Reopened {
    std::unique_ptr<Journal> journal;
    Records records;
};

Result<Reopened> openJournal(const std::filesystem::path& path)
{
    Reopened opened;
    FATLAS_ASSIGN(opened.journal,
                  Journal::open(path, [&](std::uint64_t number, JournalRecord record) -> Result<> {
                      if (number != opened.records.size() + 1)
                          return fail(ErrorCode::BadFormat, "numbers are not in order");
                      opened.records.push_back(std::move(record));
                      return {};
                  }));
    return opened;
}

Reopened makeJournal(const std::filesystem::path& path)
{
    if (!Journal::create(path, {.session = 0x1234, .device = 5, .inode = 6}))
        qFatal("cannot make a journal");
    auto opened = openJournal(path);
    if (!opened)
        qFatal("%s", opened.error().message.c_str());
    return std::move(*opened);
}

int failingCalls = 0;

CallFault failWrites(Call call) noexcept
{
    if (call != Call::Write || failingCalls == 0)
        return {};
    --failingCalls;
    return {.error = ENOSPC};
}

CallFault failSyncs(Call call) noexcept
{
    if (call != Call::Sync || failingCalls == 0)
        return {};
    --failingCalls;
    return {.error = EIO};
}

class Hooked {
public:
    Hooked(CallHook hook, int count)
    {
        failingCalls = count;
        callHook = hook;
    }

    Hooked(const Hooked&) = delete;
    Hooked& operator=(const Hooked&) = delete;

    ~Hooked() { callHook = nullptr; }
};

} // namespace

void TestJournal::givesBackWhatWasWritten()
{
    const TempFolder folder;
    const auto path = folder / "journal";
    {
        const Reopened made = makeJournal(path);
        QVERIFY(made.records.empty());
        QCOMPARE(made.journal->identity().session, 0x1234U);
        QCOMPARE(*made.journal->append(someChange("a/b")), 1U);
        Ended ended{.begun = 1, .made = true};
        ended.result.identity.inode = 12;
        ended.keptPath = "kept";
        QCOMPARE(*made.journal->append(ended), 2U);
        QCOMPARE(*made.journal->append(Opened{.boot = "boot"}), 3U);
        QCOMPARE(*made.journal->append(Flushed{}), 4U);
        QVERIFY(made.journal->sync(4));
        QCOMPARE(*made.journal->append(Finished{}), 5U);
    }
    const auto again = openJournal(path);
    QVERIFY(again);
    QCOMPARE(again->records.size(), 5U);
    const auto& begun = std::get<Begun>(again->records[0]);
    QCOMPARE(begun.path, std::string("a/b"));
    QCOMPARE(begun.before, someChange("").before);
    QCOMPARE(begun.ranges.size(), 1U);
    QCOMPARE(begun.ranges[0].at, 3U);
    QCOMPARE(begun.note, Bytes{std::byte{9}});
    const auto& ended = std::get<Ended>(again->records[1]);
    QVERIFY(ended.made);
    QCOMPARE(ended.result.identity.inode, 12U);
    QCOMPARE(ended.keptPath, std::string("kept"));
    QCOMPARE(std::get<Opened>(again->records[2]).boot, std::string("boot"));
    QVERIFY(std::holds_alternative<Flushed>(again->records[3]));
    QVERIFY(std::holds_alternative<Finished>(again->records[4]));
    QCOMPARE(again->journal->identity().inode, 6U);
}

void TestJournal::cutsAnEndThatWasTornOff()
{
    const TempFolder folder;
    const auto path = folder / "journal";
    std::uintmax_t whole = 0;
    {
        const Reopened made = makeJournal(path);
        QVERIFY(made.journal->append(someChange("first")));
        QVERIFY(made.journal->sync(1));
        whole = std::filesystem::file_size(path);
        QVERIFY(made.journal->append(someChange("second")));
    }
    const Bytes bytes = folder.readFile("journal");
    for (std::size_t size = whole; size < bytes.size(); size += 7) {
        std::filesystem::remove(path);
        folder.writeFile("journal", ByteView(bytes).first(size));
        {
            const auto torn = openJournal(path);
            QVERIFY(torn);
            QCOMPARE(torn->records.size(), 1U);
            QCOMPARE(std::filesystem::file_size(path), whole);
            QCOMPARE(*torn->journal->append(someChange("another")), 2U);
        }
        QCOMPARE(openJournal(path)->records.size(), 2U);
    }
}

void TestJournal::refusesDamageBeforeTheLastSync()
{
    const TempFolder folder;
    const auto path = folder / "journal";
    std::uintmax_t first = 0;
    {
        const Reopened made = makeJournal(path);
        first = std::filesystem::file_size(path);
        QVERIFY(made.journal->append(someChange("first")));
        QVERIFY(made.journal->sync(1));
        QVERIFY(made.journal->append(someChange("second")));
    }
    Bytes bytes = folder.readFile("journal");
    bytes[first + 50] ^= std::byte{1};
    folder.writeFile("journal", bytes);
    const auto refused = openJournal(path);
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::BadFormat);
    QCOMPARE(refused.error().deviceOffset, std::optional<std::uint64_t>(first));
    QCOMPARE(folder.readFile("journal"), bytes);
}

void TestJournal::refusesWhatIsNoJournal_data()
{
    QTest::addColumn<int>("at");
    QTest::addColumn<ErrorCode>("code");
    QTest::newRow("magic") << 0 << ErrorCode::BadFormat;
    QTest::newRow("version") << 8 << ErrorCode::BadFormat; // the checksum covers it
    QTest::newRow("checksum") << 60 << ErrorCode::BadFormat;
    QTest::newRow("cut off") << -1 << ErrorCode::BadFormat;
}

void TestJournal::refusesWhatIsNoJournal()
{
    QFETCH(int, at);
    QFETCH(ErrorCode, code);
    const TempFolder folder;
    (void)makeJournal(folder / "journal");
    Bytes bytes = folder.readFile("journal");
    if (at < 0)
        bytes.resize(63);
    else
        bytes[static_cast<std::size_t>(at)] ^= std::byte{1};
    folder.writeFile("journal", bytes);
    const auto refused = openJournal(folder / "journal");
    QVERIFY(!refused);
    QVERIFY(refused.error().code == code);
}

void TestJournal::refusesRecordsThatCannotBe()
{
    const Bytes good = encode(someChange("a"));
    QVERIFY(decodeJournalRecord(good));
    for (std::size_t size = 0; size < good.size(); ++size)
        QVERIFY(!decodeJournalRecord(ByteView(good).first(size)));
    Bytes longer = good;
    longer.push_back({});
    QVERIFY(!decodeJournalRecord(longer));
    Bytes huge = good;
    huge[8] = std::byte{0xFF}; // the kind of change
    QVERIFY(!decodeJournalRecord(huge));
}

void TestJournal::writesAgainWhatASyncMayHaveLost()
{
    const TempFolder folder;
    const auto path = folder / "journal";
    {
        const Reopened made = makeJournal(path);
        QVERIFY(made.journal->append(someChange("first")));
        {
            const Hooked hooked(failSyncs, 1);
            QVERIFY(!made.journal->sync(1));
        }
        // As if the system had forgotten what it could not write.
        Bytes bytes = folder.readFile("journal");
        std::ranges::fill(std::span(bytes).subspan(sizeof(JournalHeaderRaw)), std::byte{0});
        folder.writeFile("lost", bytes);
        std::filesystem::copy_file(folder / "lost", path,
                                   std::filesystem::copy_options::overwrite_existing);
        QVERIFY(made.journal->sync(1));
    }
    QCOMPARE(openJournal(path)->records.size(), 1U);
}

void TestJournal::putsARecordThatFailedInFrontOfTheNext()
{
    const TempFolder folder;
    const auto path = folder / "journal";
    {
        const Reopened made = makeJournal(path);
        QVERIFY(made.journal->append(someChange("first")));
        {
            const Hooked hooked(failWrites, 2);
            made.journal->appendSoon(Ended{.begun = 1});
            const auto full = made.journal->append(someChange("second"));
            QVERIFY(!full);
            QCOMPARE(full.error().code, ErrorCode::NoSpace);
        }
        QVERIFY(made.journal->append(someChange("second")));
    }
    const auto again = openJournal(path);
    QVERIFY(again);
    QCOMPARE(again->records.size(), 3U);
    QCOMPARE(std::get<Ended>(again->records[1]).begun, 1U);
    QCOMPARE(std::get<Begun>(again->records[2]).path, std::string("second"));
}

void TestJournal::limitsWhatOneRecordHolds()
{
    const TempFolder folder;
    const Reopened made = makeJournal(folder / "journal");
    Begun begun = someChange("a");
    begun.note.resize(maxJournalPayload);
    const auto refused = made.journal->append(begun);
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::Limit);
    QVERIFY(made.journal->append(someChange("b")));
}

QTEST_GUILESS_MAIN(TestJournal)
#include "tst_journal.moc"
