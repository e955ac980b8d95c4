#include "core/convert/sparse_writer.hpp"

#include "tests/support/pseudo_random.hpp"
#include "tests/support/temp_folder.hpp"

#include <QtTest>

#include <algorithm>

using namespace fatlas;
using namespace fatlas::convert;
using test::TempFolder;

class TestSparseWriter : public QObject {
    Q_OBJECT

private slots:
    void init();
    void joinsNeighboursAndSmallGaps();
    void keepsPiecesThatAreFarApart();
    void leavesWholeBlocksOfZerosOut();
    void writesZerosThatAreNotAWholeBlock();
    void anyOrderOfPiecesReadsBack();

private:
    void put(std::uint64_t offset, ByteView bytes)
    {
        while (!bytes.empty()) {
            const ByteSpan room = m_writer->room(offset, bytes.size()).value();
            QVERIFY(!room.empty() && room.size() <= bytes.size());
            std::ranges::copy(bytes.first(room.size()), room.begin());
            m_writer->filled(room.size());
            offset += room.size();
            bytes = bytes.subspan(room.size());
        }
    }

    std::unique_ptr<TempFolder> m_folder;
    std::unique_ptr<File> m_file;
    std::unique_ptr<WriteOut> m_writeOut;
    std::unique_ptr<SparseWriter> m_writer;
};

void TestSparseWriter::init()
{
    m_folder = std::make_unique<TempFolder>();
    m_file = std::make_unique<File>(
        File::open(m_folder->writeHole("a", 4 << 20), File::Access::ReadWrite).value());
    m_writeOut = std::make_unique<WriteOut>(*m_file);
    m_writer = std::make_unique<SparseWriter>(*m_file, *m_writeOut);
}

void TestSparseWriter::joinsNeighboursAndSmallGaps()
{
    put(100, Bytes(50, std::byte{1}));
    QVERIFY(m_writer->zeros(150, 20));
    put(170, Bytes(30, std::byte{2}));
    QCOMPARE(m_writer->writtenBytes(), std::uint64_t{0});
    QVERIFY(m_writer->flush());
    QCOMPARE(m_writer->writtenBytes(), std::uint64_t{100});
    Bytes back(100);
    QVERIFY(m_file->readAt(100, back));
    QCOMPARE(back[49], std::byte{1});
    QCOMPARE(back[50], std::byte{0});
    QCOMPARE(back[70], std::byte{2});
}

void TestSparseWriter::keepsPiecesThatAreFarApart()
{
    put(0, Bytes(10, std::byte{1}));
    put(2 << 20, Bytes(10, std::byte{2}));
    QVERIFY(m_writer->flush());
    QCOMPARE(m_writer->writtenBytes(), std::uint64_t{20});
}

void TestSparseWriter::leavesWholeBlocksOfZerosOut()
{
    Bytes bytes(16384);
    bytes[0] = std::byte{1};
    bytes[16383] = std::byte{1};
    put(4096, bytes);
    QVERIFY(m_writer->flush());
    QCOMPARE(m_writer->writtenBytes(), std::uint64_t{8192});
}

void TestSparseWriter::writesZerosThatAreNotAWholeBlock()
{
    put(100, Bytes(4096));
    QVERIFY(m_writer->flush());
    QCOMPARE(m_writer->writtenBytes(), std::uint64_t{4096});
}

void TestSparseWriter::anyOrderOfPiecesReadsBack()
{
    test::PseudoRandom random(9);
    Bytes model(4 << 20);
    std::uint64_t offset = 0;
    while (offset < model.size()) {
        const std::uint64_t length = std::min(1 + random.below(60'000), model.size() - offset);
        const ByteSpan part = ByteSpan(model).subspan(offset, length);
        const std::uint64_t kind = random.below(3);
        if (kind == 0)
            random.fill(part);
        if (kind != 2)
            put(offset, part);
        else
            QVERIFY(m_writer->zeros(offset, length));
        offset += length;
    }
    QVERIFY(m_writer->flush());
    QVERIFY(m_writeOut->finish({}));
    QVERIFY(m_folder->readFile("a") == model);
}

QTEST_GUILESS_MAIN(TestSparseWriter)
#include "tst_sparse_writer.moc"
