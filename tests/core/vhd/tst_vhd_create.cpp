// New files: exact sizes, options that cannot be, parents, presets, real files of the host.

#include "core/block/memory_device.hpp"
#include "core/vhd/create.hpp"
#include "core/vhd/open_vhd.hpp"

#include "tests/core/vhd/vhd_fixture.hpp"
#include "tests/support/temp_folder.hpp"

#include <QtTest>

#include <algorithm>

using namespace fatlas;
using namespace fatlas::vhd;
using Existing = AtomicFile::Existing;

class TestVhdCreate : public QObject {
    Q_OBJECT

private slots:

    void sizesAreKeptExactly_data()
    {
        QTest::addColumn<quint64>("size");
        for (const std::uint64_t size :
             {std::uint64_t{512}, 1 * MiB, 10 * MiB + 512, 127 * GiB, 2040 * GiB})
            QTest::addRow("%llu", static_cast<unsigned long long>(size)) << quint64{size};
    }

    void sizesAreKeptExactly()
    {
        QFETCH(quint64, size);
        const auto plan = planCreate({.size = size}).value();
        QCOMPARE(plan.footer.currentSize, std::uint64_t{size});
        const auto bySize = readVhdFile(block::MemoryDevice(test::bytesOf(plan))).value();
        QCOMPARE(bySize.virtualSize, std::uint64_t{size});
        QVERIFY(bySize.findings.empty());
        // Who goes by the geometry sees the same size.
        const auto byGeometry =
            readVhdFile(block::MemoryDevice(test::bytesOf(plan)), SizeRule::Geometry).value();
        QCOMPARE(byGeometry.virtualSize, std::uint64_t{size});
    }

    void refusesWhatCannotBe_data()
    {
        QTest::addColumn<quint64>("size");
        QTest::addColumn<quint32>("blockSize");
        QTest::addColumn<QByteArray>("says");
        constexpr quint32 block = 2 * MiB;
        QTest::newRow("nothing") << quint64{0} << block << QByteArray("512 bytes to 2040 GiB");
        QTest::newRow("too large") << quint64{2040 * GiB + 512} << block << QByteArray("2040 GiB");
        QTest::newRow("half a sector") << quint64{1000} << block << QByteArray("512 or 1024");
        QTest::newRow("odd blocks")
            << quint64{1 * MiB} << quint32{3 * KiB} << QByteArray("power of two");
        QTest::newRow("huge blocks")
            << quint64{1 * MiB} << quint32{512 * MiB} << QByteArray("power of two");
        QTest::newRow("small blocks")
            << quint64{2040 * GiB} << quint32{4 * KiB} << QByteArray("blocks of at least 128 KiB");
    }

    void refusesWhatCannotBe()
    {
        QFETCH(quint64, size);
        QFETCH(quint32, blockSize);
        QFETCH(QByteArray, says);
        const auto plan = planCreate({.size = size, .blockSize = blockSize});
        QCOMPARE(plan.error().code, ErrorCode::InvalidArgument);
        QVERIFY2(QByteArray::fromStdString(plan.error().message).contains(says),
                 plan.error().message.c_str());
    }

    void parentAndTypeBelongTogether()
    {
        QVERIFY(!planCreate({.type = DiskType::Differencing, .size = 1 * MiB}));
        QVERIFY(!planCreate({.size = 1 * MiB, .parent = ParentLink{}}));
    }

    void presetsAreWhatTheirProgramsTake()
    {
        CreateOptions azure{.size = 10 * MiB + 1};
        QVERIFY(applyPreset(Preset::Azure, std::nullopt, azure));
        const auto plan = planCreate(azure).value();
        QVERIFY(plan.footer.type == DiskType::Fixed);
        QCOMPARE(plan.footer.currentSize, 11 * MiB);
        QCOMPARE(plan.fileSize, 11 * MiB + 512);
        QVERIFY(!plan.notes.empty());
        QVERIFY(!applyPreset(Preset::Azure, DiskType::Dynamic, azure));

        CreateOptions box86{.size = 10 * MiB};
        QVERIFY(applyPreset(Preset::Box86, std::nullopt, box86));
        const Footer footer = planCreate(box86)->footer;
        QVERIFY(footer.geometry != largestGeometry);
        QCOMPARE(footer.geometry.size(), footer.currentSize);
        QVERIFY(footer.currentSize >= 10 * MiB);

        CreateOptions hyperv{.size = 10 * MiB, .blockSize = 64 * KiB};
        QVERIFY(!applyPreset(Preset::HyperV, std::nullopt, hyperv));
        for (const char* name : {"azure", "hyperv", "virtualbox", "86box"})
            QVERIFY(parsePreset(name));
        QVERIFY(!parsePreset("vmware"));
    }

