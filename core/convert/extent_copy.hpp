/// The bytes of a device into an open file, extent by extent, each by the cheapest way there is.
///
/// The file must already have the device's size and be one hole.
///
/// Units:   bytes; progress in bytes of the device.
/// Errors:  Changed naming a host file that changed while it was copied; those of the device and of
///          File; Cancelled.
/// Threads: one at a time.
#pragma once

#include "core/base/job_control.hpp"
#include "core/block/block_device.hpp"
#include "core/convert/kernel_copy.hpp"
#include "core/convert/save_image.hpp"
#include "core/convert/sparse_writer.hpp"

namespace fatlas::convert {

class ExtentCopy {
public:
    ExtentCopy(const block::BlockDevice& device, File& target, const JobControl& job);

    /// Copies everything and waits until it has been written out.
    [[nodiscard]] Result<> run();

    [[nodiscard]] SaveStatistics statistics() const;

private:
    [[nodiscard]] Result<> copyExtents(std::uint64_t offset,
                                       const std::vector<block::Extent>& extents);
    [[nodiscard]] Result<> copyExtent(const block::Extent& extent);
    [[nodiscard]] Result<> copyRead(const block::Extent& extent);
    [[nodiscard]] Result<> copyBacked(const block::Extent& extent);
    [[nodiscard]] Result<> copyPiece(KernelCopy::Piece piece);
    [[nodiscard]] Result<> copyRun(KernelCopy::Piece piece);
    [[nodiscard]] Result<> copyBytes(const KernelCopy::Piece& piece);
    /// Counts bytes as done; looks at the job now and then.
    [[nodiscard]] Result<> advance(std::uint64_t bytes);

    const block::BlockDevice& m_device;
    const JobControl& m_job;
    WriteOut m_writeOut;
    SparseWriter m_writer;
    KernelCopy m_kernel;
    SaveStatistics m_statistics;
    std::uint64_t m_done = 0;
    std::uint64_t m_reported = 0;
};

} // namespace fatlas::convert
