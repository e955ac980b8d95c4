#include "tests/ui/damaged_volume.hpp"
#include "ui/document/cluster_facts.hpp"
#include "ui/document/volume_repair.hpp"

#include <QFile>
#include <QSignalSpy>

#include <algorithm>

using namespace fatlas;
using namespace fatlas::ui;
using namespace Qt::StringLiterals;
using fatlas::test::TempFolder;
using Step = VolumeRepair::Step;

namespace {

std::size_t errorCount(const VolumeContent& content)
{
    return static_cast<std::size_t>(
        std::ranges::count(content.findings, Severity::Error, &Finding::severity));
}

} // namespace

class TestVolumeRepair : public QObject {
    Q_OBJECT

private Q_SLOTS:

    void checksAVolumeWhenItIsRead()
    {
        TempFolder folder;
        VolumeDocument document(test::sourceOf(test::writeDamaged(folder)));
        QSignalSpy ready(&document, &VolumeDocument::ready);
        QSignalSpy checked(&document, &VolumeDocument::checked);
        document.load();
        QTRY_COMPARE(ready.count(), 1);
        QTRY_COMPARE(checked.count(), 1);
        QCOMPARE(ready.count(), 1); // tree and map stay what they were
        QVERIFY(errorCount(*document.content()) > 0);
        QCOMPARE(document.content()->report->lostChainCount, std::uint64_t{1});
        QVERIFY(document.checkText().startsWith(u"Checked: "_s));
    }

    void stopsACheckAndStartsItAgain()
    {
        TempFolder folder;
        VolumeDocument document(test::sourceOf(test::writeDamaged(folder)));
        QSignalSpy checked(&document, &VolumeDocument::checked);
        connect(&document, &VolumeDocument::ready, &document, [&] { document.stopCheck(); });
        // ready() comes before the check begins, so this stops nothing and must do no harm
        document.load();
        QTRY_COMPARE(checked.count(), 1);
        document.check();
        QVERIFY(document.isChecking());
        document.stopCheck();
        QTRY_VERIFY(!document.isChecking());
        QVERIFY(document.content()->report != nullptr); // what was known stays known
        document.check();
        QTRY_COMPARE(checked.count(), 2);
    }

    void findingsKnowTheirPlace()
    {
        TempFolder folder;
        const auto document = test::openChecked(test::writeDamaged(folder));
        const VolumeContent& content = *document->content();
        for (std::uint32_t i = 0; i < content.findings.size(); ++i) {
            document->selectFinding(i);
            const FocusTarget& target = document->focus().selection();
            QCOMPARE(target.finding, std::optional(i));
            if (content.findings[i].cluster)
                QCOMPARE(target.cluster, std::optional(Cluster{*content.findings[i].cluster}));
            if (!content.findings[i].path.empty())
                QVERIFY(target.node.has_value());
        }
    }

    void stepsThroughTheFindingsAroundTheEnds()
    {
        TempFolder folder;
        const auto document = test::openChecked(test::writeDamaged(folder));
        const auto count = static_cast<std::uint32_t>(document->content()->findings.size());
        QVERIFY(count > 2);
        QVERIFY(document->stepFinding(-1));
        QCOMPARE(document->focus().selection().finding, std::optional(count - 1));
        QVERIFY(document->stepFinding(1));
        QCOMPARE(document->focus().selection().finding, std::optional(0U));
        QVERIFY(document->stepFinding(1));
        QCOMPARE(document->focus().selection().finding, std::optional(1U));
    }

    void showsThePlanBeforeAnythingIsWritten()
    {
        TempFolder folder;
        const auto path = test::writeDamaged(folder);
        const auto document = test::openChecked(path);
        VolumeRepair repair(*document);
        QVERIFY(repair.problem().isEmpty());
        repair.makePlan(true);
        QTRY_COMPARE(repair.step(), Step::Planned);
        QVERIFY(!repair.plan()->repairs.empty() && repair.changedBytes() > 0);
        QCOMPARE(folder.readFile("damaged.img"), test::damagedBytes(fat::FatType::Fat12));
        QCOMPARE(folder.entryCount(), std::size_t{1});
        repair.dismiss();
        QCOMPARE(repair.step(), Step::Idle);
        QCOMPARE(folder.readFile("damaged.img"), test::damagedBytes(fat::FatType::Fat12));
    }

    void writesWhatWasPlannedAndTakesItBack_data()
    {
        QTest::addColumn<int>("type");
        QTest::newRow("FAT12") << static_cast<int>(fat::FatType::Fat12);
        QTest::newRow("FAT16") << static_cast<int>(fat::FatType::Fat16);
        QTest::newRow("FAT32") << static_cast<int>(fat::FatType::Fat32);
    }

    void writesWhatWasPlannedAndTakesItBack()
    {
        QFETCH(const int, type);
        const auto fatType = static_cast<fat::FatType>(type);
        TempFolder folder;
        const auto document = test::openChecked(test::writeDamaged(folder, fatType));
        VolumeRepair repair(*document);
        repair.makePlan(true);
        QTRY_COMPARE(repair.step(), Step::Planned);
        Bytes expected = test::damagedBytes(fatType);
        for (const block::Patch& patch : repair.plan()->patches)
            std::ranges::copy(patch.after,
                              expected.begin() + static_cast<std::ptrdiff_t>(patch.offset));
        repair.apply();
        QTRY_COMPARE(repair.step(), Step::Applied);
        QCOMPARE(folder.readFile("damaged.img"), expected);
        QVERIFY(QFile::exists(repair.undoFile()));
        QTRY_VERIFY(document->state() == VolumeDocument::State::Ready &&
                    document->content()->report != nullptr);
        QCOMPARE(errorCount(*document->content()), std::size_t{0});
        repair.undo();
        QTRY_COMPARE(repair.step(), Step::Undone);
        QCOMPARE(folder.readFile("damaged.img"), test::damagedBytes(fatType));
        QTRY_VERIFY(document->state() == VolumeDocument::State::Ready &&
                    document->content()->report != nullptr);
        QVERIFY(errorCount(*document->content()) > 0);
    }

