/// Which file of a chain answers for which sector.
///
/// Units:   offsets and lengths in bytes of the disk, of whole sectors.
/// Errors:  OutOfRange outside the disk; those of VhdDevice: what cannot be read because a table
///          points astray is an error, never somebody's answer.
/// Threads: as BlockDevice::read.
/// Lifetime: holds the files of the chain.
#pragma once

#include "core/vhd/chain.hpp"
#include "core/vhd/vhd_device.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace fatlas::vhd {

/// Neighbouring sectors for which the same file answers.
struct Answer {
    enum class Who : std::uint8_t {
        File,    ///< `link` of the chain
        Nobody,  ///< zeros
        Missing, ///< a parent that is not there
    };

    std::uint64_t offset = 0;
    std::uint64_t length = 0;
    Who who = Who::Nobody;
    std::size_t link = 0;
    std::uint64_t fileOffset = 0; ///< of the first byte, in the link's file

    [[nodiscard]] std::uint64_t end() const noexcept { return offset + length; }
};

class Layers {
public:
    /// A broken chain opens as well, as far as it reaches.
    [[nodiscard]] static Result<std::shared_ptr<const Layers>> open(const Chain& chain);

    [[nodiscard]] std::uint64_t size() const noexcept { return m_size; }

    /// A cover of [offset, offset + length) without gaps, in order.
    [[nodiscard]] Result<std::vector<Answer>> answers(std::uint64_t offset,
                                                      std::uint64_t length) const;

private:
    struct Layer {
        std::uint64_t size = 0;
        std::shared_ptr<const VhdDevice> device; ///< nullptr: a fixed disk
        bool isChild = false;
    };

    [[nodiscard]] Result<> ask(std::size_t link, std::uint64_t offset, std::uint64_t end,
                               std::vector<Answer>& answers) const;
    [[nodiscard]] Result<> askBlock(std::size_t link, std::uint64_t offset, std::uint64_t end,
                                    std::vector<Answer>& answers) const;
    [[nodiscard]] Result<> askBelow(std::size_t link, std::uint64_t offset, std::uint64_t end,
                                    std::vector<Answer>& answers) const;

    std::uint64_t m_size = 0;
    std::vector<Layer> m_layers;
};

} // namespace fatlas::vhd
