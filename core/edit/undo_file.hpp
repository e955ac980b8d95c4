/// The file that remembers what a change to an image replaced: written once, read with suspicion.
///
/// Units:   offsets in bytes from the start of the image.
/// Shape:   UNDO.md.
/// Errors:  BadFormat with the rule (U1 ...) for a file that is not one or is damaged; Limit;
///          Refused when the file to write exists; those of the file system.
/// Threads: one each.
#pragma once

#include "core/base/atomic_file.hpp"
#include "core/base/job_control.hpp"

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

namespace fatlas::edit {

inline constexpr std::uint32_t maxUndoRecordLength = 65536;
inline constexpr std::uint64_t maxUndoRecordCount = 16'777'216;
inline constexpr std::uint64_t undoUnit = 512;

enum class UndoForm : std::uint8_t { Zeros = 0, Stored = 1, Checksums = 2 };

/// A record without the bytes that belong to it.
struct UndoRecord {
    std::uint64_t offset = 0;
    std::uint32_t length = 0;
    UndoForm before = UndoForm::Zeros;
    UndoForm after = UndoForm::Zeros;
    std::uint16_t group = 0;
    std::uint64_t payloadOffset = 0; ///< in the undo file
};

/// One change as it is written down; both of the same length.
struct UndoChange {
    std::uint64_t offset = 0;
    ByteView before;
    ByteView after;
    std::uint16_t group = 0;
};

class UndoWriter {
public:
    [[nodiscard]] static Result<UndoWriter> create(const std::filesystem::path& path,
                                                   std::uint64_t imageSize);

    /// `form`: how the new bytes are kept, Stored or Checksums. Cut into records as needed.
    [[nodiscard]] Result<> add(const UndoChange& change, UndoForm form);
    /// After success the file is there, whole and durable.
    [[nodiscard]] Result<> finish();

private:
    UndoWriter(AtomicFile file, std::uint64_t imageSize);

    [[nodiscard]] Result<> addRecord(const UndoChange& change, UndoForm form);
    [[nodiscard]] Result<> append(ByteView bytes);
    [[nodiscard]] Result<> writeHeld();

    AtomicFile m_file;
    std::uint64_t m_imageSize;
    std::uint64_t m_recordCount = 0;
    std::uint64_t m_recordsSize = 0; ///< what is held included
    std::uint32_t m_crc = 0;
    Bytes m_held;
};

class UndoReader {
public:
    /// Reads all of it once and checks U1 to U5.
    [[nodiscard]] static Result<UndoReader> open(const std::filesystem::path& path,
                                                 const JobControl& job = {});

    [[nodiscard]] std::uint64_t imageSize() const noexcept { return m_imageSize; }

    [[nodiscard]] std::span<const UndoRecord> records() const noexcept { return m_records; }

    [[nodiscard]] std::uint64_t changedSize() const noexcept { return m_changedSize; }

    /// The old bytes of a record.
    [[nodiscard]] Result<Bytes> before(const UndoRecord& record) const;
    /// Offset of the first byte of `current` that is neither old nor new, if there is one.
    [[nodiscard]] Result<std::optional<std::uint64_t>> findForeign(const UndoRecord& record,
                                                                   ByteView current) const;

private:
    UndoReader(File file, std::uint64_t imageSize) : m_file(std::move(file)), m_imageSize(imageSize)
    {}

    [[nodiscard]] Result<> readRecords(std::uint64_t size, std::uint64_t count,
                                       const JobControl& job);

    File m_file;
    std::uint64_t m_imageSize;
    std::uint64_t m_changedSize = 0;
    std::vector<UndoRecord> m_records;
};

/// End of the unit that `offset` lies in.
[[nodiscard]] constexpr std::uint64_t unitEnd(std::uint64_t offset) noexcept
{
    return (offset / undoUnit + 1) * undoUnit;
}

} // namespace fatlas::edit
