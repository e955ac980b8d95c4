#include "tests/support/hex_fixture.hpp"

#include <QtTest>

using namespace fatlas;

class TestHexFixture : public QObject {
    Q_OBJECT

private slots:
    void readsBytesGapsAndComments();
    void saysWhichLineIsWrong_data();
    void saysWhichLineIsWrong();
};

void TestHexFixture::readsBytesGapsAndComments()
{
    const auto bytes = test::bytesFromHex("# a fixture\nEB 3c90\n\n008: 55 aa # end\nsize: 16\n");
    QVERIFY(bytes);
    QCOMPARE(bytes->size(), std::size_t{16});
    QCOMPARE((*bytes)[2], std::byte{0x90});
    QCOMPARE((*bytes)[3], std::byte{0});
    QCOMPARE((*bytes)[9], std::byte{0xAA});
}

void TestHexFixture::saysWhichLineIsWrong_data()
{
    QTest::addColumn<QString>("line");
    QTest::newRow("odd digits") << "123";
    QTest::newRow("no hex") << "zz";
    QTest::newRow("back") << "0: 00";
    QTest::newRow("size too small") << "size: 1";
    QTest::newRow("absurd size") << "size: 99999999999";
}

void TestHexFixture::saysWhichLineIsWrong()
{
    QFETCH(QString, line);
    const auto bytes = test::bytesFromHex("00 01\n" + line.toStdString());
    QVERIFY(!bytes);
    QCOMPARE(bytes.error().message, std::string("line 2 is not a hex line"));
}

QTEST_GUILESS_MAIN(TestHexFixture)
#include "tst_hex_fixture.moc"
