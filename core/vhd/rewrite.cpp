#include "core/vhd/rewrite.hpp"

#include "core/base/text.hpp"
#include "core/base/zeros.hpp"
#include "core/vhd/keep_access.hpp"
#include "core/vhd/new_file.hpp"
#include "core/vhd/own_layer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <utility>

namespace fatlas::vhd {

namespace {

constexpr std::size_t grain = 4 * KiB; ///< zeros are left away in pieces of this size

/// What the file records about its parent, as it stands there.
Result<ParentLink> recordedParent(const std::filesystem::path& path, const VhdFile& vhd)
{
    FATLAS_ASSIGN(const Chain chain, readChain(path));
    if (chain.broken)
        return fail(ErrorCode::Refused,
                    fmt::format("the parent must be there first: {}; vhd reparent gives the disk "
                                "another one",
                                chain.broken->message));
    FATLAS_ASSIGN(ParentLink link, linkToParent(chain.links[1].path, path));
    link.uuid = vhd.header.parentUuid;
    link.timeStamp = vhd.header.parentTimeStamp;
    return link;
}

Result<CreateOptions> optionsFor(const std::filesystem::path& path, const VhdFile& vhd,
                                 const RewriteOptions& options)
{
    CreateOptions create;
    create.type = vhd.footer.type;
    create.size = options.size != 0 ? options.size : vhd.virtualSize;
    create.blockSize = vhd.header.blockSize;
    create.uuid = vhd.footer.uuid;
    create.timeStamp = vhd.footer.timeStamp;
    if (create.type != DiskType::Differencing)
        return create;
    if (options.parent)
        create.parent = options.parent;
    else {
        FATLAS_ASSIGN(create.parent, recordedParent(path, vhd));
    }
    return create;
}

/// Writes what must be kept of the pieces of the old file.
class Writer {
public:
    Writer(block::BlockDevice& target, bool isChild, std::vector<block::Extent> unused)
        : m_target(target), m_isChild(isChild), m_unused(std::move(unused))
    {}

    Result<> put(std::uint64_t offset, ByteView bytes)
    {
        if (m_isChild) // zeros as well: they cover the parent
            return write(offset, bytes);
        m_piece.assign(bytes.begin(), bytes.end());
        clearUnused(offset);
        return putData(offset);
    }

    [[nodiscard]] std::uint64_t written() const noexcept { return m_written; }

private:
    Result<> write(std::uint64_t offset, ByteView bytes)
    {
        m_written += bytes.size();
        return m_target.write(offset, bytes);
    }

    void clearUnused(std::uint64_t offset)
    {
        const std::uint64_t end = offset + m_piece.size();
        auto at = std::ranges::lower_bound(m_unused, offset, {}, &block::Extent::end);
        for (; at != m_unused.end() && at->offset < end; ++at) {
            const std::uint64_t first = std::max(offset, at->offset);
            const std::uint64_t stop = std::min(end, at->end());
            if (first < stop)
                std::ranges::fill(ByteSpan(m_piece).subspan(first - offset, stop - first),
                                  std::byte{0});
        }
    }

    Result<> putData(std::uint64_t offset)
    {
        const ByteView piece = m_piece;
        std::size_t first = 0;
        for (std::size_t at = 0; at <= piece.size(); at += grain) {
            const ByteView next = piece.subspan(std::min(at, piece.size()));
            if (!next.empty() && !areZeros(next.first(std::min(grain, next.size()))))
                continue;
            if (first < at)
                FATLAS_TRY(write(offset + first, piece.subspan(first, at - first)));
            first = at + grain;
        }
        if (first < piece.size())
            return write(offset + first, piece.subspan(first));
        return {};
    }

