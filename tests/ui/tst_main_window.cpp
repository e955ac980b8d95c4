#include "tests/support/temp_folder.hpp"
#include "tests/ui/damaged_volume.hpp"
#include "ui/base/banner.hpp"
#include "ui/views/cluster_map_view.hpp"
#include "ui/views/everything_else_view.hpp"
#include "ui/views/fat_table_area.hpp"
#include "ui/views/fat_table_view.hpp"
#include "ui/views/file_tree_view.hpp"
#include "ui/views/findings_panel.hpp"
#include "ui/views/findings_repair.hpp"
#include "ui/views/findings_view.hpp"
#include "ui/views/hex_panel.hpp"
#include "ui/views/structure_view.hpp"
#include "ui/window/breadcrumb.hpp"
#include "ui/window/document_tabs.hpp"
#include "ui/window/go_to_box.hpp"
#include "ui/window/inspector_panel.hpp"
#include "ui/window/jobs_panel.hpp"
#include "ui/window/main_window.hpp"
#include "ui/window/volume_page.hpp"
#include "ui/window/welcome_page.hpp"
#include "ui/wizards/new_disk_page.hpp"
#include "ui/wizards/plan_preview.hpp"

#include <QDockWidget>
#include <QDragEnterEvent>
#include <QFileInfo>
#include <QMessageBox>
#include <QMimeData>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTabBar>
#include <QTableView>
#include <QTest>
#include <QToolButton>
#include <QTreeView>

#include <algorithm>

using namespace fatlas;
using namespace fatlas::ui;
using fatlas::test::TempFolder;

namespace {

QString text(const std::filesystem::path& path)
{
    return QString::fromStdString(path.string());
}

QPushButton* buttonNamed(QWidget* parent, const QString& words)
{
    for (auto* button : parent->findChildren<QPushButton*>())
        if (button->text() == words && button->isVisible())
            return button;
    return nullptr;
}

void drop(QWidget* target, const QString& path)
{
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(path)});
    QDragEnterEvent enter({5, 5}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(target, &enter);
    QDropEvent event(QPointF(5, 5), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(target, &event);
}

} // namespace

class TestMainWindow : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<MainWindow> m_window;
    TempFolder m_home; ///< holds images that tests make

    void start(WindowSettings::Keep keep = WindowSettings::Keep::InMemory)
    {
        m_window = std::make_unique<MainWindow>(keep);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    }

    NewDiskPage* newDisk(const TempFolder& folder)
    {
        NewDiskPage* const page = m_window->newDisk(text(folder.path()));
        [&] { QTRY_VERIFY(page->preview()->isUpToDate()); }();
        return page;
    }

    VolumePage* openFloppy(const TempFolder& folder)
    {
        VolumePage* const page =
            m_window->openVolume(QStringLiteral("fat:floppy:12:") + text(folder.path()));
        [&] { QTRY_VERIFY(page->isShown()); }();
        return page;
    }

