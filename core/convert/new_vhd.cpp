#include "core/convert/new_vhd.hpp"

#include "core/base/checked.hpp"
#include "core/base/text.hpp"
#include "core/convert/save_vhd.hpp"
#include "core/folder_disk/folder_disk.hpp"
#include "core/folder_disk/options_text.hpp"
#include "core/image/folder_source.hpp"
#include "core/image/image.hpp"
#include "core/vhd/composed_vhd.hpp"

#include <fmt/format.h>

#include <utility>

namespace fatlas::convert {

namespace {

using Content = NewVhd::Content;

std::uint64_t rounded(std::uint64_t size, vhd::SizeRounding rounding)
{
    switch (rounding) {
    case vhd::SizeRounding::WholeMiB: return roundUp<std::uint64_t>(size, MiB);
    case vhd::SizeRounding::ToGeometry: return vhd::roundUpToGeometry(size);
    case vhd::SizeRounding::Exact: break;
    }
    return size;
}

class Planner {
public:
    Planner(const NewVhd& wanted, const JobControl& job)
        : m_plan(std::make_shared<NewVhdPlan>()), m_job(job)
    {
        m_plan->wanted = wanted;
    }

    Result<std::shared_ptr<const NewVhdPlan>> run()
    {
        FATLAS_TRY(chooseType());
        FATLAS_TRY(findContent());
        FATLAS_TRY(layOut());
        return m_plan;
    }

private:
    Result<> chooseType();
    Result<> findContent();
    Result<> planDisk(const std::filesystem::path& folder);
    Result<> openImage();
    Result<> linkParent();
    Result<> layOut();
    void noteRounding(std::uint64_t from, std::uint64_t to);

