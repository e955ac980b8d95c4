#include "core/nbd/option_data.hpp"

#include <algorithm>

namespace fatlas::nbd {

namespace {

/// Takes pieces off the front; once one was missing, nothing more is there.
class Reader {
public:
    explicit Reader(ByteView bytes) : m_rest(bytes) {}

    template <class Stored>
    [[nodiscard]] auto take() -> decltype(Stored{}.get())
    {
        const auto stored = load<Stored>(m_rest);
        if (!stored) {
            m_isWhole = false;
            m_rest = {};
            return 0;
        }
        m_rest = m_rest.subspan(sizeof(Stored));
        return stored->get();
    }

    [[nodiscard]] std::string_view takeText(std::size_t length)
    {
        if (length > m_rest.size() || length > maxNameLength) {
            m_isWhole = false;
            m_rest = {};
            return {};
        }
        const std::string_view text = asText(m_rest.first(length));
        m_rest = m_rest.subspan(length);
        return text;
    }

    /// All that was asked for was there, and no more.
    [[nodiscard]] bool endsHere() const noexcept { return m_isWhole && m_rest.empty(); }

    [[nodiscard]] std::size_t left() const noexcept { return m_rest.size(); }

private:
    ByteView m_rest;
    bool m_isWhole = true;
};

bool wants(const InfoQuestion& question, InfoType type)
{
    return std::ranges::find(question.wanted, static_cast<std::uint16_t>(type)) !=
           question.wanted.end();
}

void appendTextInfo(Bytes& to, Option option, InfoType type, std::string_view text)
{
    appendReply(to, option, OptionReply::Info, sizeof(Be16) + text.size());
    append(to, Be16(static_cast<std::uint16_t>(type)));
    appendText(to, text);
}

} // namespace

std::string_view asText(ByteView bytes) noexcept
{
    // Bytes and characters may alias.
    return {reinterpret_cast<const char*>(bytes.data()),
            bytes.size()}; // NOLINT(*-reinterpret-cast)
}

std::optional<InfoQuestion> decodeInfo(ByteView data)
{
    Reader reader(data);
    InfoQuestion question;
    question.name = reader.takeText(reader.take<Be32>());
    const std::size_t count = reader.take<Be16>();
    if (count * sizeof(Be16) != reader.left())
        return std::nullopt;
    for (std::size_t i = 0; i < count; ++i)
        question.wanted.push_back(reader.take<Be16>());
    return reader.endsHere() ? std::optional(std::move(question)) : std::nullopt;
}

std::optional<MetaContextQuestion> decodeMetaContext(ByteView data)
{
    Reader reader(data);
    MetaContextQuestion question;
    question.name = reader.takeText(reader.take<Be32>());
    const std::size_t count = reader.take<Be32>();
    if (count > reader.left() / sizeof(Be32))
        return std::nullopt;
    for (std::size_t i = 0; i < count; ++i)
        question.queries.push_back(reader.takeText(reader.take<Be32>()));
    return reader.endsHere() ? std::optional(std::move(question)) : std::nullopt;
}

void appendText(Bytes& to, std::string_view text)
{
    const ByteView bytes = std::as_bytes(std::span(text));
    to.insert(to.end(), bytes.begin(), bytes.end());
}

void appendReply(Bytes& to, Option option, OptionReply type, std::size_t length)
{
    append(to, OptionReplyRaw{.magic = optionReplyMagic,
                              .option = static_cast<std::uint32_t>(option),
                              .type = static_cast<std::uint32_t>(type),
                              .length = static_cast<std::uint32_t>(length)});
}

void appendRefusal(Bytes& to, Option option, OptionReply type, std::string_view why)
{
    appendReply(to, option, type, why.size());
    appendText(to, why);
}

void appendServer(Bytes& to, const Export& served)
{
    appendReply(to, Option::List, OptionReply::Server,
                sizeof(Be32) + served.name.size() + served.description.size());
    append(to, Be32(static_cast<std::uint32_t>(served.name.size())));
    appendText(to, served.name);
    appendText(to, served.description);
}

void appendAllocationContext(Bytes& to, Option option, std::uint32_t id)
{
    const std::string_view name = allocationContext;
    appendReply(to, option, OptionReply::MetaContext, sizeof(Be32) + name.size());
    append(to, Be32(id));
    appendText(to, name);
}

void appendInfos(Bytes& to, Option option, const ServedExport& served, bool structuredReplies,
                 const InfoQuestion& question)
{
    appendReply(to, option, OptionReply::Info, sizeof(ExportInfoRaw));
    append(to, ExportInfoRaw{.type = static_cast<std::uint16_t>(InfoType::Export),
                             .size = served.what.device->size(),
                             .flags = transmissionFlags(served, structuredReplies)});
    if (wants(question, InfoType::Name))
        appendTextInfo(to, option, InfoType::Name, served.what.name);
    if (wants(question, InfoType::Description) && !served.what.description.empty())
        appendTextInfo(to, option, InfoType::Description, served.what.description);
    if (!wants(question, InfoType::BlockSize))
        return;
    appendReply(to, option, OptionReply::Info, sizeof(BlockSizeInfoRaw));
    append(to, BlockSizeInfoRaw{.type = static_cast<std::uint16_t>(InfoType::BlockSize),
                                .minimum = minimumBlockSize,
                                .preferred = preferredBlockSize,
                                .maximum = maximumPayload});
}

} // namespace fatlas::nbd
