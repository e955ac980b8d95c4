/// Every BlockDevice implementation, each ready to be put through the same tests.
#pragma once

#include "core/block/block_device.hpp"

#include "tests/support/temp_folder.hpp"

#include <functional>
#include <memory>
#include <vector>

namespace fatlas::test {

/// A device, what it must read as, and what that stands on.
struct Specimen {
    std::unique_ptr<TempFolder> folder; ///< where host files are needed
    std::shared_ptr<const block::BlockDevice> device;
    std::shared_ptr<block::BlockDevice> writable; ///< the same, nullptr if made read-only
    Bytes expected; ///< whole content, empty if only self-agreement can be tested
};

struct DeviceFactory {
    const char* name;
    std::function<Specimen()> make;
};

[[nodiscard]] const std::vector<DeviceFactory>& deviceFactories();

} // namespace fatlas::test
