// Parents: where they are looked for, by what they are known, and what happens without them.

#include "core/vhd/open_vhd.hpp"
#include "core/vhd/timestamp.hpp"

#include "tests/core/vhd/vhd_fixture.hpp"

#include <QtTest>

#include <algorithm>

using namespace fatlas;
using namespace fatlas::vhd;
using test::bytesOf;
using test::CrashFile;
using test::MemoryFiles;

namespace {

constexpr std::uint64_t diskSize = 64 * KiB;
constexpr std::int64_t written = 1'700'000'000; // Unix time of the parents' files

/// A disk made of one value, as bytes of a file.
Bytes filled(CreateOptions options, unsigned char value)
{
    options.size = diskSize;
    options.blockSize = 4 * KiB;
    const auto file = std::make_shared<CrashFile>(bytesOf(planCreate(options).value()));
    test::openForWriting(file)->write(0, Bytes(diskSize, std::byte{value})).value();
    return file->bytes();
}

Uuid uuidOf(unsigned char value)
{
    Uuid uuid;
    uuid.bytes.fill(std::byte{value});
    return uuid;
}

Bytes base(unsigned char id)
{
    return filled({.uuid = uuidOf(id), .timeStamp = 5}, id);
}

ParentLink linkTo(unsigned char id, const std::string& name)
{
    return {.uuid = uuidOf(id),
            .timeStamp = timeStampFromUnix(written),
            .size = diskSize,
            .name = name,
            .relativePath = "..\\base\\" + name,
            .absolutePath = "/abs/" + name};
}

Bytes childOf(const ParentLink& parent, unsigned char id)
{
    return bytesOf(planCreate({.type = DiskType::Differencing,
                               .blockSize = 4 * KiB,
                               .uuid = uuidOf(id),
                               .parent = parent})
                       .value());
}

bool hasRule(const Chain& chain, const char* rule)
{
    return std::ranges::any_of(chain.findings, [&](const Finding& f) { return f.rule == rule; });
}

std::byte firstByte(const OpenedVhd& opened)
{
    Bytes byte(1);
    return opened.device->read(700, byte) ? byte[0] : std::byte{0};
}

} // namespace

class TestVhdChain : public QObject {
    Q_OBJECT

private slots:

    void theParentIsFoundInEveryPlaceInOrder()
    {
        MemoryFiles files;
        files.put("/d/child/c.vhd", childOf(linkTo(1, "b.vhd"), 9));
        for (const char* place : {"/d/child/b.vhd", "/abs/b.vhd", "/d/base/b.vhd"}) {
            files.put(place, base(1), written);
            const auto opened = openVhd("/d/child/c.vhd", {.files = &files});
            QVERIFY2(opened, opened ? "" : opened.error().message.c_str());
            QCOMPARE(opened->chain.links.size(), std::size_t{2});
            QCOMPARE(opened->chain.links[1].path.native(), std::string(place));
            QCOMPARE(firstByte(*opened), std::byte{1});
            QVERIFY(opened->chain.findings.empty());
            QVERIFY(opened->chain.links[0].tries.back().isParent);
        }
    }

    void aMissingParentIsRefusedWithAllThatWasTried()
    {
        MemoryFiles files;
        files.put("/d/child/c.vhd", childOf(linkTo(1, "b.vhd"), 9));
        const auto opened = openVhd("/d/child/c.vhd", {.files = &files});
        QCOMPARE(opened.error().code, ErrorCode::NotFound);
        for (const char* says : {"/d/base/b.vhd", "/abs/b.vhd", "/d/child/b.vhd", "(V23)"})
            QVERIFY2(opened.error().message.contains(says), opened.error().message.c_str());
        const auto chain = readChain("/d/child/c.vhd", files);
        QVERIFY(chain && chain->broken);
    }

    void aFileWithAnotherUuidIsNeverTheParent()
    {
        MemoryFiles files;
        files.put("/d/child/c.vhd", childOf(linkTo(1, "b.vhd"), 9));
        files.put("/d/base/b.vhd", base(2), written);
        const auto opened = openVhd("/d/child/c.vhd", {.files = &files});
        QCOMPARE(opened.error().code, ErrorCode::Changed);
        QVERIFY(opened.error().message.contains("02020202"));
        QVERIFY(opened.error().message.contains("expected 01010101"));
        files.put("/abs/b.vhd", base(1), written);
        QCOMPARE(firstByte(openVhd("/d/child/c.vhd", {.files = &files}).value()), std::byte{1});
    }

