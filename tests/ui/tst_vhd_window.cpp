// VHDs in the window: the inspector, the wizard, the actions, and the way inside and back.

#include "tests/ui/vhd_files.hpp"
#include "ui/base/banner.hpp"
#include "ui/base/segmented_control.hpp"
#include "ui/models/vhd_models.hpp"
#include "ui/views/cell_map_view.hpp"
#include "ui/views/vhd_block_map.hpp"
#include "ui/views/vhd_chain_view.hpp"
#include "ui/views/vhd_fields_view.hpp"
#include "ui/views/vhd_findings_view.hpp"
#include "ui/views/vhd_layout_strip.hpp"
#include "ui/views/vhd_ruler.hpp"
#include "ui/window/document_tabs.hpp"
#include "ui/window/main_window.hpp"
#include "ui/window/vhd_page.hpp"
#include "ui/window/volume_page.hpp"
#include "ui/wizards/new_vhd_form.hpp"
#include "ui/wizards/new_vhd_page.hpp"
#include "ui/wizards/new_vhd_summary.hpp"
#include "ui/wizards/primary_button.hpp"
#include "ui/wizards/vhd_action_panel.hpp"

#include <QAccessible>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace fatlas;
using namespace fatlas::ui;
using fatlas::test::TempFolder;

namespace {

QPushButton* buttonNamed(QWidget* parent, const QString& words)
{
    for (auto* button : parent->findChildren<QPushButton*>())
        if (button->text() == words && button->isVisible())
            return button;
    return nullptr;
}

} // namespace

class TestVhdWindow : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<MainWindow> m_window;

    void start()
    {
        m_window = std::make_unique<MainWindow>(WindowSettings::Keep::InMemory);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    }

    VhdPage* inspect(const std::filesystem::path& path)
    {
        VhdPage* const page = m_window->openVhd(test::textOf(path));
        [&] { QTRY_VERIFY(page->isSettled()); }();
        return page;
    }

