#include "core/convert/save_image.hpp"

#include "core/base/atomic_file.hpp"
#include "core/convert/extent_copy.hpp"

namespace fatlas::convert {

Result<SaveStatistics> saveImage(const block::BlockDevice& device,
                                 const std::filesystem::path& target, Replace replace,
                                 const JobControl& job)
{
    const auto existing =
        replace == Replace::Yes ? AtomicFile::Existing::Replace : AtomicFile::Existing::Keep;
    FATLAS_ASSIGN(AtomicFile output, AtomicFile::create(target, existing));
    FATLAS_TRY(output.file().resize(device.size()));
    ExtentCopy copy(device, output.file(), job);
    FATLAS_TRY(copy.run());
    FATLAS_TRY(output.commit());
    return copy.statistics();
}

} // namespace fatlas::convert
