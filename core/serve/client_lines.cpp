#include "core/serve/client_lines.hpp"

#include <fmt/format.h>

namespace fatlas::serve {

namespace {

/// A disk as clients find it.
struct Place {
    const nbd::Listener& listener;
    const std::string& exportName;
    Access access;

    [[nodiscard]] bool isUnix() const { return listener.host().empty(); }

    [[nodiscard]] const char* ifReadOnly(const char* words) const
    {
        return access == Access::ReadOnly ? words : "";
    }
};

std::string replaceEach(std::string_view text, char what, std::string_view with)
{
    std::string replaced;
    for (const char c : text) {
        if (c == what)
            replaced += with;
        else
            replaced += c;
    }
    return replaced;
}

std::string driveLine(const Place& place)
{
    return "-drive " + quotedWord(fmt::format("file={},format=raw,if=virtio{}",
                                              qemuValue(place.listener.uri(place.exportName)),
                                              place.ifReadOnly(",readonly=on")));
}

std::string blockdevLine(const Place& place)
{
    const nbd::Listener& listener = place.listener;
    const std::string server = place.isUnix()
                                   ? fmt::format("server.type=unix,server.path={}",
                                                 qemuValue(listener.socketPath().native()))
                                   : fmt::format("server.type=inet,server.host={},server.port={}",
                                                 listener.host(), listener.port());
    return "-blockdev " +
           quotedWord(fmt::format("driver=nbd,node-name=fatlas,{},export={}{}", server,
                                  qemuValue(place.exportName), place.ifReadOnly(",read-only=on"))) +
           " -device virtio-blk-pci,drive=fatlas";
}

std::string libvirtLine(const Place& place)
{
    const nbd::Listener& listener = place.listener;
    const std::string host = place.isUnix() ? fmt::format("<host transport='unix' socket='{}'/>",
                                                          xmlValue(listener.socketPath().native()))
                                            : fmt::format("<host name='{}' port='{}'/>",
                                                          listener.host(), listener.port());
    return fmt::format("<disk type='network' device='disk'><driver name='qemu' type='raw'/>"
                       "<source protocol='nbd' name='{}'>{}</source>"
                       "<target dev='vda' bus='virtio'/>{}</disk>",
                       xmlValue(place.exportName), host, place.ifReadOnly("<readonly/>"));
}

std::string nbdClientLine(const Place& place)
{
    const nbd::Listener& listener = place.listener;
    const std::string where =
        place.isUnix() ? "-unix " + quotedWord(listener.socketPath().native()) + " /dev/nbd0"
                       : fmt::format("{} {} /dev/nbd0", listener.host(), listener.port());
    return fmt::format("nbd-client {} -N {}{}", where, quotedWord(place.exportName),
                       place.ifReadOnly(" -readonly"));
}

/// guestfish has one scheme for both kinds of socket.
std::string guestfishLine(const Place& place)
{
    constexpr std::string_view unixScheme = "nbd+unix:";
    std::string uri = place.listener.uri(place.exportName);
    if (uri.starts_with(unixScheme))
        uri.replace(0, unixScheme.size(), "nbd:");
    return fmt::format("guestfish {}--format=raw -a {} -m /dev/sda", place.ifReadOnly("--ro "),
                       quotedWord(uri));
}

} // namespace

std::string quotedWord(std::string_view text)
{
    constexpr std::string_view safe = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                      "0123456789@%+=:,./_-";
    if (!text.empty() && text.find_first_not_of(safe) == std::string_view::npos)
        return std::string(text);
    return "'" + replaceEach(text, '\'', R"('\'')") + "'";
}

std::string qemuValue(std::string_view text)
{
    return replaceEach(text, ',', ",,");
}

std::string xmlValue(std::string_view text)
{
    return replaceEach(replaceEach(replaceEach(text, '&', "&amp;"), '<', "&lt;"), '\'', "&apos;");
}

std::vector<ClientLine> clientLines(const nbd::Listener& listener, const std::string& exportName,
                                    Access access)
{
    const Place place{.listener = listener, .exportName = exportName, .access = access};
    const std::string uri = quotedWord(listener.uri(exportName));
    return {{"QEMU", driveLine(place)},
            {"QEMU", blockdevLine(place)},
            {"libvirt", libvirtLine(place)},
            {"nbd-client", nbdClientLine(place)},
            {"nbdcopy", "nbdcopy " + uri + " disk.img"},
            {"nbdinfo", "nbdinfo " + uri},
            {"guestfish", guestfishLine(place)}};
}

std::string changeMediumLine(const std::string& uri)
{
    return fmt::format("change DEVICE {} raw", uri);
}

} // namespace fatlas::serve
