#include "core/edit/apply.hpp"

#include <fmt/format.h>

#include <system_error>

namespace fatlas::edit {
namespace {

constexpr int maxProposals = 1'000'000;

bool isTaken(const std::filesystem::path& path)
{
    std::error_code error;
    const auto status = std::filesystem::symlink_status(path, error);
    return std::filesystem::exists(status);
}

} // namespace

std::vector<block::Patch> shifted(std::vector<block::Patch> patches, std::uint64_t by)
{
    for (block::Patch& patch : patches)
        patch.offset += by;
    return patches;
}

std::filesystem::path proposeUndoFile(const std::filesystem::path& image)
{
    std::error_code error;
    const auto status = std::filesystem::status(image, error);
    const bool isDevice = std::filesystem::is_block_file(status);
    std::filesystem::path first = isDevice ? image.filename() : image;
    first += ".fatlas-undo";
    std::filesystem::path proposal = first;
    for (int number = 2; isTaken(proposal) && number < maxProposals; ++number) {
        proposal = first;
        proposal += fmt::format("-{}", number);
    }
    return proposal;
}

} // namespace fatlas::edit
