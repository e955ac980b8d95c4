#include "core/edit/bytes_source.hpp"
#include "core/sync/guest_reader.hpp"

#include "tests/core/sync/guest_fixture.hpp"
#include "tests/support/pseudo_random.hpp"

#include <QtTest>

#include <algorithm>
#include <tuple>

using namespace fatlas;
using edit::Editor;
using fatlas::test::GuestFixture;
using fatlas::test::must;
using fatlas::test::SectorWrite;
using fatlas::test::SectorWrites;
using host::ByteRange;
using sync::Folders;
using sync::GuestReader;
using sync::GuestTree;
using test::PseudoRandom;
using Take = sync::Engine::Take;
using namespace std::chrono_literals;

class TestGuestReader : public QObject {
    Q_OBJECT

private slots:
    void whatIsTakenOverIsWhatAFullReadingGives_data();
    void whatIsTakenOverIsWhatAFullReadingGives();
    void damageComesAndGoes_data();
    void damageComesAndGoes();
    void foldersThatSharedTheirClustersAreReadAgain();
    void onlyWhatWasWrittenIsReadAgain();
    void withoutAWriteNoFolderIsRead();
    void forgettingReadsEverything();
    void afterAnErrorEverythingIsRead();
    void aWriteUnderWayIsSeenWhenItIsOver();
    void anotherGeometryIsAnotherDisk();
};

namespace {

constexpr std::uint64_t sectorBytes = 512;
constexpr auto settled = 5s;

/// Remembers what is read of it; fails when told to.
class ReadRecorder final : public block::BlockDevice {
public:
    explicit ReadRecorder(std::shared_ptr<const block::BlockDevice> below)
        : m_below(std::move(below))
    {}

    [[nodiscard]] std::uint64_t size() const noexcept override { return m_below->size(); }

    [[nodiscard]] Result<> read(std::uint64_t offset, ByteSpan into) const override
    {
        ranges.push_back({.offset = offset, .length = into.size()});
        if (ranges.size() == failing)
            return fail(ErrorCode::Io, "told to fail");
        return m_below->read(offset, into);
    }

    [[nodiscard]] bool hasRead(const ByteRange& wanted) const
    {
        return std::ranges::any_of(ranges, [&](const ByteRange& range) {
            return range.offset < wanted.end() && wanted.offset < range.end();
        });
    }

    mutable std::vector<ByteRange> ranges; ///< one thread reads
    std::size_t failing = 0;               ///< the n-th read; 0: none

private:
    std::shared_ptr<const block::BlockDevice> m_below;
};

struct Recorded {
    explicit Recorded(const GuestFixture& fixture)
        : device(std::make_shared<ReadRecorder>(fixture.disk().device))
    {
        disk = fixture.disk();
        disk.device = device;
    }

    std::shared_ptr<ReadRecorder> device;
    sync::GuestDisk disk;
};

void fill(const test::TempFolder& folder)
{
    for (int i = 0; i < 12; ++i)
        folder.writePattern("file " + std::to_string(i) + ".text", 300 * i, 1 + i);
    for (const char* name : {"docs", "docs/deep", "docs/deep/deeper", "other", "many"})
        for (int i = 0; i < 14; ++i)
            folder.writePattern(std::string(name) + "/in it " + std::to_string(i), 97 * i, 50 + i);
}

auto fieldsOf(const fat::TreeNode& node)
{
    return std::tie(node.name, node.shortName, node.raw, node.entryOffset, node.parent,
                    node.firstChild, node.childCount, node.firstRun, node.runCount,
                    node.clusterCount, node.end, node.isDirectory);
}

auto fieldsOf(const Finding& finding)
{
    return std::tie(finding.rule, finding.path, finding.message, finding.offset, finding.cluster);
}

auto fieldsOf(const fat::UsageRun& run)
{
    return std::tie(run.first, run.count, run.owner, run.part, run.state);
}

template <class List>
bool areSame(const List& a, const List& b)
{
    return std::ranges::equal(
        a, b, [](const auto& x, const auto& y) { return fieldsOf(x) == fieldsOf(y); });
}

/// What they do not agree on; empty when they do.
std::string difference(const GuestTree& a, const GuestTree& b)
{
    if (a.tree->nodes.size() != b.tree->nodes.size())
        return "number of nodes";
    for (std::uint32_t node = 0; node < a.tree->nodes.size(); ++node)
        if (fieldsOf(a.node(node)) != fieldsOf(b.node(node)))
            return "node " + a.tree->path(node);
    if (a.tree->runs != b.tree->runs)
        return "runs";
    if (a.tree->label != b.tree->label)
        return "label";
    if (!areSame(a.tree->findings, b.tree->findings))
        return "findings";
    if (!areSame(*a.owned, *b.owned))
        return "owned clusters";
    if (a.health != b.health)
        return "health";
    return a.isMarkedClean == b.isMarkedClean ? "" : "clean mark";
}

/// Between the reader that remembers and one that has never seen the disk.
QString differenceOf(GuestReader& reader, const GuestFixture& fixture)
{
    const auto remembered = reader.read(fixture.known(), Folders::Written);
    const auto full = GuestReader(fixture.disk()).read(fixture.known(), Folders::Written);
    if (remembered.has_value() != full.has_value())
        return "one of them cannot be read";
    return remembered && full ? QString::fromStdString(difference(*remembered, *full)) : "";
}

std::shared_ptr<edit::BytesSource> bytes(std::size_t size, std::uint64_t seed)
{
    return std::make_shared<edit::BytesSource>(PseudoRandom(seed).bytes(size));
}

/// Does one thing after the other to a disk.
class RandomGuest {
public:
    RandomGuest(GuestFixture& fixture, std::uint64_t seed) : m_fixture(fixture), m_random(seed) {}

