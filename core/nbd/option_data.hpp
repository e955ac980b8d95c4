/// What options carry, read with every length checked; and the answers to them.
///
/// Errors:  nothing (std::nullopt) for data that contradicts itself.
/// Threads: pure.
/// Source:  PROTOCOL.md H5 to H11
#pragma once

#include "core/base/bytes.hpp"
#include "core/nbd/protocol.hpp"
#include "core/nbd/served_export.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace fatlas::nbd {

/// NBD_OPT_INFO and NBD_OPT_GO. Views into the option's data.
struct InfoQuestion {
    std::string_view name;
    std::vector<std::uint16_t> wanted;
};

[[nodiscard]] std::optional<InfoQuestion> decodeInfo(ByteView data);

/// NBD_OPT_LIST_META_CONTEXT and NBD_OPT_SET_META_CONTEXT. Views into the option's data.
struct MetaContextQuestion {
    std::string_view name;
    std::vector<std::string_view> queries;
};

[[nodiscard]] std::optional<MetaContextQuestion> decodeMetaContext(ByteView data);

[[nodiscard]] std::string_view asText(ByteView bytes) noexcept;

template <RawStruct T>
void append(Bytes& to, const T& raw)
{
    const ByteView bytes = asBytes(raw);
    to.insert(to.end(), bytes.begin(), bytes.end());
}

void appendText(Bytes& to, std::string_view text);
/// The header of an answer with `length` bytes to follow.
void appendReply(Bytes& to, Option option, OptionReply type, std::size_t length = 0);
/// A refusal, with a sentence for people.
void appendRefusal(Bytes& to, Option option, OptionReply type, std::string_view why);
/// NBD_REP_SERVER.
void appendServer(Bytes& to, const Export& served);
/// NBD_REP_META_CONTEXT of base:allocation.
void appendAllocationContext(Bytes& to, Option option, std::uint32_t id);
/// NBD_REP_INFO of each kind: the export always, the others where they are wanted.
void appendInfos(Bytes& to, Option option, const ServedExport& served, bool structuredReplies,
                 const InfoQuestion& question);

} // namespace fatlas::nbd
