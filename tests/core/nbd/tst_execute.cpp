#include "core/block/file_device.hpp"
#include "core/block/memory_device.hpp"
#include "core/nbd/execute.hpp"

#include "tests/core/nbd/wire.hpp"
#include "tests/support/fault_device.hpp"
#include "tests/support/pseudo_random.hpp"
#include "tests/support/temp_folder.hpp"

#include <QtTest>

#include <fcntl.h>
#include <unistd.h>

using namespace fatlas;
using namespace fatlas::nbd;
using test::Heard;

namespace {

enum class Style { Simple, Structured };

Session sessionOn(std::shared_ptr<block::BlockDevice> device, Style style, bool readOnly = false)
{
    Session session;
    session.served =
        std::make_shared<ServedExport>(Export{.name = "x", .device = device, .readOnly = readOnly});
    session.device = std::move(device);
    const bool structured = style == Style::Structured;
    session.terms = {.size = session.device->size(),
                     .flags = transmissionFlags(*session.served, structured),
                     .structuredReplies = structured,
                     .allocationContext = structured};
    return session;
}

Bytes bytesOf(const FilePart& part)
{
    Bytes bytes(static_cast<std::size_t>(part.length));
    if (!part.file->readAt(part.offset, bytes))
        bytes.clear();
    return bytes;
}

/// Everything a client would receive.
Bytes said(const Reply& reply)
{
    Bytes all;
    const auto add = [&all](ByteView bytes) { all.insert(all.end(), bytes.begin(), bytes.end()); };
    for (const ReplyPart& part : reply.parts) {
        if (const auto* buffer = std::get_if<Buffer>(&part))
            add(buffer->view());
        else
            add(bytesOf(std::get<FilePart>(part)));
    }
    if (reply.finish)
        add(reply.finish(FileParts::Whole).view());
    return all;
}

std::size_t fileParts(const Reply& reply)
{
    return static_cast<std::size_t>(std::ranges::count_if(
        reply.parts, [](const ReplyPart& part) { return std::holds_alternative<FilePart>(part); }));
}

Reply ask(const Session& session, Command command, std::uint64_t offset, std::uint32_t length,
          std::uint16_t flags = 0, ByteView payload = {})
{
    Incoming incoming{.request = {.command = command,
                                  .flags = flags,
                                  .cookie = 77,
                                  .offset = offset,
                                  .length = length},
                      .payload = Buffer(payload.size())};
    std::ranges::copy(payload, incoming.payload.span().begin());
    return execute(incoming, session);
}

std::uint32_t simpleError(const Reply& reply)
{
    Heard heard(std::get<Buffer>(reply.parts.at(0)).view());
    std::ignore = heard.u32();
    return heard.u32();
}

struct Chunk {
    std::uint16_t flags = 0;
    std::uint16_t type = 0;
    std::uint64_t cookie = 0;
    Bytes data;
};

std::vector<Chunk> chunks(const Reply& reply)
{
    std::vector<Chunk> all;
    Heard heard(said(reply));
    while (heard.left() != 0 && heard.u32() == 0x668E33EF) {
        Chunk chunk{.flags = heard.u16(), .type = heard.u16(), .cookie = heard.u64(), .data = {}};
        chunk.data = heard.bytes(heard.u32());
        all.push_back(std::move(chunk));
    }
    return all;
}

/// The content that the chunks of a read give, and whether they say it all, once.
Bytes assembled(const std::vector<Chunk>& all, std::uint64_t offset, std::uint32_t length)
{
    Bytes content(length, std::byte{0x5A});
    std::uint64_t covered = 0;
    for (const Chunk& chunk : all) {
        Heard heard(chunk.data);
        if (chunk.type == 1 || chunk.type == 2) {
            const std::uint64_t at = heard.u64() - offset;
            const Bytes bytes = chunk.type == 1 ? heard.bytes(heard.left()) : Bytes(heard.u32());
            std::ranges::copy(bytes, content.begin() + static_cast<std::ptrdiff_t>(at));
            covered += bytes.size();
        }
    }
    return covered == length ? content : Bytes();
}

std::shared_ptr<block::FileDevice> fileDevice(const std::filesystem::path& path)
{
    return block::FileDevice::open(path).value();
}

} // namespace