private Q_SLOTS:

    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(QStringLiteral("fatlas-test"));
        QCoreApplication::setApplicationName(QStringLiteral("tst_main_window"));
        QSettings::setDefaultFormat(QSettings::IniFormat);
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, text(m_home / "settings"));
    }

    void cleanup() { m_window.reset(); }

    void startsWithWelcomeAndDisabledActionsSayWhy()
    {
        start();
        QVERIFY(m_window->tabs()->welcome()->isVisible());
        for (const QAction* action : m_window->actions().all())
            if (!action->isEnabled())
                QVERIFY2(!action->toolTip().startsWith(action->text()),
                         qPrintable(action->toolTip()));
        QVERIFY(!m_window->actions().saveImage->isEnabled());
    }

    void makesANewDiskOfADroppedFolder()
    {
        TempFolder folder;
        folder.writeText("A.TXT", "a");
        start();
        drop(m_window.get(), text(folder.path()));
        QTRY_VERIFY(m_window->tabs()->newDisk() != nullptr);
        QCOMPARE(m_window->tabs()->newDisk()->document().folder(), text(folder.path()));
    }

    void savesAndOffersToOpen()
    {
        TempFolder folder;
        folder.writePattern("A.BIN", 3000);
        start();
        newDisk(folder);
        const QString target = text(m_home / "saved.img");
        m_window->saveTo(target);
        QTRY_VERIFY(m_window->jobs().running().isEmpty());
        QCOMPARE(QFileInfo(target).size(), 1440 * 1024);
        QTRY_VERIFY(buttonNamed(m_window.get(), QStringLiteral("Open")) != nullptr);
        QTest::mouseClick(buttonNamed(m_window.get(), QStringLiteral("Open")), Qt::LeftButton);
        QTRY_VERIFY(m_window->tabs()->volume() != nullptr);
        VolumePage* const page = m_window->tabs()->volume();
        QTRY_VERIFY(page->isShown());
        QVERIFY(page->document().content()->tree->find("/A.BIN").has_value());
    }

    void theTourOpensADamagedFloppyToRepair()
    {
        start();
        const auto buttons = m_window->tabs()->welcome()->findChildren<QToolButton*>();
        const auto lesson = std::ranges::find(buttons, QStringLiteral("A lost chain"),
                                              [](const QToolButton* one) { return one->text(); });
        QVERIFY(lesson != buttons.end());
        QTest::mouseClick(*lesson, Qt::LeftButton);
        QTRY_VERIFY(m_window->tabs()->volume() != nullptr);
        const VolumeDocument& document = m_window->tabs()->volume()->document();
        QTRY_VERIFY(document.content() != nullptr && document.content()->report != nullptr);
        QCOMPARE(document.content()->usage->count(fat::ClusterState::Lost), std::uint64_t{8});
        QVERIFY(document.content()->writeProblem.empty());
    }

    void opensADroppedImage()
    {
        TempFolder folder;
        folder.writePattern("A.BIN", 3000);
        start();
        newDisk(folder);
        const QString target = text(m_home / "dropped.img");
        m_window->saveTo(target);
        QTRY_VERIFY(m_window->jobs().running().isEmpty());
        drop(m_window.get(), target);
        QTRY_VERIFY(m_window->tabs()->volume() != nullptr);
        QTRY_VERIFY(m_window->tabs()->volume()->isShown());
    }

    void cancelsASaveAndLeavesNothingBehind()
    {
        TempFolder folder;
        for (int i = 0; i < 8; ++i)
            folder.writePattern("BIG" + std::to_string(i) + ".BIN", 24 * MiB);
        TempFolder out;
        start();
        NewDiskPage* const page = newDisk(folder);
        auto options = page->document().options();
        options.floppy.reset();
        page->setOptions(options);
        QTRY_VERIFY(!page->document().isBusy() && page->saveProblem().isEmpty());
        m_window->saveTo(text(out / "big.img"));
        m_window->jobs().cancel(0);
        QTRY_VERIFY(m_window->jobs().running().isEmpty());
        QCOMPARE(m_window->jobs().task(0).state(), Task::State::Cancelled);
        QCOMPARE(out.entryCount(), 0u);
    }

    void refusesToWriteOverTheOpenImage()
    {
        TempFolder folder;
        folder.writeText("A.TXT", "a");
        start();
        newDisk(folder);
        const QString target = text(m_home / "self.img");
        m_window->saveTo(target);
        QTRY_VERIFY(m_window->jobs().running().isEmpty());
        VolumePage* const page = m_window->openVolume(target);
        QTRY_VERIFY(page->isShown());
        m_window->saveTo(target);
        QTRY_VERIFY(m_window->jobs().running().isEmpty());
        QCOMPARE(m_window->jobs().task(0).state(), Task::State::Failed);
        m_window->saveTo(text(m_home / "copy.img"));
        QTRY_VERIFY(m_window->jobs().running().isEmpty());
        QCOMPARE(QFileInfo(text(m_home / "copy.img")).size(), 1440 * 1024);
    }

    void asksOnceBeforeClosingWithJobs()
    {
        start();
        m_window->jobs().run(
            QStringLiteral("Save slow.img"),
            [](const JobControl& job) -> Result<int> {
                while (!job.stopRequested())
                    QThread::msleep(1);
                return fail(ErrorCode::Cancelled, "cancelled");
            },
            [](int) { return JobResult{}; });
        QVERIFY(!m_window->close());
        auto* box = m_window->findChild<QMessageBox*>();
        QVERIFY(box != nullptr);
        QVERIFY(box->informativeText().contains(QStringLiteral("Save slow.img")));
        QTest::mouseClick(box->buttons().first(), Qt::LeftButton);
        QTRY_VERIFY(!m_window->isVisible());
    }

    void linksFilesMapAndInspectorThroughFocus()
    {
        TempFolder folder;
        folder.writePattern("DOCS/A.TXT", 4608);
        start();
        VolumePage* const page = openFloppy(folder);
        QVERIFY(page->goTo(QStringLiteral("/DOCS/A.TXT")).has_value());
        const auto& target = page->document().focus().selection();
        QCOMPARE(target.runs.front().count, 9u);
        QTRY_COMPARE(page->selectionText(), QStringLiteral("9 clusters, 4.5 KiB selected"));
        auto* map = page->map();
        const Cluster fifth = target.runs.front().first + 4;
        const auto cell = map->cells()->cellOfCluster(fifth).value_or(0);
        const QPoint place = map->rectOfCell(cell).value_or(QRect()).center();
        QTest::mouseClick(map, Qt::LeftButton, Qt::NoModifier, place);
        QCOMPARE(page->document().focus().selection().cluster, std::optional(fifth));
        QVERIFY(page->inspector()->heading().startsWith(QStringLiteral("Cluster")));
    }

    void linksTheBytesWithEveryOtherPart()
    {
        TempFolder folder;
        folder.writePattern("DOCS/A.TXT", 4608);
        start();
        VolumePage* const page = openFloppy(folder);
        HexView* const bytes = page->bytes()->view();
        QVERIFY(page->goTo(QStringLiteral("/DOCS/A.TXT")).has_value());
        const auto& target = page->document().focus().selection();
        const fat::Geometry& geometry = page->document().content()->geometry();
        const Cluster first = target.runs.front().first;
        QCOMPARE(bytes->cursor(), geometry.clusterOffset(first));
        page->map()->QWidget::setFocus();
        QTest::keyClick(page->map(), Qt::Key_B);
        QTRY_VERIFY(bytes->hasFocus());
        QTRY_VERIFY(!bytes->visibleRegion().isEmpty());
        bytes->moveCursor(geometry.clusterOffset(first + 4), false);
        QCOMPARE(target.cluster, std::optional(first + 4));
        QCOMPARE(target.runs.front().count, 9u);
        QCOMPARE(page->map()->cursorCell(), page->map()->cells()->cellOfCluster(first + 4));
        QTest::keyClick(bytes, Qt::Key_Home, Qt::ControlModifier);
        QCOMPARE(target.cluster, std::nullopt);
        QTRY_VERIFY(page->bytes()->structures()->field().has_value());
    }

    void bringsTheBytesForwardForAnAddressOfBytes()
    {
        TempFolder folder;
        start();
        VolumePage* const page = openFloppy(folder);
        QTRY_VERIFY(page->bytes()->visibleRegion().isEmpty());
        QVERIFY(page->goTo(QStringLiteral("0x1FE")).has_value());
        QTRY_VERIFY(!page->bytes()->visibleRegion().isEmpty());
        QCOMPARE(page->bytes()->view()->cursor(), std::uint64_t{0x1FE});
        QVERIFY(page->goTo(QStringLiteral("sector:1")).has_value());
        QCOMPARE(page->bytes()->view()->selection(), (ByteRange{512, 512}));
        QVERIFY(!page->showDock(QStringLiteral("no such dock")));
    }

    void linksFindingsWithMapTreeInspectorAndFat()
    {
        TempFolder folder;
        start();
        VolumePage* const page = m_window->openVolume(test::sourceOf(test::writeDamaged(folder)));
        QTRY_VERIFY(page->isShown() && page->document().content()->report);
        const auto& findings = page->document().content()->findings;
        const auto found = std::ranges::find_if(findings, [](const Finding& finding) {
            return finding.cluster && !finding.path.empty();
        });
        QVERIFY(found != findings.end());
        const Cluster cluster{found->cluster.value_or(0)};
        auto* table = page->findings()->list()->table();
        table->selectRow(static_cast<int>(found - findings.begin()));
        const auto& target = page->document().focus().selection();
        QCOMPARE(target.cluster, std::optional(cluster));
        QCOMPARE(page->fatTable()->area()->cursor(), std::optional(cluster.value));
        QCOMPARE(page->inspector()->heading(), QStringLiteral("Cluster %1").arg(cluster.value));
        const auto& node = page->document().content()->tree->nodes[target.node.value_or(0)];
        QCOMPARE(page->files()->view()->currentIndex().data().toString(),
                 QString::fromStdString(node.name));
        QTRY_COMPARE(page->map()->cursorCell(), page->map()->cells()->cellOfCluster(cluster));
        page->fatTable()->goToEntry(test::lostCluster); // and back
        QVERIFY(!target.finding);
        QCOMPARE(page->inspector()->heading(), QStringLiteral("Cluster 50"));
        QTest::keyClick(m_window.get(), Qt::Key_F8);
        QTRY_COMPARE(target.finding, std::optional(0U));
        QVERIFY(page->findings()->isVisible());
    }

    void showsOnTheMapWhatARepairWouldChange()
    {
        TempFolder folder;
        start();
        VolumePage* const page = m_window->openVolume(test::sourceOf(test::writeDamaged(folder)));
        QTRY_VERIFY(page->isShown() && page->document().content()->report);
        const auto lostCount = [page] {
            return page->map()->cells()->count(fat::ClusterState::Lost);
        };
        QVERIFY(lostCount() > 0);
        page->findings()->list()->repairButton()->click();
        QTRY_COMPARE(lostCount(), std::uint64_t{0});
        QVERIFY(!page->document().focus().selection().runs.empty());
        page->findings()->preview()->cancelButton()->click();
        QTRY_VERIFY(lostCount() > 0);
    }

    void goesWhereTheBoxSays()
    {
        TempFolder folder;
        folder.writePattern("A.TXT", 4608);
        start();
        VolumePage* const page = openFloppy(folder);
        QTest::keyClick(m_window.get(), Qt::Key_G, Qt::ControlModifier);
        QTRY_VERIFY(m_window->goToBox()->hasFocus());
        QTest::keyClicks(m_window->goToBox(), QStringLiteral("cluster:5"));
        QTest::keyClick(m_window->goToBox(), Qt::Key_Return);
        QTRY_COMPARE(page->document().focus().selection().cluster, std::optional(Cluster{5}));
        QTRY_VERIFY(m_window->goToBox()->text().isEmpty());
    }

    void saysInTheBoxWhyAnAddressIsWrong()
    {
        TempFolder folder;
        start();
        openFloppy(folder);
        m_window->goToBox()->start();
        QTest::keyClicks(m_window->goToBox(), QStringLiteral("cluster:99999"));
        QCOMPARE(m_window->goToBox()->suggestions().size(), std::size_t{1});
        QVERIFY(!m_window->goToBox()->suggestions().front().run);
    }

    void findsActionsByName()
    {
        start();
        m_window->goToBox()->start();
        QTest::keyClicks(m_window->goToBox(), QStringLiteral("new di"));
        QVERIFY(!m_window->goToBox()->suggestions().empty());
        QVERIFY(m_window->goToBox()->suggestions().front().run);
    }

    void goesBackAndForward()
    {
        TempFolder folder;
        folder.writePattern("A.TXT", 600);
        folder.writePattern("B.TXT", 600);
        start();
        VolumePage* const page = openFloppy(folder);
        QVERIFY(!m_window->actions().back->isEnabled());
        QVERIFY(page->goTo(QStringLiteral("/A.TXT")).has_value());
        QVERIFY(page->goTo(QStringLiteral("/B.TXT")).has_value());
        const auto last = page->document().focus().selection();
        QTest::keyClick(m_window.get(), Qt::Key_Left, Qt::AltModifier);
        QTRY_VERIFY(page->document().focus().selection() != last);
        QTest::keyClick(m_window.get(), Qt::Key_Right, Qt::AltModifier);
        QTRY_COMPARE(page->document().focus().selection().node, last.node);
    }

    void closesTabsByKeyAndMiddleClick()
    {
        start();
        m_window->newDisk({});
        m_window->newDisk({});
        QCOMPARE(m_window->tabs()->count(), 2);
        auto* bar = m_window->tabs()->findChild<QTabBar*>();
        QTest::mouseClick(bar, Qt::MiddleButton, Qt::NoModifier, bar->tabRect(0).center());
        QCOMPARE(m_window->tabs()->count(), 1);
        QTest::keyClick(m_window.get(), Qt::Key_W, Qt::ControlModifier);
        QTRY_COMPARE(m_window->tabs()->count(), 0);
        QVERIFY(m_window->tabs()->welcome()->isVisible());
    }

    void bringsDocksBack()
    {
        TempFolder folder;
        start();
        VolumePage* const page = openFloppy(folder);
        for (QDockWidget* dock : page->docks())
            dock->close();
        m_window->actions().resetLayout->trigger();
        for (QDockWidget* dock : page->docks())
            QVERIFY2(!dock->isHidden(), qPrintable(dock->objectName()));
    }

    void walksThroughTheDocksWithF6()
    {
        TempFolder folder;
        folder.writePattern("A.TXT", 600);
        start();
        VolumePage* const page = openFloppy(folder);
        page->map()->QWidget::setFocus();
        QSet<QWidget*> seen;
        for (int i = 0; i < 8; ++i) {
            QTest::keyClick(m_window.get(), Qt::Key_F6);
            for (QDockWidget* dock : page->docks())
                if (dock->isAncestorOf(QApplication::focusWidget()))
                    seen << dock;
        }
        QVERIFY2(seen.size() >= 3, qPrintable(QString::number(seen.size())));
    }

    void leavesEveryPartWithTab()
    {
        TempFolder folder;
        folder.writePattern("A.TXT", 600);
        start();
        VolumePage* const page = openFloppy(folder);
        page->map()->QWidget::setFocus();
        QList<QWidget*> seen;
        for (int i = 0; i < 80; ++i) {
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
            seen << QApplication::focusWidget();
        }
        const auto isReached = [&](const QWidget* part) {
            return std::ranges::any_of(seen, [part](const QWidget* widget) {
                return widget == part || part->isAncestorOf(widget);
            });
        };
        QVERIFY(isReached(page->map()));
        QVERIFY(isReached(page->files()));
        QVERIFY(isReached(page->everythingElse()));
        QVERIFY(isReached(page->inspector()));
        QVERIFY(isReached(m_window->goToBox()));
    }

    void showsInPlaceWhyAnImageCannotBeOpened()
    {
        TempFolder folder;
        const auto path = folder.writeText("notes.img", "this is not a disk");
        start();
        VolumePage* const page = m_window->openVolume(text(path));
        QTRY_VERIFY(page->document().error().has_value());
        QVERIFY(page->banner()->isVisible());
        QVERIFY(!m_window->actions().saveImage->isEnabled());
    }

    void remembersRecentFoldersAndPins()
    {
        TempFolder one;
        TempFolder two;
        start(WindowSettings::Keep::OnDisk);
        newDisk(one);
        newDisk(two);
        m_window.reset();
        WindowSettings settings(WindowSettings::Keep::OnDisk);
        QCOMPARE(settings.recent().size(), std::size_t{2});
        QCOMPARE(settings.recent().front().source, text(two.path()));
        settings.setPinned(text(one.path()), true);
        const WindowSettings again(WindowSettings::Keep::OnDisk);
        QCOMPARE(again.recent().front().source, text(one.path()));
        QVERIFY(again.recent().front().pinned);
    }

    void writesNoSettingsInMemory()
    {
        QSettings().clear();
        TempFolder folder;
        start(WindowSettings::Keep::InMemory);
        newDisk(folder);
        m_window->close();
        m_window.reset();
        QVERIFY(QSettings().allKeys().isEmpty());
    }
};

QTEST_MAIN(TestMainWindow)
#include "tst_main_window.moc"
