#include "core/fat/boot_code.hpp"
#include "core/fat/boot_sector.hpp"
#include "core/fat/boot_sector_raw.hpp"
#include "core/fat/plan_geometry.hpp"

#include <QtTest>

#include <algorithm>

using namespace fatlas;
using namespace fatlas::fat;

namespace {

Geometry geometryFor(FatType type, std::uint32_t sectorSize = 512)
{
    GeometryRequest request;
    request.type = type;
    request.bytesPerSector = sectorSize;
    request.volumeSize = type == FatType::Fat12   ? 1440 * KiB
                         : type == FatType::Fat16 ? 64 * MiB
                                                  : GiB;
    return planGeometry(request).value();
}

/// A sector full of one byte, with jump and signature: whatever changes shows.
Bytes userSector(std::uint8_t jumpDistance, std::size_t size = 512)
{
    Bytes sector(size, std::byte{0xCC});
    sector[0] = std::byte{0xEB};
    sector[1] = static_cast<std::byte>(jumpDistance);
    sector[2] = std::byte{0x90};
    store(sector, signatureOffset, Le16{bootSectorSignature});
    return sector;
}

QString refusal(const Bytes& sector, const Geometry& geometry)
{
    const auto result = checkBootCode(sector, geometry);
    return result ? "fine" : QString::fromStdString(result.error().message);
}

constexpr std::array allTypes{FatType::Fat12, FatType::Fat16, FatType::Fat32};

} // namespace

class TestBootCode : public QObject {
    Q_OBJECT

private slots:

    void putsOurCodeWhereTheJumpLeads()
    {
        for (const FatType type : allTypes) {
            BootSector boot;
            boot.geometry = geometryFor(type);
            const Bytes sector = encodeBootSector(boot, {});
            const auto start = codeStart(sector);
            QCOMPARE(start, std::optional(codeOffset(type)));
            const ByteView own = ownBootCode();
            QVERIFY(std::ranges::equal(own, ByteView(sector).subspan(*start, own.size())));
        }
    }

    void saysThatTheDiskIsNotBootable()
    {
        const ByteView own = ownBootCode();
        const QByteArray text(reinterpret_cast<const char*>(own.data()),
                              static_cast<qsizetype>(own.size()));
        QVERIFY(text.contains("This disk is not bootable. "));
        QVERIFY(text.endsWith(QByteArray("\r\n\0", 3)));
        QCOMPARE(text.indexOf("This"), qsizetype(0x0F + 0x1D)); // as `add si` has it
    }

    void mergesFieldsAroundAUsersCode() // B19
    {
        for (const FatType type : allTypes) {
            BootSector boot;
            boot.geometry = geometryFor(type);
            const std::size_t start = codeOffset(type);
            const Bytes user = userSector(static_cast<std::uint8_t>(start - 2));
            QCOMPARE(refusal(user, boot.geometry), QString("fine"));
            const Bytes merged = encodeBootSector(boot, {.sector = user});
            QVERIFY(std::equal(merged.begin() + static_cast<std::ptrdiff_t>(start), merged.end(),
                               user.begin() + static_cast<std::ptrdiff_t>(start)));
            QVERIFY(std::equal(merged.begin(), merged.begin() + 3, user.begin()));
            const auto back = decodeBootSector(merged, boot.geometry.volumeSize());
            QVERIFY(back.has_value() && back->geometry == boot.geometry);
        }
    }

    void leavesOutFieldsThatWouldOverwriteOldCode() // B19: DOS 3 jumps to 0x36
    {
        BootSector boot;
        boot.geometry = geometryFor(FatType::Fat12);
        boot.serial = 1;
        const Bytes user = userSector(0x34);
        QVERIFY(!extendedFieldsFit(user, FatType::Fat12));
        QCOMPARE(refusal(user, boot.geometry), QString("fine"));
        const Bytes merged = encodeBootSector(boot, {.sector = user});
        QVERIFY(std::equal(merged.begin() + 0x24, merged.end(), user.begin() + 0x24));
    }

    void takes512BytesForALargerSector()
    {
        BootSector boot;
        boot.geometry = geometryFor(FatType::Fat32, 4096);
        const Bytes user = userSector(0x58);
        QCOMPARE(refusal(user, boot.geometry), QString("fine"));
        QCOMPARE(refusal(userSector(0x58, 4096), boot.geometry), QString("fine"));
        const Bytes merged = encodeBootSector(boot, {.sector = user});
        QCOMPARE(merged.size(), std::size_t{4096});
        QCOMPARE(merged[509], std::byte{0xCC});
        QCOMPARE(merged[512], std::byte{0});
    }

    void refusesWhatIsNoBootSector()
    {
        const Geometry g = geometryFor(FatType::Fat16);
        QCOMPARE(refusal({}, g), QString("fine"));
        QCOMPARE(refusal(Bytes(300), g),
                 QString("the boot sector file has 300 bytes, expected 512"));
        QCOMPARE(refusal(Bytes(1024), geometryFor(FatType::Fat16, 4096)),
                 QString("the boot sector file has 1024 bytes, expected 512 or 4096"));
        QVERIFY(refusal(Bytes(512), g).contains("00 00 at byte 510, expected the signature 55 AA"));
        Bytes noJump = userSector(0x3C);
        noJump[0] = std::byte{0xFA};
        QVERIFY(refusal(noJump, g).contains("starts with FA 3C 90, expected a jump"));
        QVERIFY(refusal(userSector(0xF0), g).contains("expected a jump")); // backwards
        QVERIFY(refusal(userSector(0x20), g).contains("starts at byte 34, expected 36 or later"));
        QVERIFY(refusal(userSector(0x3C), geometryFor(FatType::Fat32))
                    .contains("starts at byte 62, expected 90 or later: the fields of FAT32"));
    }

    void followsANearJump()
    {
        Bytes sector = userSector(0);
        sector[0] = std::byte{0xE9};
        sector[1] = std::byte{0x57};
        sector[2] = std::byte{0x00};
        QCOMPARE(codeStart(sector), std::optional<std::size_t>(0x5A));
        sector[2] = std::byte{0x7F};
        QVERIFY(!codeStart(sector));
    }
};

QTEST_GUILESS_MAIN(TestBootCode)
#include "tst_boot_code.moc"