class TestExecute : public QObject {
    Q_OBJECT

private slots:
    void readsSimply();
    void readsOneChunk();
    void readsHolesAsHoles();
    void sendsLongReadsFromTheFileItself();
    void neverSendsFromFilesThatAreWritten();
    void doesNotFragmentWhereDfIsSet();
    void lastChunkTakesBackWhatChanged();
    void lastChunkTakesBackWhatWasCutOff();
    void writesAndFlushesWithFua();
    void writesZeroesWithAndWithoutHoles();
    void fastZeroIsRefusedWhereItIsSlow();
    void statusOfHolesAndData();
    void statusOfOneExtent();
    void tellsErrorsOfTheDisk();
    void tellsTheTapEachReadOnce();
    void cacheReadsNothingIntoTheReply();
};

void TestExecute::readsSimply()
{
    const Bytes bytes = test::PseudoRandom(1).bytes(200'000);
    const auto session = sessionOn(std::make_shared<block::MemoryDevice>(bytes), Style::Simple);
    for (const std::uint32_t length : {1U, 512U, 100'000U}) {
        Heard heard(said(ask(session, Command::Read, 5, length)));
        QCOMPARE(heard.u32(), 0x67446698U);
        QCOMPARE(heard.u32(), 0U);
        QCOMPARE(heard.u64(), std::uint64_t{77});
        QVERIFY(std::ranges::equal(heard.bytes(length), ByteView(bytes).subspan(5, length)));
        QCOMPARE(heard.left(), std::size_t{0});
    }
}

void TestExecute::readsOneChunk()
{
    const Bytes bytes = test::PseudoRandom(1).bytes(10'000);
    const auto session = sessionOn(std::make_shared<block::MemoryDevice>(bytes), Style::Structured);
    const auto all = chunks(ask(session, Command::Read, 100, 4096));
    QCOMPARE(all.size(), std::size_t{1});
    QCOMPARE(all[0].flags, std::uint16_t{1});
    QVERIFY(std::ranges::equal(assembled(all, 100, 4096), ByteView(bytes).subspan(100, 4096)));
    const auto none = chunks(ask(session, Command::Read, 100, 0));
    QCOMPARE(none.size(), std::size_t{1});
    QCOMPARE(none[0].type, std::uint16_t{0});
}

void TestExecute::readsHolesAsHoles()
{
    const test::TempFolder folder;
    const auto path = folder.writeHole("disk", 8 << 20);
    const Bytes data = test::PseudoRandom(3).bytes(65'536);
    QVERIFY(File::open(path, File::Access::ReadWrite)->writeAt(1 << 20, data));
    const auto session = sessionOn(fileDevice(path), Style::Structured, true);
    const auto all = chunks(ask(session, Command::Read, 0, 4 << 20));
    QVERIFY(std::ranges::any_of(all, [](const Chunk& chunk) { return chunk.type == 2; }));
    QCOMPARE(all.back().flags, std::uint16_t{1});
    for (std::size_t i = 0; i + 1 < all.size(); ++i)
        QCOMPARE(all[i].flags, std::uint16_t{0});
    Bytes expected(4 << 20);
    std::ranges::copy(data, expected.begin() + (1 << 20));
    QVERIFY(assembled(all, 0, 4 << 20) == expected);
}

void TestExecute::sendsLongReadsFromTheFileItself()
{
    const test::TempFolder folder;
    const auto path = folder.writePattern("disk", 1 << 20);
    const auto session = sessionOn(fileDevice(path), Style::Structured, true);
    Bytes whole(1 << 20);
    QVERIFY(session.device->read(0, whole)); // now it is in memory
    Reply reply = ask(session, Command::Read, 4096, 512 << 10);
    if (fileParts(reply) == 0)
        QSKIP("this file system cannot say what is in memory");
    const auto all = chunks(reply);
    QCOMPARE(all.size(), std::size_t{2});
    QCOMPARE(all[1].type, std::uint16_t{0});
    const Bytes bytes = folder.readFile("disk");
    QVERIFY(std::ranges::equal(assembled(all, 4096, 512 << 10),
                               ByteView(bytes).subspan(4096, 512 << 10)));
    QCOMPARE(fileParts(ask(session, Command::Read, 0, 4096)), std::size_t{0});
}

void TestExecute::neverSendsFromFilesThatAreWritten()
{
    const test::TempFolder folder;
    const auto path = folder.writePattern("disk", 1 << 20);
    auto device = block::FileDevice::open(path, File::Access::ReadWrite).value();
    const auto session = sessionOn(std::move(device), Style::Structured);
    QCOMPARE(fileParts(ask(session, Command::Read, 0, 512 << 10)), std::size_t{0});
}

void TestExecute::doesNotFragmentWhereDfIsSet()
{
    const test::TempFolder folder;
    const auto session =
        sessionOn(fileDevice(folder.writeHole("disk", 4 << 20)), Style::Structured, true);
    const auto all = chunks(ask(session, Command::Read, 0, 1 << 20, command_flag::df));
    QCOMPARE(all.size(), std::size_t{1});
    QCOMPARE(all[0].type, std::uint16_t{1});
}

void TestExecute::lastChunkTakesBackWhatChanged()
{
    const test::TempFolder folder;
    const auto path = folder.writePattern("disk", 1 << 20);
    auto session = sessionOn(fileDevice(path), Style::Structured, true);
    int reported = 0;
    session.report = [&reported](const Error& error) {
        reported += error.code == ErrorCode::Changed ? 1 : 0;
    };
    Bytes whole(1 << 20);
    QVERIFY(session.device->read(0, whole));
    Reply reply = ask(session, Command::Read, 0, 256 << 10);
    if (fileParts(reply) == 0)
        QSKIP("this file system cannot say what is in memory");
    folder.writePattern("disk", 2 << 20, 9);
    const auto all = chunks(reply);
    QCOMPARE(all.back().type, std::uint16_t{0x8001});
    QCOMPARE(all.back().flags, std::uint16_t{1});
    QCOMPARE(Heard(all.back().data).u32(), 5U);
    QCOMPARE(reported, 1);
}

void TestExecute::lastChunkTakesBackWhatWasCutOff()
{
    const test::TempFolder folder;
    const auto session =
        sessionOn(fileDevice(folder.writePattern("disk", 1 << 20)), Style::Structured, true);
    Bytes whole(1 << 20);
    QVERIFY(session.device->read(0, whole));
    Reply reply = ask(session, Command::Read, 0, 256 << 10);
    if (fileParts(reply) == 0)
        QSKIP("this file system cannot say what is in memory");
    const Buffer last = reply.finish(FileParts::CutOff);
    Heard heard(last.view());
    std::ignore = heard.u32();
    QCOMPARE(heard.u16(), std::uint16_t{1});
    QCOMPARE(heard.u16(), std::uint16_t{0x8001});
}

void TestExecute::writesAndFlushesWithFua()
{
    const auto memory = std::make_shared<block::MemoryDevice>(Bytes(8192));
    const auto fault = std::make_shared<test::FaultDevice>(memory);
    const auto session = sessionOn(fault, Style::Simple);
    const Bytes bytes = test::PseudoRandom(4).bytes(700);
    QCOMPARE(simpleError(ask(session, Command::Write, 100, 700, 0, bytes)), 0U);
    QCOMPARE(fault->flushCount(), std::uint64_t{0});
    QVERIFY(session.served->isDirty);
    QCOMPARE(simpleError(ask(session, Command::Write, 0, 700, command_flag::fua, bytes)), 0U);
    QCOMPARE(fault->flushCount(), std::uint64_t{1});
    QVERIFY(std::ranges::equal(memory->bytes().first(100), ByteView(bytes).first(100)));
    QCOMPARE(simpleError(ask(session, Command::Flush, 0, 0)), 0U);
    QCOMPARE(fault->flushCount(), std::uint64_t{2});
    QVERIFY(!session.served->isDirty);
}

void TestExecute::writesZeroesWithAndWithoutHoles()
{
    const test::TempFolder folder;
    const auto path = folder.writePattern("disk", 4 << 20);
    auto device = block::FileDevice::open(path, File::Access::ReadWrite).value();
    const auto session = sessionOn(device, Style::Simple);
    QCOMPARE(simpleError(ask(session, Command::WriteZeroes, 0, 1 << 20)), 0U);
    QCOMPARE(
        simpleError(ask(session, Command::WriteZeroes, 1 << 20, 1 << 20, command_flag::noHole)),
        0U);
    QCOMPARE(
        simpleError(ask(session, Command::WriteZeroes, 2 << 20, 1 << 20, command_flag::fastZero)),
        0U);
    QCOMPARE(simpleError(ask(session, Command::WriteZeroes, 0, 512,
                             command_flag::fastZero | command_flag::noHole)),
             95U);
    const Bytes bytes = folder.readFile("disk");
    QVERIFY(std::ranges::all_of(ByteView(bytes).first(3 << 20),
                                [](std::byte b) { return b == std::byte{0}; }));
    QVERIFY(bytes[(3 << 20) + 1] != std::byte{0} || bytes[(3 << 20) + 2] != std::byte{0});
    const auto extents = device->extents(0, 2 << 20).value();
    QVERIFY(extents.back().kind == block::ExtentKind::Data);
}

void TestExecute::fastZeroIsRefusedWhereItIsSlow()
{
    const auto session =
        sessionOn(std::make_shared<block::MemoryDevice>(Bytes(8192)), Style::Simple);
    QCOMPARE(simpleError(ask(session, Command::WriteZeroes, 0, 512, command_flag::fastZero)), 95U);
    QCOMPARE(simpleError(ask(session, Command::WriteZeroes, 0, 512)), 0U);
}

void TestExecute::statusOfHolesAndData()
{
    const test::TempFolder folder;
    const auto path = folder.writeHole("disk", 3 << 20);
    QVERIFY(File::open(path, File::Access::ReadWrite)
                ->writeAt(1 << 20, test::PseudoRandom(3).bytes(1 << 20)));
    const auto session = sessionOn(fileDevice(path), Style::Structured, true);
    const auto all = chunks(ask(session, Command::BlockStatus, 0, 3 << 20));
    QCOMPARE(all.size(), std::size_t{1});
    QCOMPARE(all[0].type, std::uint16_t{5});
    QCOMPARE(all[0].data,
             test::Wire().u32(1).u32(1 << 20).u32(3).u32(1 << 20).u32(0).u32(1 << 20).u32(3).get());
}

void TestExecute::statusOfOneExtent()
{
    const test::TempFolder folder;
    const auto path = folder.writeHole("disk", 3 << 20);
    QVERIFY(File::open(path, File::Access::ReadWrite)->writeAt(1 << 20, Bytes(1 << 20)));
    const auto session = sessionOn(fileDevice(path), Style::Structured, true);
    const auto all =
        chunks(ask(session, Command::BlockStatus, 4096, 2 << 20, command_flag::reqOne));
    QCOMPARE(all.at(0).data, test::Wire().u32(1).u32((1 << 20) - 4096).u32(3).get());
}

void TestExecute::tellsErrorsOfTheDisk()
{
    const auto fault =
        std::make_shared<test::FaultDevice>(std::make_shared<block::MemoryDevice>(Bytes(1 << 20)));
    fault->setPlan({.failRead = 1});
    auto session = sessionOn(fault, Style::Structured);
    std::vector<std::string> reported;
    session.report = [&reported](const Error& error) { reported.push_back(error.message); };
    const auto all = chunks(ask(session, Command::Read, 0, 512));
    QCOMPARE(all.size(), std::size_t{1});
    QCOMPARE(all[0].type, std::uint16_t{0x8001});
    Heard heard(all[0].data);
    QCOMPARE(heard.u32(), 5U);
    QCOMPARE(heard.text(heard.u16()), reported.at(0));
    QCOMPARE(chunks(ask(session, Command::Read, 0, 512)).at(0).type, std::uint16_t{1});
    QCOMPARE(chunks(ask(session, Command::Read, 1 << 20, 512)).at(0).type, std::uint16_t{0x8001});
    QCOMPARE(reported.size(), std::size_t{1}); // a client's own mistake is no report
}

void TestExecute::tellsTheTapEachReadOnce()
{
    const test::TempFolder folder;
    const auto device = fileDevice(folder.writePattern("disk", 1 << 20));
    const auto tap = std::make_shared<block::Tap>(device->size());
    auto session = sessionOn(device, Style::Structured, true);
    const auto tapped = std::make_shared<block::TapDevice>(device, tap, 3);
    session.device = tapped;
    session.tap = tapped;
    std::ignore = ask(session, Command::Read, 0, 512);
    std::ignore = ask(session, Command::Read, 4096, 512 << 10);
    QCOMPARE(tap->totals(block::TapKind::Read).operations, std::uint64_t{2});
    QCOMPARE(tap->totals(block::TapKind::Read).bytes, std::uint64_t{512 + (512 << 10)});
}

void TestExecute::cacheReadsNothingIntoTheReply()
{
    const test::TempFolder folder;
    const auto session =
        sessionOn(fileDevice(folder.writePattern("disk", 1 << 20)), Style::Simple, true);
    QCOMPARE(said(ask(session, Command::Cache, 0, 1 << 20)).size(), std::size_t{16});
}

QTEST_GUILESS_MAIN(TestExecute)
#include "tst_execute.moc"
