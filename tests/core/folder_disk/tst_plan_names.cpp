#include "core/base/text.hpp"
#include "core/fat/directory_entry.hpp"
#include "core/fat/long_name.hpp"
#include "core/folder_disk/unique_names.hpp"

#include "tests/core/folder_disk/snapshot_maker.hpp"

#include <QTest>

#include <set>

using namespace fatlas;
using namespace fatlas::folder_disk;
using fatlas::test::FakeNode;

class PlanNamesTest : public QObject {
    Q_OBJECT

private slots:
    void mapsNamesThatFatCannotHold_data();
    void mapsNamesThatFatCannotHold();
    void keepsUnchangedNameWhereMappedOneCollides();
    void givesTailsToNamesThatDifferOnlyInCase();
    void cutsLongNamesToMakeRoomForTheTail();
    void keepsShortNamesOfTheHost();
    void shortNameOfOneIsNeverTheLongNameOfAnother();
    void givesMixedCaseNamesTheirOwnShortName();
    void handlesFiftyThousandCollidingNames();
    void countsSlotsOfNames_data();
    void countsSlotsOfNames();
    void putsFirstNamesFirst();
    void refusesFirstNameThatIsNotThere();
};

namespace {

/// Names and short names of the root's children must be unique, all together.
void verifyUnambiguous(const Plan& plan)
{
    const auto page = CodePage::open(plan.options.codePage);
    std::set<std::u16string> names;
    std::set<std::string> shortNames;
    for (std::uint32_t i = 1; i < plan.entries.size(); ++i) {
        const Entry& entry = plan.entries[i];
        const auto [place, isNew] = names.insert(foldCase(entry.longName));
        QVERIFY2(isNew, utf8FromUtf16(entry.longName).c_str());
        fat::ShortName bare = entry.shortName;
        bare.ntCaseBits = 0;
        QVERIFY(shortNames.insert(fat::formatShortName(bare, **page)).second);
    }
    for (std::uint32_t i = 1; i < plan.entries.size(); ++i) {
        const std::string upper = utf8FromUtf16(foldCase(plan.entries[i].longName));
        fat::ShortName own = plan.entries[i].shortName;
        own.ntCaseBits = 0;
        if (fat::formatShortName(own, **page) != upper)
            QVERIFY2(!shortNames.contains(upper), upper.c_str());
    }
}

} // namespace

void PlanNamesTest::mapsNamesThatFatCannotHold_data()
{
    QTest::addColumn<QString>("host");
    QTest::addColumn<QString>("disk");
    for (const auto& [host, disk] :
         {std::pair{"what: when?.txt", "what_ when_.txt"}, std::pair{"aux.c", "aux_.c"},
          std::pair{"a\tb", "a_b"}, std::pair{"trail. .", "trail"}, std::pair{"a|b<c>", "a_b_c_"}})
        QTest::newRow(host) << host << disk;
}

void PlanNamesTest::mapsNamesThatFatCannotHold()
{
    QFETCH(const QString, host);
    QFETCH(const QString, disk);
    const auto plan = test::planOrDie({{.path = host.toStdString(), .size = 1}});
    QCOMPARE(plan->nameChanges.size(), 1U);
    const NameChange& change = plan->nameChanges.front();
    QCOMPARE(change.hostPath, host.toStdString());
    QCOMPARE(change.diskName, disk.toStdString());
    QVERIFY(!change.why.empty());
    QCOMPARE(plan->entries[change.entry].longName, disk.toStdU16String());
    QCOMPARE(plan->findings.size(), 1U);
    QCOMPARE(plan->findings.front().rule, std::string("F1"));
}

void PlanNamesTest::keepsUnchangedNameWhereMappedOneCollides()
{
    const auto plan = test::planOrDie({{.path = "a:b"}, {.path = "a_b"}, {.path = "a?b"}});
    QCOMPARE(plan->nameChanges.size(), 2U);
    QVERIFY(test::entryAt(*plan, "/a_b").longName == u"a_b");
    QCOMPARE(plan->nameChanges[0].diskName, std::string("a_b~1"));
    QCOMPARE(plan->nameChanges[1].diskName, std::string("a_b~2"));
    QVERIFY(QString::fromStdString(plan->nameChanges[0].why).contains("\"a_b\" is taken"));
    verifyUnambiguous(*plan);
}

void PlanNamesTest::givesTailsToNamesThatDifferOnlyInCase()
{
    const auto plan = test::planOrDie({{.path = "README.md"},
                                       {.path = "Readme.md"},
                                       {.path = "Readme~1.md"},
                                       {.path = "readme.md"},
                                       {.path = "\u00c4"},
                                       {.path = "\u00e4"}});
    QCOMPARE(plan->nameChanges.size(), 3U);
    QCOMPARE(plan->nameChanges[0].hostPath, std::string("Readme.md"));
    QCOMPARE(plan->nameChanges[0].diskName, std::string("Readme~2.md"));
    QCOMPARE(plan->nameChanges[0].why, std::string("differs from \"README.md\" only in case"));
    QCOMPARE(plan->nameChanges[1].diskName, std::string("readme~3.md"));
    QCOMPARE(plan->nameChanges[2].diskName, std::string("\u00e4~1"));
    verifyUnambiguous(*plan);
}

