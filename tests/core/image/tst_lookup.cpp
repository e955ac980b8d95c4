#include "core/image/lookup.hpp"

#include "tests/core/image/image_maker.hpp"

#include <QtTest>

using namespace fatlas;
using namespace fatlas::image;

class TestLookup : public QObject {
    Q_OBJECT

private slots:

    void initTestCase()
    {
        m_folder.writeText("Read me first.txt", "1");
        m_folder.writeText("docs/Käse.txt", "2");
        m_volume = test::volumeOf(test::imageOf(m_folder.path()));
    }

    void findsByAnySpelling_data()
    {
        QTest::addColumn<QByteArray>("path");
        QTest::addColumn<QByteArray>("found");
        QTest::newRow("long name")
            << QByteArray("/Read me first.txt") << QByteArray("/Read me first.txt");
        QTest::newRow("other case")
            << QByteArray("READ ME FIRST.TXT") << QByteArray("/Read me first.txt");
        QTest::newRow("short name")
            << QByteArray("/README~1.TXT") << QByteArray("/Read me first.txt");
        QTest::newRow("non-ASCII case")
            << QByteArray("docs/KÄSE.TXT") << QByteArray("/docs/Käse.txt");
        QTest::newRow("backslash")
            << QByteArray("\\docs\\Käse.txt") << QByteArray("/docs/Käse.txt");
        QTest::newRow("extra slashes")
            << QByteArray("//docs//.//Käse.txt") << QByteArray("/docs/Käse.txt");
        QTest::newRow("folder") << QByteArray("docs/") << QByteArray("/docs");
    }

    void findsByAnySpelling()
    {
        QFETCH(QByteArray, path);
        QFETCH(QByteArray, found);
        const auto place = locate(*m_volume, path.toStdString());
        QVERIFY2(place, place ? "" : place.error().message.c_str());
        QCOMPARE(QByteArray::fromStdString(place->path), found);
        QVERIFY(place->item);
    }

    void theRootHasNoItem()
    {
        for (const char* path : {"", "/", ".", "\\"}) {
            const auto place = locate(*m_volume, path);
            QVERIFY(place && !place->item && place->isDirectory());
            QCOMPARE(place->path, std::string("/"));
        }
    }

    void saysWhichPartIsMissing()
    {
        const auto place = locate(*m_volume, "docs/none/x");
        QVERIFY(!place);
        QCOMPARE(place.error().code, ErrorCode::NotFound);
        QCOMPARE(place.error().message,
                 std::string("there is no \"none\" in the folder /docs of the volume"));
    }

    void saysThatAFileHoldsNothing()
    {
        const auto place = locate(*m_volume, "docs/Käse.txt/x");
        QVERIFY(!place);
        QCOMPARE(place.error().code, ErrorCode::NotFound);
        QVERIFY(place.error().message.ends_with("which is a file"));
    }

    void doesNotLeaveByDotDot() { QVERIFY(!locate(*m_volume, "docs/..")); }

private:
    test::TempFolder m_folder;
    std::shared_ptr<const fat::Volume> m_volume;
};

QTEST_GUILESS_MAIN(TestLookup)
#include "tst_lookup.moc"
