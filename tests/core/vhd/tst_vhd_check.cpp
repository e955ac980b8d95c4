// What a check finds in sound and in damaged files, and what a repair makes of them.

#include "core/block/memory_device.hpp"
#include "core/vhd/check.hpp"
#include "core/vhd/open_vhd.hpp"
#include "core/vhd/repair.hpp"
#include "core/vhd/rules.hpp"
#include "core/vhd/seen_size.hpp"

#include "tests/core/vhd/vhd_fixture.hpp"
#include "tests/support/temp_folder.hpp"

#include <QtTest>

#include <algorithm>
#include <functional>
#include <set>

using namespace fatlas;
using namespace fatlas::vhd;
using block::MemoryDevice;
using test::CrashFile;

namespace {

constexpr std::uint64_t diskSize = 1 * MiB;
constexpr std::uint32_t blockSize = 512 * KiB;
constexpr std::size_t table = 1536;

/// A dynamic disk with both blocks, each with bits of both kinds.
Bytes sample()
{
    const auto file =
        std::make_shared<CrashFile>(test::makeVhd(DiskType::Dynamic, diskSize, blockSize));
    const auto device = test::openForWriting(file);
    device->write(0, Bytes(8 * KiB, std::byte{1})).value();
    device->write(blockSize + 100 * KiB, Bytes(8 * KiB, std::byte{2})).value();
    return file->bytes();
}

std::uint64_t placeOf(const Bytes& bytes, std::size_t block)
{
    return std::uint64_t{load<Be32>(bytes, table + block * 4)->get()} * 512;
}

CheckReport check(const Bytes& bytes)
{
    return checkVhd(MemoryDevice(bytes)).value();
}

std::set<std::string> rulesOf(const std::vector<Finding>& findings, Severity least)
{
    std::set<std::string> rules;
    for (const Finding& finding : findings)
        if (finding.severity >= least)
            rules.insert(finding.rule);
    return rules;
}

std::string listed(const std::vector<Finding>& findings)
{
    std::string text;
    for (const Finding& finding : findings)
        text += finding.rule + ": " + finding.message + "\n";
    return text;
}

void setHeader(Bytes& bytes, const std::function<void(DynamicHeader&)>& change)
{
    DynamicHeader header = decodeHeader(ByteView(bytes).subspan(512), 512).value();
    change(header);
    std::ranges::copy(encodeHeader(header), bytes.begin() + 512);
}

void setFooters(Bytes& bytes, const std::function<void(Footer&)>& change)
{
    Footer footer = decodeFooter(ByteView(bytes).first(512), 0).value();
    change(footer);
    std::ranges::copy(encodeFooter(footer), bytes.begin());
    std::ranges::copy(encodeFooter(footer), bytes.end() - 512);
}

struct Damage {
    const char* name;
    const char* rule;
    bool isRepairable;
    std::function<void(Bytes&)> make;
};

const std::vector<Damage>& damages()
{
    static const std::vector<Damage> all{
        {"front cookie", "V1", true, [](Bytes& b) { b[0] = std::byte{'C'}; }},
        {"front bit", "V2", true, [](Bytes& b) { b[0x20] ^= std::byte{1}; }},
        {"tail bit", "V2", true, [](Bytes& b) { b[b.size() - 9] ^= std::byte{1}; }},
        {"both checksums", "V2", true,
         [](Bytes& b) {
             b[0x18] ^= std::byte{1};
             b[b.size() - 512 + 0x18] ^= std::byte{1};
         }},
        {"footers differ", "V6", true,
         [](Bytes& b) {
             Footer footer = decodeFooter(ByteView(b).last(512), 0).value();
             ++footer.timeStamp;
             std::ranges::copy(encodeFooter(footer), b.end() - 512);
         }},
        {"no tail", "V7", true, [](Bytes& b) { b.resize(b.size() - 512); }},
        {"header checksum", "V12", true, [](Bytes& b) { b[512 + 0x3C] ^= std::byte{1}; }},
        {"short table", "V15", false,
         [](Bytes& b) { setHeader(b, [](DynamicHeader& h) { h.entryCount = 1; }); }},
        {"block outside", "V17", true, [](Bytes& b) { store(b, table + 4, Be32(0x00FF'FFFF)); }},
        {"file cut in a block", "V17", true, [](Bytes& b) { b.resize(b.size() - 4096); }},
        {"blocks overlap", "V18", false,
         [](Bytes& b) { store(b, table + 4, Be32(load<Be32>(b, table)->get() + 8)); }},
        {"block on the table", "V18", false, [](Bytes& b) { store(b, table + 4, Be32(2)); }},
        {"data under bit 0", "V20", false,
         [](Bytes& b) { b[placeOf(b, 0) + 512 + 200 * KiB] = std::byte{1}; }},
        {"saved state", "V32", false,
         [](Bytes& b) { setFooters(b, [](Footer& f) { f.savedState = 1; }); }},
        {"geometry of another disk", "V9", false,
         [](Bytes& b) { setFooters(b, [](Footer& f) { f.geometry = {9, 9, 9}; }); }},
    };
    return all;
}

} // namespace

class TestVhdCheck : public QObject {
    Q_OBJECT

private slots:

    void soundFilesHaveNoFindings()
    {
        const Bytes dynamic = sample();
        const CheckReport report = check(dynamic);
        QVERIFY2(report.findings.empty(), listed(report.findings).c_str());
        QCOMPARE(report.allocatedBlocks, std::uint64_t{2});
        QCOMPARE(report.partialBlocks, std::uint64_t{2});
        QVERIFY(check(test::makeVhd(DiskType::Fixed, diskSize)).findings.empty());
        QVERIFY(check(test::makeChild(diskSize, blockSize)).findings.empty());
    }

    void everyDamageIsFoundByItsRule_data()
    {
        QTest::addColumn<int>("index");
        int index = 0;
        for (const Damage& damage : damages())
            QTest::newRow(damage.name) << index++;
    }

    void everyDamageIsFoundByItsRule()
    {
        QFETCH(int, index);
        const Damage& damage = damages()[static_cast<std::size_t>(index)];
        Bytes bytes = sample();
        damage.make(bytes);
        const CheckReport report = check(bytes);
        QVERIFY2(rulesOf(report.findings, Severity::Warning).contains(damage.rule),
                 listed(report.findings).c_str());
        QVERIFY(findRule(damage.rule) != nullptr);
    }

    void repairLeavesNothingThatItCanRepair_data() { everyDamageIsFoundByItsRule_data(); }

    void repairLeavesNothingThatItCanRepair()
    {
        QFETCH(int, index);
        const Damage& damage = damages()[static_cast<std::size_t>(index)];
        Bytes bytes = sample();
        damage.make(bytes);
        CrashFile file(bytes);
        const RepairPlan plan = planRepair(file).value();
        QCOMPARE(plan.steps.empty(), !damage.isRepairable);
        QVERIFY(applyRepair(plan, file));
        const CheckReport after = check(file.bytes());
        QCOMPARE(after.findings, plan.remaining);
        QCOMPARE(rulesOf(after.findings, Severity::Warning).empty(), damage.isRepairable);
        QVERIFY(planRepair(file)->steps.empty());
        // The first block was never damaged, so its bytes are what they were.
        if (damage.isRepairable) {
            const VhdFile vhd = readVhdFile(file).value();
            const auto disk =
                VhdDevice::openReadOnly(std::make_shared<MemoryDevice>(file.bytes()), vhd).value();
            Bytes start(8 * KiB);
            QVERIFY(disk->read(0, start));
            QVERIFY(start == Bytes(8 * KiB, std::byte{1}));
        }
    }

    void aRepairOfAChangedFileIsRefused()
    {
        Bytes bytes = sample();
        bytes[0x20] ^= std::byte{1};
        const RepairPlan plan = planRepair(MemoryDevice(bytes)).value();
        bytes[0x21] ^= std::byte{1};
        CrashFile file(bytes);
        QCOMPARE(applyRepair(plan, file).error().code, ErrorCode::Changed);
        QVERIFY(file.bytes() == bytes);
    }

    void aSoundFileNeedsNoRepair()
    {
        QVERIFY(planRepair(MemoryDevice(sample()))->steps.empty());
        QVERIFY(planRepair(MemoryDevice(test::makeVhd(DiskType::Fixed, diskSize)))->steps.empty());
    }

    void unusedSpaceIsTold()
    {
        Bytes bytes = sample();
        bytes.insert(bytes.end() - 512, 64 * KiB, std::byte{0});
        const CheckReport report = check(bytes);
        QVERIFY(rulesOf(report.findings, Severity::Info) == std::set<std::string>{"V29"});
        QVERIFY(report.unusedBytes >= 64 * KiB);
    }

    void manyFindingsOfOneKindAreCounted()
    {
        Bytes bytes = test::makeVhd(DiskType::Dynamic, diskSize, 4 * KiB);
        for (std::size_t block = 0; block < 200; ++block)
            store(bytes, table + block * 4, Be32(0x1000'0000));
        const CheckReport report = check(bytes);
        QVERIFY(report.findings.size() < 30);
        QVERIFY2(listed(report.findings).contains("and 180 more"), listed(report.findings).c_str());
    }

    void aMissingParentIsAnError()
    {
        const test::TempFolder folder;
        const auto path = folder.writeFile("c.vhd", test::makeChild(diskSize, blockSize));
        const CheckReport report = checkVhdChain(path).value();
        QVERIFY(rulesOf(report.findings, Severity::Error) == std::set<std::string>{"V23"});
    }

    void rulesAreThoseOfTheFormatNotes()
    {
        std::set<std::string_view> numbers;
        for (const Rule& rule : rules()) {
            QVERIFY(numbers.insert(rule.number).second);
            QVERIFY(!rule.title.empty() && !rule.meaning.empty() && !rule.linuxKernel.empty());
        }
        QCOMPARE(numbers.size(), std::size_t{32});
        QVERIFY(findRule("V33") == nullptr);
    }

    void programsSeeWhatTheyGoBy()
    {
        Footer footer;
        footer.creatorApplication = {'v', 'b', 'o', 'x'};
        footer.currentSize = 10 * MiB;
        footer.geometry = geometryFor(10 * MiB);
        const auto seen = seenSizes(footer);
        QCOMPARE(seen[0].size, 10 * MiB);
        QCOMPARE(seen[1].size, 10 * MiB);
        QCOMPARE(seen[2].size, footer.geometry.size());
        QCOMPARE(seen[3].size, footer.geometry.size());
    }
};

QTEST_GUILESS_MAIN(TestVhdCheck)
#include "tst_vhd_check.moc"
