#include "core/base/units.hpp"
#include "core/serve/session.hpp"

#include "tests/support/pseudo_random.hpp"
#include "tests/support/temp_folder.hpp"

#include <QtTest>

#include <algorithm>
#include <mutex>

using namespace fatlas;
using namespace fatlas::serve;

class TestSession : public QObject {
    Q_OBJECT

private slots:
    void servesAFolderReadOnly();
    void scratchIsForgotten();
    void savesAMomentOfAScratchDisk();
    void binsOfTheTapAreClusters();
    void servesAnImage();

    void keptWritesAreThereNextTime();
    void keptDiskStaysWhenTheFolderChanges();
    void keptDiskOfAChangedImageIsRefused();
    void keepRefusesWhatIsNotItsOwn();
    void keepRefusesAPlaceInTheFolder();
    void keepIsMadeWholeOrNotAtAll();

    void aTimelineIsThereOnlyWhereItIsAskedFor();
    void aMomentIsSavedAsAnImage();
    void theTimelineOfAKeptDiskGoesOn();
    void aKeptDiskServedWithoutItsTimelineLosesIt();

    void publishMakesANewDiskAndKeepsTheOld();
    void publishIsRefusedWhereNothingCouldCome();
    void changesAreToldAndPublishedByThemselves_data();
    void changesAreToldAndPublishedByThemselves();
    void generationsAreBounded();
    void everyGenerationHasItsOwnSerial();
    void comparesWhatIsOnTheDisk();
};

