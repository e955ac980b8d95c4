#include "core/host/folder_reader.hpp"

#include <algorithm>
#include <cerrno>
#include <string_view>

namespace fatlas::host {

namespace {

bool isDots(const char* name) noexcept
{
    return name[0] == '.' && (name[1] == '\0' || (name[1] == '.' && name[2] == '\0'));
}

} // namespace

SystemResult<FolderReader::End> FolderReader::read(Descriptor folder, std::size_t limit)
{
    m_text.clear();
    m_names.clear();
    m_stream.reset(::fdopendir(folder.get()));
    if (!m_stream)
        return std::unexpected(errno);
    static_cast<void>(folder.release()); // the stream owns it now
    End end = End::Complete;
    while (end == End::Complete) {
        errno = 0;
        const dirent* const entry = ::readdir(m_stream.get());
        if (entry == nullptr)
            break;
        if (isDots(entry->d_name))
            continue;
        if (m_names.size() >= limit)
            end = End::LimitReached;
        else
            add(entry->d_name, entry->d_type);
    }
    const int error = errno;
    sort();
    if (end == End::Complete && error != 0)
        return std::unexpected(error);
    return end;
}

void FolderReader::add(const char* name, std::uint8_t type)
{
    const std::string_view text(name);
    m_names.push_back({.offset = static_cast<std::uint32_t>(m_text.size()),
                       .length = static_cast<std::uint32_t>(text.size()),
                       .type = type});
    m_text.append(text);
    m_text.push_back('\0');
}

void FolderReader::sort()
{
    std::ranges::sort(m_names, {}, [this](const Name& name) {
        return std::string_view(text(name), name.length);
    });
}

} // namespace fatlas::host
