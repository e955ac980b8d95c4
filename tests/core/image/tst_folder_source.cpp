#include "core/image/folder_source.hpp"

#include "tests/core/image/image_maker.hpp"

#include <QtTest>

#include <algorithm>

using namespace fatlas;
using namespace fatlas::image;

class TestFolderSource : public QObject {
    Q_OBJECT

private slots:

    void plansWhatIsInTheFolder()
    {
        const test::TempFolder folder;
        folder.writeText("docs/a.txt", "1");
        const auto plan = test::need(planFolder({.folder = folder.path(), .options = options()}));
        QCOMPARE(plan->entries.size(), std::size_t(3));
        QCOMPARE(plan->path(2), std::string("/docs/a.txt"));
    }

    void plansADiskWithNothingInIt()
    {
        const auto plan = test::need(planFolder({.folder = {}, .options = options()}));
        QCOMPARE(plan->entries.size(), std::size_t(1));
        QCOMPARE(plan->fit.clustersUsed, std::uint32_t(0));
        QVERIFY(!plan->refusal());
    }

    void reproducibleEmptyDisksAreTheSame()
    {
        const auto first = test::need(planFolder({.folder = {}, .options = options()}));
        const auto second = test::need(planFolder({.folder = {}, .options = options()}));
        QCOMPARE(first->boot.serial, second->boot.serial);
    }

    void leavesOutAnOlderImageInTheFolder_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::newRow("plain") << QByteArray("disk.img");
        QTest::newRow("below") << QByteArray("out/disk.img");
        QTest::newRow("glob characters") << QByteArray("out/a*[x]?.img");
    }

    void leavesOutAnOlderImageInTheFolder()
    {
        QFETCH(QByteArray, name);
        const test::TempFolder folder;
        folder.writeText("a.txt", "1");
        folder.writeText("out/abx1.img", "not this one");
        folder.writeText(name.toStdString(), "an older image");
        const auto plan = test::need(planFolder({.folder = folder.path(),
                                                 .output = folder / name.toStdString(),
                                                 .options = options()}));
        QCOMPARE(plan->excluded, std::vector<std::string>{name.toStdString()});
        const bool otherIsThere = std::ranges::any_of(plan->entries, [&](const auto& entry) {
            return plan->snapshot->nodes[entry.node].name == "abx1.img";
        });
        QVERIFY(otherIsThere);
    }

    void keepsFilesOfTheSameNameElsewhere()
    {
        const test::TempFolder folder;
        folder.writeText("disk.img", "top");
        folder.writeText("sub/disk.img", "below");
        const auto plan = test::need(planFolder(
            {.folder = folder.path(), .output = folder / "disk.img", .options = options()}));
        QCOMPARE(plan->excluded, std::vector<std::string>{"disk.img"});
    }

    void anOutputOutsideChangesNothing()
    {
        const test::TempFolder folder;
        const test::TempFolder other;
        folder.writeText("disk.img", "kept");
        other.writeText("disk.img", "old");
        const auto plan = test::need(planFolder(
            {.folder = folder.path(), .output = other / "disk.img", .options = options()}));
        QVERIFY(plan->excluded.empty());
    }

    void aFolderThatIsNotThereIsNotFound()
    {
        const auto plan = planFolder({.folder = "/nonexistent/fatlas", .options = options()});
        QVERIFY(!plan);
        QCOMPARE(plan.error().code, ErrorCode::NotFound);
    }

private:
    static folder_disk::Options options() { return test::floppyOptions(); }
};

QTEST_GUILESS_MAIN(TestFolderSource)
#include "tst_folder_source.moc"
