#include "core/base/text.hpp"
#include "core/fat/directory_entry.hpp"

#include "tests/core/folder_disk/snapshot_maker.hpp"

#include <QElapsedTimer>
#include <QTest>

#include <algorithm>

using namespace fatlas;
using namespace fatlas::folder_disk;

class PlanFitTest : public QObject {
    Q_OBJECT

private slots:
    void fillsAFloppyToTheLastCluster();
    void refusesOneByteTooMuch();
    void skipsWhatDoesNotFitAndKeepsTheRest();
    void shrinksFoldersToWhatTheyHold();
    void listsWhatCanBeOnNoDisk();
    void holdsTheLargestFile();
    void rootOfAFloppyIsFixed();
    void labelTakesARootEntry();
    void refusesThreeHundredThousandFilesQuickly();
    void directoryHoldsExactly65536Slots();
    void namesTheFloppyThatWouldDo();
    void reportsFormatsThatWouldDo();
    void countsWhatIsOnTheDisk();
    void runsFollowEachOtherWithoutGaps();
    void usageMapCountsEveryCluster();
    void readOnlyFilesGetTheAttribute();
    void stopsWhenAsked();
};

namespace {

Options onFloppy(FloppyFormat format)
{
    Options options;
    options.floppy = format;
    return options;
}

std::string number(std::uint32_t i)
{
    return std::to_string(i);
}

void verifyRefusal(const Plan& plan, std::initializer_list<const char*> parts)
{
    const auto refusal = plan.refusal();
    QVERIFY(refusal.has_value());
    QCOMPARE(refusal->code, ErrorCode::Refused);
    for (const char* part : parts)
        QVERIFY2(QString::fromStdString(refusal->message).contains(part), refusal->message.c_str());
}

UnfitReason reasonOf(const Plan& plan, const std::string& path)
{
    const auto found = std::ranges::find(plan.unfit, path, &UnfitItem::path);
    return found == plan.unfit.end() ? UnfitReason{255} : found->reason;
}

} // namespace

void PlanFitTest::fillsAFloppyToTheLastCluster()
{
    const auto plan =
        test::planOrDie({{.path = "A", .size = 2847 * 512}}, onFloppy(FloppyFormat::F1440K));
    QVERIFY(!plan->refusal());
    QCOMPARE(plan->fit.clustersUsed, 2847U);
    QCOMPARE(plan->fit.slackSize, 0U);
}

void PlanFitTest::refusesOneByteTooMuch()
{
    const auto plan =
        test::planOrDie({{.path = "A", .size = 2847 * 512 + 1}}, onFloppy(FloppyFormat::F1440K));
    QCOMPARE(plan->unfit.size(), 1U);
    QCOMPARE(plan->unfit.front().reason, UnfitReason::NoRoom);
    verifyRefusal(*plan, {"2,848 clusters", "2,847 clusters", "1.44M floppy",
                          "a 1.68M floppy or a disk of", "would do"});
    QCOMPARE(plan->fit.clustersNeeded, 2848U);
    QCOMPARE(plan->fit.clustersUsed, 0U);
}

