#include "core/vhd/chain.hpp"

#include "core/base/text.hpp"
#include "core/block/file_device.hpp"
#include "core/vhd/note.hpp"
#include "core/vhd/timestamp.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace fatlas::vhd {

namespace {

constexpr std::int64_t timeTolerance = 2; // seconds: FAT keeps no finer times

class HostFiles final : public FileOpener {
public:
    Result<OpenedFile> open(const std::filesystem::path& path) const override
    {
        FATLAS_ASSIGN(auto device, block::FileDevice::open(path));
        FATLAS_ASSIGN(const File file, File::open(path));
        FATLAS_ASSIGN(const FileIdentity identity, file.identity());
        return OpenedFile{.device = std::move(device),
                          .identity = fmt::format("{}:{}", identity.device, identity.inode),
                          .modified = identity.modifiedNs / 1'000'000'000};
    }
};

void addFindings(Chain& chain, const ChainLink& link)
{
    for (Finding finding : link.vhd.findings) {
        finding.path = link.path.native();
        chain.findings.push_back(std::move(finding));
    }
}

void warn(Chain& chain, const char* rule, const std::filesystem::path& path, Note about)
{
    note(chain.findings, rule, Severity::Warning, std::move(about));
    chain.findings.back().path = path.native();
}

bool isTimeRight(std::uint32_t recorded, const ChainLink& parent)
{
    if (recorded == parent.vhd.footer.timeStamp)
        return true;
    return parent.file.modified &&
           std::llabs(*parent.file.modified - unixFromTimeStamp(recorded)) <= timeTolerance;
}

/// The file at a candidate's path, if it is the parent; else why not.
Result<ChainLink> openParent(const ParentCandidate& candidate, const DynamicHeader& child,
                             const FileOpener& files, SizeRule rule)
{
    ChainLink link;
    link.path = candidate.path;
    FATLAS_ASSIGN(link.file, files.open(candidate.path));
    FATLAS_ASSIGN(link.vhd, readVhdFile(*link.file.device, rule));
    if (link.vhd.footer.uuid != child.parentUuid)
        return fail(ErrorCode::Changed,
                    fmt::format("it is another disk: its UUID is {}, expected {} (V24)",
                                toString(link.vhd.footer.uuid), toString(child.parentUuid)));
    return link;
}

std::string nameIn(const std::filesystem::path& path)
{
    return escapeForTerminal(path.native());
}

Error notFound(const ChainLink& child)
{
    const bool anyOther = std::ranges::any_of(
        child.tries, [](const ParentTry& attempt) { return attempt.outcome.ends_with("(V24)"); });
    std::string message =
        fmt::format("the parent of {} {}, and without it the disk cannot be read (V23)",
                    nameIn(child.path), anyOther ? "was replaced" : "cannot be found");
    for (const ParentTry& attempt : child.tries)
        message +=
            fmt::format("; {} ({}): {}", nameIn(attempt.path), attempt.source, attempt.outcome);
    if (child.tries.empty())
        message += "; it has no locator and no name that can be used here";
    return {.code = anyOther ? ErrorCode::Changed : ErrorCode::NotFound,
            .message = std::move(message)};
}

void compare(Chain& chain, const ChainLink& child, const ChainLink& parent)
{
    const std::uint32_t recorded = child.vhd.header.parentTimeStamp;
    if (!isTimeRight(recorded, parent))
        warn(chain, "V25", child.path,
             {.message = fmt::format("the parent {} was changed after this disk was made: its "
                                     "time is {}, recorded is {}",
                                     nameIn(parent.path),
                                     formatTimeStamp(parent.file.modified
                                                         ? timeStampFromUnix(*parent.file.modified)
                                                         : parent.vhd.footer.timeStamp),
                                     formatTimeStamp(recorded)),
              .advice = "harmless when it was only copied; if it was written to, this disk is "
                        "a mixture"});
    if (parent.vhd.virtualSize != child.vhd.virtualSize)
        warn(
            chain, "V26", child.path,
            {.message = fmt::format("the parent {} has {} bytes, this disk {}", nameIn(parent.path),
                                    parent.vhd.virtualSize, child.vhd.virtualSize),
             .advice = "what lies behind a smaller parent's end reads as zeros"});
}

/// Fills the child's tries; the parent if there is one.
std::optional<ChainLink> findParent(ChainLink& child, const FileOpener& files, SizeRule rule)
{
    const DynamicHeader& header = child.vhd.header;
    for (const ParentCandidate& candidate :
         parentCandidates(child.path, child.vhd.locators, header.parentName)) {
        ParentTry attempt{.path = candidate.path, .source = candidate.source, .outcome = {}};
        auto parent = openParent(candidate, header, files, rule);
        attempt.isParent = parent.has_value();
        if (!parent)
            attempt.outcome = parent.error().message;
        else
            attempt.outcome = isTimeRight(header.parentTimeStamp, *parent)
                                  ? "UUID and time are as recorded"
                                  : "UUID is as recorded, time is not (V25)";
        child.tries.push_back(std::move(attempt));
        if (parent)
            return *std::move(parent);
    }
    return std::nullopt;
}

std::optional<Error> refuseLoop(const Chain& chain, const ChainLink& parent)
{
    for (const ChainLink& link : chain.links)
        if (link.file.identity == parent.file.identity)
            return Error{.code = ErrorCode::BadFormat,
                         .message = fmt::format("the chain is a loop: {} is a parent of itself "
                                                "(V27)",
                                                nameIn(link.path))};
    if (chain.links.size() > maxParents)
        return Error{.code = ErrorCode::Limit,
                     .message =
                         fmt::format("the chain has more than {} parents (V27)", maxParents)};
    return std::nullopt;
}

} // namespace

const FileOpener& hostFiles() noexcept
{
    static const HostFiles files;
    return files;
}

Result<Chain> readChain(const std::filesystem::path& path, const FileOpener& files, SizeRule rule)
{
    Chain chain;
    ChainLink first;
    first.path = path.is_absolute() ? path : std::filesystem::absolute(path);
    FATLAS_ASSIGN(first.file, files.open(first.path));
    FATLAS_ASSIGN(first.vhd, inFile(path, readVhdFile(*first.file.device, rule)));
    addFindings(chain, first);
    chain.links.push_back(std::move(first));
    while (chain.links.back().vhd.footer.type == DiskType::Differencing) {
        auto parent = findParent(chain.links.back(), files, rule);
        if (!parent) {
            chain.broken = notFound(chain.links.back());
            break;
        }
        chain.broken = refuseLoop(chain, *parent);
        if (chain.broken)
            break;
        compare(chain, chain.links.back(), *parent);
        addFindings(chain, *parent);
        chain.links.push_back(*std::move(parent));
    }
    return chain;
}

} // namespace fatlas::vhd
