#include "core/image/archive_reader.hpp"

#include "core/base/checked.hpp"

#include <cerrno>
#include <cstdio>

namespace fatlas::image {

ArchiveReader::ArchiveReader(PackedInput& input) : m_input(input), m_archive(::archive_read_new())
{}

Result<std::unique_ptr<ArchiveReader>> ArchiveReader::openStream(PackedInput& input, int filter)
{
    std::unique_ptr<ArchiveReader> reader(new ArchiveReader(input));
    archive* const raw = reader->m_archive.get();
    if (raw == nullptr || ::archive_read_append_filter(raw, filter) != ARCHIVE_OK ||
        ::archive_read_support_format_raw(raw) != ARCHIVE_OK ||
        ::archive_read_support_format_empty(raw) != ARCHIVE_OK)
        return fail(ErrorCode::Unsupported, "this build cannot unpack such data");
    FATLAS_TRY(reader->open());
    // Data of which nothing could be unpacked would be taken for data of nothing.
    if (const std::optional<Error> error = reader->m_inputError)
        return std::unexpected(*error);
    if (::archive_errno(raw) != 0)
        return fail(ErrorCode::BadFormat, reader->lastMessage());
    return reader;
}

Result<std::unique_ptr<ArchiveReader>> ArchiveReader::openZip(PackedInput& input)
{
    input.seek(0);
    std::unique_ptr<ArchiveReader> reader(new ArchiveReader(input));
    archive* const raw = reader->m_archive.get();
    if (raw == nullptr || ::archive_read_support_format_zip_seekable(raw) != ARCHIVE_OK ||
        ::archive_read_set_seek_callback(raw, &ArchiveReader::seek) != ARCHIVE_OK)
        return fail(ErrorCode::Unsupported, "this build cannot unpack ZIP archives");
    FATLAS_TRY(reader->open());
    return reader;
}

Result<> ArchiveReader::open()
{
    ::archive_read_set_callback_data(m_archive.get(), this);
    ::archive_read_set_read_callback(m_archive.get(), &ArchiveReader::read);
    if (::archive_read_open1(m_archive.get()) == ARCHIVE_OK)
        return {};
    if (m_inputError)
        return std::unexpected(*m_inputError);
    return fail(ErrorCode::BadFormat, lastMessage());
}

la_ssize_t ArchiveReader::read(archive* reader, void* self, const void** piece)
{
    auto& own = *static_cast<ArchiveReader*>(self);
    const auto next = own.m_input.next();
    if (!next) {
        own.m_inputError = next.error();
        ::archive_set_error(reader, EIO, "the file cannot be read");
        return -1;
    }
    *piece = next->data();
    return static_cast<la_ssize_t>(next->size());
}

la_int64_t ArchiveReader::seek(archive*, void* self, la_int64_t offset, int whence)
{
    PackedInput& input = static_cast<ArchiveReader*>(self)->m_input;
    const auto base = static_cast<la_int64_t>(whence == SEEK_SET   ? 0
                                              : whence == SEEK_CUR ? input.position()
                                                                   : input.size());
    la_int64_t wanted = 0;
    if (__builtin_add_overflow(base, offset, &wanted) || wanted < 0)
        return ARCHIVE_FATAL;
    input.seek(static_cast<std::uint64_t>(wanted));
    return static_cast<la_int64_t>(input.position());
}

int ArchiveReader::nextEntry(archive_entry*& entry)
{
    return ::archive_read_next_header(m_archive.get(), &entry);
}

int ArchiveReader::nextBlock(Block& block)
{
    const void* data = nullptr;
    std::size_t size = 0;
    la_int64_t offset = 0;
    const int status = ::archive_read_data_block(m_archive.get(), &data, &size, &offset);
    if (status == ARCHIVE_OK)
        block = {.bytes = {static_cast<const std::byte*>(data), size},
                 .offset = static_cast<std::uint64_t>(offset)};
    return status;
}

std::string ArchiveReader::lastMessage() const
{
    const char* said = ::archive_error_string(m_archive.get());
    return said != nullptr ? said : "";
}

std::uint64_t ArchiveReader::consumed() const
{
    const la_int64_t bytes = ::archive_filter_bytes(m_archive.get(), -1);
    return bytes < 0 ? 0 : static_cast<std::uint64_t>(bytes);
}

} // namespace fatlas::image
