#include "ui/views/fit_words.hpp"

#include "ui/base/words.hpp"

#include <QStringList>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

namespace {

QString ofText(std::uint64_t part, std::uint64_t whole, const char* what)
{
    return countText(part) + u" of "_s + countText(whole) + u' ' + QLatin1String(what);
}

QString kibibytes(std::uint64_t bytes)
{
    return countText(bytes / KiB) + u" KiB"_s;
}

/// Floppies are counted in KiB throughout, so that both numbers can be compared.
QString pairText(std::uint64_t used, std::uint64_t whole)
{
    if (whole < 16 * MiB && used < 16 * MiB)
        return kibibytes(used) + u" of "_s + kibibytes(whole);
    return sizeText(used) + u" of "_s + sizeText(whole);
}

FitWords verdictOf(const folder_disk::Plan& plan)
{
    const fat::Geometry& geometry = plan.geometry();
    const folder_disk::FitReport& fit = plan.fit;
    const std::uint64_t size = geometry.clusterSize();
    const std::uint64_t room = geometry.clusterCount * size;
    const QString used = pairText(fit.clustersUsed * size, room);
    if (plan.unfit.empty())
        return {FitVerdict::Fits, u"It fits: "_s + used, {}};
    const QString files = countText(plan.unfit.size(), "item", "items");
    if (plan.options.unfit == folder_disk::Unfit::Skip)
        return {FitVerdict::FitsWithout, u"It fits without "_s + files + u": "_s + used, {}};
    if (fit.clustersNeeded > geometry.clusterCount)
        return {FitVerdict::DoesNotFit,
                u"It does not fit: "_s + pairText(fit.clustersNeeded * size, room),
                {}};
    if (geometry.rootEntryCount > 0 && fit.rootEntriesNeeded > geometry.rootEntryCount)
        return {FitVerdict::DoesNotFit,
                u"It does not fit: "_s +
                    ofText(fit.rootEntriesNeeded, geometry.rootEntryCount, "root entries"),
                {}};
    return {FitVerdict::DoesNotFit,
            files + (plan.unfit.size() == 1 ? u" does not fit"_s : u" do not fit"_s),
            {}};
}

} // namespace

FitWords fitWords(const folder_disk::Plan& plan)
{
    const fat::Geometry& geometry = plan.geometry();
    const folder_disk::FitReport& fit = plan.fit;
    FitWords words = verdictOf(plan);
    const bool over = words.verdict == FitVerdict::DoesNotFit;
    QStringList parts;
    parts << ofText(over ? fit.clustersNeeded : fit.clustersUsed, geometry.clusterCount,
                    "clusters");
    if (geometry.rootEntryCount > 0)
        parts << ofText(over ? fit.rootEntriesNeeded : fit.rootEntriesUsed, geometry.rootEntryCount,
                        "root entries");
    parts << countText(fit.fileCount, "file", "files");
    const std::uint64_t used = std::uint64_t{fit.clustersUsed} * geometry.clusterSize();
    if (used > 0)
        parts << percentText(fit.slackSize, used) + u" slack"_s;
    words.detail = parts.join(u" · "_s);
    return words;
}

FitAmounts fitAmounts(const folder_disk::Plan& plan)
{
    const fat::Geometry& geometry = plan.geometry();
    FitAmounts amounts;
    const std::uint64_t size = std::max(geometry.clusterSize(), 1U);
    amounts.system = (geometry.dataOffset() + size - 1) / size;
    for (const folder_disk::Entry& entry : plan.entries)
        (entry.isDirectory ? amounts.directories : amounts.files) += entry.clusterCount;
    const std::uint64_t needed = plan.fit.clustersNeeded;
    if (needed > geometry.clusterCount)
        amounts.tooMuch = needed - geometry.clusterCount;
    amounts.whole = amounts.system + geometry.clusterCount + amounts.tooMuch;
    return amounts;
}

} // namespace fatlas::ui
