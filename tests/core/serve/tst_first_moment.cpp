#include "core/fat/check/check.hpp"
#include "core/serve/first_moment.hpp"
#include "core/serve/session.hpp"

#include "tests/support/temp_folder.hpp"

#include <QtTest>

#include <algorithm>

using namespace fatlas;
using namespace fatlas::serve;

class TestFirstMoment : public QObject {
    Q_OBJECT

private slots:
    void findsTheWriteThatMadeIt();
    void findsTheFirstOfSeveralTimes();
    void saysWhenItWasThereBefore();
    void saysWhenItNeverWas();
    void aVolumeThatIsGoneForAWhileIsNoEnd();
    void canBeCancelled();
};

namespace {

/// A floppy that a guest damages: cluster 2000 becomes lost and free again.
class Disk {
public:
    Disk()
    {
        folder.writePattern("A.BIN", 5000);
        SessionOptions options;
        options.mode = Mode::Scratch;
        options.publish = Publish::Never;
        options.timelineBytes = GiB;
        options.open.folder.floppy = folder_disk::FloppyFormat::F1440K;
        session = Session::open(folder.path().native(), options).value();
        made = session->generations().front();
    }

    void writeData() const { made.device->write(1000 * 512, Bytes(512, std::byte{1})).value(); }

    /// The entry of cluster 2000 in a copy of the FAT: 12 bits at byte 3000.
    void setEntry(std::uint32_t copy, std::byte low, std::byte high) const
    {
        const std::uint64_t offset = made.plan->geometry().fatOffset(copy) + 3000;
        Bytes sector(512);
        const std::uint64_t start = offset / 512 * 512;
        made.device->read(start, sector).value();
        sector[offset - start] = low;
        sector[offset - start + 1] = high;
        made.device->write(start, sector).value();
    }

    void lose() const
    {
        setEntry(0, std::byte{0xFF}, std::byte{0x0F});
        setEntry(1, std::byte{0xFF}, std::byte{0x0F});
    }

    void free() const
    {
        setEntry(0, std::byte{0}, std::byte{0});
        setEntry(1, std::byte{0}, std::byte{0});
    }

    /// As the check finds it now.
    [[nodiscard]] FindingPlace place() const
    {
        const image::OpenedDisk opened{.source = "x", .disk = made.device, .plan = made.plan};
        const auto image = image::openVolume(opened).value();
        const auto report = fat::checkVolume(*image.volume).value();
        for (const Finding& finding : report->findings)
            if (finding.cluster == 2000U)
                return {.rule = finding.rule, .path = finding.path, .cluster = finding.cluster};
        qFatal("cluster 2000 is not lost");
    }

    [[nodiscard]] Result<std::optional<FirstMoment>> find(const FindingPlace& place,
                                                          const JobControl& job = {}) const
    {
        return findFirstMoment(*made.journal, {.source = "x", .plan = made.plan}, place, job);
    }

    test::TempFolder folder;
    std::unique_ptr<Session> session;
    Generation made;
};

} // namespace

void TestFirstMoment::findsTheWriteThatMadeIt()
{
    const Disk disk;
    for (int i = 0; i < 50; ++i)
        disk.writeData();
    disk.lose(); // writes 51 and 52: the first copy is the one that is read
    disk.writeData();
    std::vector<std::uint64_t> steps;
    const JobControl job({}, [&](Progress progress) { steps.push_back(progress.done); });
    const auto found = disk.find(disk.place(), job);
    QVERIFY(found && *found);
    QCOMPARE((*found)->moment, std::uint64_t{51});
    QVERIFY(!(*found)->wasThereBefore);
    QVERIFY(!steps.empty() && std::ranges::is_sorted(steps));
}

void TestFirstMoment::findsTheFirstOfSeveralTimes()
{
    const Disk disk;
    disk.writeData();
    disk.lose();
    const FindingPlace place = disk.place();
    disk.free();
    disk.lose();
    disk.free(); // and now it is not there
    QCOMPARE(disk.find(place).value().value().moment, std::uint64_t{2});
}

void TestFirstMoment::saysWhenItWasThereBefore()
{
    const Disk disk;
    disk.lose();
    const FindingPlace place = disk.place();
    const auto below = disk.made.device;
    const auto overlay = block::OverlayDevice::createScratch(below, disk.folder.path()).value();
    const auto journal =
        WriteJournal::create({.overlay = overlay, .below = below}, disk.folder.path());
    QVERIFY(journal->deviceFor(1)->write(0, Bytes(1)));
    const auto found =
        findFirstMoment(*journal, {.source = "x", .plan = disk.made.plan}, place).value();
    QVERIFY(found && found->wasThereBefore);
    QCOMPARE(found->moment, std::uint64_t{0});
}

void TestFirstMoment::saysWhenItNeverWas()
{
    const Disk disk;
    disk.lose();
    FindingPlace place = disk.place();
    place.cluster = 2001;
    QVERIFY(!disk.find(place).value());
}

void TestFirstMoment::aVolumeThatIsGoneForAWhileIsNoEnd()
{
    const Disk disk;
    Bytes boot(512);
    QVERIFY(disk.made.device->read(0, boot));
    QVERIFY(disk.made.device->write(0, Bytes(512))); // write 1
    disk.writeData();
    QVERIFY(disk.made.device->write(0, boot)); // write 3
    disk.lose();
    QCOMPARE(disk.find(disk.place()).value().value().moment, std::uint64_t{4});
}

void TestFirstMoment::canBeCancelled()
{
    const Disk disk;
    disk.lose();
    std::stop_source stop;
    stop.request_stop();
    QCOMPARE(disk.find(disk.place(), JobControl(stop.get_token())).error().code,
             ErrorCode::Cancelled);
}

QTEST_GUILESS_MAIN(TestFirstMoment)
#include "tst_first_moment.moc"