void PlanFitTest::skipsWhatDoesNotFitAndKeepsTheRest()
{
    Options options = onFloppy(FloppyFormat::F160K);
    options.unfit = Unfit::Skip;
    const auto plan = test::planOrDie({{.path = "A", .size = 100'000},
                                       {.path = "B:", .size = 100'000},
                                       {.path = "C:", .size = 50'000},
                                       {.path = "D/E", .size = 100'000}},
                                      options);
    QVERIFY(!plan->refusal());
    QCOMPARE(reasonOf(*plan, "B:"), UnfitReason::NoRoom);
    QCOMPARE(reasonOf(*plan, "D/E"), UnfitReason::NoRoom);
    QCOMPARE(plan->fit.fileCount, 2U);
    QCOMPARE(plan->fit.directoryCount, 1U);
    // The name change of what is left out goes with it, and the other points to its new place.
    QCOMPARE(plan->nameChanges.size(), 1U);
    QCOMPARE(plan->path(plan->nameChanges.front().entry), std::string("/C_"));
    const auto skipped = std::ranges::count(plan->findings, std::string("F4"), &Finding::rule);
    QCOMPARE(skipped, 2);
    QCOMPARE(test::entryAt(*plan, "/D").childCount, 0U);
}

void PlanFitTest::shrinksFoldersToWhatTheyHold()
{
    Options options = onFloppy(FloppyFormat::F160K);
    options.unfit = Unfit::Skip;
    auto nodes = test::manyFiles("D", 400, 512, number);
    nodes.push_back({.path = "D/sub/x", .size = 1});
    const auto plan = test::planOrDie(nodes, options);
    const Entry& folder = test::entryAt(*plan, "/D");
    QCOMPARE(folder.size, (std::uint64_t{folder.childCount} + 2) * fat::slotSize);
    QCOMPARE(std::uint64_t{folder.clusterCount}, (folder.size + 511) / 512);
    QCOMPARE(plan->unfit.size() + folder.childCount, 402U - (folder.childCount == 401 ? 1 : 0));
    QVERIFY(!plan->refusal());
}

void PlanFitTest::listsWhatCanBeOnNoDisk()
{
    const auto plan = test::planOrDie({{.path = "huge", .size = 1ULL << 32},
                                       {.path = "secret", .size = 1, .readable = false},
                                       {.path = "closed/", .size = 0, .readable = false},
                                       {.path = "fine", .size = 1}});
    QCOMPARE(reasonOf(*plan, "huge"), UnfitReason::TooLarge);
    QCOMPARE(reasonOf(*plan, "secret"), UnfitReason::Unreadable);
    QCOMPARE(reasonOf(*plan, "closed"), UnfitReason::Unreadable);
    QCOMPARE(plan->fit.fileCount, 1U);
    verifyRefusal(*plan, {"huge", "4 GiB", "3 files and folders"});
    QVERIFY(std::ranges::none_of(plan->fit.formats, &FormatFit::fits));
}

void PlanFitTest::holdsTheLargestFile()
{
    const auto plan = test::planOrDie({{.path = "max", .size = UINT32_MAX}});
    QVERIFY(!plan->refusal());
    QCOMPARE(plan->geometry().type, fat::FatType::Fat32);
    QCOMPARE(plan->entries[1].size, std::uint64_t{UINT32_MAX});
}

void PlanFitTest::rootOfAFloppyIsFixed()
{
    const auto plan =
        test::planOrDie(test::manyFiles("", 230, 0, number), onFloppy(FloppyFormat::F1440K));
    QCOMPARE(plan->unfit.size(), 6U);
    QCOMPARE(plan->unfit.front().reason, UnfitReason::RootFull);
    QCOMPARE(plan->fit.rootEntriesNeeded, 230U);
    QCOMPARE(plan->fit.rootEntriesUsed, 224U);
    verifyRefusal(*plan, {"230 directory entries", "has 224", "a 2.88M floppy"});
}

void PlanFitTest::labelTakesARootEntry()
{
    Options options = onFloppy(FloppyFormat::F1440K);
    const auto nodes = test::manyFiles("", 224, 0, number);
    QVERIFY(!test::planOrDie(nodes, options)->refusal());
    options.label = "X";
    QVERIFY(test::planOrDie(nodes, options)->refusal().has_value());
}

void PlanFitTest::refusesThreeHundredThousandFilesQuickly()
{
    const auto snapshot = test::makeSnapshot(test::manyFiles("big", 300'000, 1, number));
    QElapsedTimer timer;
    timer.start();
    const auto plan = planDisk(snapshot, {});
    QVERIFY(plan.has_value());
    QVERIFY2(timer.elapsed() < 60'000, "this should take a second or two");
    QCOMPARE((*plan)->fit.fileCount, 65'534U);
    QCOMPARE((*plan)->unfit.size(), std::size_t{300'000 - 65'534});
    verifyRefusal(**plan, {"65,536 entries", "234,466 files"});
}

void PlanFitTest::directoryHoldsExactly65536Slots()
{
    const auto full = test::planOrDie(test::manyFiles("d", 65'534, 0, number));
    QVERIFY(!full->refusal());
    QCOMPARE(test::entryAt(*full, "/d").size, 2ULL << 20);
    const auto over = test::planOrDie(test::manyFiles("d", 65'535, 0, number));
    QCOMPARE(over->unfit.size(), 1U);
    QCOMPARE(over->unfit.front().reason, UnfitReason::DirectoryFull);
}

void PlanFitTest::namesTheFloppyThatWouldDo()
{
    const auto plan =
        test::planOrDie({{.path = "A", .size = 700'000}}, onFloppy(FloppyFormat::F360K));
    verifyRefusal(*plan, {"a 720K floppy"});
    const auto huge =
        test::planOrDie({{.path = "A", .size = 70'000'000}}, onFloppy(FloppyFormat::F360K));
    const auto refusal = huge->refusal();
    QVERIFY(refusal && !QString::fromStdString(refusal->message).contains("floppy or"));
    QVERIFY(QString::fromStdString(refusal->message).contains("a disk of 84 MiB would do"));
    QCOMPARE(huge->fit.diskSizeThatFits, 84ULL << 20);
}

void PlanFitTest::reportsFormatsThatWouldDo()
{
    const auto plan = test::planOrDie({{.path = "A", .size = 1'000'000}});
    std::vector<std::string> names;
    for (const FormatFit& format : plan->fit.formats)
        if (format.fits)
            names.emplace_back(layoutOf(format.format).name);
    QCOMPARE(names, (std::vector<std::string>{"1.2M", "1.44M", "1.68M", "2.88M"}));
    // 17 files fill the root of a DMF floppy, whatever their size.
    const auto many = test::planOrDie(test::manyFiles("", 17, 1, number));
    QVERIFY(!many->fit.formats[static_cast<std::size_t>(FloppyFormat::F1680K)].fits);
    QVERIFY(many->fit.formats[static_cast<std::size_t>(FloppyFormat::F160K)].fits);
}

void PlanFitTest::countsWhatIsOnTheDisk()
{
    Options options = onFloppy(FloppyFormat::F1440K);
    options.label = "L";
    const auto plan = test::planOrDie(
        {{.path = "a", .size = 600}, {.path = "d/b", .size = 512}, {.path = "d/e/"}}, options);
    QCOMPARE(plan->fit.fileCount, 2U);
    QCOMPARE(plan->fit.directoryCount, 2U);
    QCOMPARE(plan->fit.contentSize, 1112U);
    QCOMPARE(plan->fit.slackSize, 424U);
    QCOMPARE(plan->fit.clustersUsed, 5U);
    QCOMPARE(plan->fit.clustersNeeded, 5U);
    QCOMPARE(plan->fit.rootEntriesUsed, 3U);
}

void PlanFitTest::runsFollowEachOtherWithoutGaps()
{
    for (const int bits : {12, 16, 32}) {
        Options options;
        options.fat = static_cast<fat::FatType>(bits);
        options.label = "LABEL";
        const auto plan = test::planOrDie({{.path = "a", .size = 9000},
                                           {.path = "b/c", .size = 1},
                                           {.path = "b/empty"},
                                           {.path = "e/f/g", .size = 70'000}},
                                          options);
        Cluster next{2};
        for (const std::uint32_t i : plan->allocation) {
            QCOMPARE(plan->entries[i].firstCluster, next);
            next = next + plan->entries[i].clusterCount;
        }
        QCOMPARE(next.value - 2, plan->fit.clustersUsed);
        QCOMPARE(plan->entries[0].firstCluster, bits == 32 ? Cluster{2} : Cluster{});
        QCOMPARE(test::entryAt(*plan, "/b/empty").firstCluster, Cluster{});
    }
}

void PlanFitTest::usageMapCountsEveryCluster()
{
    const auto plan = test::planOrDie({{.path = "a", .size = 9000}, {.path = "b/c", .size = 1}},
                                      onFloppy(FloppyFormat::F1440K));
    const auto usage = usageOf(*plan);
    QCOMPARE(usage->count(fat::ClusterState::File), 19U);
    QCOMPARE(usage->count(fat::ClusterState::Directory), 1U);
    QCOMPARE(usage->count(fat::ClusterState::Free), 2847U - 20);
    QCOMPARE(usage->at(Cluster{5}).owner, 1U);
    QCOMPARE(plan->path(usage->at(Cluster{21}).owner), std::string("/b/c"));
}

void PlanFitTest::readOnlyFilesGetTheAttribute()
{
    const auto plan = test::planOrDie({{.path = "f", .size = 1, .writable = false},
                                       {.path = "g", .size = 1},
                                       {.path = "d/", .size = 0, .writable = false}});
    QCOMPARE(test::entryAt(*plan, "/f").attributes,
             std::uint8_t{fat::attribute::archive | fat::attribute::readOnly});
    QCOMPARE(test::entryAt(*plan, "/g").attributes, fat::attribute::archive);
    QCOMPARE(test::entryAt(*plan, "/d").attributes, fat::attribute::directory);
}

void PlanFitTest::stopsWhenAsked()
{
    std::stop_source source;
    source.request_stop();
    const auto plan =
        planDisk(test::makeSnapshot({{.path = "a"}}), {}, JobControl(source.get_token()));
    QVERIFY(!plan);
    QCOMPARE(plan.error().code, ErrorCode::Cancelled);
}

QTEST_GUILESS_MAIN(PlanFitTest)
#include "tst_plan_fit.moc"
