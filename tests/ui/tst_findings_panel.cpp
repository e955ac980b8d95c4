#include "tests/ui/damaged_volume.hpp"
#include "ui/base/banner.hpp"
#include "ui/base/chip.hpp"
#include "ui/views/findings_detail.hpp"
#include "ui/views/findings_panel.hpp"
#include "ui/views/findings_repair.hpp"
#include "ui/views/findings_view.hpp"

#include <QApplication>
#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QTableView>
#include <QToolButton>

using namespace fatlas;
using namespace fatlas::ui;
using namespace Qt::StringLiterals;
using fatlas::test::TempFolder;
using Step = VolumeRepair::Step;

class TestFindingsPanel : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<TempFolder> m_folder;
    std::unique_ptr<VolumeDocument> m_document;
    std::unique_ptr<FindingsPanel> m_panel;

    [[nodiscard]] QTableView* table() const { return m_panel->list()->table(); }

    [[nodiscard]] const FocusTarget& selection() const { return m_document->focus().selection(); }

    /// The first finding of some file.
    [[nodiscard]] std::uint32_t findingWithPath() const
    {
        const auto& findings = m_document->content()->findings;
        std::uint32_t at = 0;
        while (at + 1 < findings.size() && findings[at].path.empty())
            ++at;
        return at;
    }

    [[nodiscard]] QPushButton* button(const QString& words) const
    {
        for (auto* one : m_panel->findChildren<QPushButton*>())
            if (one->text() == words && one->isVisible())
                return one;
        return nullptr;
    }

    void openPanel(const std::filesystem::path& path)
    {
        m_document = std::make_unique<VolumeDocument>(test::sourceOf(path));
        m_panel = std::make_unique<FindingsPanel>(*m_document);
        m_panel->resize(1200, 320);
        m_panel->show();
        m_document->load();
        QTRY_VERIFY(m_document->content() && m_document->content()->report);
        QVERIFY(QTest::qWaitForWindowActive(m_panel.get()));
    }

