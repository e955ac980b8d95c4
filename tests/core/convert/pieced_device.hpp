/// A device put together from pieces of host files, bytes and holes, as a folder disk is, with a
/// hook to change a file at the worst moment.
#pragma once

#include "core/block/block_device.hpp"

#include <filesystem>
#include <functional>
#include <variant>
#include <vector>

namespace fatlas::test {

class PiecedDevice final : public block::BlockDevice {
public:
    void addFile(const std::filesystem::path& path, std::uint64_t offset, std::uint64_t length);
    void addBytes(Bytes bytes);
    void addHole(std::uint64_t length);

    /// Called with the number of backingFile calls so far, before each.
    std::function<void(int)> onBackingFile;

    [[nodiscard]] std::uint64_t size() const noexcept override { return m_size; }

    [[nodiscard]] Result<> read(std::uint64_t offset, ByteSpan into) const override;
    [[nodiscard]] Result<std::vector<block::Extent>> extents(std::uint64_t offset,
                                                             std::uint64_t length) const override;
    [[nodiscard]] Result<std::shared_ptr<const File>>
    backingFile(std::uint64_t file) const override;

private:
    struct Hole {};

    struct FileRange {
        std::shared_ptr<const File> file;
        FileIdentity identity;
        std::uint64_t offset = 0;
    };

    struct Piece {
        std::uint64_t offset = 0;
        std::uint64_t length = 0;
        std::variant<Hole, Bytes, FileRange> content;
    };

    void add(std::uint64_t length, std::variant<Hole, Bytes, FileRange> content);

    std::vector<Piece> m_pieces;
    std::uint64_t m_size = 0;
    mutable int m_calls = 0;
};

} // namespace fatlas::test
