#include "ui/document/compare_document.hpp"

#include "core/fat/diff/diff_fields.hpp"

#include "ui/base/words.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

namespace fatlas::ui {

namespace {

QString nameOf(const CompareSource& source)
{
    std::filesystem::path path(source.source);
    if (!path.has_filename())
        path = path.parent_path();
    return shown(path.filename().native());
}

void addFields(Comparison& comparison, std::vector<fat::FieldChange> fields)
{
    comparison.fieldCount += fields.size();
    const std::size_t room = Comparison::maxFields - comparison.fields.size();
    fields.resize(std::min(fields.size(), room));
    std::ranges::move(fields, std::back_inserter(comparison.fields));
}

/// Boot sector and FSInfo first, then the FAT, then one file after the other.
Result<> compareFields(Comparison& comparison, const fat::DiffSide& left,
                       const fat::DiffSide& right, const JobControl& job)
{
    constexpr std::size_t mostEntries = 2'000;
    const fat::DiffReport& report = comparison.report;
    addFields(comparison, report.fields);
    FATLAS_ASSIGN(auto entries, fat::diffFatEntries(left, right, report.fatRanges, mostEntries));
    const std::uint64_t unlisted = report.fatEntryCount - entries.size();
    addFields(comparison, std::move(entries));
    comparison.fieldCount += unlisted;
    for (const fat::FileChange& change : report.files) {
        FATLAS_TRY(job.checkpoint());
        if (change.kind != fat::FileChangeKind::Same)
            addFields(comparison, fat::diffEntryFields(left, right, change));
    }
    return {};
}

fat::DiffSide sideOf(const SharedContent& content)
{
    return {.volume = content->image.volume, .tree = content->tree};
}

fat::ClusterDiffSide clustersOf(const SharedContent& content)
{
    return {.volume = content->image.volume, .usage = content->usage};
}

} // namespace

CompareDocument::CompareDocument(QObject* parent) : QObject(parent)
{
    connect(&m_task, &Task::progressChanged, this, &CompareDocument::progressChanged);
    connect(&m_task, &Task::stateChanged, this, &CompareDocument::changed);
}

void CompareDocument::forget()
{
    m_task.abandon();
    m_result.reset();
    m_error.reset();
    m_failedSide.reset();
}

void CompareDocument::setSource(CompareSide side, CompareSource source)
{
    CompareSource& mine = side == CompareSide::Left ? m_left : m_right;
    if (mine == source)
        return;
    mine = std::move(source);
    forget();
    Q_EMIT changed();
}

void CompareDocument::swap()
{
    const bool wasCompared = m_result || isRunning();
    std::swap(m_left, m_right);
    forget();
    Q_EMIT changed();
    if (wasCompared)
        start();
}

QString CompareDocument::problem() const
{
    if (m_left.source.empty() && m_right.source.empty())
        return tr("Choose two images or folders");
    if (m_left.source.empty())
        return tr("Choose what is on the left");
    return m_right.source.empty() ? tr("Choose what is on the right") : QString();
}

QString CompareDocument::title() const
{
    if (!problem().isEmpty())
        return tr("Compare");
    return tr("%1 and %2").arg(nameOf(m_left), nameOf(m_right));
}

Result<std::shared_ptr<const Comparison>> CompareDocument::compare(const CompareSource& left,
                                                                   const CompareSource& right,
                                                                   Meter& meter,
                                                                   const JobControl& job)
{
    auto comparison = std::make_shared<Comparison>();
    FATLAS_ASSIGN(comparison->left, readContent(left.source, job, left.partition));
    meter.phase = ComparePhase::ReadRight;
    FATLAS_ASSIGN(comparison->right, readContent(right.source, job, right.partition));
    meter.phase = ComparePhase::Files;
    const fat::DiffSide before = sideOf(comparison->left);
    const fat::DiffSide after = sideOf(comparison->right);
    FATLAS_ASSIGN(comparison->report, fat::diffVolumes(before, after, job, fat::SameFiles::Listed));
    FATLAS_TRY(compareFields(*comparison, before, after, job));
    meter.phase = ComparePhase::Clusters;
    FATLAS_ASSIGN(comparison->clusters, fat::diffClusters(clustersOf(comparison->left),
                                                          clustersOf(comparison->right), job));
    return comparison;
}

void CompareDocument::start()
{
    if (!problem().isEmpty())
        return;
    forget();
    m_meter = std::make_shared<Meter>();
    m_task.start(
        [left = m_left, right = m_right, meter = m_meter](const JobControl& job) {
            return compare(left, right, *meter, job);
        },
        [this](Result<std::shared_ptr<const Comparison>> result) { take(std::move(result)); });
}

void CompareDocument::take(Result<std::shared_ptr<const Comparison>> result)
{
    if (result) {
        m_result = std::move(*result);
    } else if (result.error().code != ErrorCode::Cancelled) {
        m_error = std::move(result.error());
        const ComparePhase phase = m_meter->phase;
        if (phase == ComparePhase::ReadLeft)
            m_failedSide = CompareSide::Left;
        else if (phase == ComparePhase::ReadRight)
            m_failedSide = CompareSide::Right;
    }
    Q_EMIT changed();
}

void CompareDocument::cancel()
{
    m_task.cancel();
}

QString CompareDocument::progressText() const
{
    if (!isRunning())
        return {};
    const Progress progress = m_task.progress();
    switch (m_meter->phase.load()) {
    case ComparePhase::ReadLeft: return tr("Reading %1…").arg(nameOf(m_left));
    case ComparePhase::ReadRight: return tr("Reading %1…").arg(nameOf(m_right));
    case ComparePhase::Files: return tr("Comparing files: %1").arg(sizeText(progress.done));
    case ComparePhase::Clusters:
        return tr("Comparing clusters: %1")
            .arg(progress.total == 0 ? sizeText(progress.done)
                                     : percentText(progress.done, progress.total));
    }
    return {};
}

} // namespace fatlas::ui