    /// What it would write, in any order.
    SectorWrites step()
    {
        look();
        SectorWrites sectors = m_fixture.edit([this](Editor& editor) { change(editor); });
        for (std::size_t i = sectors.size(); i > 1; --i)
            std::swap(sectors[i - 1], sectors[below(i)]);
        return sectors;
    }

    std::size_t below(std::uint64_t limit) { return m_random.below(limit); }

    Bytes noise(std::size_t size) { return m_random.bytes(size); }

private:
    void look()
    {
        m_files.clear();
        m_folders.clear();
        for (const auto& [path, content] : m_fixture.guestContent())
            (path.ends_with('/') ? m_folders : m_files).push_back("/" + path);
        for (std::string& folder : m_folders)
            folder.pop_back();
    }

    void change(Editor& editor)
    {
        const std::size_t what = below(9);
        if (what < 2 || m_files.size() < 10)
            put(editor, {.folder = anyFolder() + "/", .name = freshName()});
        else if (what == 2)
            put(editor, replacementOf(anyFile()));
        else if (what == 3)
            must(editor.remove(anyFile(), edit::Recursive::No));
        else if (what == 4)
            must(editor.move(anyFile(), anyFolder() + "/" + freshName()));
        else if (what == 5)
            must(editor.makeFolder({.folder = anyFolder() + "/", .name = freshName()}));
        else if (what == 6)
            must(editor.setAttributes(anyFile(), fat::attribute::readOnly, 0));
        else if (what == 7)
            must(editor.setLabel("LABEL" + std::to_string(++m_made)));
        else
            changeFolder(editor);
    }

    void changeFolder(Editor& editor)
    {
        const std::string folder = anyFolder();
        if (folder.empty())
            return;
        if (m_folders.size() > 4 && below(3) == 0)
            must(editor.remove(folder, edit::Recursive::Yes));
        else
            must(editor.move(folder, "/" + freshName()));
    }

    void put(Editor& editor, const edit::NewEntry& entry)
    {
        must(editor.putFile(entry, bytes(below(7000), below(1000)), edit::Existing::Replace));
    }

    static edit::NewEntry replacementOf(const std::string& path)
    {
        const std::size_t slash = path.rfind('/');
        return {.folder = path.substr(0, slash + 1), .name = path.substr(slash + 1)};
    }

    std::string anyFile() { return m_files[below(m_files.size())]; }

    /// "" is the root.
    std::string anyFolder()
    {
        const std::size_t which = below(m_folders.size() + 1);
        return which == m_folders.size() ? std::string() : m_folders[which];
    }

    std::string freshName() { return "something made " + std::to_string(++m_made); }

    GuestFixture& m_fixture;
    PseudoRandom m_random;
    std::vector<std::string> m_files;
    std::vector<std::string> m_folders;
    int m_made = 0;
};

void addDisks()
{
    QTest::addColumn<int>("bits");
    for (const int bits : {12, 16, 32})
        QTest::addRow("FAT%d", bits) << bits;
}

folder_disk::Options layoutOf(int bits)
{
    if (bits == 12)
        return GuestFixture::floppy();
    folder_disk::Options layout;
    layout.timeZone = {.kind = fat::TimeZone::Kind::Utc};
    layout.fat = bits == 16 ? fat::FatType::Fat16 : fat::FatType::Fat32;
    layout.size = bits == 16 ? 4 * MiB : 36 * MiB;
    layout.clusterSize = 512;
    return layout;
}

ByteRange placeOf(const GuestTree& guest, const char* folder)
{
    const auto node = guest.tree->find(folder);
    return node ? guest.ranges(*node).front() : ByteRange{};
}

} // namespace

void TestGuestReader::whatIsTakenOverIsWhatAFullReadingGives_data()
{
    addDisks();
}

