#include "core/host/scan.hpp"
#include "core/serve/session_record.hpp"

#include "tests/support/pseudo_random.hpp"
#include "tests/support/temp_folder.hpp"

#include <QtTest>

using namespace fatlas;
using namespace fatlas::serve;

class TestSessionRecord : public QObject {
    Q_OBJECT

private slots:
    void comesBackAsItWas();
    void damageIsNoticedAtEveryByte();
    void cutOffAnywhereIsRefused();
    void anotherVersionIsUnsupported();
    void nonsenseWithARightChecksumIsRefused();

private:
    static SessionRecord sample(const test::TempFolder& folder);
};

SessionRecord TestSessionRecord::sample(const test::TempFolder& folder)
{
    folder.writeText("a/b/deep.txt", "x");
    folder.writeText("\u00E9 with a long name.txt", "y");
    folder.makeFolder("empty");
    SessionRecord record;
    record.source = "fat:16:/somewhere";
    record.diskSize = 123'456'789;
    record.fingerprint = 0xDEADBEEF;
    record.files = {
        {.path = "/an/image",
         .identity = {.device = 1, .inode = 2, .size = 3, .modifiedNs = -4, .changedNs = 5}}};
    record.options.fat = fat::FatType::Fat32;
    record.options.floppy = folder_disk::FloppyFormat::F720K;
    record.options.size = 1 << 20;
    record.options.clusterSize = 4096;
    record.options.classic = folder_disk::ClassicDisk{.cylinders = 64};
    record.options.label = "LABEL";
    record.options.serial = 0;
    record.options.oemName = "OEM";
    record.options.partition = folder_disk::PartitionScheme::Gpt;
    record.options.efiSystem = true;
    record.options.bootSector = {.path = "boot.bin", .bytes = Bytes(512, std::byte{7})};
    record.options.first = {"IO.SYS", "MSDOS.SYS"};
    record.options.excludes = {"*.tmp"};
    record.options.unfit = folder_disk::Unfit::Skip;
    record.options.codePage = 850;
    record.options.timeZone = {.kind = fat::TimeZone::Kind::Offset, .offsetMinutes = -210};
    record.options.compat = folder_disk::Compat::Dos;
    record.options.reproducible = true;
    record.snapshot = host::scan(folder.path()).value();
    return record;
}

void TestSessionRecord::comesBackAsItWas()
{
    const test::TempFolder folder;
    const SessionRecord record = sample(folder);
    const SessionRecord back = decodeSessionRecord(encode(record)).value();
    QCOMPARE(back.source, record.source);
    QCOMPARE(back.diskSize, record.diskSize);
    QCOMPARE(back.fingerprint, record.fingerprint);
    QVERIFY(back.files == record.files);
    QVERIFY(back.options == record.options);
    QCOMPARE(back.snapshot->root, record.snapshot->root);
    QCOMPARE(back.snapshot->nodes.size(), record.snapshot->nodes.size());
    for (std::size_t i = 0; i < back.snapshot->nodes.size(); ++i) {
        const host::Node& a = back.snapshot->nodes[i];
        const host::Node& b = record.snapshot->nodes[i];
        QVERIFY(a.name == b.name && a.parent == b.parent && a.firstChild == b.firstChild &&
                a.childCount == b.childCount && a.kind == b.kind && a.size == b.size);
        QVERIFY(a.identity == b.identity && a.createdNs == b.createdNs &&
                a.modifiedNs == b.modifiedNs && a.accessedNs == b.accessedNs);
    }
    QVERIFY(encode(back) == encode(record));
    QVERIFY(encode(decodeSessionRecord(encode(SessionRecord{})).value()) ==
            encode(SessionRecord{}));
}

void TestSessionRecord::damageIsNoticedAtEveryByte()
{
    const test::TempFolder folder;
    const Bytes bytes = encode(sample(folder));
    for (std::size_t i = 0; i < 24; ++i) {
        Bytes damaged = bytes;
        damaged[i] ^= std::byte{1};
        QVERIFY(!decodeSessionRecord(damaged));
    }
    for (std::size_t i = 32; i < bytes.size(); ++i) {
        Bytes damaged = bytes;
        damaged[i] ^= std::byte{0x10};
        QCOMPARE(decodeSessionRecord(damaged).error().code, ErrorCode::BadFormat);
    }
}

void TestSessionRecord::cutOffAnywhereIsRefused()
{
    const test::TempFolder folder;
    const Bytes bytes = encode(sample(folder));
    for (std::size_t size = 0; size < bytes.size(); ++size)
        QCOMPARE(decodeSessionRecord(ByteView(bytes).first(size)).error().code,
                 ErrorCode::BadFormat);
}

void TestSessionRecord::anotherVersionIsUnsupported()
{
    Bytes bytes = encode(SessionRecord{});
    bytes[8] = std::byte{2};
    QCOMPARE(decodeSessionRecord(bytes).error().code, ErrorCode::Unsupported);
}

/// Numbers inside are made large and odd, and the checksum right again.
void TestSessionRecord::nonsenseWithARightChecksumIsRefused()
{
    const test::TempFolder folder;
    const SessionRecord record = sample(folder);
    auto wrongParent = std::make_shared<host::Snapshot>(*record.snapshot);
    wrongParent->nodes.back().parent = 4'000'000;
    auto loop = std::make_shared<host::Snapshot>(*record.snapshot);
    loop->nodes[1].firstChild = 1;
    loop->nodes[1].childCount = 1;
    auto beyond = std::make_shared<host::Snapshot>(*record.snapshot);
    beyond->nodes[0].childCount = 0xFFFF'FFFF;
    auto noRoot = std::make_shared<host::Snapshot>();
    for (const auto& snapshot : {wrongParent, loop, beyond, noRoot}) {
        SessionRecord changed = record;
        changed.snapshot = snapshot;
        QCOMPARE(decodeSessionRecord(encode(changed)).error().code, ErrorCode::BadFormat);
    }
    SessionRecord wrongType = record;
    wrongType.options.fat = static_cast<fat::FatType>(13);
    QVERIFY(!decodeSessionRecord(encode(wrongType)));
}

QTEST_GUILESS_MAIN(TestSessionRecord)
#include "tst_session_record.moc"
