#include "tests/support/temp_folder.hpp"
#include "tests/ui/damaged_volume.hpp"
#include "ui/document/extraction.hpp"
#include "ui/views/file_tree_view.hpp"

#include <QAction>
#include <QFileInfo>
#include <QMimeData>
#include <QSignalSpy>
#include <QTest>
#include <QTreeView>
#include <QUrl>

using namespace fatlas;
using namespace fatlas::ui;
using namespace Qt::StringLiterals;
using fatlas::test::TempFolder;

class TestExtraction : public QObject {
    Q_OBJECT

private:
    TempFolder m_folder;
    TempFolder m_out;
    std::unique_ptr<VolumeDocument> m_document;
    std::unique_ptr<TaskList> m_jobs;
    std::unique_ptr<Extraction> m_extraction;

    [[nodiscard]] const SharedContent& content() const { return m_document->content(); }

    [[nodiscard]] QString out() const { return test::sourceOf(m_out.path()); }

    [[nodiscard]] static QString privateFolder(const Extraction& extraction)
    {
        return test::sourceOf(extraction.privateFolder());
    }

private Q_SLOTS:

    void init()
    {
        m_document = test::openChecked(
            m_folder.writeFile("sound.img", test::soundVolume(fat::FatType::Fat12).bytes()));
        m_jobs = std::make_unique<TaskList>();
        m_extraction = std::make_unique<Extraction>(*m_jobs);
    }

    void cleanup()
    {
        m_extraction.reset();
        m_jobs.reset();
        m_document.reset();
    }

    void takesAFileOutAsAJobThatTellsWhatItMade()
    {
        const Task& task = m_extraction->extract(content(), "/DOCS/A.TXT", out());
        QTRY_COMPARE(task.state(), Task::State::Done);
        QCOMPARE(m_out.readFile("A.TXT").size(), std::size_t{1400});
        const QModelIndex row = m_jobs->index(0);
        QTRY_COMPARE(row.data(TaskList::ResultPathRole).toString(), out() + u"/A.TXT"_s);
        QVERIFY(!row.data(TaskList::OpensRole).toBool());
        QVERIFY(row.data(TaskList::DetailRole).toString().contains(u"1 file"));
    }

    void takesAFolderAndTheWholeVolumeOut()
    {
        const Task& folder = m_extraction->extract(content(), "/DOCS", out() + u"/one"_s);
        const Task& all = m_extraction->extract(content(), "/", out() + u"/all"_s);
        QTRY_COMPARE(folder.state(), Task::State::Done);
        QTRY_COMPARE(all.state(), Task::State::Done);
        QCOMPARE(m_out.readFile("one/DOCS/A.TXT").size(), std::size_t{1400});
        QCOMPARE(m_out.readFile("all/DOCS/A.TXT").size(), std::size_t{1400});
        QCOMPARE(m_out.readFile("all/B.COM").size(), std::size_t{1000});
    }

    void keepsWhatIsInTheWayAndTellsOfIt()
    {
        const auto there = m_out.writeText("keep/B.COM", "mine");
        const Task& task = m_extraction->extract(content(), "/", out() + u"/keep"_s);
        QTRY_COMPARE(task.state(), Task::State::Done);
        QCOMPARE(m_out.readFile("keep/B.COM").size(), std::size_t{4});
        const QString said = m_jobs->index(0).data(TaskList::DetailRole).toString();
        QVERIFY2(said.contains(u"1 problem") && said.contains(u"/B.COM"), qPrintable(said));
    }

    void aDragIsFetchedWhenItIsDroppedAndNotBefore()
    {
        bool isDropped = false;
        m_extraction->setIsDropped([&] { return isDropped; });
        const std::unique_ptr<QMimeData> data(m_extraction->makeDrag(content(), "/DOCS/A.TXT"));
        QVERIFY(data->hasUrls());
        QCOMPARE(data->formats(), QStringList{u"text/uri-list"_s});
        QCOMPARE(data->urls().size(), 1);
        const QString path = data->urls().front().toLocalFile();
        QVERIFY(path.endsWith(u"/A.TXT"));
        QVERIFY(!QFileInfo::exists(path)); // only a look
        QCOMPARE(m_jobs->rowCount(), 0);
        isDropped = true;
        QCOMPARE(data->urls().front().toLocalFile(), path);
        QCOMPARE(QFileInfo(path).size(), 1400);
        QCOMPARE(data->urls().size(), 1); // asked again, nothing is fetched again
        QCOMPARE(m_jobs->rowCount(), 1);
    }

    void aFolderIsDraggedWithAllThatIsInIt()
    {
        const std::unique_ptr<QMimeData> data(m_extraction->makeDrag(content(), "/DOCS"));
        const QString path = data->urls().front().toLocalFile();
        QVERIFY(QFileInfo(path).isDir());
        QCOMPARE(QFileInfo(path + u"/A.TXT"_s).size(), 1400);
    }

    void whatIsDraggedLiesInAPrivateFolderThatGoesAtTheEnd()
    {
        const QString folder = privateFolder(*m_extraction);
        QVERIFY(!QFileInfo::exists(folder)); // nobody needs it yet
        for (const char* path : {"/DOCS/A.TXT", "/B.COM"}) {
            const std::unique_ptr<QMimeData> data(m_extraction->makeDrag(content(), path));
            QVERIFY(data->urls().front().toLocalFile().startsWith(folder));
        }
        const QFile::Permissions others = QFile::ReadGroup | QFile::WriteGroup | QFile::ExeGroup |
                                          QFile::ReadOther | QFile::WriteOther | QFile::ExeOther;
        QVERIFY(QFileInfo(folder).isDir());
        QCOMPARE(QFileInfo(folder).permissions() & others, QFile::Permissions());
        m_extraction.reset();
        QVERIFY(!QFileInfo::exists(folder));
    }

    void whatCannotBeFetchedIsNotOffered()
    {
        const std::unique_ptr<QMimeData> data(m_extraction->makeDrag(content(), "/NOWHERE.TXT"));
        QVERIFY(data->urls().isEmpty());
        QCOMPARE(m_jobs->task(0).state(), Task::State::Failed);
    }

    void aDragThatOutlivesItsSourceOffersNothing()
    {
        const std::unique_ptr<QMimeData> data(m_extraction->makeDrag(content(), "/B.COM"));
        m_extraction.reset();
        QVERIFY(data->urls().isEmpty());
    }

    void rowsOfTheTreeCanBeDraggedAndExtracted()
    {
        FileTreeView tree;
        tree.setContent(content());
        tree.show();
        QVERIFY(!tree.view()->dragEnabled());
        tree.setDragSource(
            [this](const std::string& path) { return m_extraction->makeDrag(content(), path); });
        QVERIFY(tree.view()->dragEnabled());
        const auto node = content()->tree->find("/B.COM");
        QVERIFY(node.has_value());
        const QModelIndex index = tree.model()->indexOfNode(*node);
        QVERIFY((tree.model()->flags(index) & Qt::ItemIsDragEnabled) != 0);
    }
};

QTEST_MAIN(TestExtraction)
#include "tst_extraction.moc"
