#include "ui/document/image_patches.hpp"

#include "core/edit/apply.hpp"
#include "core/image/open_writable.hpp"

#include <utility>

namespace fatlas::ui {

using std::filesystem::path;

Result<path> writePatches(const VolumeContent& content, std::vector<block::Patch> patches,
                          const std::string& what, const JobControl& job)
{
    FATLAS_ASSIGN(const auto device, image::openWritable(content.image));
    const edit::PatchGroup group{.what = what, .patches = std::move(patches)};
    path undoFile = edit::proposeUndoFile(content.image.origin.file);
    FATLAS_TRY(edit::applyPatches(*device, {&group, 1}, undoFile, job));
    return undoFile;
}

Result<bool> takeBackPatches(const VolumeContent& content, const path& undoFile,
                             const JobControl& job)
{
    FATLAS_ASSIGN(const auto device, image::openWritable(content.image));
    FATLAS_TRY(edit::undo(*device, undoFile, job));
    return true;
}

} // namespace fatlas::ui
