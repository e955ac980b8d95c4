#include "core/sync/known_delta.hpp"
#include "core/sync/known_tree.hpp"

#include <QtTest>

using namespace fatlas;
using namespace fatlas::sync;

class TestKnownTree : public QObject {
    Q_OBJECT

private slots:
    void pathsAreThoseOfTheHost();
    void aFolderMovesWithWhatIsInIt();
    void aFolderCannotMoveIntoItself();
    void comesBackAsItWas();
    void damageIsNoticedAtEveryByte();
    void namesThatLeaveTheFolderAreRefused();
    void deltasDoWhatTheySay();
    void deltasThatDoNotFitAreRefused();
    void deltasAreReadAgain();
    void longListsOfRunsAreLeftOutOfNotes();
};

namespace {

KnownEntry entry(KnownId parent, const std::string& name, bool isDirectory = false)
{
    KnownEntry made;
    made.parent = parent;
    made.guestName = name;
    made.hostName = name;
    made.isDirectory = isDirectory;
    made.runs = {{.first = Cluster{5}, .count = 2}};
    made.firstCluster = Cluster{5};
    made.identity = {.device = 1, .inode = 2, .size = 3, .modifiedNs = -4, .changedNs = 5};
    return made;
}

KnownTree sample()
{
    KnownTree tree;
    const KnownId docs = tree.add(entry(0, "docs", true));
    const KnownId deep = tree.add(entry(docs, "deep", true));
    KnownEntry file = entry(deep, "a.txt");
    file.sizeAtStart = 100;
    file.raw.size = 100;
    tree.add(std::move(file));
    tree.add(entry(0, "b.txt"));
    return tree;
}

} // namespace

void TestKnownTree::pathsAreThoseOfTheHost()
{
    const KnownTree tree = sample();
    QCOMPARE(tree.hostPath(0), std::string());
    QCOMPARE(tree.hostPath(3), std::string("docs/deep/a.txt"));
    QVERIFY(tree.findHost(0, "b.txt") == KnownId{4});
    QVERIFY(!tree.findHost(0, "a.txt"));
    QCOMPARE(tree.inOrder().size(), std::size_t{5});
}

void TestKnownTree::aFolderMovesWithWhatIsInIt()
{
    KnownTree tree = sample();
    KnownEntry deep = tree.at(2);
    deep.parent = 0;
    deep.hostName = "up";
    QVERIFY(tree.set(2, deep));
    QCOMPARE(tree.hostPath(3), std::string("up/a.txt"));
    QVERIFY(tree.at(1).children.empty());
    QVERIFY(tree.remove(1));
    QVERIFY(!tree.remove(2)); // it is not empty
    QVERIFY(!tree.remove(0));
}

void TestKnownTree::aFolderCannotMoveIntoItself()
{
    KnownTree tree = sample();
    KnownEntry docs = tree.at(1);
    docs.parent = 2;
    QVERIFY(!tree.set(1, docs));
    docs.parent = 4; // a file
    QVERIFY(!tree.set(1, docs));
    QCOMPARE(tree.hostPath(3), std::string("docs/deep/a.txt"));
}

void TestKnownTree::comesBackAsItWas()
{
    KnownTree tree = sample();
    KnownEntry root = tree.at(0);
    root.homeNames = {{.guest = "A_B", .host = "a:b"}};
    QVERIFY(tree.set(0, root));
    const KnownTree back = KnownTree::decode(tree.encode()).value();
    QVERIFY(back.encode() == tree.encode());
    QCOMPARE(back.endId(), tree.endId());
    QCOMPARE(back.hostPath(3), tree.hostPath(3));
    QVERIFY(back.at(3).identity == tree.at(3).identity);
    QVERIFY(back.at(3).sizeAtStart == std::uint64_t{100});
    QVERIFY(back.at(0).homeNames == tree.at(0).homeNames);
}

void TestKnownTree::damageIsNoticedAtEveryByte()
{
    const Bytes bytes = sample().encode();
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        Bytes damaged = bytes;
        damaged[i] ^= std::byte{0x10};
        QVERIFY(!KnownTree::decode(damaged));
        QVERIFY(!KnownTree::decode(ByteView(bytes).first(i)));
    }
}

void TestKnownTree::namesThatLeaveTheFolderAreRefused()
{
    for (const char* name : {"..", ".", "a/b", ""}) {
        KnownTree tree;
        tree.add(entry(0, name));
        QCOMPARE(KnownTree::decode(tree.encode()).error().code, ErrorCode::BadFormat);
    }
}

void TestKnownTree::deltasDoWhatTheySay()
{
    using Identity = KnownDelta::Item::Identity;
    KnownTree tree = sample();
    KnownDelta delta;
    delta.items.push_back({.id = 9, .entry = entry(1, "new"), .identity = Identity::Applied});
    delta.items.push_back({.id = 4, .entry = entry(1, "moved"), .identity = Identity::Other});
    const host::Applied applied{.identity = {.inode = 77}, .other = {.inode = 88}};
    QVERIFY(apply(tree, delta, applied));
    QCOMPARE(tree.at(9).identity.inode, std::uint64_t{77});
    QCOMPARE(tree.at(4).identity.inode, std::uint64_t{88});
    QCOMPARE(tree.hostPath(4), std::string("docs/moved"));
    QCOMPARE(tree.endId(), KnownId{10});
}

void TestKnownTree::deltasThatDoNotFitAreRefused()
{
    KnownTree tree = sample();
    KnownDelta delta;
    delta.items.push_back({.id = 1, .isRemoved = true});
    QCOMPARE(apply(tree, delta, {}).error().code, ErrorCode::BadFormat);
    delta.items = {{.id = 9, .entry = entry(55, "nowhere")}};
    QCOMPARE(apply(tree, delta, {}).error().code, ErrorCode::BadFormat);
}

void TestKnownTree::deltasAreReadAgain()
{
    KnownDelta delta;
    delta.items.push_back({.id = 9, .entry = entry(1, "new")});
    delta.items.push_back({.id = 4, .isRemoved = true});
    const Bytes bytes = delta.encode();
    const KnownDelta back = KnownDelta::decode(bytes).value();
    QCOMPARE(back.items.size(), std::size_t{2});
    QCOMPARE(back.items[0].entry.hostName, std::string("new"));
    QVERIFY(back.items[1].isRemoved);
    QVERIFY(back.encode() == bytes);
    for (std::size_t size = 0; size < bytes.size(); ++size)
        QVERIFY(!KnownDelta::decode(ByteView(bytes).first(size)));
}

void TestKnownTree::longListsOfRunsAreLeftOutOfNotes()
{
    KnownDelta delta;
    KnownEntry fragmented = entry(0, "fragmented");
    for (std::uint32_t i = 0; i < 100'000; ++i)
        fragmented.runs.push_back({.first = Cluster{i * 2}, .count = 1});
    delta.items.push_back({.id = 1, .entry = std::move(fragmented)});
    const Bytes bytes = delta.encode();
    QVERIFY(bytes.size() < 64 * 1024);
    QVERIFY(KnownDelta::decode(bytes)->items[0].entry.runs.empty());
}

QTEST_GUILESS_MAIN(TestKnownTree)
#include "tst_known_tree.moc"
