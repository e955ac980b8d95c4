#include "app/cli/serve_hints.hpp"

#include <fmt/format.h>

namespace fatlas::cli {

namespace {

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

std::string driveLine(const std::string& uri, ServedMode mode)
{
    return "-drive " + shellWord(fmt::format("file={},format=raw,if=virtio{}", qemuValue(uri),
                                             mode == ServedMode::ReadOnly ? ",readonly=on" : ""));
}

std::string blockdevLine(const nbd::Listener& listener, const std::string& exportName,
                         ServedMode mode)
{
    const std::string server = listener.host().empty()
                                   ? fmt::format("server.type=unix,server.path={}",
                                                 qemuValue(listener.socketPath().native()))
                                   : fmt::format("server.type=inet,server.host={},server.port={}",
                                                 listener.host(), listener.port());
    return "-blockdev " +
           shellWord(fmt::format("driver=nbd,node-name=fatlas,{},export={}{}", server,
                                 qemuValue(exportName),
                                 mode == ServedMode::ReadOnly ? ",read-only=on" : "")) +
           " -device virtio-blk-pci,drive=fatlas";
}

std::string libvirtLine(const nbd::Listener& listener, const std::string& exportName,
                        ServedMode mode)
{
    const std::string host =
        listener.host().empty()
            ? fmt::format("<host transport='unix' socket='{}'/>",
                          xmlValue(listener.socketPath().native()))
            : fmt::format("<host name='{}' port='{}'/>", listener.host(), listener.port());
    return fmt::format("<disk type='network' device='disk'><driver name='qemu' type='raw'/>"
                       "<source protocol='nbd' name='{}'>{}</source>"
                       "<target dev='vda' bus='virtio'/>{}</disk>",
                       xmlValue(exportName), host,
                       mode == ServedMode::ReadOnly ? "<readonly/>" : "");
}

std::string clientLine(const nbd::Listener& listener, const std::string& exportName,
                       ServedMode mode)
{
    const std::string where =
        listener.host().empty()
            ? "-unix " + shellWord(listener.socketPath().native()) + " /dev/nbd0"
            : fmt::format("{} {} /dev/nbd0", listener.host(), listener.port());
    return fmt::format("nbd-client {} -N {}{}", where, shellWord(exportName),
                       mode == ServedMode::ReadOnly ? " -readonly" : "");
}

} // namespace

std::string shellWord(std::string_view text)
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

void writeHints(Output& output, const nbd::Listener& listener, const std::string& exportName,
                ServedMode mode)
{
    const std::string uri = listener.uri(exportName);
    output.print("QEMU        {}\n", driveLine(uri, mode));
    output.print("            {}\n", blockdevLine(listener, exportName, mode));
    output.print("libvirt     {}\n", libvirtLine(listener, exportName, mode));
    output.print("nbd-client  {}\n", clientLine(listener, exportName, mode));
    output.print("nbdcopy     nbdcopy {} disk.img\n", shellWord(uri));
}

} // namespace fatlas::cli