/// Looked at between any two sectors, with commits, after which the log has forgotten things.
void TestGuestReader::whatIsTakenOverIsWhatAFullReadingGives()
{
    QFETCH(int, bits);
    const int histories = bits == 32 ? 1 : 2;
    for (int history = 0; history < histories; ++history) {
        GuestFixture fixture;
        fill(fixture.folder);
        fixture.begin({.allowMassDelete = true}, layoutOf(bits));
        GuestReader reader(fixture.disk());
        RandomGuest guest(fixture, static_cast<std::uint64_t>(history));
        for (int step = 0; step < 20; ++step) {
            for (const SectorWrite& sector : guest.step()) {
                fixture.write(sector);
                if (guest.below(3) == 0)
                    QCOMPARE(differenceOf(reader, fixture), QString());
            }
            QCOMPARE(differenceOf(reader, fixture), QString());
            if (guest.below(3) == 0)
                (void)fixture.takeAll();
            else if (guest.below(2) == 0)
                (void)fixture.pass(Take::Settled, settled);
            QCOMPARE(differenceOf(reader, fixture), QString());
        }
    }
}

void TestGuestReader::damageComesAndGoes_data()
{
    addDisks();
}

/// Noise in FATs and folders: loops, shared clusters, folders in files, files in folders.
void TestGuestReader::damageComesAndGoes()
{
    QFETCH(int, bits);
    GuestFixture fixture;
    fill(fixture.folder);
    fixture.begin({}, layoutOf(bits));
    GuestReader reader(fixture.disk());
    RandomGuest guest(fixture, 77);
    const Bytes view = fixture.view();
    const auto tree = must(reader.read(fixture.known(), Folders::Written));
    const fat::Geometry geometry = tree.volume->geometry();
    const std::uint64_t start = geometry.fatOffset(0);
    // The first FAT's beginning, and where folders and the first files are.
    const std::uint64_t fatSpan = std::min<std::uint64_t>(geometry.fatSize(), 4 * sectorBytes);
    for (int step = 0; step < 150; ++step) {
        const std::uint64_t within = guest.below(2) == 0
                                         ? guest.below(fatSpan)
                                         : geometry.rootOffset() - start + guest.below(40'000);
        const std::uint64_t at = start + within - (start + within) % sectorBytes;
        const auto old = ByteView(view).subspan(at, sectorBytes);
        SectorWrite damage{.offset = at, .bytes = {old.begin(), old.end()}};
        for (std::size_t i = 0; i <= guest.below(8); ++i)
            damage.bytes[guest.below(sectorBytes)] = std::byte(guest.below(256));
        fixture.write(damage);
        QCOMPARE(differenceOf(reader, fixture), QString());
        if (guest.below(2) == 0)
            fixture.write({.offset = at, .bytes = {old.begin(), old.end()}});
        QCOMPARE(differenceOf(reader, fixture), QString());
    }
}

/// The second of two has only what the first left to it; when they part it has everything again.
void TestGuestReader::foldersThatSharedTheirClustersAreReadAgain()
{
    constexpr std::size_t clusterPlace = 26;
    GuestFixture fixture;
    fill(fixture.folder);
    fixture.begin();
    GuestReader reader(fixture.disk());
    const auto tree = must(reader.read(fixture.known(), Folders::Written));
    const auto docs = tree.tree->find("/docs");
    const auto many = tree.tree->find("/many");
    QVERIFY(docs && many && *docs < *many);
    const ClusterRange clusters = tree.tree->runsOf(*many).front();
    QVERIFY(clusters.count > 1);
    const std::uint64_t entry = tree.node(*docs).entryOffset;
    const SectorWrite good{.offset = entry - entry % sectorBytes,
                           .bytes = fixture.sector(entry - entry % sectorBytes)};
    SectorWrite shared = good;
    store(ByteSpan(shared.bytes), entry % sectorBytes + clusterPlace,
          Le16{static_cast<std::uint16_t>(clusters.first.value + 1)});
    fixture.write(shared);
    QCOMPARE(differenceOf(reader, fixture), QString());
    fixture.write(good);
    QCOMPARE(differenceOf(reader, fixture), QString());
    const auto after = must(reader.read(fixture.known(), Folders::Written));
    QVERIFY(after.tree->find("/many/in it 13"));
}

void TestGuestReader::onlyWhatWasWrittenIsReadAgain()
{
    GuestFixture fixture;
    fill(fixture.folder);
    fixture.begin();
    const Recorded recorded(fixture);
    GuestReader reader(recorded.disk);
    const auto before = must(reader.read(fixture.known(), Folders::Written));
    QVERIFY(recorded.device->hasRead(placeOf(before, "/many")));
    fixture.write(fixture.edit([](Editor& e) {
        must(e.putFile({.folder = "/docs/deep", .name = "new"}, bytes(3000, 1)));
    }));
    recorded.device->ranges.clear();
    const auto after = must(reader.read(fixture.known(), Folders::Written));
    QVERIFY(after.tree->find("/docs/deep/new"));
    QVERIFY(recorded.device->hasRead(placeOf(after, "/docs/deep")));
    for (const char* other : {"/many", "/other", "/docs", "/docs/deep/deeper"})
        QVERIFY(!recorded.device->hasRead(placeOf(after, other)));
}

void TestGuestReader::withoutAWriteNoFolderIsRead()
{
    GuestFixture fixture;
    fill(fixture.folder);
    fixture.begin();
    const Recorded recorded(fixture);
    GuestReader reader(recorded.disk);
    const auto first = must(reader.read(fixture.known(), Folders::Written));
    recorded.device->ranges.clear();
    const auto second = must(reader.read(fixture.known(), Folders::Written));
    QCOMPARE(second.tree.get(), first.tree.get());
    const std::uint64_t data = first.volume->geometry().dataOffset();
    QVERIFY(!recorded.device->hasRead({.offset = data, .length = first.disk.volumeSize - data}));
}

void TestGuestReader::forgettingReadsEverything()
{
    GuestFixture fixture;
    fill(fixture.folder);
    fixture.begin();
    const Recorded recorded(fixture);
    GuestReader reader(recorded.disk);
    const auto first = must(reader.read(fixture.known(), Folders::Written));
    recorded.device->ranges.clear();
    reader.forget();
    const auto second = must(reader.read(fixture.known(), Folders::Written));
    QVERIFY(second.tree != first.tree);
    for (const char* folder : {"/docs", "/docs/deep", "/many"})
        QVERIFY(recorded.device->hasRead(placeOf(second, folder)));
}

/// Whatever the reading that fails had taken in already.
void TestGuestReader::afterAnErrorEverythingIsRead()
{
    GuestFixture fixture;
    fill(fixture.folder);
    fixture.begin();
    const Recorded recorded(fixture);
    GuestReader reader(recorded.disk);
    RandomGuest guest(fixture, 5);
    (void)must(reader.read(fixture.known(), Folders::Written));
    for (std::size_t failing = 1;; ++failing) {
        fixture.write(guest.step());
        recorded.device->ranges.clear();
        recorded.device->failing = failing;
        const bool isRead = reader.read(fixture.known(), Folders::Written).has_value();
        const bool isLast = recorded.device->ranges.size() < failing;
        recorded.device->failing = 0;
        fixture.write(guest.step());
        QCOMPARE(differenceOf(reader, fixture), QString());
        QVERIFY(isRead || !isLast);
        if (isLast)
            break;
    }
}

void TestGuestReader::aWriteUnderWayIsSeenWhenItIsOver()
{
    GuestFixture fixture;
    fill(fixture.folder);
    fixture.begin();
    GuestReader reader(fixture.disk());
    (void)must(reader.read(fixture.known(), Folders::Written));
    const auto sectors =
        fixture.edit([](Editor& e) { must(e.move("/docs/in it 3", "/other/moved")); });
    using Clock = sync::WriteLog::Clock;
    std::vector<sync::WriteLog::Ticket> tickets;
    for (const SectorWrite& sector : sectors)
        tickets.push_back(fixture.log().begin(
            {.offset = sector.offset, .length = sector.bytes.size()}, Clock::now()));
    QCOMPARE(differenceOf(reader, fixture), QString());
    for (const SectorWrite& sector : sectors) {
        must(fixture.overlay().write(sector.offset, sector.bytes));
        QCOMPARE(differenceOf(reader, fixture), QString());
    }
    for (const auto& ticket : tickets)
        fixture.log().end(ticket, Clock::now());
    QCOMPARE(differenceOf(reader, fixture), QString());
    const auto after = must(reader.read(fixture.known(), Folders::Written));
    QVERIFY(after.tree->find("/other/moved") && !after.tree->find("/docs/in it 3"));
}

/// The same bytes mean something else with another boot sector.
void TestGuestReader::anotherGeometryIsAnotherDisk()
{
    constexpr std::size_t rootEntriesPlace = 17;
    GuestFixture fixture;
    fill(fixture.folder);
    fixture.begin();
    GuestReader reader(fixture.disk());
    (void)must(reader.read(fixture.known(), Folders::Written));
    Bytes boot = fixture.view();
    boot.resize(sectorBytes);
    boot[rootEntriesPlace] = std::byte{0xF0}; // one sector more of the root, the data moves on
    fixture.write({.offset = 0, .bytes = boot});
    QCOMPARE(differenceOf(reader, fixture), QString());
    boot[rootEntriesPlace] = std::byte{0xE0};
    fixture.write({.offset = 0, .bytes = boot});
    QCOMPARE(differenceOf(reader, fixture), QString());
}

QTEST_GUILESS_MAIN(TestGuestReader)
#include "tst_guest_reader.moc"
