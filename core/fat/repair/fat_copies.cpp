// Copies of the FAT that differ: all become equal to the one with which the volume has the fewest
// errors; then each difference is tried the other way round.

#include "core/base/text.hpp"
#include "core/base/units.hpp"
#include "core/fat/check/check.hpp"
#include "core/fat/repair/passes.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace fatlas::fat {
namespace {

constexpr std::uint64_t stepSize = MiB;
constexpr std::uint64_t joinedGap = 4; ///< bytes; one entry never makes two differences
constexpr std::size_t maxRanges = 1'000'000;
constexpr std::size_t maxTried = 16;
constexpr std::uint32_t maxTriedClusters = 300'000; ///< so that checking it again is quick

/// Of the FAT, in bytes, and what each copy holds there.
struct Difference {
    std::uint64_t offset = 0;
    std::uint64_t end = 0;
};

class FatCopies {
public:
    explicit FatCopies(RepairSession& session)
        : m_session(session), m_geometry(session.geometry()),
          m_size(
              std::min(m_geometry.fatSize(), fatBytesFor(m_geometry.type, m_geometry.clusterCount)))
    {}

    Result<> repair()
    {
        for (std::uint32_t copy = 1; copy < m_geometry.fatCount; ++copy)
            FATLAS_TRY(compare(copy));
        if (m_differences.empty())
            return {};
        FATLAS_ASSIGN(const std::uint32_t best, chooseCopy());
        FATLAS_ASSIGN(const auto others, tryableBytes(best));
        FATLAS_TRY(copyToAll(best));
        noteChoice(best);
        for (std::size_t i = 0; i < others.size(); ++i)
            FATLAS_TRY(tryOther(m_differences[i], others[i]));
        return {};
    }

private:
    Result<> compare(std::uint32_t copy)
    {
        Bytes first;
        Bytes other;
        for (std::uint64_t done = 0; done < m_size; done += stepSize) {
            FATLAS_TRY(m_session.job().checkpoint());
            first.resize(std::min(stepSize, m_size - done));
            other.resize(first.size());
            FATLAS_TRY(m_session.read(m_geometry.fatOffset(0) + done, first));
            FATLAS_TRY(m_session.read(m_geometry.fatOffset(copy) + done, other));
            for (std::size_t i = 0; i < first.size(); ++i)
                if (first[i] != other[i])
                    take(done + i);
        }
        return {};
    }

    /// Too many differences become fewer, larger ones.
    void take(std::uint64_t offset)
    {
        if (!m_differences.empty()) {
            Difference& last = m_differences.back();
            const bool isNear = offset < last.end + joinedGap && offset >= last.offset;
            if (isNear || m_differences.size() >= maxRanges) {
                last.offset = std::min(last.offset, offset);
                last.end = std::max(last.end, offset + 1);
                return;
            }
        }
        m_differences.push_back({.offset = offset, .end = offset + 1});
    }

    Result<std::uint32_t> chooseCopy() const
    {
        const BootSector& boot = m_session.volume().boot();
        const Volume::Options& wishes = m_session.options().volume;
        if (wishes.fatCopy)
            return std::min(*wishes.fatCopy, m_geometry.fatCount - 1);
        if (!boot.mirrored)
            return boot.activeFat;
        FATLAS_ASSIGN(const BestFat best, findBestFat(m_session.staged(), wishes, m_session.job()));
        return best.copy;
    }

    /// What the other one of two copies holds in each difference, if trying is affordable and the
    /// choice is ours.
    Result<std::vector<Bytes>> tryableBytes(std::uint32_t best) const
    {
        std::vector<Bytes> others;
        const bool isOurs =
            m_session.volume().boot().mirrored && !m_session.options().volume.fatCopy;
        if (!isOurs || m_geometry.fatCount != 2 || m_differences.size() > maxTried ||
            m_differences.size() < 2 || m_geometry.clusterCount > maxTriedClusters)
            return others;
        for (const Difference& difference : m_differences) {
            Bytes bytes(difference.end - difference.offset);
            FATLAS_TRY(m_session.read(m_geometry.fatOffset(1 - best) + difference.offset, bytes));
            others.push_back(std::move(bytes));
        }
        return others;
    }

    Result<> copyToAll(std::uint32_t from)
    {
        for (const Difference& difference : m_differences)
            for (std::uint64_t at = difference.offset; at < difference.end; at += stepSize) {
                Bytes bytes(std::min(stepSize, difference.end - at));
                FATLAS_TRY(m_session.read(m_geometry.fatOffset(from) + at, bytes));
                FATLAS_TRY(writeToAll(at, bytes));
            }
        return {};
    }

    Result<> writeToAll(std::uint64_t offset, ByteView bytes)
    {
        for (std::uint32_t copy = 0; copy < m_geometry.fatCount; ++copy)
            FATLAS_TRY(m_session.write(m_geometry.fatOffset(copy) + offset, bytes));
        return {};
    }

    void noteChoice(std::uint32_t best)
    {
        m_session.note({.rule = "T9",
                        .severity = Severity::Error,
                        .path = {},
                        .message = fmt::format("the copies of the FAT differ in {} places",
                                               formatCount(m_differences.size())),
                        .advice = {},
                        .offset = m_geometry.fatOffset(0) + m_differences.front().offset},
                       fmt::format("all become equal to copy {}, with which the volume has the "
                                   "fewest errors",
                                   best + 1));
    }

    Result<> tryOther(const Difference& difference, ByteView other)
    {
        Bytes mine(other.size());
        FATLAS_TRY(m_session.read(m_geometry.fatOffset(0) + difference.offset, mine));
        FATLAS_ASSIGN(const std::size_t before, countErrors());
        FATLAS_TRY(writeToAll(difference.offset, other));
        FATLAS_ASSIGN(const std::size_t after, countErrors());
        if (after >= before)
            return writeToAll(difference.offset, mine);
        m_session.note({.rule = "T9",
                        .severity = Severity::Error,
                        .path = {},
                        .message = "in one place the other copy of the FAT gives fewer errors",
                        .advice = {},
                        .offset = m_geometry.fatOffset(0) + difference.offset},
                       "there the other copy is taken");
        return {};
    }

    Result<std::size_t> countErrors() const
    {
        FATLAS_ASSIGN(const auto volume,
                      Volume::open(m_session.staged(), m_session.options().volume));
        FATLAS_ASSIGN(const auto report, checkVolume(*volume, m_session.job()));
        return static_cast<std::size_t>(
            std::ranges::count(report->findings, Severity::Error, &Finding::severity));
    }

    RepairSession& m_session;
    Geometry m_geometry;
    std::uint64_t m_size; ///< bytes of the FAT that mean something
    std::vector<Difference> m_differences;
};

} // namespace

Result<> repairFatCopies(RepairSession& session)
{
    return FatCopies(session).repair();
}

} // namespace fatlas::fat
