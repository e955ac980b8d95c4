#include "tests/support/temp_folder.hpp"
#include "tests/ui/damaged_volume.hpp"
#include "ui/base/banner.hpp"
#include "ui/base/chip.hpp"
#include "ui/models/compare_rows.hpp"
#include "ui/views/cluster_map_view.hpp"
#include "ui/views/compare_files_view.hpp"
#include "ui/views/compare_map_view.hpp"
#include "ui/views/map_legend.hpp"
#include "ui/window/compare_page.hpp"
#include "ui/window/document_tabs.hpp"
#include "ui/window/main_window.hpp"
#include "ui/window/volume_page.hpp"
#include "ui/window/welcome_page.hpp"
#include "ui/wizards/primary_button.hpp"
#include "ui/wizards/source_field.hpp"

#include <QAbstractItemModelTester>
#include <QPushButton>
#include <QTabBar>
#include <QTabWidget>
#include <QTableView>
#include <QTest>
#include <QToolButton>

using namespace fatlas;
using namespace fatlas::ui;
using namespace Qt::StringLiterals;
using fatlas::test::TempFolder;
using fatlas::test::VolumeBuilder;

namespace {

CompareSource sourceOf(const std::filesystem::path& path)
{
    return {.source = path.string()};
}

} // namespace

class TestCompare : public QObject {
    Q_OBJECT

private:
    TempFolder m_folder;
    std::filesystem::path m_left;
    std::filesystem::path m_right;
    std::unique_ptr<ComparePage> m_page;

    /// Left: as soundVolume() makes it. Right: A.TXT in other words, B.COM gone, NEW.TXT come,
    /// L.TXT hidden.
    void writeBoth()
    {
        m_left = m_folder.writeFile("left.img", test::soundVolume(fat::FatType::Fat12).bytes());
        VolumeBuilder right = test::soundVolume(fat::FatType::Fat12);
        const Bytes word{std::byte{'X'}};
        right.putData(10, word);
        right.putSlot(0, 1, test::slotNamed("NEW     TXT", fat::attribute::archive, 40, 700));
        right.setEntry(20, 0);
        right.setEntry(21, 0);
        right.link({40, 41});
        right.putSlot(0, 2, test::slotNamed("L       TXT", fat::attribute::hidden, 30, 1000));
        m_right = m_folder.writeFile("right.img", right.bytes());
    }

    void compare(const std::filesystem::path& left, const std::filesystem::path& right) const
    {
        m_page->compare(sourceOf(left), sourceOf(right));
        [&] { QTRY_VERIFY(m_page->isSettled()); }();
    }

    [[nodiscard]] const Comparison& result() const { return *m_page->document().result(); }

    [[nodiscard]] std::uint64_t count(CompareKind kind) const
    {
        return m_page->files()->model()->count(kind);
    }

private Q_SLOTS:

    void initTestCase() { writeBoth(); }

    void init()
    {
        m_page = std::make_unique<ComparePage>();
        m_page->resize(1200, 700);
        m_page->show();
    }

    void cleanup() { m_page.reset(); }

    void waitsForTwoSourcesAndSaysSo()
    {
        QVERIFY(!m_page->startButton()->isEnabled());
        QVERIFY(!m_page->startButton()->toolTip().isEmpty());
        QVERIFY(!m_page->headline().isEmpty());
        m_page->compare(sourceOf(m_left), {});
        QVERIFY(!m_page->document().isRunning());
        m_page->startEditing();
        QCOMPARE(m_page->focusWidget(), m_page->field(CompareSide::Right));
    }

    void comparesFilesClustersAndFields()
    {
        compare(m_left, m_right);
        QVERIFY(m_page->document().result() != nullptr);
        QCOMPARE(count(CompareKind::Content), std::uint64_t{1});
        QCOMPARE(count(CompareKind::Details), std::uint64_t{1});
        QCOMPARE(count(CompareKind::OnlyLeft), std::uint64_t{1});
        QCOMPARE(count(CompareKind::OnlyRight), std::uint64_t{1});
        QCOMPARE(count(CompareKind::Same), std::uint64_t{1}); // DOCS
        QCOMPARE(result().clusters.count(fat::ClusterDifference::Content), std::uint64_t{1});
        QCOMPARE(result().clusters.count(fat::ClusterDifference::OnlyBefore), std::uint64_t{2});
        QCOMPARE(result().clusters.count(fat::ClusterDifference::OnlyAfter), std::uint64_t{2});
        QVERIFY(m_page->fields()->model()->rowCount() >= 5); // four entries and the attributes
        QVERIFY2(m_page->headline().contains(u"1 changed"), qPrintable(m_page->headline()));
        QCOMPARE(m_page->tabs()->tabBar()->tabData(ComparePage::FilesTab).toInt(), 4);
        QCOMPARE(m_page->tabs()->tabBar()->tabData(ComparePage::ClustersTab).toInt(), 5);
    }