private Q_SLOTS:

    void init()
    {
        m_folder = std::make_unique<TempFolder>();
        openPanel(test::writeDamaged(*m_folder));
    }

    void cleanup()
    {
        m_panel.reset();
        m_document.reset();
        m_folder.reset();
    }

    void listsWhatWasFound()
    {
        QCOMPARE(table()->model()->rowCount(),
                 static_cast<int>(m_document->content()->findings.size()));
        QVERIFY(table()->isVisible());
        QVERIFY(m_panel->list()->repairButton()->isEnabled());
    }

    void aFindingBringsItsFileAndCluster()
    {
        const std::uint32_t finding = findingWithPath();
        table()->selectRow(static_cast<int>(finding));
        QCOMPARE(selection().finding, std::optional(finding));
        QVERIFY(selection().node.has_value());
        const QString headline = m_panel->list()->detail()->headline();
        QVERIFY2(headline.size() > 10 && headline.endsWith(u'.'), qPrintable(headline));
    }

    void showsWhatDosWindowsAndLinuxDo()
    {
        table()->selectRow(static_cast<int>(findingWithPath()));
        QStringList said;
        for (const auto* label : m_panel->list()->detail()->findChildren<QLabel*>())
            said << label->text();
        for (const QString& name :
             {u"What it means"_s, u"DOS"_s, u"Windows"_s, u"Linux"_s, u"What can be done"_s})
            QVERIFY2(said.contains(name), qPrintable(name));
    }

    void followsFocusWithoutAnswering()
    {
        m_document->selectFinding(1);
        QCOMPARE(table()->currentIndex().row(), 1);
        QCOMPARE(selection().finding, std::optional(1U));
        m_document->selectCluster(Cluster{test::badCluster});
        QVERIFY(!selection().finding);
    }

    void canBeChosenAgainAfterLookingElsewhere()
    {
        table()->selectRow(1);
        m_document->selectCluster(Cluster{test::badCluster});
        QVERIFY(!selection().finding);
        const QRect row = table()->visualRect(table()->model()->index(1, 1));
        QTest::mouseClick(table()->viewport(), Qt::LeftButton, {}, row.center());
        QCOMPARE(selection().finding, std::optional(1U));
    }

    void gettingTheKeyboardChangesNothing()
    {
        m_document->selectCluster(Cluster{test::badCluster});
        const FocusTarget before = selection();
        table()->setFocus(Qt::TabFocusReason);
        QVERIFY(selection() == before);
    }

    void placesAreLinks()
    {
        m_document->selectFinding(findingWithPath());
        const auto links = m_panel->list()->detail()->findChildren<QToolButton*>();
        QVERIFY(!links.isEmpty());
        const auto node = selection().node;
        m_document->focus().select({});
        for (auto* link : links)
            if (link->text().startsWith(u'/'))
                link->click();
        QCOMPARE(selection().node, node);
        QVERIFY(!selection().finding);
    }

    void worksWithTheKeyboardAlone()
    {
        table()->setFocus();
        QTest::keyClick(table(), Qt::Key_Home, Qt::ControlModifier);
        QCOMPARE(selection().finding, std::optional(0U));
        QTest::keyClick(table(), Qt::Key_Down);
        QCOMPARE(selection().finding, std::optional(1U));
        m_panel->list()->repairButton()->setFocus();
        QTest::keyClick(m_panel->list()->repairButton(), Qt::Key_Space);
        QTRY_COMPARE(m_panel->repair().step(), Step::Planned);
        QTRY_VERIFY(m_panel->preview()->isAncestorOf(QApplication::focusWidget()));
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape);
        QCOMPARE(m_panel->repair().step(), Step::Idle);
        QTRY_VERIFY(m_panel->list()->isAncestorOf(QApplication::focusWidget()));
    }

    void filtersBySeverity()
    {
        const int all = table()->model()->rowCount();
        Chip* errors = nullptr;
        for (Chip* chip : m_panel->list()->findChildren<Chip*>())
            if (chip->text() == u"Errors"_s)
                errors = chip;
        QVERIFY(errors != nullptr && errors->isVisible());
        errors->click();
        QVERIFY(table()->model()->rowCount() < all);
        errors->click();
        QCOMPARE(table()->model()->rowCount(), all);
    }

    void showsThePlanThenAppliesThenTakesBack()
    {
        const Bytes before = m_folder->readFile("damaged.img");
        QTest::mouseClick(m_panel->list()->repairButton(), Qt::LeftButton);
        QTRY_COMPARE(m_panel->repair().step(), Step::Planned);
        QVERIFY(m_panel->preview()->isVisible());
        QVERIFY(m_panel->preview()->actions()->model()->rowCount() > 0);
        QVERIFY(m_panel->preview()->headline().contains(u"damaged.img"_s));
        QCOMPARE(m_folder->readFile("damaged.img"), before);
        QTest::mouseClick(m_panel->preview()->applyButton(), Qt::LeftButton);
        QTRY_COMPARE(m_panel->repair().step(), Step::Applied);
        QVERIFY(m_folder->readFile("damaged.img") != before);
        QTRY_VERIFY(m_document->content()->report && !m_document->isChecking());
        QVERIFY(m_panel->banner()->isVisible());
        QVERIFY(button(u"Undo"_s) != nullptr);
        QTest::mouseClick(button(u"Undo"_s), Qt::LeftButton);
        QTRY_COMPARE(m_panel->repair().step(), Step::Undone);
        QCOMPARE(m_folder->readFile("damaged.img"), before);
    }

    void backLeavesEverythingAsItWas()
    {
        const Bytes before = m_folder->readFile("damaged.img");
        m_panel->list()->repairButton()->click();
        QTRY_COMPARE(m_panel->repair().step(), Step::Planned);
        QTest::mouseClick(m_panel->preview()->cancelButton(), Qt::LeftButton);
        QVERIFY(m_panel->list()->isVisible());
        QCOMPARE(m_folder->readFile("damaged.img"), before);
        QCOMPARE(m_folder->entryCount(), std::size_t{1});
    }

    void rowsOfThePlanPublishTheirPlaces()
    {
        m_panel->list()->repairButton()->click();
        QTRY_COMPARE(m_panel->repair().step(), Step::Planned);
        for (auto* one : m_panel->preview()->findChildren<QTableView*>()) {
            m_document->focus().select({});
            one->selectRow(one->model()->rowCount() - 1);
            QVERIFY2(!selection().isEmpty(), qPrintable(one->accessibleName()));
        }
    }

    void saysThatASoundVolumeHasNothing()
    {
        const TempFolder sound;
        sound.writePattern("A.TXT", 600);
        m_panel.reset();
        openPanel("fat:floppy:12:" + sound.path().string());
        QVERIFY(!table()->isVisible());
        QTRY_VERIFY(m_panel->list()->nothingText().contains(u"nothing"_s));
        QVERIFY(!m_panel->list()->repairButton()->isEnabled());
        QVERIFY(!m_panel->list()->repairButton()->toolTip().isEmpty());
    }

    void everythingHasANameForScreenReaders()
    {
        for (const auto* one : m_panel->findChildren<QTableView*>())
            QVERIFY(!one->accessibleName().isEmpty());
        for (const auto* box : m_panel->findChildren<QComboBox*>())
            QVERIFY(!box->accessibleName().isEmpty());
    }
};

QTEST_MAIN(TestFindingsPanel)
#include "tst_findings_panel.moc"
