#include "core/fat/check/boot_checks.hpp"
#include "core/fat/check/chain_checks.hpp"
#include "core/fat/check/check.hpp"
#include "core/fat/check/directory_check.hpp"
#include "core/fat/check/fat_checks.hpp"
#include "core/fat/check/volume_label_check.hpp"

#include <algorithm>
#include <memory>

namespace fatlas::fat {
namespace {

constexpr std::size_t maxKeptLinks = 6'000'000; ///< 96 MB

/// The whole check, part by part; each part adds its findings.
class VolumeCheck {
public:
    VolumeCheck(const Volume& volume, const JobControl& job)
        : m_volume(volume), m_job(job), m_clusters(volume.geometry().clusterCount),
          m_passes(std::uint64_t{volume.geometry().fatCount} + 1)
    {}

    Result<std::shared_ptr<const CheckReport>> check()
    {
        m_report->fatCopy = m_volume.fatCopy();
        FATLAS_TRY(checkBoot());
        FATLAS_TRY(checkFats());
        FATLAS_TRY(checkFiles());
        FATLAS_TRY(mapClusters());
        m_report->findings = m_findings.take();
        m_job.report(m_passes * m_clusters, m_passes * m_clusters);
        return std::move(m_report);
    }

private:
    Result<> checkBoot()
    {
        const auto& found = m_volume.boot().findings;
        m_findings.addAll(found);
        const auto isElsewhere = [](const Finding& f) {
            return f.rule == "B21" || f.rule == "B22";
        };
        if (std::ranges::any_of(found, isElsewhere))
            return {}; // the first sector says nothing
        FATLAS_TRY(checkBootFields(m_volume, m_findings));
        return checkBackupBoot(m_volume, m_findings);
    }

    Result<> checkFats()
    {
        FATLAS_ASSIGN(FatLinks links, FatLinks::read(m_volume, nextPass()));
        m_links = std::make_unique<FatLinks>(std::move(links));
        FATLAS_TRY(checkFsInfo(m_volume, m_links->counts(), m_findings));
        FATLAS_TRY(checkFirstEntries(m_volume, m_findings));
        FATLAS_ASSIGN(
            m_report->fatDifferences,
            compareFats(m_volume, nextPass(m_volume.geometry().fatCount - 1), m_findings));
        checkCounts(m_volume, m_links->counts(), m_findings);
        return {};
    }

    Result<> checkFiles()
    {
        DirectoryCheck directories(m_volume);
        TreeReading how = m_links->reading();
        how.visitor = &directories;
        how.maxFindings = CheckReport::maxListed;
        const JobControl quiet(m_job.stopToken());
        FATLAS_ASSIGN(m_report->tree, readTree(m_volume, how, quiet));
        checkLabels(m_volume, directories.label(), m_findings);
        m_findings.addAll(m_report->tree->findings);
        FATLAS_ASSIGN(const ClusterSet owned,
                      checkSharedClusters(m_volume, *m_report->tree, quiet, m_findings));
        FATLAS_ASSIGN(LostChains lost, findLostChains(m_volume, *m_links, owned, quiet));
        noteLostChains(m_volume, lost, m_findings);
        m_report->lostChains = std::move(lost.listed);
        m_report->lostChainCount = lost.chainCount;
        return {};
    }

    /// Where there are very many links reading the FAT again costs less than keeping them.
    Result<> mapClusters()
    {
        if (m_links->runs().size() <= maxKeptLinks) {
            FATLAS_ASSIGN(m_report->usage,
                          mapUsageByLinks(m_volume, *m_report->tree, *m_links, nextPass()));
            return {};
        }
        m_links.reset();
        FATLAS_ASSIGN(m_report->usage, mapUsage(m_volume, *m_report->tree, nextPass()));
        return {};
    }

    /// Progress goes on where the last pass over a FAT ended.
    JobControl nextPass(std::uint32_t passes = 1)
    {
        const std::uint64_t before = m_done;
        m_done += passes * m_clusters;
        const std::uint64_t all = m_passes * m_clusters;
        return JobControl(m_job.stopToken(), [this, before, all](Progress progress) {
            m_job.report(std::min(before + progress.done, all), all);
        });
    }

    const Volume& m_volume;
    const JobControl& m_job;
    std::uint64_t m_clusters;
    std::uint64_t m_passes; ///< over the entries of a FAT
    std::uint64_t m_done = 0;
    FindingList m_findings;
    std::unique_ptr<FatLinks> m_links; ///< until it has served
    std::shared_ptr<CheckReport> m_report = std::make_shared<CheckReport>();
};

} // namespace

Result<std::shared_ptr<const CheckReport>> checkVolume(const Volume& volume, const JobControl& job)
{
    return VolumeCheck(volume, job).check();
}

Result<BestFat> findBestFat(const std::shared_ptr<const block::BlockDevice>& device,
                            const Volume::Options& options, const JobControl& job)
{
    BestFat best;
    Volume::Options one = options;
    std::uint32_t count = 1;
    for (std::uint32_t copy = 0; copy < count; ++copy) {
        one.fatCopy = copy;
        FATLAS_ASSIGN(const auto volume, Volume::open(device, one));
        count = volume->geometry().fatCount;
        FATLAS_ASSIGN(const auto report, checkVolume(*volume, job));
        best.errorCounts.push_back(static_cast<std::uint64_t>(
            std::ranges::count(report->findings, Severity::Error, &Finding::severity)));
        best.findingCounts.push_back(static_cast<std::uint64_t>(std::ranges::count_if(
            report->findings, [](const Finding& f) { return f.severity != Severity::Info; })));
        const auto rank = [&](std::uint32_t i) {
            return std::pair(best.errorCounts[i], best.findingCounts[i]);
        };
        if (rank(copy) < rank(best.copy))
            best.copy = copy;
    }
    return best;
}

} // namespace fatlas::fat