    void filesAreMadeOpenedAndWritten()
    {
        const test::TempFolder folder;
        for (const auto type : {DiskType::Fixed, DiskType::Dynamic}) {
            const auto path = folder / toString(type);
            QVERIFY(createVhd(path, {.type = type, .size = 3 * MiB}, Existing::Keep));
            QCOMPARE(createVhd(path, {.size = 1 * MiB}, Existing::Keep).error().code,
                     ErrorCode::Refused);
            {
                const auto opened = openVhdForWriting(path).value();
                QVERIFY(opened.device->write(2 * MiB - 5, Bytes(10, std::byte{7})));
                QVERIFY(opened.device->flush());
                // Nobody else may write meanwhile.
                QCOMPARE(openVhdForWriting(path).error().code, ErrorCode::Refused);
            }
            const auto opened = openVhd(path).value();
            QVERIFY(opened.chain.findings.empty());
            Bytes bytes(12);
            QVERIFY(opened.device->read(2 * MiB - 6, bytes));
            QCOMPARE(bytes[0], std::byte{0});
            QCOMPARE(bytes[1], std::byte{7});
            QCOMPARE(bytes[11], std::byte{0});
        }
    }

    void aChildFindsItsParentAndLeavesItAlone()
    {
        const test::TempFolder folder;
        folder.makeFolder("base");
        folder.makeFolder("child");
        const auto base = folder / "base/b\u00E4se 1.vhd";
        const auto child = folder / "child/child.vhd";
        QVERIFY(createVhd(base, {.size = 1 * MiB}, Existing::Keep));
        QVERIFY(openVhdForWriting(base)->device->write(0, Bytes(4096, std::byte{1})));
        const auto link = linkToParent(base, child).value();
        QCOMPARE(*link.relativePath, std::string("..\\base\\b\u00E4se 1.vhd"));
        QVERIFY(createVhd(child, {.type = DiskType::Differencing, .parent = link}, Existing::Keep));
        const Bytes before = folder.readFile("base/b\u00E4se 1.vhd");
        {
            const auto opened = openVhdForWriting(child).value();
            QVERIFY(opened.chain.findings.empty());
            QVERIFY(opened.device->write(512, Bytes(512, std::byte{2})));
        }
        QVERIFY(folder.readFile("base/b\u00E4se 1.vhd") == before);
        Bytes bytes(1536);
        QVERIFY(openVhd(child)->device->read(0, bytes));
        QVERIFY(bytes[0] == std::byte{1} && bytes[512] == std::byte{2} &&
                bytes[1024] == std::byte{1});
        // Moved together, the relative path still leads to it; and to no other file.
        std::filesystem::rename(folder / "base", folder / "moved");
        QCOMPARE(openVhd(child).error().code, ErrorCode::NotFound);
    }

    void aBrokenChainGetsNoChild()
    {
        const test::TempFolder folder;
        folder.writeFile("orphan.vhd", test::makeChild(1 * MiB));
        const auto link = linkToParent(folder / "orphan.vhd", folder / "c.vhd");
        QCOMPARE(link.error().code, ErrorCode::Refused);
    }

    void aPartOfASavedMachineIsNotWrittenTo()
    {
        const test::TempFolder folder;
        auto plan = planCreate({.type = DiskType::Fixed, .size = 1 * MiB}).value();
        plan.footer.savedState = 1;
        plan.parts[0].bytes = encodeFooter(plan.footer);
        const auto path = folder.writeFile("saved.vhd", test::bytesOf(plan));
        QVERIFY(openVhd(path));
        QVERIFY(openVhdForWriting(path).error().message.contains("(V32)"));
    }
};

QTEST_GUILESS_MAIN(TestVhdCreate)
#include "tst_vhd_create.moc"
