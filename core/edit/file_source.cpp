#include "core/edit/file_source.hpp"

#include "core/base/text.hpp"

#include <fmt/format.h>

namespace fatlas::edit {

std::shared_ptr<FileSource> FileSource::at(const std::filesystem::path& path,
                                           const FileIdentity& identity)
{
    return std::make_shared<FileSource>([path] { return File::open(path); }, identity);
}

Result<> FileSource::open()
{
    if (m_file)
        return {};
    FATLAS_ASSIGN(File file, m_open());
    m_file.emplace(std::move(file));
    return checkUnchanged();
}

Result<> FileSource::read(std::uint64_t offset, ByteSpan into)
{
    FATLAS_TRY(open());
    return m_file->readAt(offset, into);
}

Result<> FileSource::checkUnchanged()
{
    if (!m_file)
        return open();
    FATLAS_ASSIGN(const FileIdentity now, m_file->identity());
    if (now == m_identity)
        return {};
    return fail(ErrorCode::Changed,
                fmt::format("{} changed while it was copied (it has {} bytes, had {})",
                            escapeForTerminal(m_file->path().native()), now.size, m_identity.size));
}

} // namespace fatlas::edit
