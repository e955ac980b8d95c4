/// The structures that lie at some bytes, field by field, ready to be shown and linked to them.
///
/// Units:   bytes from the start of the image.
/// Threads: plain values; a StructureMap is shared as std::shared_ptr<const StructureMap>.
#pragma once

#include "core/base/error.hpp"
#include "core/base/job_control.hpp"

#include "ui/models/hex_space.hpp"

#include <QString>
#include <QStringList>

#include <cstdint>
#include <optional>
#include <vector>

namespace fatlas::ui {

struct StructureField {
    ByteRange place;
    QString bits; ///< "bits 4-15" where it has not all bits of its bytes
    QString name;
    QString value;
    QString meaning;
    QString oddity;
    std::optional<QString> copy = std::nullopt; ///< the value in the backup, where there is one
};

struct StructurePart {
    ByteRange place;
    QString title;
    QStringList facts;
    std::vector<StructureField> fields;
};

/// Both ends included, from the lowest bit of the first byte.
struct BitRange {
    unsigned first = 0;
    unsigned last = 0;
};

/// Nothing where it has all bits of its bytes.
[[nodiscard]] std::optional<BitRange> bitsOf(const StructureField& field);

/// Which hexadecimal digits of a byte belong to a field.
enum class Digits : std::uint8_t { None = 0, Low = 1, High = 2, Both = 3 };

/// Those of the byte at `offset`; Both where the field has no bits of its own.
[[nodiscard]] Digits digitsOf(const StructureField& field, std::uint64_t offset);

struct FieldRef {
    std::uint32_t part = 0;
    std::uint32_t field = 0;

    bool operator==(const FieldRef&) const = default;
};

class StructureMap {
public:
    StructureMap() = default;
    explicit StructureMap(std::vector<StructurePart> parts);

    [[nodiscard]] const std::vector<StructurePart>& parts() const noexcept { return m_parts; }

    [[nodiscard]] std::optional<std::uint32_t> findPart(std::uint64_t offset) const;
    /// The narrowest field that has the byte; of several the first.
    [[nodiscard]] std::optional<FieldRef> findField(std::uint64_t offset) const;

    [[nodiscard]] const StructureField& field(FieldRef ref) const
    {
        return m_parts[ref.part].fields[ref.field];
    }

private:
    struct Entry {
        ByteRange place;
        FieldRef ref;
    };

    std::vector<StructurePart> m_parts;
    std::vector<Entry> m_byOffset;
    std::uint64_t m_longest = 0; ///< field, bytes
};

/// Where structures come from.
class StructureSource {
public:
    StructureSource() = default;
    StructureSource(const StructureSource&) = delete;
    StructureSource& operator=(const StructureSource&) = delete;
    virtual ~StructureSource() = default;

    /// The parts that share a byte with `asked`, at most maxAsked bytes. Blocking; from any thread.
    [[nodiscard]] virtual Result<std::vector<StructurePart>> read(ByteRange asked,
                                                                  const JobControl& job) = 0;

    static constexpr std::uint64_t maxAsked = 16 * KiB;
};

} // namespace fatlas::ui
