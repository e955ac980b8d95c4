// Each lesson has the damage it speaks of and no other, and can be repaired.

#include "core/base/units.hpp"
#include "core/block/memory_device.hpp"
#include "core/convert/tour.hpp"
#include "core/fat/check/check.hpp"
#include "core/fat/repair/repair.hpp"

#include "tests/support/temp_folder.hpp"

#include <QtTest>

#include <algorithm>
#include <set>

using namespace fatlas;
using namespace fatlas::convert;

Q_DECLARE_METATYPE(fatlas::convert::Lesson)

namespace {

std::shared_ptr<const fat::Volume> open(const Bytes& bytes)
{
    return fat::Volume::open(std::make_shared<block::MemoryDevice>(bytes)).value();
}

} // namespace

class TestTour : public QObject {
    Q_OBJECT

private slots:

    void everyLessonShowsItsDamage_data()
    {
        QTest::addColumn<Lesson>("lesson");
        QTest::addColumn<fat::ClusterState>("state");
        QTest::addColumn<std::uint64_t>("clusters");
        QTest::newRow("cross-link")
            << Lesson::CrossLink << fat::ClusterState::CrossLinked << std::uint64_t{4};
        QTest::newRow("loop") << Lesson::Loop << fat::ClusterState::Lost << std::uint64_t{0};
        QTest::newRow("lost chain")
            << Lesson::LostChain << fat::ClusterState::Lost << std::uint64_t{8};
    }

    void everyLessonShowsItsDamage()
    {
        QFETCH(const Lesson, lesson);
        QFETCH(const fat::ClusterState, state);
        QFETCH(const std::uint64_t, clusters);
        const auto volume = open(makeLesson(lesson).value());
        const auto report = fat::checkVolume(*volume).value();
        QVERIFY(!report->findings.empty());
        QCOMPARE(report->usage->count(state), clusters);
        QVERIFY(report->tree->find("/LESSON.TXT").has_value());
    }

    void theSameBytesEveryTime()
    {
        std::set<Bytes> all;
        for (const Lesson lesson : lessons) {
            QVERIFY(makeLesson(lesson).value() == makeLesson(lesson).value());
            all.insert(makeLesson(lesson).value());
        }
        QCOMPARE(all.size(), lessons.size());
    }

    void aFloppyThatWasPlayedWithIsReplaced()
    {
        const test::TempFolder folder;
        const auto path = writeLesson(Lesson::Loop, folder / "tour").value();
        std::filesystem::resize_file(path, 100);
        QCOMPARE(writeLesson(Lesson::Loop, folder / "tour").value(), path);
        QCOMPARE(std::filesystem::file_size(path), std::uintmax_t{360 * KiB});
    }
};

QTEST_GUILESS_MAIN(TestTour)
#include "tst_tour.moc"
