#include "core/nbd/negotiation.hpp"

#include "core/nbd/option_data.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace fatlas::nbd {

namespace {

constexpr std::uint32_t knownClientFlags = handshake_flag::fixedNewstyle | handshake_flag::noZeroes;

/// Whether a query of a client means base:allocation. `base:` alone lists all of that name space.
bool meansAllocation(std::string_view query, Option option)
{
    return query == allocationContext || (option == Option::ListMetaContext && query == "base:");
}

} // namespace

void Negotiation::greet(Bytes& answer)
{
    append(answer, GreetingRaw{.magic = greetingMagic,
                               .options = optionMagic,
                               .flags = handshake_flag::fixedNewstyle | handshake_flag::noZeroes});
}

std::size_t Negotiation::step(ByteView received, Bytes& answer)
{
    if (m_toSkip != 0) {
        const auto count = std::min<std::size_t>(m_toSkip, received.size());
        m_toSkip -= static_cast<std::uint32_t>(count);
        return count;
    }
    return m_state == State::Flags ? takeFlags(received) : takeOption(received, answer);
}

std::size_t Negotiation::takeFlags(ByteView received)
{
    const auto flags = load<Be32>(received);
    if (!flags)
        return 0;
    if ((flags->get() & ~knownClientFlags) != 0) {
        breakOff(fmt::format("client flags are 0x{:X}, of which only 0x{:X} exist", flags->get(),
                             knownClientFlags));
        return sizeof(Be32);
    }
    m_fixedNewstyle = (flags->get() & handshake_flag::fixedNewstyle) != 0;
    m_noZeroes = (flags->get() & handshake_flag::noZeroes) != 0;
    m_state = State::Haggling;
    return sizeof(Be32);
}

std::size_t Negotiation::takeOption(ByteView received, Bytes& answer)
{
    const auto header = load<OptionRaw>(received);
    if (!header)
        return 0;
    if (header->magic.get() != optionMagic) {
        breakOff(fmt::format("an option starts with 0x{:016X}, expected 0x{:016X}",
                             header->magic.get(), optionMagic));
        return received.size();
    }
    const auto option = static_cast<Option>(header->option.get());
    const std::uint32_t length = header->length.get();
    if (length <= maxOptionLength && received.size() - sizeof(OptionRaw) < length)
        return 0;
    if (++m_options > maxOptions) {
        breakOff(fmt::format("more than {} options", maxOptions));
        return received.size();
    }
    if (length > maxOptionLength) {
        m_toSkip = length;
        if (option == Option::ExportName)
            breakOff(fmt::format("an export name of {} bytes, at most {}", length, maxNameLength));
        else
            appendRefusal(answer, option, OptionReply::TooBig, "the option is too long");
        return sizeof(OptionRaw);
    }
    answerOption(option, received.subspan(sizeof(OptionRaw), length), answer);
    return sizeof(OptionRaw) + length;
}

void Negotiation::answerOption(Option option, ByteView data, Bytes& answer)
{
    if (!m_fixedNewstyle && option != Option::ExportName)
        return breakOff("an option other than the export name, without fixed newstyle");
    switch (option) {
    case Option::ExportName: return takeExportName(data, answer);
    case Option::Abort:
        appendReply(answer, option, OptionReply::Ack);
        m_state = State::Ended;
        return;
    case Option::List: return answerList(data, answer);
    case Option::StartTls:
        return appendRefusal(answer, option, OptionReply::Policy,
                             "this server speaks in the clear: use a Unix socket or a tunnel");
    case Option::Info:
    case Option::Go: return answerInfo(option, data, answer);
    case Option::StructuredReply: return answerStructuredReply(data, answer);
    case Option::ListMetaContext:
    case Option::SetMetaContext: return answerMetaContext(option, data, answer);
    }
    appendRefusal(answer, option, OptionReply::Unsupported, "this server does not know the option");
}

void Negotiation::takeExportName(ByteView data, Bytes& answer)
{
    const ExportPointer found =
        data.size() <= maxNameLength ? m_exports.find(asText(data)) : nullptr;
    if (!found) // there is no way to say so
        return breakOff("it asked for an export that is not there");
    append(answer,
           ExportNameReplyRaw{.size = found->what.device->size(),
                              .flags = transmissionFlags(*found, m_agreement.structuredReplies)});
    if (!m_noZeroes)
        answer.insert(answer.end(), exportNameZeroes, std::byte{0});
    m_agreement.chosen = found;
    m_agreement.allocationContext = m_contextOf == found;
    m_state = State::Agreed;
}

void Negotiation::answerList(ByteView data, Bytes& answer)
{
    if (!data.empty())
        return appendRefusal(answer, Option::List, OptionReply::Invalid, "LIST takes no data");
    for (const ExportPointer& served : m_exports.list())
        appendServer(answer, served->what);
    appendReply(answer, Option::List, OptionReply::Ack);
}

void Negotiation::answerInfo(Option option, ByteView data, Bytes& answer)
{
    const auto question = decodeInfo(data);
    if (!question)
        return appendRefusal(answer, option, OptionReply::Invalid,
                             "the lengths inside the option do not fit together");
    const ExportPointer found = m_exports.find(question->name);
    if (!found)
        return appendRefusal(answer, option, OptionReply::Unknown, "there is no such export");
    appendInfos(answer, option, *found, m_agreement.structuredReplies, *question);
    appendReply(answer, option, OptionReply::Ack);
    if (option == Option::Info)
        return;
    m_agreement.chosen = found;
    m_agreement.allocationContext = m_contextOf == found;
    m_state = State::Agreed;
}

void Negotiation::answerStructuredReply(ByteView data, Bytes& answer)
{
    if (!data.empty())
        return appendRefusal(answer, Option::StructuredReply, OptionReply::Invalid,
                             "STRUCTURED_REPLY takes no data");
    m_agreement.structuredReplies = true;
    appendReply(answer, Option::StructuredReply, OptionReply::Ack);
}

void Negotiation::answerMetaContext(Option option, ByteView data, Bytes& answer)
{
    const bool sets = option == Option::SetMetaContext;
    if (sets)
        m_contextOf = nullptr; // whatever comes of it, what was set before is no more
    if (!m_agreement.structuredReplies)
        return appendRefusal(answer, option, OptionReply::Invalid,
                             "structured replies must be agreed on first");
    const auto question = decodeMetaContext(data);
    if (!question)
        return appendRefusal(answer, option, OptionReply::Invalid,
                             "the lengths inside the option do not fit together");
    const ExportPointer found = m_exports.find(question->name);
    if (!found)
        return appendRefusal(answer, option, OptionReply::Unknown, "there is no such export");
    const bool all = !sets && question->queries.empty();
    const bool isWanted =
        all || std::ranges::any_of(question->queries, [option](std::string_view query) {
            return meansAllocation(query, option);
        });
    if (isWanted)
        appendAllocationContext(answer, option, sets ? allocationContextId : 0);
    if (isWanted && sets)
        m_contextOf = found;
    appendReply(answer, option, OptionReply::Ack);
}

void Negotiation::breakOff(std::string why)
{
    m_why = std::move(why);
    m_state = State::Broken;
}

} // namespace fatlas::nbd