    void keepsOrFreesLostChainsAsAsked()
    {
        TempFolder folder;
        const auto document = test::openChecked(test::writeDamaged(folder));
        VolumeRepair repair(*document);
        repair.makePlan(true);
        QTRY_COMPARE(repair.step(), Step::Planned);
        const std::uint64_t kept = repair.changedBytes();
        repair.makePlan(false);
        QTRY_COMPARE(repair.step(), Step::Planned);
        QVERIFY(!repair.keepsLostChains());
        QVERIFY(repair.changedBytes() != kept);
    }

    void previewsTheMapAsItWouldBe()
    {
        TempFolder folder;
        const auto document = test::openChecked(test::writeDamaged(folder));
        VolumeRepair repair(*document);
        repair.makePlan(true);
        QTRY_COMPARE(repair.step(), Step::Planned);
        const fat::UsageMap& now = *document->content()->usage;
        const auto& then = repair.preview().usage;
        QVERIFY(then != nullptr);
        const Cluster lost{test::lostCluster};
        QCOMPARE(now.at(lost).state, fat::ClusterState::Lost);
        QCOMPARE(then->at(lost).state, fat::ClusterState::File);
        const auto& changed = repair.preview().changed;
        QVERIFY(std::ranges::any_of(
            changed, [lost](const ClusterRange& range) { return range.contains(lost); }));
        for (const ClusterRange& range : changed)
            for (std::uint32_t i = 0; i < range.count; ++i)
                QVERIFY(now.at(range.first + i).state != then->at(range.first + i).state);
        // What it would be in the repaired volume itself.
        const auto volume = fat::Volume::open(repair.plan()->repaired);
        const auto tree = fat::readTree(**volume);
        const auto usage = fat::mapUsage(**volume, **tree);
        for (std::uint32_t at = 2; at < 202; ++at)
            QCOMPARE(then->at(Cluster{at}).state, (*usage)->at(Cluster{at}).state);
    }

    void writesNothingWhenTheImageChangedMeanwhile()
    {
        TempFolder folder;
        const auto document = test::openChecked(test::writeDamaged(folder));
        VolumeRepair repair(*document);
        repair.makePlan(true);
        QTRY_COMPARE(repair.step(), Step::Planned);
        Bytes other = test::damagedBytes(fat::FatType::Fat12);
        for (const block::Patch& patch : repair.plan()->patches)
            other[patch.offset] ^= std::byte{0x40};
        folder.writeFile("damaged.img", other);
        repair.apply();
        QTRY_VERIFY(repair.error().has_value());
        QCOMPARE(repair.step(), Step::Planned);
        QCOMPARE(folder.readFile("damaged.img"), other);
    }

    void saysWhyASoundOrComputedVolumeIsNotRepaired()
    {
        TempFolder folder;
        folder.writePattern("A.TXT", 600);
        const auto document = test::openChecked("fat:floppy:12:" + folder.path().string());
        VolumeRepair repair(*document);
        QVERIFY(!repair.problem().isEmpty());
        repair.makePlan(true);
        QCOMPARE(repair.step(), Step::Idle);
        QVERIFY(!document->content()->writeProblem.empty());
    }

    void knowsWhoLeadsToACluster()
    {
        TempFolder folder;
        const auto document = test::openChecked(test::writeDamaged(folder));
        const auto pointers = findPointers(*document->content(), Cluster{test::sharedCluster}, {});
        QVERIFY(pointers.has_value() && pointers->isWhole);
        QCOMPARE(pointers->entries, (std::vector<Cluster>{Cluster{10}, Cluster{21}}));
        const auto facts = factsOf(*document->content(), Cluster{test::differingEntry}, {});
        QVERIFY(facts.has_value());
        QCOMPARE(facts->entry.raw, 0U);
        QCOMPARE(facts->secondRaw, std::optional(0xFFFU));
    }

    void findsTheSamePlaceAgainAfterAReload()
    {
        TempFolder folder;
        const auto document = test::openChecked(test::writeDamaged(folder));
        document->selectNode(document->content()->tree->find("/DOCS/A.TXT").value_or(0));
        QSignalSpy ready(document.get(), &VolumeDocument::ready);
        document->reload();
        QTRY_COMPARE(ready.count(), 1);
        const auto node = document->focus().selection().node;
        QVERIFY(node.has_value());
        QCOMPARE(document->content()->tree->path(*node), std::string("/DOCS/A.TXT"));
    }

    void readsAgainWhatAnotherProgramChanged()
    {
        TempFolder folder;
        const auto path = test::writeDamaged(folder);
        const auto document = test::openChecked(path);
        document->selectNode(document->content()->tree->find("/DOCS/A.TXT").value_or(0));
        QSignalSpy ready(document.get(), &VolumeDocument::ready);
        folder.writeFile(path.filename().string(), test::soundVolume(fat::FatType::Fat12).bytes());
        QTRY_COMPARE_WITH_TIMEOUT(ready.count(), 1, 20'000);
        QTRY_VERIFY(document->content()->report != nullptr);
        QVERIFY(document->focus().selection().node.has_value());
        QVERIFY(document->content()->findings.size() < 3);
    }
};

QTEST_MAIN(TestVolumeRepair)
#include "tst_volume_repair.moc"
