#include "core/folder_disk/folder_disk.hpp"
#include "core/host/jail.hpp"

#include "tests/support/jail_fixture.hpp"
#include "tests/support/pseudo_random.hpp"

#include <QTest>

#include <atomic>
#include <filesystem>
#include <thread>

using namespace fatlas;
using namespace fatlas::folder_disk;
using fatlas::test::JailFixture;

/// The disk of a snapshot while a jail changes the folder: no byte of it may become another.
class KeptDiskTest : public QObject {
    Q_OBJECT

private slots:
    void readsTheSameAfterEveryChange();
    void readsTheSameAfterManyRandomChanges();
    void readsTheSameWhileChangesAreMade();
    void stillTellsAChangeOfSomebodyElse();
    void givesNoFileBehindOneThatWasWrittenInPlace();
};

namespace {

using Device = std::shared_ptr<const block::BlockDevice>;

template <class T>
T valueOf(Result<T> result)
{
    if (!result)
        qFatal("%s", result.error().message.c_str());
    return std::move(*result);
}

host::Applied done(host::ChangeResult<> result)
{
    if (!result)
        qFatal("%s", result.error().error.message.c_str());
    return *result;
}

std::shared_ptr<const Plan> planOf(const JailFixture& fixture)
{
    Options options;
    options.size = 8 << 20;
    return valueOf(planDisk(fixture.snapshot, options));
}

Bytes wholeDisk(const block::BlockDevice& disk)
{
    Bytes bytes(static_cast<std::size_t>(disk.size()));
    const auto read = disk.read(0, bytes);
    if (!read)
        qFatal("%s", read.error().message.c_str());
    return bytes;
}

void fill(const test::TempFolder& folder)
{
    folder.writePattern("a", 70'000, 1);
    folder.writePattern("b", 5'000, 2);
    folder.writePattern("folder/c", 9'000, 3);
    folder.writePattern("folder/deep/d", 20'000, 4);
    std::filesystem::create_hard_link(folder / "b", folder / "folder/hard");
    folder.makeSymlink("link", "folder/deep");
    folder.makeSymlink("c link", "folder/c");
    folder.writePattern("large", 5 << 20, 5);
}

} // namespace

void KeptDiskTest::readsTheSameAfterEveryChange()
{
    JailFixture f;
    fill(f.folder);
    f.start();
    const auto plan = planOf(f);
    const auto disk = valueOf(openFolderDisk(plan, f.kept));
    const Bytes before = wholeDisk(*disk);
    const auto same = [&] { return wholeDisk(*disk) == before; };
    (void)done(f.replace(f.known("a"), "short"));
    QVERIFY(same());
    (void)done(f.replace(f.known("a"), "again"));
    QVERIFY(same());
    (void)done(f.replace(f.known("b"), "both names")); // in place
    QVERIFY(same());
    (void)done(f.writeAt(f.known("folder/c"), {{.offset = 2, .length = 3}}, "..345"));
    QVERIFY(same());
    (void)done(f.jail().rename(f.known("folder/c"), "folder/C2"));
    QVERIFY(same());
    (void)done(f.jail().rename(f.known("folder"), "moved"));
    QVERIFY(same());
    (void)done(f.jail().setMeta(f.known("moved/deep/d"), {.modifiedNs = 1, .readOnly = true}));
    QVERIFY(same());
    (void)done(f.jail().exchange(f.known("moved"), f.known("b")));
    QVERIFY(same());
    (void)done(f.jail().removeFile(f.known("b/deep/d")));
    (void)done(f.jail().removeFolder(f.known("b/deep")));
    QVERIFY(same());
    (void)done(f.jail().removeFile(f.known("b/C2")));
    (void)done(f.jail().removeFile(f.known("b/hard")));
    QVERIFY(same());
    const std::string large(5 << 20, 'n');
    (void)done(f.writeAt(f.known("large"), {{.offset = 0, .length = large.size()}}, large));
    QVERIFY(same());
    (void)done(f.jail().removeFile(f.known("large")));
    QVERIFY(same());
    f.stop();
    QVERIFY(f.open());
    QVERIFY(wholeDisk(*valueOf(openFolderDisk(plan, f.kept))) == before);
}

void KeptDiskTest::readsTheSameAfterManyRandomChanges()
{
    JailFixture f;
    fill(f.folder);
    f.start();
    const auto plan = planOf(f);
    auto disk = valueOf(openFolderDisk(plan, f.kept));
    const Bytes before = wholeDisk(*disk);
    test::PseudoRandom random(11);
    int made = 0;
    for (int step = 0; step < 150; ++step) {
        const auto names = f.names();
        const auto any = [&] {
            std::string name = names[static_cast<std::size_t>(random.below(names.size()))];
            if (name.back() == '/')
                name.pop_back();
            return name;
        };
        const std::string name = any();
        const std::string other = any();
        const std::string fresh = "new" + std::to_string(step);
        if (std::filesystem::is_symlink(f.folder / name) ||
            std::filesystem::is_symlink(f.folder / other))
            continue;
        const host::Known known = f.known(name);
        host::ChangeResult<> result = host::Applied{};
        switch (random.below(8)) {
        case 0: result = f.create(fresh, "x"); break;
        case 1: result = f.replace(known, "replaced"); break;
        case 2: result = f.writeAt(known, {{.offset = 0, .length = 2}}, "xy"); break;
        case 3: result = f.jail().rename(known, fresh); break;
        case 4: result = f.jail().rename(known, other + "/" + fresh); break;
        case 5: result = f.jail().exchange(known, f.known(other)); break;
        case 6: result = f.jail().setMeta(known, {.modifiedNs = step}); break;
        default:
            result = known.kind == host::NodeKind::Directory ? f.jail().removeFolder(known)
                                                             : f.jail().removeFile(known);
        }
        made += result ? 1 : 0;
        if (step % 50 == 49) {
            f.stop();
            QVERIFY(f.open());
            disk = valueOf(openFolderDisk(plan, f.kept));
        }
        if (step % 10 == 9)
            QVERIFY2(wholeDisk(*disk) == before, qPrintable(QString::number(step)));
        if (f.names().size() < 3)
            break;
    }
    QVERIFY(made > 20);
    QVERIFY(wholeDisk(*disk) == before);
}

void KeptDiskTest::readsTheSameWhileChangesAreMade()
{
    JailFixture f;
    f.folder.writePattern("a", 300'000, 1);
    f.folder.writePattern("b", 300'000, 2);
    f.start();
    const auto plan = planOf(f);
    const auto disk = valueOf(openFolderDisk(plan, f.kept));
    const std::uint64_t start =
        plan->geometry().clusterOffset(Cluster{2}) + plan->layout.volumeOffset;
    Bytes before(600'000);
    QVERIFY(disk->read(start, before));
    std::atomic<bool> isSame = true;
    std::atomic<int> reads = 0;
    {
        const std::jthread reader([&](const std::stop_token& stop) {
            Bytes now(before.size());
            while (!stop.stop_requested()) {
                const auto read = disk->read(start, now);
                if (!read || now != before)
                    isSame = false;
                ++reads;
            }
        });
        for (int i = 0; i < 30 || reads < 10; ++i) {
            (void)done(f.jail().rename(f.known("a"), "c"));
            (void)done(f.jail().exchange(f.known("b"), f.known("c")));
            const std::string text(200'000 + static_cast<std::size_t>(i), 'x');
            (void)done(f.writeAt(f.known("c"), {{.offset = 0, .length = text.size()}}, text));
            (void)done(f.jail().setMeta(f.known("b"), {.modifiedNs = i}));
            (void)done(f.jail().rename(f.known("c"), "a"));
        }
        (void)done(f.jail().removeFile(f.known("a")));
        (void)done(f.replace(f.known("b"), "new"));
    }
    QVERIFY(isSame);
}

void KeptDiskTest::stillTellsAChangeOfSomebodyElse()
{
    JailFixture f;
    fill(f.folder);
    f.start();
    const auto disk = valueOf(openFolderDisk(planOf(f), f.kept));
    (void)done(f.jail().rename(f.known("a"), "a2"));
    (void)wholeDisk(*disk);
    QTest::qSleep(20);
    f.folder.writeText("a2", "somebody's");
    Bytes bytes(static_cast<std::size_t>(disk->size()));
    const auto read = disk->read(0, bytes);
    QVERIFY(!read);
    QCOMPARE(read.error().code, ErrorCode::Changed);
}

void KeptDiskTest::givesNoFileBehindOneThatWasWrittenInPlace()
{
    JailFixture f;
    f.folder.writePattern("a", 70'000, 1);
    f.start();
    const auto disk = valueOf(openFolderDisk(planOf(f), f.kept));
    QVERIFY(disk->backingFile(1));
    (void)done(f.jail().rename(f.known("a"), "b"));
    QVERIFY(disk->backingFile(1));
    (void)done(f.writeAt(f.known("b"), {{.offset = 0, .length = 1}}, "x"));
    QCOMPARE(disk->backingFile(1).error().code, ErrorCode::Unsupported);
}

QTEST_GUILESS_MAIN(KeptDiskTest)
#include "tst_kept_disk.moc"
