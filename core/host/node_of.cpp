#include "core/host/node_of.hpp"

#include <dirent.h>
#include <sys/stat.h>
#include <utility>

namespace fatlas::host {

namespace {

constexpr mode_t anyWriteBit = S_IWUSR | S_IWGRP | S_IWOTH;

} // namespace

std::optional<LeftOutReason> reasonToLeaveOut(HostKind kind) noexcept
{
    switch (kind) {
    case HostKind::Socket: return LeftOutReason::Socket;
    case HostKind::Fifo: return LeftOutReason::Fifo;
    case HostKind::Device: return LeftOutReason::Device;
    case HostKind::File:
    case HostKind::Directory:
    case HostKind::Link: break;
    }
    return std::nullopt;
}

HostKind kindOfEntry(std::uint8_t type) noexcept
{
    const bool isKnown = type != DT_UNKNOWN && type != DT_LNK;
    return isKnown ? kindOf(DTTOIF(type)) : HostKind::File;
}

Node nodeOf(std::string name, std::uint32_t parent, const HostStat& stat)
{
    const bool isFolder = stat.kind == HostKind::Directory;
    return {.name = std::move(name),
            .parent = parent,
            .kind = isFolder ? NodeKind::Directory : NodeKind::File,
            .writable = (stat.mode & anyWriteBit) != 0,
            .size = isFolder ? 0 : stat.identity.size,
            .modifiedNs = stat.identity.modifiedNs,
            .accessedNs = stat.accessedNs,
            .createdNs = stat.createdNs,
            .identity = stat.identity};
}

} // namespace fatlas::host