    std::shared_ptr<NewVhdPlan> m_plan;
    const JobControl& m_job;
    vhd::SizeRounding m_rounding = vhd::SizeRounding::Exact;
};

Result<> Planner::chooseType()
{
    NewVhd& wanted = m_plan->wanted;
    vhd::CreateOptions& create = m_plan->create;
    if (wanted.content == Content::Child)
        wanted.type = vhd::DiskType::Differencing;
    create.type = wanted.type;
    create.blockSize = wanted.blockSize;
    if (wanted.preset)
        FATLAS_TRY(vhd::applyPreset(*wanted.preset, wanted.type, create));
    m_rounding = std::exchange(create.rounding, vhd::SizeRounding::Exact);
    return {};
}

void Planner::noteRounding(std::uint64_t from, std::uint64_t to)
{
    if (from != to)
        m_plan->notes.push_back({.rule = "V9",
                                 .severity = Severity::Info,
                                 .path = {},
                                 .message = fmt::format("the size was rounded up from {} to {} "
                                                        "bytes",
                                                        formatCount(from), formatCount(to)),
                                 .advice = {}});
}

Result<> Planner::findContent()
{
    NewVhd& wanted = m_plan->wanted;
    switch (wanted.content) {
    case Content::Blank: {
        if (wanted.size == 0)
            return fail(ErrorCode::InvalidArgument, "say how large the disk is to be");
        const std::uint64_t size = rounded(wanted.size, m_rounding);
        noteRounding(wanted.size, size);
        wanted.size = size;
        return {};
    }
    case Content::Formatted:
        if (wanted.size == 0)
            return fail(ErrorCode::InvalidArgument, "say how large the disk is to be");
        return planDisk({});
    case Content::Folder:
        if (wanted.source.empty())
            return fail(ErrorCode::InvalidArgument, "choose the folder first");
        return planDisk(wanted.source);
    case Content::Image: return openImage();
    case Content::Child: return linkParent();
    }
    return {};
}

/// What the folder needs is found out first when no size is asked for.
Result<> Planner::planDisk(const std::filesystem::path& folder)
{
    NewVhd& wanted = m_plan->wanted;
    folder_disk::Options options = wanted.disk;
    options.floppy.reset();
    options.size =
        wanted.size == 0 ? std::nullopt : std::optional(rounded(wanted.size, m_rounding));
    const image::FolderSource source{.folder = folder, .output = wanted.file, .options = options};
    FATLAS_ASSIGN(auto plan, image::planFolder(source, m_job));
    const std::uint64_t needed = plan->layout.diskSize;
    const std::uint64_t size = rounded(needed, m_rounding);
    if (size != needed) {
        options.size = size;
        FATLAS_ASSIGN(plan, folder_disk::planDisk(plan->snapshot, options, m_job));
    }
    noteRounding(wanted.size == 0 ? needed : wanted.size, size);
    wanted.disk = options;
    wanted.size = size;
    wanted.disk.size = size;
    m_plan->content = plan;
    m_plan->notes.insert(m_plan->notes.end(), plan->findings.begin(), plan->findings.end());
    if (auto refusal = plan->refusal())
        return std::unexpected(*std::move(refusal));
    FATLAS_ASSIGN(m_plan->disk, folder_disk::openFolderDisk(plan));
    return {};
}

Result<> Planner::openImage()
{
    NewVhd& wanted = m_plan->wanted;
    if (wanted.source.empty())
        return fail(ErrorCode::InvalidArgument, "choose the image first");
    std::error_code ignored;
    if (std::filesystem::equivalent(wanted.source, wanted.file, ignored))
        return fail(ErrorCode::Refused, "the new disk cannot take the place of its own source");
    FATLAS_ASSIGN(const auto opened, image::openDisk(wanted.source, {}, m_job));
    m_plan->disk = opened.disk;
    const std::uint64_t least = roundUp<std::uint64_t>(opened.disk->size(), vhd::sectorBytes);
    if (wanted.size != 0 && wanted.size < least)
        return fail(ErrorCode::Refused,
                    fmt::format("the image has {} bytes, and the disk would have only {}",
                                formatCount(least), formatCount(wanted.size)));
    const std::uint64_t size = rounded(wanted.size == 0 ? least : wanted.size, m_rounding);
    noteRounding(wanted.size == 0 ? least : wanted.size, size);
    wanted.size = size;
    return {};
}

Result<> Planner::linkParent()
{
    NewVhd& wanted = m_plan->wanted;
    if (wanted.source.empty())
        return fail(ErrorCode::InvalidArgument, "choose the parent first");
    std::error_code ignored;
    if (std::filesystem::equivalent(wanted.source, wanted.file, ignored))
        return fail(ErrorCode::Refused, "the new disk cannot take the place of its own parent");
    FATLAS_ASSIGN(m_plan->create.parent, vhd::linkToParent(wanted.source, wanted.file));
    wanted.size = 0; // its parent's
    return {};
}

Result<> Planner::layOut()
{
    NewVhdPlan& plan = *m_plan;
    plan.create.size = plan.wanted.size;
    FATLAS_ASSIGN(plan.file, vhd::planCreate(plan.create));
    plan.notes.insert(plan.notes.end(), plan.file.notes.begin(), plan.file.notes.end());
    plan.fileSize = plan.file.fileSize;
    plan.largestFileSize = plan.file.fileSize;
    if (plan.create.type == vhd::DiskType::Fixed)
        return {};
    plan.largestFileSize = vhd::fileSizeWith(plan.file, plan.file.header.entryCount);
    if (plan.disk == nullptr)
        return {};
    FATLAS_ASSIGN(auto stored, vhd::findStoredRuns(*plan.disk, vhd::ZeroSearch::AsTold, m_job));
    FATLAS_ASSIGN(const auto composed,
                  vhd::ComposedVhd::compose(plan.file, plan.disk, std::move(stored)));
    plan.fileSize = composed->size();
    return {};
}

} // namespace

Result<std::shared_ptr<const NewVhdPlan>> planNewVhd(const NewVhd& wanted, const JobControl& job)
{
    return Planner(wanted, job).run();
}

Result<> makeNewVhd(const NewVhdPlan& plan, AtomicFile::Existing existing, const JobControl& job)
{
    FATLAS_TRY(job.checkpoint());
    if (plan.disk == nullptr) {
        FATLAS_TRY(vhd::createVhd(plan.wanted.file, plan.create, existing));
        return {};
    }
    const auto replace = existing == AtomicFile::Existing::Replace ? Replace::Yes : Replace::No;
    FATLAS_TRY(saveVhd(plan.disk, plan.wanted.file, plan.create, replace, job));
    return {};
}

namespace {

const char* presetName(vhd::Preset preset)
{
    switch (preset) {
    case vhd::Preset::Azure: return "azure";
    case vhd::Preset::HyperV: return "hyperv";
    case vhd::Preset::VirtualBox: return "virtualbox";
    case vhd::Preset::Box86: return "86box";
    }
    return "";
}

std::string blockSizeOption(const NewVhd& wanted)
{
    const bool isSaid =
        wanted.type != vhd::DiskType::Fixed && wanted.blockSize != vhd::defaultBlockSize;
    return isSaid ? " --block-size " + folder_disk::sizeOption(wanted.blockSize) : std::string();
}

/// A formatted disk is made as every disk of a folder is, only in a VHD.
std::string createCommand(const NewVhd& wanted)
{
    folder_disk::Options options = wanted.disk;
    options.floppy.reset();
    options.size = wanted.size == 0 ? std::nullopt : std::optional(wanted.size);
    const bool isFolder = wanted.content == Content::Folder;
    const std::string folder = !isFolder               ? std::string()
                               : wanted.source.empty() ? std::string("FOLDER")
                                                       : wanted.source.native();
    return folder_disk::createCommand(folder, wanted.file.native(), options) + " --format " +
           (wanted.type == vhd::DiskType::Fixed ? "vhd-fixed" : "vhd-dynamic") +
           blockSizeOption(wanted);
}

} // namespace

std::string newVhdCommand(const NewVhd& wanted)
{
    if (wanted.content == Content::Formatted || wanted.content == Content::Folder)
        return createCommand(wanted);
    std::string text = "fatlas-cli vhd create " + folder_disk::shellPath(wanted.file.native());
    if (wanted.content == Content::Child)
        return text + " --type differencing --parent " +
               folder_disk::shellPath(wanted.source.empty() ? "PARENT" : wanted.source.native()) +
               blockSizeOption(wanted);
    if (wanted.type == vhd::DiskType::Fixed)
        text += " --type fixed";
    if (wanted.size != 0)
        text += " --size " + folder_disk::sizeOption(wanted.size);
    if (wanted.content == Content::Image)
        text += " --from " +
                folder_disk::shellPath(wanted.source.empty() ? "IMAGE" : wanted.source.native());
    if (wanted.preset)
        text += fmt::format(" --preset {}", presetName(*wanted.preset));
    return text + blockSizeOption(wanted);
}

} // namespace fatlas::convert
