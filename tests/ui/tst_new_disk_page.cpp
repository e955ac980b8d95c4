#include "tests/support/temp_folder.hpp"
#include "ui/base/banner.hpp"
#include "ui/base/command_box.hpp"
#include "ui/base/segmented_control.hpp"
#include "ui/models/plan_models.hpp"
#include "ui/views/cluster_map_view.hpp"
#include "ui/wizards/disk_form.hpp"
#include "ui/wizards/field.hpp"
#include "ui/wizards/new_disk_page.hpp"
#include "ui/wizards/path_fields.hpp"
#include "ui/wizards/plan_preview.hpp"
#include "ui/wizards/plan_tabs.hpp"
#include "ui/wizards/primary_button.hpp"

#include <QAbstractButton>
#include <QComboBox>
#include <QDragEnterEvent>
#include <QMimeData>
#include <QSignalSpy>
#include <QTabBar>
#include <QTest>

using namespace fatlas;
using namespace fatlas::ui;
using fatlas::test::TempFolder;

namespace {

QString text(const TempFolder& folder)
{
    return QString::fromStdString(folder.path().string());
}

/// The field a screen reader would find under this name.
template <class T>
T* named(QWidget* parent, const QString& name)
{
    for (T* widget : parent->findChildren<T*>())
        if (widget->accessibleName() == name)
            return widget;
    qFatal("no widget named %s", qPrintable(name));
}

void clickSegment(QWidget* page, const QString& words)
{
    for (auto* button : page->findChildren<QAbstractButton*>())
        if (button->text() == words && button->isVisible()) {
            QTest::mouseClick(button, Qt::LeftButton);
            return;
        }
    qFatal("no button says %s", qPrintable(words));
}

QString problems(QWidget* page)
{
    QString all;
    for (const Field* field : page->findChildren<Field*>())
        all += field->problem();
    return all;
}

} // namespace

class TestNewDiskPage : public QObject {
    Q_OBJECT

private:
    void showPage()
    {
        m_page = std::make_unique<NewDiskPage>();
        m_page->resize(1400, 900);
        m_page->show();
    }

    void open(const TempFolder& folder)
    {
        if (!m_page)
            showPage();
        m_page->setFolder(text(folder));
        QTRY_VERIFY(m_page->preview()->isUpToDate());
    }

    [[nodiscard]] const folder_disk::Plan& plan() { return *m_page->document().plan(); }

    QString command() { return m_page->findChild<CommandBox*>()->command(); }

    std::unique_ptr<NewDiskPage> m_page;

private Q_SLOTS:

    void cleanup() { m_page.reset(); }

    void cannotSaveWithoutAFolderAndSaysSo()
    {
        NewDiskPage page;
        page.show();
        auto* save = page.findChild<PrimaryButton*>();
        QVERIFY(!save->isEnabled());
        QVERIFY2(save->toolTip().contains(QStringLiteral("folder")), qPrintable(save->toolTip()));
    }

    void showsTheMapOfTheFolder()
    {
        TempFolder folder;
        folder.writePattern("A.BIN", 5000);
        open(folder);
        QVERIFY(m_page->preview()->map()->cells() != nullptr);
        QCOMPARE(m_page->preview()->map()->cells()->count(fat::ClusterState::File), 10u);
        QVERIFY(m_page->findChild<PrimaryButton*>()->isEnabled());
        QVERIFY2(command().contains(text(folder)), qPrintable(command()));
        QVERIFY(command().contains(QStringLiteral("--floppy 1.44M")));
    }

    void takesATypedFolder()
    {
        TempFolder folder;
        folder.writeText("A.TXT", "a");
        NewDiskPage page;
        page.show();
        auto* field = page.findChild<FolderField*>();
        QTest::keyClicks(field, text(folder));
        QTest::keyClick(field, Qt::Key_Return);
        QTRY_VERIFY(page.preview()->isUpToDate());
        QCOMPARE(page.document().plan()->fit.fileCount, 1u);
    }