private Q_SLOTS:

    void cleanup() { m_window.reset(); }

    void opensVhdsByContentInTheInspector()
    {
        const TempFolder folder;
        const auto path = test::makeBase(folder);
        std::filesystem::rename(path, folder / "disk.bin");
        start();
        m_window->openPaths({test::textOf(folder / "disk.bin")});
        QTRY_VERIFY(m_window->tabs()->vhd() != nullptr);
        VhdPage* const page = m_window->tabs()->vhd();
        QTRY_VERIFY(page->isSettled());
        QVERIFY(page->banner()->isHidden());
        QCOMPARE(page->blockMap()->map()->space()->cellCount(), std::uint64_t{128});
        QVERIFY(page->strip()->parts().size() >= 4);
        m_window->openPaths({test::textOf(folder / "disk.bin")});
        QTest::qWait(200);
        QCOMPARE(m_window->tabs()->count(), 1); // the same inspector
    }

    void theCursorOfTheMapMovesRulerAndTable()
    {
        const TempFolder folder;
        start();
        VhdPage* const page = inspect(test::makeChild(folder));
        page->blockMap()->map()->setFocus();
        page->blockMap()->map()->setCursorCell(4);
        QTest::keyClick(page->blockMap()->map(), Qt::Key_Right);
        QCOMPARE(page->document().block(), std::optional<std::uint64_t>(5));
        QTRY_VERIFY2(page->ruler()->sentence().startsWith(
                         QStringLiteral("Sector 5,120 comes from child.vhd, block 5")),
                     qPrintable(page->ruler()->sentence()));
        QVERIFY(m_window->statusText().contains(QStringLiteral("Sector 5,120")));
        page->ruler()->setFocus();
        QTest::keyClick(page->ruler(), Qt::Key_Down);
        QVERIFY2(page->ruler()->sentence().contains(QStringLiteral("Sector 5,128")),
                 qPrintable(page->ruler()->sentence()));
        QTest::keyClick(page->ruler(), Qt::Key_PageDown);
        QCOMPARE(page->document().block(), std::optional<std::uint64_t>(6));
        QCOMPARE(page->blockMap()->map()->cursorCell(), std::optional<std::uint64_t>(6));
    }

    void theOtherOrderKeepsTheBlock()
    {
        const TempFolder folder;
        start();
        VhdPage* const page = inspect(test::makeChild(folder));
        page->document().selectBlock(5);
        page->blockMap()->setOrder(VhdBlockMap::Order::File);
        QTRY_VERIFY(page->blockMap()->isUpToDate());
        const auto cell = page->blockMap()->map()->cursorCell();
        QVERIFY(cell);
        QVERIFY(
            page->blockMap()->map()->describe({*cell, 1}).startsWith(QStringLiteral("Block 5: ")));
        QVERIFY(
            page->blockMap()->map()->describe({*cell, 1}).contains(QStringLiteral("out of order")));
    }

    void screenReadersHearTheBlocks()
    {
        const TempFolder folder;
        start();
        VhdPage* const page = inspect(test::makeChild(folder));
        auto* map = QAccessible::queryAccessibleInterface(page->blockMap()->map());
        QVERIFY(map != nullptr);
        QCOMPARE(map->text(QAccessible::Name), QStringLiteral("Block map"));
        QCOMPARE(map->childCount(), 128);
        QVERIFY(
            map->child(9)->text(QAccessible::Name).startsWith(QStringLiteral("Block 9: present")));
    }

    void theChainSaysEveryTest()
    {
        const TempFolder folder;
        start();
        VhdPage* const page = inspect(test::makeChild(folder));
        QCOMPARE(page->chain()->boxes().size(), std::size_t{2});
        const QStringList tests = page->chain()->testTexts();
        QCOMPARE(tests.size(), 4);
        QVERIFY(tests[0].startsWith(QStringLiteral("Found through W2ru")));
        QTest::mouseClick(page->chain()->boxes()[1], Qt::LeftButton);
        QVERIFY(page->chain()->testTexts().join(u' ').contains(QStringLiteral("has no parent")));
    }

    void aMissingParentIsSaidWithANextStep()
    {
        const TempFolder folder;
        const auto child = test::makeChild(folder);
        std::filesystem::rename(folder / "base.vhd", folder / "moved.vhd");
        start();
        VhdPage* const page = inspect(child);
        QVERIFY(page->banner()->isVisible());
        QCOMPARE(page->banner()->message().action, QStringLiteral("Choose parent…"));
        QCOMPARE(page->chain()->boxes().back()->standing(), VhdLinkBox::Standing::Missing);
        Q_EMIT page->banner()->actionTriggered();
        VhdActionPanel* const panel = page->actionPanel();
        QVERIFY(panel->isVisible());
        VhdActionWish wish = panel->wish();
        wish.parent = folder / "moved.vhd";
        panel->setWish(wish);
        QTRY_VERIFY(panel->plan() != nullptr);
        QTest::mouseClick(panel->runButton(), Qt::LeftButton);
        QTRY_VERIFY(page->banner()->isHidden());
        QTRY_VERIFY(page->isSettled());
        QCOMPARE(page->document().content()->chain()->links.size(), std::size_t{2});
    }

    void aDamagedVhdShowsWhatCanBeRead()
    {
        const TempFolder folder;
        const auto path = test::makeBase(folder);
        test::damage(path, 512, 8); // the cookie of the header
        start();
        m_window->openPaths({test::textOf(path)});
        QTRY_VERIFY(m_window->tabs()->vhd() != nullptr);
        VhdPage* const page = m_window->tabs()->vhd();
        QTRY_VERIFY(page->banner()->isVisible());
        page->fields()->choice()->setCurrentIndex(static_cast<int>(VhdSection::Footer));
        QVERIFY(page->fields()->fields()->rowCount() > 10);
        QVERIFY(page->summary().isEmpty());
    }

    void whatIsNoVhdIsOfferedAsAnImage()
    {
        TempFolder folder;
        folder.writePattern("x.vhd", 100'000);
        start();
        m_window->openPaths({test::textOf(folder / "x.vhd")});
        QTRY_VERIFY(m_window->tabs()->vhd() != nullptr);
        VhdPage* const page = m_window->tabs()->vhd();
        QTRY_VERIFY(page->banner()->isVisible());
        QCOMPARE(page->banner()->message().action, QStringLiteral("Open as an image"));
    }

    void theVolumeInsideIsOneClickAwayAndBack()
    {
        const TempFolder folder;
        start();
        VhdPage* const page = inspect(test::makeBase(folder));
        QPushButton* const open = buttonNamed(page, QStringLiteral("Open in the map"));
        QVERIFY(open != nullptr && open->isEnabled());
        QTest::mouseClick(open, Qt::LeftButton);
        VolumePage* const volume = m_window->tabs()->volume();
        QVERIFY(volume != nullptr);
        QTRY_VERIFY(volume->isShown());
        QVERIFY(m_window->actions().inspectDisk->isEnabled());
        m_window->actions().inspectDisk->trigger();
        QCOMPARE(m_window->tabs()->vhd(), page);
    }

    void compactShowsItsPlanFirst()
    {
        const TempFolder folder;
        const auto path = test::makeBase(folder);
        {
            const auto open = vhd::openVhdForWriting(path).value();
            QVERIFY(open.device->write(32 * MiB, Bytes(2 * MiB, std::byte{1})));
            QVERIFY(open.device->write(32 * MiB, Bytes(2 * MiB)));
            QVERIFY(open.device->flush());
        }
        const std::uint64_t before = std::filesystem::file_size(path);
        start();
        VhdPage* const page = inspect(path);
        page->startAction(VhdAction::Compact);
        VhdActionPanel* const panel = page->actionPanel();
        QTRY_VERIFY(panel->plan() != nullptr);
        QVERIFY(panel->planText().contains(QStringLiteral("smaller")));
        QVERIFY(panel->command().startsWith(QStringLiteral("fatlas-cli vhd compact ")));
        QCOMPARE(std::filesystem::file_size(path), before);
        QTest::mouseClick(panel->runButton(), Qt::LeftButton);
        QTRY_VERIFY(std::filesystem::file_size(path) < before);
        QTRY_VERIFY(m_window->jobs().running().isEmpty());
        QTRY_VERIFY(page->isSettled());
    }

    void escapeClosesAnAction()
    {
        const TempFolder folder;
        start();
        VhdPage* const page = inspect(test::makeBase(folder));
        page->startAction(VhdAction::Resize);
        QVERIFY(page->actionPanel()->isVisible());
        QTest::keyClick(page->actionPanel(), Qt::Key_Escape);
        QVERIFY(page->actionPanel()->isHidden());
    }

    void theWizardCreatesAndEndsInTheInspector()
    {
        const TempFolder folder;
        start();
        m_window->actions().newVhd->trigger();
        NewVhdPage* const page = m_window->tabs()->newVhd();
        QVERIFY(page != nullptr);
        convert::NewVhd wanted = page->form()->wanted();
        wanted.file = folder / "new.vhd";
        wanted.size = 64 * MiB;
        wanted.disk.label = "FRESH";
        page->form()->setWanted(wanted);
        QTRY_VERIFY2(page->problem().isEmpty(), qPrintable(page->problem()));
        QVERIFY(page->summary()->headline().startsWith(QStringLiteral("Dynamic disk of 64 MiB")));
        QVERIFY(page->summary()->lines().join(u' ').contains(QStringLiteral("QEMU")));
        QVERIFY(page->command().contains(QStringLiteral("--label FRESH")));
        QTest::mouseClick(page->createButton(), Qt::LeftButton);
        QTRY_VERIFY(m_window->tabs()->vhd() != nullptr);
        QTRY_VERIFY(m_window->tabs()->vhd()->isSettled());
        QCOMPARE(m_window->tabs()->count(), 1);
        QCOMPARE(m_window->tabs()->vhd()->document().content()->inside.front().label,
                 std::string("FRESH"));
    }

    void theWizardSaysWhatCannotBe()
    {
        TempFolder folder;
        folder.writeText("taken.vhd", "x");
        start();
        NewVhdPage* const page = m_window->newVhd();
        convert::NewVhd wanted = page->form()->wanted();
        wanted.file = folder / "taken.vhd";
        page->form()->setWanted(wanted);
        QTRY_VERIFY(page->problem().contains(QStringLiteral("exists")));
        QVERIFY(!page->createButton()->isEnabled());
        wanted.file = folder / "child.vhd";
        wanted.content = convert::NewVhd::Content::Child;
        wanted.source = folder / "taken.vhd";
        page->form()->setWanted(wanted);
        QTRY_VERIFY(page->summary()->banner()->isVisible());
        QVERIFY(!page->createButton()->isEnabled());
    }

    void everyPartOfTheWizardIsReachedByTab()
    {
        start();
        NewVhdPage* const page = m_window->newVhd();
        QTRY_VERIFY(page->document().preview().plan != nullptr);
        QSet<QWidget*> reached;
        for (int i = 0; i < 60; ++i) {
            QTest::keyClick(m_window.get(), Qt::Key_Tab);
            reached << QApplication::focusWidget();
        }
        QVERIFY(reached.contains(page->createButton()));
    }
};

QTEST_MAIN(TestVhdWindow)
#include "tst_vhd_window.moc"