namespace {

using namespace std::chrono_literals;

constexpr auto patience = 60'000; // ms; only as long as it takes

void fill(const test::TempFolder& folder)
{
    folder.writePattern("A.TXT", 5000, 1);
    folder.writePattern("sub/B.BIN", 70'000, 2);
    folder.writePattern("sub/C.BIN", 3000, 3);
}

Bytes readAll(const block::BlockDevice& device)
{
    Bytes bytes(device.size());
    device.read(0, bytes).value();
    return bytes;
}

/// Where the first bytes of a file lie on the disk.
std::uint64_t placeOf(const Generation& made, const std::string& path)
{
    const auto& plan = *made.plan;
    for (std::uint32_t i = 0; i < plan.entries.size(); ++i)
        if (plan.path(i) == path)
            return plan.layout.volumeOffset +
                   plan.geometry().clusterOffset(plan.entries[i].firstCluster);
    qFatal("no such file on the disk");
    return 0;
}

SessionOptions with(Mode mode, const std::filesystem::path& keep = {})
{
    SessionOptions options;
    options.mode = mode;
    options.keep = keep;
    options.name = "disk";
    options.quiet = 50ms;
    options.publish = Publish::Never;
    return options;
}

std::unique_ptr<Session> mustOpen(const test::TempFolder& folder, const SessionOptions& options,
                                  SessionEvents events = {})
{
    auto session = Session::open(folder.path().native(), options, std::move(events));
    if (!session)
        qFatal("%s", session.error().message.c_str());
    return std::move(*session);
}

} // namespace

void TestSession::servesAFolderReadOnly()
{
    const test::TempFolder folder;
    fill(folder);
    const auto session = mustOpen(folder, with(Mode::ReadOnly));
    const auto all = session->generations();
    QCOMPARE(all.size(), std::size_t{1});
    QCOMPARE(all[0].name, std::string("disk"));
    QVERIFY(all[0].isReadOnly && all[0].allowsManyConnections && all[0].plan);
    QCOMPARE(all[0].device->write(0, Bytes(1)).error().code, ErrorCode::ReadOnly);
    Bytes bytes(5000);
    QVERIFY(all[0].device->read(placeOf(all[0], "/A.TXT"), bytes));
    QVERIFY(bytes == folder.readFile("A.TXT"));
    QCOMPARE(session->changedBytes(1), std::uint64_t{0});
}

void TestSession::scratchIsForgotten()
{
    const test::TempFolder folder;
    fill(folder);
    Bytes before;
    {
        const auto session = mustOpen(folder, with(Mode::Scratch));
        const Generation made = session->generations().front();
        before = readAll(*made.device);
        QVERIFY(!made.isReadOnly);
        QVERIFY(made.device->write(placeOf(made, "/A.TXT"), Bytes(512, std::byte{0xEE})));
        QCOMPARE(session->changedBytes(1), std::uint64_t{512});
    }
    const auto session = mustOpen(folder, with(Mode::Scratch));
    QVERIFY(readAll(*session->generations().front().device) == before);
}

void TestSession::savesAMomentOfAScratchDisk()
{
    const test::TempFolder folder;
    const test::TempFolder out;
    fill(folder);
    const auto session = mustOpen(folder, with(Mode::Scratch));
    const auto device = session->generations().front().device;
    QVERIFY(device->write(100'000, Bytes(3000, std::byte{0xDD})));
    const Bytes moment = readAll(*device);
    QVERIFY(session->save(1, out / "moment.img", convert::Replace::No));
    QVERIFY(out.readFile("moment.img") == moment);
    QCOMPARE(session->save(1, out / "moment.img", convert::Replace::No).error().code,
             ErrorCode::Refused);
    QVERIFY(device->write(0, Bytes(512)));
    QVERIFY(session->save(1, out / "moment.img", convert::Replace::Yes));
    QVERIFY(out.readFile("moment.img") == readAll(*device));
    QCOMPARE(session->save(7, out / "x.img", convert::Replace::No).error().code,
             ErrorCode::NotFound);
}

void TestSession::binsOfTheTapAreClusters()
{
    const test::TempFolder folder;
    fill(folder);
    SessionOptions options = with(Mode::ReadOnly);
    options.open.folder.partition = folder_disk::PartitionScheme::Mbr;
    options.open.folder.size = 64 * MiB;
    const auto session = mustOpen(folder, options);
    const Generation made = session->generations().front();
    const std::uint64_t place = placeOf(made, "/A.TXT");
    const std::size_t bin = made.tap->binAt(place);
    QCOMPARE(made.tap->binSize(), std::uint64_t{made.plan->geometry().clusterSize()});
    QCOMPARE(made.tap->binOffset(bin), place);
}

void TestSession::servesAnImage()
{
    const test::TempFolder folder;
    const test::TempFolder out;
    fill(folder);
    QVERIFY(mustOpen(folder, with(Mode::ReadOnly))->save(1, out / "a.img", convert::Replace::No));
    const auto session = Session::open((out / "a.img").native(), with(Mode::Scratch)).value();
    const Generation made = session->generations().front();
    QVERIFY(!made.plan);
    QVERIFY(readAll(*made.device) == out.readFile("a.img"));
    QVERIFY(made.device->write(0, Bytes(1000, std::byte{9})));
    QVERIFY(out.readFile("a.img")[0] != std::byte{9});
    QCOMPARE(session->publish().error().code, ErrorCode::Refused);
}

void TestSession::keptWritesAreThereNextTime()
{
    const test::TempFolder folder;
    const test::TempFolder place;
    fill(folder);
    SessionOptions options = with(Mode::Keep, place / "kept");
    options.open.folder.label = "KEEP ME";
    Bytes model;
    {
        const auto session = mustOpen(folder, options);
        const auto device = session->generations().front().device;
        QVERIFY(device->write(200'000, Bytes(5000, std::byte{0xCC})));
        QVERIFY(device->trim(4096, 4096));
        model = readAll(*device);
        QVERIFY(session->findings().empty());
    }
    options.open.folder = {}; // the session knows them
    for (int round = 0; round < 2; ++round) {
        const auto session = mustOpen(folder, options);
        QVERIFY(readAll(*session->generations().front().device) == model);
        QVERIFY(session->findings().empty());
    }
}

void TestSession::keptDiskStaysWhenTheFolderChanges()
{
    const test::TempFolder folder;
    const test::TempFolder place;
    fill(folder);
    const SessionOptions options = with(Mode::Keep, place / "kept");
    Bytes model;
    {
        const auto session = mustOpen(folder, options);
        const Generation made = session->generations().front();
        QVERIFY(made.device->write(placeOf(made, "/sub/B.BIN"), Bytes(512, std::byte{0xBB})));
        model = readAll(*made.device);
    }
    folder.writePattern("sub/B.BIN", 70'000, 99);
    std::filesystem::remove(folder / "sub/C.BIN");
    folder.writeText("NEW.TXT", "new");
    const auto session = mustOpen(folder, options);
    const Generation made = session->generations().front();
    Bytes bytes(5000);
    QVERIFY(made.device->read(placeOf(made, "/A.TXT"), bytes));
    QVERIFY(bytes == folder.readFile("A.TXT"));
    // What the guest wrote itself is there; the rest of that file is held, not mixed.
    const std::uint64_t changed = placeOf(made, "/sub/B.BIN");
    Bytes sector(512);
    QVERIFY(made.device->read(changed, sector));
    QVERIFY(sector == Bytes(512, std::byte{0xBB}));
    QCOMPARE(made.device->read(changed + 512, sector).error().code, ErrorCode::Changed);
    QVERIFY(!made.device->read(placeOf(made, "/sub/C.BIN"), sector));
    Bytes start(placeOf(made, "/A.TXT"));
    QVERIFY(made.device->read(0, start));
    QVERIFY(std::equal(start.begin(), start.end(), model.begin()));
    const auto findings = session->findings();
    const auto about = [&](const char* path) {
        return std::ranges::find(findings, path, &Finding::path) != findings.end();
    };
    QVERIFY(about("sub/B.BIN") && about("sub/C.BIN") && about("NEW.TXT") && !about("A.TXT"));
    QCOMPARE(session->publish().error().code, ErrorCode::Refused);
}

void TestSession::keptDiskOfAChangedImageIsRefused()
{
    const test::TempFolder place;
    const test::TempFolder folder;
    fill(folder);
    QVERIFY(mustOpen(folder, with(Mode::ReadOnly))->save(1, place / "a.img", convert::Replace::No));
    const std::string image = (place / "a.img").native();
    const SessionOptions options = with(Mode::Keep, place / "kept");
    QVERIFY(Session::open(image, options));
    QVERIFY(Session::open(image, options));
    Bytes bytes = place.readFile("a.img");
    bytes[600] ^= std::byte{1};
    place.writeFile("a.img", bytes);
    QCOMPARE(Session::open(image, options).error().code, ErrorCode::Changed);
}

void TestSession::keepRefusesWhatIsNotItsOwn()
{
    const test::TempFolder folder;
    const test::TempFolder other;
    const test::TempFolder place;
    fill(folder);
    fill(other);
    const SessionOptions options = with(Mode::Keep, place / "kept");
    const auto first = mustOpen(folder, options);
    const auto refused = [&](const std::string& source, const SessionOptions& wish) {
        const auto session = Session::open(source, wish);
        return !session && session.error().code == ErrorCode::Refused &&
               !session.error().message.empty();
    };
    QVERIFY(refused(folder.path().native(), options)); // in use
    QVERIFY(refused(other.path().native(), options));
    SessionOptions labelled = options;
    labelled.open.folder.label = "ANOTHER";
    QVERIFY(refused(folder.path().native(), labelled));
    place.writeText("file", "");
    place.makeFolder("empty");
    QVERIFY(refused(folder.path().native(), with(Mode::Keep, place / "file")));
    QVERIFY(refused(folder.path().native(), with(Mode::Keep, place / "empty")));
}

void TestSession::keepRefusesAPlaceInTheFolder()
{
    const test::TempFolder folder;
    fill(folder);
    const auto session =
        Session::open(folder.path().native(), with(Mode::Keep, folder / "sub/kept"));
    QCOMPARE(session.error().code, ErrorCode::Refused);
    QCOMPARE(folder.entryCount(), std::size_t{2});
}

void TestSession::keepIsMadeWholeOrNotAtAll()
{
    const test::TempFolder folder;
    const test::TempFolder place;
    fill(folder);
    QVERIFY(!Session::open((folder / "nowhere").native(), with(Mode::Keep, place / "kept")));
    QCOMPARE(place.entryCount(), std::size_t{0});
    QVERIFY(!Session::open(folder.path().native(), with(Mode::Keep, place / "no/such/kept")));
    QVERIFY(mustOpen(folder, with(Mode::Keep, place / "kept")));
    QCOMPARE(place.entryCount(), std::size_t{1});
}

void TestSession::aTimelineIsThereOnlyWhereItIsAskedFor()
{
    const test::TempFolder folder;
    fill(folder);
    QVERIFY(!mustOpen(folder, with(Mode::Scratch))->generations().front().journal);
    auto options = with(Mode::ReadOnly);
    options.timelineBytes = 1'000'000;
    QVERIFY(!mustOpen(folder, options)->generations().front().journal);
    options.mode = Mode::Scratch;
    const auto session = mustOpen(folder, options);
    const Generation made = session->generations().front();
    QVERIFY(made.journal != nullptr);
    QVERIFY(made.device->write(0, Bytes(512)));
    QCOMPARE(made.journal->span().newest, std::uint64_t{1});
    folder.writeText("NEW.TXT", "new");
    const auto next = session->publish();
    QVERIFY(next && next->journal && next->journal != made.journal);
}

void TestSession::aMomentIsSavedAsAnImage()
{
    const test::TempFolder folder;
    const test::TempFolder out;
    fill(folder);
    auto options = with(Mode::Scratch);
    options.timelineBytes = 100'000'000;
    const auto session = mustOpen(folder, options);
    const Generation made = session->generations().front();
    std::vector<Bytes> moments{readAll(*made.device)};
    for (int i = 1; i <= 3; ++i) {
        QVERIFY(made.device->write(placeOf(made, "/A.TXT"), Bytes(700, std::byte(i))));
        moments.push_back(readAll(*made.device));
    }
    for (std::uint64_t i = 0; i <= 3; ++i) {
        QVERIFY(session->saveMoment({.moment = i}, out / "m.img", convert::Replace::Yes));
        QVERIFY(out.readFile("m.img") == moments[i]);
    }
    const auto codeOf = [&](SavedMoment which, convert::Replace replace) {
        return session->saveMoment(which, out / "m.img", replace).error().code;
    };
    QCOMPARE(codeOf({.moment = 1}, convert::Replace::No), ErrorCode::Refused);
    QCOMPARE(codeOf({.moment = 4}, convert::Replace::Yes), ErrorCode::OutOfRange);
    QCOMPARE(codeOf({.generation = 2}, convert::Replace::Yes), ErrorCode::NotFound);
    QVERIFY(out.readFile("m.img") == moments[3]);
}

void TestSession::theTimelineOfAKeptDiskGoesOn()
{
    const test::TempFolder folder;
    const test::TempFolder out;
    fill(folder);
    auto options = with(Mode::Keep, out / "kept");
    options.timelineBytes = 100'000'000;
    Bytes first;
    for (std::uint64_t run = 0; run < 3; ++run) {
        const auto session = mustOpen(folder, options);
        const Generation made = session->generations().front();
        QCOMPARE(made.journal->span().newest, run);
        if (run == 0)
            first = readAll(*made.device);
        QVERIFY(readAll(*made.journal->moment(0).value()) == first);
        QVERIFY(made.device->write(0, Bytes(512, std::byte(run + 1))));
        QVERIFY(session->findings().empty());
    }
}

void TestSession::aKeptDiskServedWithoutItsTimelineLosesIt()
{
    const test::TempFolder folder;
    const test::TempFolder out;
    fill(folder);
    auto options = with(Mode::Keep, out / "kept");
    for (const std::uint64_t bytes : {1'000'000, 0, 1'000'000}) {
        options.timelineBytes = bytes;
        const auto session = mustOpen(folder, options);
        const Generation made = session->generations().front();
        QCOMPARE(made.journal != nullptr, bytes != 0);
        if (made.journal)
            QCOMPARE(made.journal->span().newest, std::uint64_t{0});
        QVERIFY(made.device->write(0, Bytes(512, std::byte{1})));
    }
}

void TestSession::publishMakesANewDiskAndKeepsTheOld()
{
    const test::TempFolder folder;
    fill(folder);
    std::vector<std::string> published;
    const auto session =
        mustOpen(folder, with(Mode::ReadOnly),
                 {.onHostChanges = {},
                  .onPublished = [&](const Generation& made) { published.push_back(made.name); },
                  .onRetired = {},
                  .onProblem = {}});
    const Generation old = session->generations().front();
    const Bytes content = folder.readFile("A.TXT");
    folder.writePattern("sub/B.BIN", 70'000, 99);
    const Generation made = session->publish().value();
    QCOMPARE(made.name, std::string("disk@2"));
    QCOMPARE(made.number, 2U);
    QVERIFY(published == std::vector<std::string>{"disk@2"});
    QVERIFY(made.plan->boot.serial != old.plan->boot.serial);
    Bytes bytes(5000);
    QVERIFY(old.device->read(placeOf(old, "/A.TXT"), bytes)); // not changed: still there
    QVERIFY(bytes == content);
    QCOMPARE(old.device->read(placeOf(old, "/sub/B.BIN"), bytes).error().code, ErrorCode::Changed);
    QVERIFY(made.device->read(placeOf(made, "/sub/B.BIN"), bytes));
    const Bytes now = folder.readFile("sub/B.BIN");
    QVERIFY(std::equal(bytes.begin(), bytes.end(), now.begin()));
}

void TestSession::publishIsRefusedWhereNothingCouldCome()
{
    const test::TempFolder folder;
    const test::TempFolder place;
    fill(folder);
    const auto session = mustOpen(folder, with(Mode::ReadOnly));
    QCOMPARE(session->publish().error().code, ErrorCode::Refused);
    QCOMPARE(session->generations().size(), std::size_t{1});
    const auto kept = mustOpen(folder, with(Mode::Keep, place / "kept"));
    folder.writeText("NEW.TXT", "new");
    QCOMPARE(kept->publish().error().code, ErrorCode::Refused);
    QVERIFY(session->publish());
}

void TestSession::changesAreToldAndPublishedByThemselves_data()
{
    QTest::addColumn<int>("mode");
    QTest::addColumn<bool>("isAuto");
    QTest::newRow("read-only, ask") << int(Mode::ReadOnly) << false;
    QTest::newRow("read-only, auto") << int(Mode::ReadOnly) << true;
    QTest::newRow("scratch, auto") << int(Mode::Scratch) << true;
}

void TestSession::changesAreToldAndPublishedByThemselves()
{
    QFETCH(int, mode);
    QFETCH(bool, isAuto);
    const test::TempFolder folder;
    fill(folder);
    std::mutex mutex;
    std::vector<HostChanges> told;
    std::vector<Generation> published;
    SessionOptions options = with(static_cast<Mode>(mode));
    options.publish = isAuto ? Publish::Auto : Publish::Ask;
    const auto session = mustOpen(folder, options,
                                  {.onHostChanges =
                                       [&](const HostChanges& changes) {
                                           const std::scoped_lock lock(mutex);
                                           told.push_back(changes);
                                       },
                                   .onPublished =
                                       [&](const Generation& made) {
                                           const std::scoped_lock lock(mutex);
                                           published.push_back(made);
                                       },
                                   .onRetired = {},
                                   .onProblem = {}});
    folder.writeText("NEW.TXT", "new");
    const auto isThere = [&] {
        const std::scoped_lock lock(mutex);
        return isAuto ? !published.empty() : !told.empty();
    };
    QTRY_VERIFY_WITH_TIMEOUT(isThere(), patience);
    const std::scoped_lock lock(mutex);
    if (isAuto) {
        QCOMPARE(published[0].name, std::string("disk@2"));
        QCOMPARE(published[0].isReadOnly, mode == int(Mode::ReadOnly));
    } else {
        QVERIFY(told[0].added == std::vector<std::string>{"NEW.TXT"});
        QCOMPARE(told[0].count, std::uint64_t{1});
        QVERIFY(published.empty());
    }
}

void TestSession::generationsAreBounded()
{
    const test::TempFolder folder;
    fill(folder);
    std::vector<std::uint32_t> retired;
    const auto session =
        mustOpen(folder, with(Mode::ReadOnly),
                 {.onHostChanges = {},
                  .onPublished = {},
                  .onRetired = [&](const Generation& made) { retired.push_back(made.number); },
                  .onProblem = {}});
    for (int i = 0; i < 20; ++i) {
        folder.writeText("N" + std::to_string(i), "x");
        QVERIFY(session->publish());
    }
    QCOMPARE(session->generations().size(), Session::maxGenerations);
    QCOMPARE(session->generations().back().number, 21U);
    QVERIFY(retired == (std::vector<std::uint32_t>{1, 2, 3, 4, 5}));
}

void TestSession::everyGenerationHasItsOwnSerial()
{
    const test::TempFolder folder;
    fill(folder);
    SessionOptions options = with(Mode::ReadOnly);
    options.open.folder.serial = 0xFFFF'FFFF;
    const auto session = mustOpen(folder, options);
    for (int i = 0; i < 3; ++i) {
        folder.writeText("N" + std::to_string(i), "x");
        QVERIFY(session->publish());
    }
    std::vector<std::uint32_t> serials;
    for (const Generation& made : session->generations())
        serials.push_back(made.plan->boot.serial);
    std::ranges::sort(serials);
    QVERIFY(std::ranges::adjacent_find(serials) == serials.end());
}

void TestSession::comparesWhatIsOnTheDisk()
{
    const test::TempFolder folder;
    fill(folder);
    SessionOptions options = with(Mode::ReadOnly);
    options.open.folder.excludes = {"*.tmp"};
    const auto session = mustOpen(folder, options);
    folder.writeText("left out.tmp", "x");
    QCOMPARE(session->publish().error().code, ErrorCode::Refused);
    std::filesystem::rename(folder / "A.TXT", folder / "Z.TXT");
    const auto now = session->publish().value();
    const HostChanges changes = compareHost(*session->generations().front().plan, *now.plan);
    QVERIFY(changes.added == std::vector<std::string>{"Z.TXT"});
    QVERIFY(changes.removed == std::vector<std::string>{"A.TXT"});
    QVERIFY(changes.changed.empty());
}

QTEST_GUILESS_MAIN(TestSession)
#include "tst_session.moc"
