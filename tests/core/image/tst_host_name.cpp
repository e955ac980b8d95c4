#include "core/image/host_name.hpp"

#include <QtTest>

using namespace fatlas::image;

class TestHostName : public QObject {
    Q_OBJECT

private slots:

    void makesNamesThatTheHostCanHold_data()
    {
        QTest::addColumn<QByteArray>("disk");
        QTest::addColumn<QByteArray>("host");
        QTest::newRow("plain") << QByteArray("README.TXT") << QByteArray("README.TXT");
        QTest::newRow("unicode") << QByteArray("käse 🧀.txt") << QByteArray("käse 🧀.txt");
        QTest::newRow("leading dot") << QByteArray(".profile") << QByteArray(".profile");
        QTest::newRow("empty") << QByteArray("") << QByteArray("_");
        QTest::newRow("itself") << QByteArray(".") << QByteArray("_.");
        QTest::newRow("parent") << QByteArray("..") << QByteArray("_..");
        QTest::newRow("slashes") << QByteArray("../../etc/passwd")
                                 << QByteArray(".._.._etc_passwd");
        QTest::newRow("absolute") << QByteArray("/etc/passwd") << QByteArray("_etc_passwd");
        QTest::newRow("nul") << QByteArray("a\0b", 3) << QByteArray("a_b");
        QTest::newRow("escape") << QByteArray("a\x1b[2Jb") << QByteArray("a_[2Jb");
        QTest::newRow("line feed") << QByteArray("a\nb") << QByteArray("a_b");
        QTest::newRow("C1 control") << QByteArray("a\xc2\x9b"
                                                  "b")
                                    << QByteArray("a_b");
        QTest::newRow("lone surrogate") << QByteArray("a\xed\xa0\x80z") << QByteArray("a_z");
    }

    void makesNamesThatTheHostCanHold()
    {
        QFETCH(QByteArray, disk);
        QFETCH(QByteArray, host);
        const HostName made = makeHostName(disk.toStdString());
        QCOMPARE(QByteArray::fromStdString(made.name), host);
        QCOMPARE(made.why.empty(), disk == host);
    }

    void shortensNamesOfMoreThan255BytesAndKeepsTheExtension()
    {
        std::string disk;
        for (int i = 0; i < 200; ++i)
            disk += "ä";
        const HostName made = makeHostName(disk + ".text");
        QVERIFY(made.name.size() <= 255);
        QVERIFY(made.name.size() >= 254);
        QVERIFY(made.name.ends_with("ä.text"));
        QVERIFY(!made.why.empty());
    }

    void givesSecondOnesATailBeforeTheExtension()
    {
        HostNames names;
        QCOMPARE(names.makeUnique("a/b.txt").name, std::string("a_b.txt"));
        QCOMPARE(names.makeUnique("a_b.txt").name, std::string("a_b~2.txt"));
        const HostName third = names.makeUnique("a:b.txt");
        QCOMPARE(third.name, std::string("a:b.txt"));
        QVERIFY(third.why.empty());
        QCOMPARE(names.makeUnique("a_b.txt").name, std::string("a_b~3.txt"));
    }

    void steersAroundTailsThatAreTaken()
    {
        HostNames names;
        QCOMPARE(names.makeUnique("x").name, std::string("x"));
        QCOMPARE(names.makeUnique("x~2").name, std::string("x~2"));
        QCOMPARE(names.makeUnique("x").name, std::string("x~3"));
    }

    void keepsTailedNamesWithin255Bytes()
    {
        HostNames names;
        const std::string name(255, 'n');
        QCOMPARE(names.makeUnique(name).name.size(), std::size_t(255));
        const HostName second = names.makeUnique(name);
        QCOMPARE(second.name.size(), std::size_t(255));
        QVERIFY(second.name.ends_with("~2"));
    }

    void numbersManyEqualNamesInLinearTime()
    {
        HostNames names;
        std::string last;
        for (int i = 0; i < 60'000; ++i)
            last = names.makeUnique("same.txt").name;
        QCOMPARE(last, std::string("same~60000.txt"));
    }
};

QTEST_GUILESS_MAIN(TestHostName)
#include "tst_host_name.moc"
