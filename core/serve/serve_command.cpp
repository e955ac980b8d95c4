#include "core/serve/serve_command.hpp"

#include "core/base/text.hpp"
#include "core/folder_disk/options_text.hpp"

#include <filesystem>
#include <system_error>

namespace fatlas::serve {

namespace {

using folder_disk::shellPath;
using folder_disk::shellWord;

std::string writeBackText(const WriteBackOptions& options)
{
    std::string text;
    if (options.when == sync::When::Ask)
        text += " --commit ask";
    if (options.when == sync::When::End)
        text += " --commit end";
    if (options.engine.dryRun)
        text += " --dry-run";
    if (options.deleted == host::Jail::Deleted::Trash)
        text += " --trash";
    return text;
}

std::string modeText(const SessionOptions& options)
{
    switch (options.mode) {
    case Mode::Scratch: return " --scratch";
    case Mode::Keep: return " --keep " + shellPath(options.keep.native());
    case Mode::WriteBack: return " --rw" + writeBackText(options.writeBack);
    case Mode::ReadOnly: break;
    }
    return {};
}

std::string addressText(const ListenAddress& address)
{
    switch (address.kind) {
    case ListenAddress::Kind::UnixSocket: return " --socket " + shellPath(address.socket.native());
    case ListenAddress::Kind::Tcp: return " --listen " + shellWord(address.tcp);
    case ListenAddress::Kind::PrivateSocket: break;
    }
    return {};
}

std::string publishText(Publish publish)
{
    switch (publish) {
    case Publish::Auto: return " --publish auto";
    case Publish::Never: return " --publish never";
    case Publish::Ask: break;
    }
    return {};
}

} // namespace

std::string defaultExportName(const std::string& source)
{
    const auto address = folder_disk::parseSource(source);
    std::filesystem::path path = source;
    if (address)
        path = address->folder;
    std::error_code error;
    path = std::filesystem::absolute(path, error).lexically_normal();
    if (!path.has_filename())
        path = path.parent_path();
    // Clients expect UTF-8.
    return utf8FromUtf16(utf16FromUtf8Lossy(path.filename().native()));
}

std::string serveCommand(const std::string& source, SourceKind kind, const SessionOptions& options,
                         const ListenAddress& address)
{
    std::string text = "fatlas-cli serve ";
    if (kind == SourceKind::Folder)
        text += folder_disk::layoutArguments(source, options.open.folder) +
                (options.mode == Mode::WriteBack ? std::string() : publishText(options.publish));
    else
        text += shellPath(source);
    text += modeText(options) + addressText(address);
    if (options.name != defaultExportName(source))
        text += " --export " + shellWord(options.name);
    return text;
}

} // namespace fatlas::serve