    void takesADroppedFolder()
    {
        TempFolder folder;
        NewDiskPage page;
        page.show();
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(text(folder))});
        auto* field = page.findChild<FolderField*>();
        QDragEnterEvent enter({5, 5}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(field, &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop(QPointF(5, 5), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(field, &drop);
        QCOMPARE(page.document().folder(), text(folder));
    }

    void countsTheLabelWhileItIsTyped()
    {
        TempFolder folder;
        open(folder);
        auto* label = named<QLineEdit>(m_page.get(), QStringLiteral("Label"));
        QTest::keyClicks(label, QStringLiteral("DOS TOOLS"));
        QTRY_COMPARE(plan().options.label, std::string("DOS TOOLS"));
        QVERIFY(label->findChild<QLabel*>()->text().contains(QStringLiteral("9 of 11")));
        QVERIFY2(command().contains(QStringLiteral("--label \"DOS TOOLS\"")) ||
                     command().contains(QStringLiteral("--label 'DOS TOOLS'")),
                 qPrintable(command()));
    }

    void saysWhyALabelCannotBeAndKeepsTheMap()
    {
        TempFolder folder;
        open(folder);
        auto* label = named<QLineEdit>(m_page.get(), QStringLiteral("Label"));
        QTest::keyClicks(label, QStringLiteral("TWELVE CHARS"));
        QVERIFY(!problems(m_page.get()).isEmpty());
        auto* save = m_page->findChild<PrimaryButton*>();
        QVERIFY(!save->isEnabled());
        QCOMPARE(save->toolTip(), problems(m_page.get()));
        QVERIFY(m_page->preview()->map()->cells() != nullptr);
        QTest::keyClick(label, Qt::Key_Backspace);
        QVERIFY2(problems(m_page.get()).isEmpty(), qPrintable(problems(m_page.get())));
        QTRY_VERIFY(save->isEnabled());
    }

    void leavesOutWhatTheGlobsSay()
    {
        TempFolder folder;
        folder.writeText("KEEP.TXT", "a");
        folder.writeText("OLD.BAK", "b");
        open(folder);
        QCOMPARE(plan().fit.fileCount, 2u);
        auto* field = named<QLineEdit>(m_page.get(), QStringLiteral("Leave out"));
        QTest::keyClicks(field, QStringLiteral("*.BAK"));
        QTRY_COMPARE(plan().fit.fileCount, 1u);
        QTRY_COMPARE(m_page->preview()->tabs()->model(PlanTabs::LeftOutTab)->rowCount(), 1);
        QCOMPARE(m_page->preview()->tabs()->tabBar()->tabData(PlanTabs::LeftOutTab).toInt(), 1);
    }

    void makesADiskWithAPartitionTable()
    {
        TempFolder folder;
        folder.writeText("A.TXT", "a");
        open(folder);
        clickSegment(m_page.get(), QStringLiteral("Disk"));
        QTRY_VERIFY(!m_page->document().isBusy() && !plan().options.floppy);
        QCOMPARE(plan().layout.scheme, folder_disk::PartitionScheme::Mbr);
        clickSegment(m_page.get(), QStringLiteral("GPT"));
        QTRY_COMPARE(plan().layout.scheme, folder_disk::PartitionScheme::Gpt);
        QVERIFY(command().contains(QStringLiteral("--partition gpt")));
        clickSegment(m_page.get(), QStringLiteral("Floppy"));
        QTRY_VERIFY(plan().options.floppy.has_value());
        QCOMPARE(plan().layout.scheme, folder_disk::PartitionScheme::None);
    }

    void showsWhatWouldWorkWhenTheCombinationCannotBe()
    {
        TempFolder folder;
        folder.writeText("A.TXT", "a");
        open(folder);
        const auto cells = m_page->preview()->map()->cells();
        clickSegment(m_page.get(), QStringLiteral("32"));
        QTRY_VERIFY(m_page->preview()->banner()->isVisible());
        QVERIFY(!m_page->preview()->banner()->message().headline.isEmpty());
        QCOMPARE(m_page->preview()->map()->cells(), cells);
        QVERIFY(!m_page->findChild<PrimaryButton*>()->isEnabled());
        clickSegment(m_page.get(), QStringLiteral("12"));
        QTRY_VERIFY(!m_page->preview()->banner()->isVisible());
    }

    void listsWhatDoesNotFitAndOffersToGoOnWithoutIt()
    {
        TempFolder folder;
        folder.writePattern("SMALL.BIN", 1000);
        folder.writeHole("LARGE.BIN", 2 * MiB);
        open(folder);
        clickSegment(m_page.get(), QStringLiteral("1.44M"));
        QTRY_VERIFY(m_page->preview()->banner()->isVisible());
        const QString said = m_page->preview()->banner()->message().headline;
        QVERIFY2(said.contains(QStringLiteral("2.88M")), qPrintable(said));
        QVERIFY2(!said.contains(QStringLiteral("--")), qPrintable(said));
        QCOMPARE(m_page->preview()->tabs()->tabBar()->tabData(PlanTabs::UnfitTab).toInt(), 1);
        QCOMPARE(m_page->preview()->tabs()->currentIndex(), int{PlanTabs::UnfitTab});
        auto* save = m_page->findChild<PrimaryButton*>();
        QVERIFY(!save->isEnabled());
        clickSegment(m_page.get(), QStringLiteral("Make it without them"));
        QTRY_VERIFY(save->isEnabled());
        QTRY_VERIFY(!m_page->preview()->banner()->isVisible());
        QVERIFY(command().contains(QStringLiteral("--skip-unfit")));
    }

    void takesTheFirstMediumThatFitsWhenNothingWasChosen_data()
    {
        QTest::addColumn<quint64>("size");
        QTest::addColumn<QString>("option");
        QTest::newRow("the usual floppy") << quint64{1 * MiB} << "--floppy 1.44M";
        QTest::newRow("a larger floppy") << quint64{2 * MiB} << "--floppy 2.88M";
        QTest::newRow("a disk") << quint64{8 * MiB} << "--partition mbr";
    }

    void takesTheFirstMediumThatFitsWhenNothingWasChosen()
    {
        QFETCH(quint64, size);
        QFETCH(QString, option);
        TempFolder folder;
        folder.writeHole("LARGE.BIN", size);
        open(folder);
        QTRY_VERIFY(!m_page->document().isBusy() && m_page->document().plan());
        QTRY_VERIFY2(command().contains(option), qPrintable(command()));
        QVERIFY(!m_page->preview()->banner()->isVisible());
    }

    void keepsTheMediumThatWasChosen()
    {
        TempFolder folder;
        folder.writeHole("LARGE.BIN", 8 * MiB);
        showPage();
        clickSegment(m_page.get(), QStringLiteral("Disk"));
        clickSegment(m_page.get(), QStringLiteral("Floppy"));
        open(folder);
        QTRY_VERIFY(m_page->preview()->banner()->isVisible());
        QVERIFY(command().contains(QStringLiteral("--floppy 1.44M")));
    }

    void takesASizeOfOnesOwn()
    {
        TempFolder folder;
        folder.writeText("A.TXT", "a");
        open(folder);
        clickSegment(m_page.get(), QStringLiteral("Disk"));
        QTRY_VERIFY(!m_page->document().isBusy() && !plan().options.floppy);
        auto* combo = m_page->form()->findChild<QComboBox*>();
        combo->setFocus();
        combo->setCurrentIndex(combo->count() - 1);
        Q_EMIT combo->activated(combo->currentIndex());
        auto* own = named<QLineEdit>(m_page.get(), QStringLiteral("Size of the disk"));
        QTest::keyClicks(own, QStringLiteral("80M"));
        QTRY_COMPARE(plan().layout.diskSize, 80 * MiB);
        QTest::keyClicks(own, QStringLiteral("x"));
        QVERIFY(!problems(m_page.get()).isEmpty());
        QCOMPARE(plan().layout.diskSize, 80 * MiB);
    }

    void saysWhatIsUnderThePointer()
    {
        TempFolder folder;
        folder.writePattern("EDIT.EXE", 24 * 1024);
        open(folder);
        QSignalSpy spy(m_page.get(), &NewDiskPage::hoveredText);
        auto* map = m_page->preview()->map();
        const auto rect = map->rectOfCell(map->cells()->systemCellCount() + 3);
        QVERIFY(rect.has_value());
        QTest::mouseMove(map, rect.value_or(QRect()).center());
        QTRY_VERIFY(!spy.isEmpty());
        const QString words = spy.last().first().toString();
        QCOMPARE(words, QStringLiteral("Clusters 2–49: /EDIT.EXE, 24 KiB, one fragment"));
    }

    void reachesEveryFieldWithTab()
    {
        TempFolder folder;
        open(folder);
        QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
        m_page->form()->findChild<FolderField*>()->setFocus();
        QSet<QWidget*> reached;
        for (int i = 0; i < 60; ++i) {
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
            reached << QApplication::focusWidget();
        }
        for (const auto& name : {QStringLiteral("Label"), QStringLiteral("Leave out")})
            QVERIFY2(reached.contains(named<QLineEdit>(m_page.get(), name)), qPrintable(name));
        QVERIFY(reached.contains(m_page->findChild<PrimaryButton*>()));
        QVERIFY(reached.contains(m_page->preview()->map()));
    }
};

QTEST_MAIN(TestNewDiskPage)
#include "tst_new_disk_page.moc"