    void tablesKeepTheRulesOfModels()
    {
        const QAbstractItemModelTester files(
            m_page->files()->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        const QAbstractItemModelTester fields(
            m_page->fields()->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        compare(m_left, m_right);
        m_page->files()->chip(CompareKind::Same)->click();
        compare(m_left, m_left);
        QVERIFY(m_page->document().result()->isSame());
        QCOMPARE(m_page->fields()->model()->rowCount(), 0);
    }

    void chipsLeaveKindsOut()
    {
        compare(m_left, m_right);
        const QAbstractItemModel* const rows = m_page->files()->model();
        QCOMPARE(rows->rowCount(), 4);
        m_page->files()->chip(CompareKind::Same)->click();
        QCOMPARE(rows->rowCount(), 5);
        for (const auto kind :
             {CompareKind::Content, CompareKind::Details, CompareKind::Same, CompareKind::OnlyLeft})
            m_page->files()->chip(kind)->click();
        QCOMPARE(rows->rowCount(), 1);
        QCOMPARE(rows->index(0, CompareFilesModel::PathColumn).data().toString(), u"/NEW.TXT"_s);
        QCOMPARE(rows->index(0, CompareFilesModel::KindColumn).data().toString(), u"Only right"_s);
        QCOMPARE(rows->index(0, CompareFilesModel::LeftSizeColumn).data().toString(), QString());
    }

    void filesAndClustersAreLinkedBothWays()
    {
        compare(m_left, m_right);
        m_page->tabs()->setCurrentIndex(ComparePage::ClustersTab);
        ClusterMapView* const map = m_page->clusters()->map();
        QVERIFY(map->cells() != nullptr);
        map->setFocus();
        const auto cell = map->cells()->cellOfCluster(Cluster{40});
        map->setCursorCell(*cell);
        QTest::keyClick(map, Qt::Key_Right); // 41: of NEW.TXT, which only the right has
        QVERIFY2(m_page->clusters()->rightText().contains(u"/NEW.TXT"),
                 qPrintable(m_page->clusters()->rightText()));
        QVERIFY(!m_page->clusters()->leftText().contains(u"/NEW.TXT"));
        const int row = m_page->files()->table()->currentIndex().row();
        QCOMPARE(m_page->files()->model()->changeOf(row)->after, std::string("/NEW.TXT"));
        QVERIFY2(map->describe({*cell, 1}).contains(u"only right", Qt::CaseInsensitive),
                 qPrintable(map->describe({*cell, 1})));
        QVERIFY(!map->accessibleName().isEmpty());
        QVERIFY(!m_page->files()->table()->accessibleName().isEmpty());
        QVERIFY(!m_page->fields()->accessibleName().isEmpty());
    }

    void swapsAndComparesAgain()
    {
        compare(m_left, m_right);
        m_page->swapButton()->click();
        QTRY_VERIFY(m_page->isSettled() && m_page->document().result());
        QCOMPARE(m_page->field(CompareSide::Left)->source(), test::sourceOf(m_right));
        QCOMPARE(result().clusters.count(fat::ClusterDifference::OnlyBefore), std::uint64_t{2});
        const auto files = result().report.files;
        const auto added =
            std::ranges::find(files, fat::FileChangeKind::Added, &fat::FileChange::kind);
        QVERIFY(added != files.end() && added->after == "/B.COM");
    }

    void saysWhichSideCannotBeRead()
    {
        compare(m_left, m_folder.path() / "nowhere.img");
        QVERIFY(m_page->document().error().has_value());
        QCOMPARE(m_page->document().failedSide(), std::optional(CompareSide::Right));
        QVERIFY(m_page->banner()->isVisible());
        QVERIFY(m_page->banner()->message().next.contains(u"right"));
        compare(m_left, m_right);
        QVERIFY(!m_page->banner()->isVisible());
    }

    void otherShapesAreComparedByFilesOnly()
    {
        const auto other =
            m_folder.writeFile("other.img", test::soundVolume(fat::FatType::Fat16).bytes());
        compare(m_left, other);
        QVERIFY(!result().clusters.skipped.empty());
        QVERIFY(m_page->clusters()->map()->isHidden() || !m_page->clusters()->map()->isVisible());
        QCOMPARE(count(CompareKind::OnlyLeft) + count(CompareKind::OnlyRight), std::uint64_t{0});
    }

    void aFolderIsComparedAsTheDiskItWouldBe()
    {
        const TempFolder folder;
        folder.writeText("ONLY.TXT", "here");
        compare(folder.path(), m_left);
        QVERIFY(m_page->document().result() != nullptr);
        QCOMPARE(count(CompareKind::OnlyLeft), std::uint64_t{1});
    }

    void canBeStopped()
    {
        m_page->compare(sourceOf(m_left), sourceOf(m_right));
        QVERIFY(m_page->cancelButton()->isVisibleTo(m_page.get()));
        m_page->cancelButton()->click();
        QTRY_VERIFY(!m_page->document().isRunning());
        QVERIFY(!m_page->document().error()); // it was wished for
        QVERIFY(m_page->startButton()->isEnabled());
    }

    void theWindowOpensItFromEverywhere()
    {
        MainWindow window(WindowSettings::Keep::InMemory);
        window.show();
        Q_EMIT window.tabs()->welcome()->compareRequested();
        QVERIFY(window.tabs()->compare() != nullptr);
        window.tabs()->closeCurrent();
        window.dropPaths({test::sourceOf(m_left), test::sourceOf(m_right)});
        QTRY_VERIFY(window.tabs()->compare() != nullptr);
        QTRY_VERIFY(window.tabs()->compare()->document().result() != nullptr);
        QCOMPARE(window.windowTitle(), u"left.img and right.img — Fatlas"_s);
        VolumePage* const volume = window.openVolume(test::sourceOf(m_left));
        QTRY_VERIFY(volume->isShown());
        window.actions().compare->trigger();
        QVERIFY(window.tabs()->compare() != nullptr);
        QCOMPARE(window.tabs()->compare()->field(CompareSide::Left)->source(),
                 test::sourceOf(m_left));
        QVERIFY(window.tabs()->compare()->field(CompareSide::Right)->source().isEmpty());
    }
};

QTEST_MAIN(TestCompare)
#include "tst_compare.moc"
