#include "core/edit/file_source.hpp"

#include "core/base/text.hpp"

#include <fmt/format.h>

namespace fatlas::edit {

std::shared_ptr<FileSource> FileSource::at(const std::filesystem::path& path,
                                           const FileIdentity& identity)
{
    return std::make_shared<FileSource>([path] { return File::open(path); }, identity);
}

Result<const File*> FileSource::open()
{
    if (m_file)
        return &*m_file;
    FATLAS_ASSIGN(File file, m_open());
    const File& opened = m_file.emplace(std::move(file));
    FATLAS_TRY(checkSame(opened));
    return &opened;
}

Result<> FileSource::read(std::uint64_t offset, ByteSpan into)
{
    FATLAS_ASSIGN(const File* const file, open());
    return file->readAt(offset, into);
}

Result<> FileSource::checkUnchanged()
{
    if (m_file)
        return checkSame(*m_file);
    FATLAS_TRY(open());
    return {};
}

Result<> FileSource::checkSame(const File& file) const
{
    FATLAS_ASSIGN(const FileIdentity now, file.identity());
    if (now == m_identity)
        return {};
    return fail(ErrorCode::Changed,
                fmt::format("{} changed while it was copied (it has {} bytes, had {})",
                            escapeForTerminal(file.path().native()), now.size, m_identity.size));
}

} // namespace fatlas::edit
