/// The handshake: what a client may say before it has chosen an export, and what it is told.
///
/// A machine over bytes: it knows no sockets and no time. Nothing of an option is kept once it is
/// answered; options that are too long are passed over, never stored.
///
/// Units:      bytes as they come from the wire.
/// Invariants: answers to one step are at most about 2 MiB (LIST with 256 long names); whoever
///             drives it sends them before the next step.
/// Errors:     a client that breaks the protocol makes state() Broken; why() says how.
/// Threads:    one at a time.
/// Source:     PROTOCOL.md H1 to H12
#pragma once

#include "core/base/bytes.hpp"
#include "core/nbd/protocol.hpp"
#include "core/nbd/served_export.hpp"

#include <cstdint>
#include <string>

namespace fatlas::nbd {

/// What both sides have agreed on.
struct Agreement {
    ExportPointer chosen = nullptr;
    bool structuredReplies = false;
    bool allocationContext = false; ///< base:allocation may be asked for
};

class Negotiation {
public:
    /// Longest option that is looked at; a step may need so many bytes at once, and a header.
    static constexpr std::size_t maxOptionLength = 32 * 1024;
    static constexpr std::size_t maxStep = maxOptionLength + sizeof(OptionRaw);
    static constexpr std::uint32_t maxOptions = 256;

    enum class State : std::uint8_t {
        Flags,    ///< the client's own flags are awaited
        Haggling, ///< options are awaited
        Agreed,   ///< transmission has begun
        Ended,    ///< the client said good-bye
        Broken,   ///< the connection must be closed
    };

    /// `exports` must outlive the negotiation.
    explicit Negotiation(const ExportTable& exports) : m_exports(exports) {}

    /// What the server says first.
    static void greet(Bytes& answer);

    /// Takes a step if `received` has enough for one, appending to `answer`; returns how many bytes
    /// were used up, 0 when more are needed. Not to be called in the last three states.
    [[nodiscard]] std::size_t step(ByteView received, Bytes& answer);

    [[nodiscard]] State state() const noexcept { return m_state; }

    [[nodiscard]] bool isOver() const noexcept { return m_state > State::Haggling; }

    [[nodiscard]] const std::string& why() const noexcept { return m_why; }

    [[nodiscard]] const Agreement& agreement() const noexcept { return m_agreement; }

private:
    [[nodiscard]] std::size_t takeFlags(ByteView received);
    [[nodiscard]] std::size_t takeOption(ByteView received, Bytes& answer);
    void answerOption(Option option, ByteView data, Bytes& answer);
    void takeExportName(ByteView data, Bytes& answer);
    void answerList(ByteView data, Bytes& answer);
    void answerInfo(Option option, ByteView data, Bytes& answer);
    void answerStructuredReply(ByteView data, Bytes& answer);
    void answerMetaContext(Option option, ByteView data, Bytes& answer);
    void breakOff(std::string why);

    const ExportTable& m_exports;
    State m_state = State::Flags;
    std::string m_why;
    Agreement m_agreement;
    ExportPointer m_contextOf;   ///< the export base:allocation was set for
    std::uint32_t m_toSkip = 0;  ///< bytes of an option that was too long
    std::uint32_t m_options = 0; ///< seen so far
    bool m_fixedNewstyle = false;
    bool m_noZeroes = false;
};

} // namespace fatlas::nbd
