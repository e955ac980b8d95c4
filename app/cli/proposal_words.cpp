#include "app/cli/proposal_words.hpp"

#include "core/base/text.hpp"

#include "app/cli/words.hpp"

#include <fmt/format.h>

namespace fatlas::cli {

namespace {

using sync::ChangeKind;

std::string sizeText(std::uint64_t size)
{
    return size == 1 ? "1 byte" : formatCount(size) + " bytes";
}

} // namespace

const char* wordFor(ChangeKind kind) noexcept
{
    switch (kind) {
    case ChangeKind::MakeFolder: return "make folder";
    case ChangeKind::Move: return "move";
    case ChangeKind::CreateFile: return "create";
    case ChangeKind::WriteFile: return "write";
    case ChangeKind::SetMeta: return "set time or attributes of";
    case ChangeKind::Update: return "note";
    case ChangeKind::RemoveFile: return "delete";
    case ChangeKind::RemoveFolder: return "delete folder";
    }
    return "";
}

std::string describe(const sync::Proposal& proposal)
{
    const std::string path = escapeForTerminal(proposal.path);
    std::string text = fmt::format("{} {}", wordFor(proposal.change), path);
    switch (proposal.change) {
    case ChangeKind::Move:
        return fmt::format("move {} to {}", escapeForTerminal(proposal.from), path);
    case ChangeKind::CreateFile: return fmt::format("{} ({})", text, sizeText(proposal.guestSize));
    case ChangeKind::WriteFile:
        return proposal.hostSize
                   ? fmt::format("{} ({}, was {})", text, sizeText(proposal.guestSize),
                                 sizeText(*proposal.hostSize))
                   : fmt::format("{} ({})", text, sizeText(proposal.guestSize));
    case ChangeKind::RemoveFile:
        return proposal.hostSize ? fmt::format("{} ({})", text, sizeText(*proposal.hostSize))
                                 : text;
    case ChangeKind::MakeFolder:
    case ChangeKind::SetMeta:
    case ChangeKind::Update:
    case ChangeKind::RemoveFolder: break;
    }
    return text;
}

std::string describeVersions(const sync::Proposal& conflict)
{
    const bool isGone =
        conflict.change == ChangeKind::RemoveFile || conflict.change == ChangeKind::RemoveFolder;
    return fmt::format("mine: the folder's{}; theirs: the guest's, {}",
                       conflict.hostSize ? ", " + sizeText(*conflict.hostSize) : "",
                       isGone ? "which is deleted" : sizeText(conflict.guestSize));
}

} // namespace fatlas::cli