void PlanNamesTest::cutsLongNamesToMakeRoomForTheTail()
{
    const std::u16string longest(fat::maxLongNameUnits, u'x');
    QCOMPARE(withTail(longest, 12).size(), fat::maxLongNameUnits);
    QVERIFY(withTail(longest, 12).ends_with(u"x~12"));
    const std::u16string extension = u"a." + std::u16string(253, u'y');
    QCOMPARE(withTail(extension, 7).size(), fat::maxLongNameUnits);
    QVERIFY(withTail(extension, 7).starts_with(u"a~7.yy"));
    const std::u16string dotless = u"." + std::u16string(254, u'z');
    QVERIFY(withTail(dotless, 1).size() == fat::maxLongNameUnits);
    // A pair of surrogates goes as a whole.
    const std::u16string pairs = std::u16string(252, u'x') + u"\U0001F600" + u"x";
    QCOMPARE(withTail(pairs, 1), std::u16string(252, u'x') + u"~1");
}

void PlanNamesTest::keepsShortNamesOfTheHost()
{
    const auto plan = test::planOrDie(
        {{.path = "FOO bar.txt"}, {.path = "FOOBAR~1.TXT"}, {.path = "foobar~2.txt"}});
    QVERIFY(!test::entryAt(*plan, "/FOOBAR~1.TXT").needsLongName);
    QVERIFY(!test::entryAt(*plan, "/foobar~2.txt").needsLongName);
    const auto& bytes = test::entryAt(*plan, "/FOO bar.txt").shortName.bytes;
    QCOMPARE(std::string(bytes.begin(), bytes.end()), std::string("FOOBAR~3TXT"));
    verifyUnambiguous(*plan);
}

void PlanNamesTest::shortNameOfOneIsNeverTheLongNameOfAnother()
{
    // "foobar~1.Txt" is 8.3 but for its case: its long name is the short name the other would get.
    const auto plan = test::planOrDie({{.path = "foo bar.txt"}, {.path = "foobar~1.Txt"}});
    QVERIFY(test::entryAt(*plan, "/foobar~1.Txt").needsLongName);
    verifyUnambiguous(*plan);
}

void PlanNamesTest::givesMixedCaseNamesTheirOwnShortName()
{
    const auto plan =
        test::planOrDie({{.path = "Makefile"}, {.path = "UPPER.TXT"}, {.path = "lower.TXT"}});
    const Entry& mixed = test::entryAt(*plan, "/Makefile");
    QVERIFY(mixed.needsLongName);
    QCOMPARE(std::string(mixed.shortName.bytes.begin(), mixed.shortName.bytes.end()),
             std::string("MAKEFILE   "));
    QCOMPARE(mixed.shortName.ntCaseBits, std::uint8_t{0});
    QVERIFY(!test::entryAt(*plan, "/UPPER.TXT").needsLongName);
    const Entry& lower = test::entryAt(*plan, "/lower.TXT");
    QVERIFY(!lower.needsLongName);
    QCOMPARE(lower.shortName.ntCaseBits, fat::ntCase::lowerBase);
}

void PlanNamesTest::handlesFiftyThousandCollidingNames()
{
    // Every name has the same legal form; two slots each, so a directory holds 32,767 of them.
    const auto nameOf = [](std::uint32_t i) {
        std::string name = "same:name";
        for (int bit = 0; bit < 16; ++bit)
            name += (i >> bit) % 2 == 0 ? ':' : '?';
        return name;
    };
    Options options;
    options.unfit = Unfit::Skip;
    const auto plan = test::planOrDie(test::manyFiles("", 50'000, 0, nameOf), options);
    QCOMPARE(plan->entries.size() - 1, std::size_t{65536 / 4});
    verifyUnambiguous(*plan);
}

void PlanNamesTest::countsSlotsOfNames_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<quint32>("count");
    QTest::newRow("8.3") << "A.TXT" << 1U;
    QTest::newRow("8.3 lower") << "a.txt" << 1U;
    QTest::newRow("13 units") << "abcdefghi.jkl" << 2U;
    QTest::newRow("14 units") << "abcdefghij.klm" << 3U;
    QTest::newRow("255 units") << QString(255, 'x') << 21U;
}

void PlanNamesTest::countsSlotsOfNames()
{
    QFETCH(const QString, name);
    QFETCH(const quint32, count);
    const auto plan = test::planOrDie({{.path = name.toStdString()}});
    QCOMPARE(plan->entries[1].slotCount, count);
    QCOMPARE(plan->entries[0].size, std::uint64_t{count} * fat::slotSize);
}

void PlanNamesTest::putsFirstNamesFirst()
{
    Options options;
    options.first = {"MSDOS.SYS", "io.sys"};
    const auto plan = test::planOrDie({{.path = "AUTOEXEC.BAT", .size = 1},
                                       {.path = "IO.SYS", .size = 1},
                                       {.path = "MSDOS.SYS", .size = 1}},
                                      options);
    QVERIFY(plan->entries[1].longName == u"MSDOS.SYS");
    QVERIFY(plan->entries[2].longName == u"IO.SYS");
    QVERIFY(plan->entries[3].longName == u"AUTOEXEC.BAT");
    QCOMPARE(plan->entries[1].firstCluster, Cluster{2});
}

void PlanNamesTest::refusesFirstNameThatIsNotThere()
{
    Options options;
    options.first = {"IO.SYS"};
    options.excludes = {"IO.SYS"};
    const auto plan = planDisk(test::makeSnapshot({{.path = "IO.SYS"}, {.path = "B"}}), options);
    QVERIFY(!plan);
    QCOMPARE(plan.error().code, ErrorCode::InvalidArgument);
    QVERIFY(QString::fromStdString(plan.error().message).contains("IO.SYS"));
}

QTEST_GUILESS_MAIN(PlanNamesTest)
#include "tst_plan_names.moc"