    block::BlockDevice& m_target;
    bool m_isChild;
    std::vector<block::Extent> m_unused;
    Bytes m_piece;
    std::uint64_t m_written = 0;
};

Result<std::uint64_t> copyLayer(const OwnLayer& layer, const RewriteOptions& options,
                                block::BlockDevice& target, const JobControl& job)
{
    const bool isChild = layer.vhd.footer.type == DiskType::Differencing;
    Writer writer(target, isChild, options.unused);
    const auto put = [&](std::uint64_t offset, ByteView bytes) -> Result<> {
        if (offset + bytes.size() > target.size()) {
            if (!areZeros(bytes.subspan(target.size() - std::min(target.size(), offset))))
                return fail(ErrorCode::Refused,
                            fmt::format("there is data behind byte {}, where the disk would end; "
                                        "nothing was changed",
                                        formatCount(target.size())));
            bytes = bytes.first(target.size() - std::min(target.size(), offset));
        }
        return bytes.empty() ? Result<>{} : writer.put(offset, bytes);
    };
    FATLAS_TRY(forEachStored(*layer.device, put, job));
    return writer.written();
}

/// Takes what a new file would, and only counts the blocks that it would need.
class CountedBlocks final : public block::BlockDevice {
public:
    explicit CountedBlocks(const CreatePlan& plan)
        : m_size(plan.footer.currentSize), m_blockSize(plan.header.blockSize),
          m_used(plan.header.entryCount, false)
    {}

    [[nodiscard]] std::uint64_t size() const noexcept override { return m_size; }

    [[nodiscard]] Result<> read(std::uint64_t offset, ByteSpan into) const override
    {
        FATLAS_TRY(checkRange(offset, into.size()));
        std::ranges::fill(into, std::byte{0});
        return {};
    }

    [[nodiscard]] Result<> write(std::uint64_t offset, ByteView bytes) override
    {
        FATLAS_TRY(checkRange(offset, bytes.size()));
        for (std::uint64_t at = offset; at < offset + bytes.size();
             at = (at / m_blockSize + 1) * m_blockSize)
            m_used[at / m_blockSize] = true;
        return {};
    }

    [[nodiscard]] std::uint64_t count() const
    {
        return static_cast<std::uint64_t>(std::ranges::count(m_used, true));
    }

private:
    std::uint64_t m_size;
    std::uint64_t m_blockSize;
    std::vector<bool> m_used;
};

/// A child compares this time with the one it recorded.
void keepTime(const std::filesystem::path& path, std::filesystem::file_time_type time)
{
    std::error_code ignored;
    std::filesystem::last_write_time(path, time, ignored);
}

} // namespace

Result<RewriteReport> planRewrite(const std::filesystem::path& path, const RewriteOptions& options,
                                  const JobControl& job)
{
    FATLAS_ASSIGN(const OwnLayer layer, openOwnLayer(path));
    FATLAS_ASSIGN(const CreateOptions create, optionsFor(path, layer.vhd, options));
    FATLAS_ASSIGN(const CreatePlan plan, planCreate(create));
    CountedBlocks counted(plan);
    RewriteReport report{.fileSizeBefore = layer.vhd.fileSize};
    FATLAS_ASSIGN(report.storedBytes, copyLayer(layer, options, counted, job));
    report.fileSizeAfter = fileSizeWith(plan, counted.count());
    return report;
}

Result<RewriteReport> rewriteVhd(const std::filesystem::path& path, const RewriteOptions& options,
                                 const JobControl& job)
{
    FATLAS_ASSIGN(const OwnLayer layer, openOwnLayer(path));
    std::error_code noTime;
    const auto time = std::filesystem::last_write_time(path, noTime);
    FATLAS_ASSIGN(const CreateOptions create, optionsFor(path, layer.vhd, options));
    FATLAS_ASSIGN(const CreatePlan plan, planCreate(create));
    FATLAS_ASSIGN(AtomicFile file, AtomicFile::create(path, AtomicFile::Existing::Replace));
    FATLAS_TRY(keepAccess(path, file.file()));
    FATLAS_TRY(writePlan(plan, file.file()));
    RewriteReport report{.fileSizeBefore = layer.vhd.fileSize};
    {
        const bool isChild = create.type == DiskType::Differencing;
        FATLAS_ASSIGN(const auto target,
                      openNewFile(file.file(), isChild ? noParent(create.size) : nullptr));
        FATLAS_ASSIGN(report.storedBytes, copyLayer(layer, options, *target, job));
    }
    FATLAS_ASSIGN(report.fileSizeAfter, file.file().size());
    FATLAS_TRY(file.commit());
    if (!noTime && create.size == layer.vhd.virtualSize && options.unused.empty())
        keepTime(path, time);
    return report;
}

} // namespace fatlas::vhd
