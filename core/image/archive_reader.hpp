/// Internal to unpack(): libarchive, reading from a PackedInput.
///
/// Errors:  what the input refuses comes back as it was; lastMessage() is the library's own word.
/// Threads: one thread.
#pragma once

#include "core/image/packed_input.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <memory>
#include <optional>
#include <string>

namespace fatlas::image {

class ArchiveReader {
public:
    /// `filter` is one of ARCHIVE_FILTER_*; exactly that one is undone, and nothing around it.
    [[nodiscard]] static Result<std::unique_ptr<ArchiveReader>> openStream(PackedInput& input,
                                                                           int filter);
    [[nodiscard]] static Result<std::unique_ptr<ArchiveReader>> openZip(PackedInput& input);

    /// One of ARCHIVE_*; the entry is valid until the next call.
    [[nodiscard]] int nextEntry(archive_entry*& entry);

    struct Block {
        ByteView bytes;
        std::uint64_t offset = 0;
    };

    /// One of ARCHIVE_*.
    [[nodiscard]] int nextBlock(Block& block);

    /// Of the input itself, when that is why it failed.
    [[nodiscard]] const std::optional<Error>& inputError() const noexcept { return m_inputError; }

    [[nodiscard]] std::string lastMessage() const;
    /// Compressed bytes that were used.
    [[nodiscard]] std::uint64_t consumed() const;

private:
    explicit ArchiveReader(PackedInput& input);

    [[nodiscard]] Result<> open();
    static la_ssize_t read(archive* reader, void* self, const void** piece);
    static la_int64_t seek(archive* reader, void* self, la_int64_t offset, int whence);

    struct Free {
        void operator()(archive* reader) const noexcept { ::archive_read_free(reader); }
    };

    PackedInput& m_input;
    std::optional<Error> m_inputError;
    std::unique_ptr<archive, Free> m_archive;
};

} // namespace fatlas::image