    void aChangedParentIsToldAndRead()
    {
        MemoryFiles files;
        files.put("/d/child/c.vhd", childOf(linkTo(1, "b.vhd"), 9));
        files.put("/d/base/b.vhd", base(1), written + 100);
        const auto opened = openVhd("/d/child/c.vhd", {.files = &files}).value();
        QVERIFY(hasRule(opened.chain, "V25"));
        files.put("/d/base/b.vhd", base(1), written + 2);
        QVERIFY(openVhd("/d/child/c.vhd", {.files = &files})->chain.findings.empty());
    }

    void theParentsOwnTimeStampCountsAsWell()
    {
        MemoryFiles files;
        ParentLink link = linkTo(1, "b.vhd");
        link.timeStamp = 5;
        files.put("/d/child/c.vhd", childOf(link, 9));
        files.put("/d/base/b.vhd", base(1), written);
        QVERIFY(openVhd("/d/child/c.vhd", {.files = &files})->chain.findings.empty());
    }

    void aLoopIsFound()
    {
        MemoryFiles files;
        ParentLink toSecond = linkTo(2, "2.vhd");
        ParentLink toFirst = linkTo(1, "1.vhd");
        toSecond.relativePath = ".\\2.vhd";
        toFirst.relativePath = ".\\1.vhd";
        files.put("/d/1.vhd", childOf(toSecond, 1));
        files.put("/d/2.vhd", childOf(toFirst, 2));
        const auto opened = openVhd("/d/1.vhd", {.files = &files});
        QVERIFY(opened.error().message.contains("(V27)"));
    }

    void aDiskThatIsItsOwnParentIsALoop()
    {
        MemoryFiles files;
        ParentLink self = linkTo(1, "1.vhd");
        self.relativePath = ".\\1.vhd";
        files.put("/d/1.vhd", childOf(self, 1));
        QVERIFY(openVhd("/d/1.vhd", {.files = &files}).error().message.contains("(V27)"));
    }

    void chainsHaveABound()
    {
        MemoryFiles files;
        const auto name = [](int i) { return std::to_string(i) + ".vhd"; };
        files.put("/d/0.vhd", base(1), written);
        const auto put = [&](int i) {
            ParentLink link = linkTo(1, name(i - 1));
            link.relativePath = ".\\" + name(i - 1);
            files.put("/d/" + name(i), childOf(link, 1), written);
        };
        for (int i = 1; i <= 256; ++i)
            put(i);
        const auto longest = openVhd("/d/255.vhd", {.files = &files});
        QVERIFY2(longest, longest ? "" : longest.error().message.c_str());
        QCOMPARE(firstByte(*longest), std::byte{1});
        const auto tooLong = openVhd("/d/256.vhd", {.files = &files});
        QCOMPARE(tooLong.error().code, ErrorCode::Limit);
    }

    void aFixedDiskCanBeAParent()
    {
        MemoryFiles files;
        Bytes fixed = bytesOf(
            planCreate({.type = DiskType::Fixed, .size = diskSize, .uuid = uuidOf(1)}).value());
        std::fill_n(fixed.begin(), diskSize, std::byte{7});
        files.put("/d/base/b.vhd", fixed, written);
        files.put("/d/child/c.vhd", childOf(linkTo(1, "b.vhd"), 9));
        QCOMPARE(firstByte(openVhd("/d/child/c.vhd", {.files = &files}).value()), std::byte{7});
    }

    void anotherSizeIsTold()
    {
        MemoryFiles files;
        files.put("/d/base/b.vhd", base(1), written);
        const auto child = planCreate({.type = DiskType::Differencing,
                                       .size = 2 * diskSize,
                                       .parent = linkTo(1, "b.vhd")})
                               .value();
        files.put("/d/child/c.vhd", bytesOf(child));
        const auto opened = openVhd("/d/child/c.vhd", {.files = &files}).value();
        QVERIFY(hasRule(opened.chain, "V26"));
        QCOMPARE(opened.device->size(), 2 * diskSize);
    }
};

QTEST_GUILESS_MAIN(TestVhdChain)
#include "tst_vhd_chain.moc"
