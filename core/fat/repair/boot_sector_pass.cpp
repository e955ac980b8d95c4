// B2 to B22: the boot sector is written back from what the layout was found in, and its fields are
// put right one by one. Code and fields that are right stay as they are.

#include "core/base/text.hpp"
#include "core/fat/boot_code.hpp"
#include "core/fat/boot_sector_raw.hpp"
#include "core/fat/boot_sector_read.hpp"
#include "core/fat/repair/boot_fields.hpp"
#include "core/fat/repair/passes.hpp"
#include "core/fat/short_name.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

namespace fatlas::fat {
namespace {

constexpr auto totalOffset = static_cast<std::ptrdiff_t>(offsetof(BpbRaw, totalSectors32));

class BootSectorPass {
public:
    BootSectorPass(RepairSession& session, BootSector boot)
        : m_session(session), m_boot(std::move(boot)), m_sector(bootSectorSize)
    {}

    Result<> repair()
    {
        FATLAS_TRY(m_session.read(0, m_sector));
        FATLAS_TRY(writeBack());
        FATLAS_TRY(takeTotalOfCopy());
        BootFields fields(m_session, m_boot, m_sector);
        FATLAS_TRY(fields.repair());
        Bytes before(bootSectorSize);
        FATLAS_TRY(m_session.read(0, before));
        if (before != m_sector)
            FATLAS_TRY(m_session.write(0, m_sector));
        return {};
    }

private:
    [[nodiscard]] Finding foundElsewhere(const char* rule) const
    {
        for (const Finding& finding : m_boot.findings)
            if (finding.rule == rule)
                return finding;
        return {.rule = rule,
                .severity = Severity::Error,
                .path = {},
                .message = "the boot sector does not lead to the FATs",
                .advice = {},
                .offset = 0};
    }

    Result<> writeBack()
    {
        if (m_boot.layoutSource == LayoutSource::Backup) {
            FATLAS_TRY(m_session.read(m_boot.layoutOffset, m_sector));
            m_session.note(foundElsewhere("B21"),
                           fmt::format("it is written back from its copy in sector {}",
                                       m_boot.layoutOffset / m_boot.geometry.bytesPerSector));
        }
        if (m_boot.layoutSource == LayoutSource::MediaAndSize) {
            const bool keepsCode = checkBootCode(m_sector, m_boot.geometry).has_value();
            BootCode code;
            if (keepsCode)
                code.sector = m_sector;
            FATLAS_TRY(addExtendedFields());
            m_sector = encodeBootSector(m_boot, code);
            m_sector.resize(bootSectorSize);
            m_session.note(foundElsewhere("B22"),
                           fmt::format("a boot sector for this floppy format is written, {}",
                                       keepsCode ? "with the code that is there"
                                                 : "with code that says it does not boot"));
        }
        return {};
    }

    /// A number of sectors that means another type than the other fields, where the copy has one
    /// that means the same and differs in nothing else.
    Result<> takeTotalOfCopy()
    {
        const Geometry& g = m_boot.geometry;
        const auto doubt = std::ranges::find(m_boot.findings, "B13", &Finding::rule);
        if (m_boot.layoutSource != LayoutSource::BootSector || g.type != FatType::Fat32 ||
            g.backupBootSector == 0 || doubt == m_boot.findings.end())
            return {};
        Bytes copy(bootSectorSize);
        FATLAS_TRY(m_session.read(std::uint64_t{g.backupBootSector} * g.bytesPerSector, copy));
        Bytes wanted = m_sector;
        std::ranges::copy_n(copy.begin() + totalOffset, sizeof(Le32), wanted.begin() + totalOffset);
        auto boot = decodeBootSector(copy, m_session.staged()->size());
        if (wanted != copy || !boot ||
            std::ranges::find(boot->findings, "B13", &Finding::rule) != boot->findings.end())
            return {};
        m_session.note(*doubt, fmt::format("the copy of the boot sector has {} sectors, with which "
                                           "fields and clusters agree",
                                           formatCount(boot->geometry.totalSectors)));
        m_sector = std::move(wanted);
        m_boot = *std::move(boot);
        return {};
    }

    /// Serial number and label: without them a label of code bytes is read there by some. The
    /// number is the same each time, as different from that of other disks as the FAT is.
    Result<> addExtendedFields()
    {
        Bytes fat(m_boot.geometry.fatSize());
        FATLAS_TRY(m_session.read(m_boot.geometry.fatOffset(0), fat));
        m_boot.serial = 0x811C9DC5; // FNV-1a
        for (const std::byte byte : fat)
            m_boot.serial = (m_boot.serial ^ std::to_integer<std::uint32_t>(byte)) * 0x01000193;
        m_boot.label = noNameLabel;
        m_boot.hasExtendedFields = true;
        return {};
    }

    RepairSession& m_session;
    BootSector m_boot;
    Bytes m_sector;
};

} // namespace

Result<> repairBootSector(RepairSession& session)
{
    auto boot = readBootSector(*session.staged());
    if (!boot && boot.error().code == ErrorCode::BadFormat)
        return fail(ErrorCode::Refused,
                    "the layout of the volume cannot be recovered, so nothing is repaired: " +
                        boot.error().message);
    if (!boot)
        return std::unexpected(std::move(boot).error());
    return BootSectorPass(session, *std::move(boot)).repair();
}

} // namespace fatlas::fat
