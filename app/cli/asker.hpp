/// Asks the person at the terminal what of the guest's changes shall come home.
///
/// Questions go to stderr, answers come from stdin, a line each. What is put off is asked about
/// again with what comes next, or after an empty line.
///
/// Threads:  one; the synchronizer works meanwhile.
/// Lifetime: the synchronizer outlives it.
#pragma once

#include "core/sync/synchronizer.hpp"

#include <chrono>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

namespace fatlas::cli {

class Asker {
public:
    explicit Asker(sync::Synchronizer& synchronizer) : m_synchronizer(synchronizer) {}

    /// Somebody is there to answer.
    [[nodiscard]] static bool hasTerminal();

    enum class Until : std::uint8_t {
        Stopped, ///< and as long as somebody answers
        Decided, ///< nothing more comes, and what there is was decided about or put off
    };

    void run(Until until, const std::stop_token& stop);

private:
    using Clock = std::chrono::steady_clock;
    using Proposals = std::vector<sync::Proposal>;

    [[nodiscard]] Proposals openOnes() const;
    [[nodiscard]] bool hasSettled(const Proposals& open);
    [[nodiscard]] bool isOpen(std::uint64_t number) const;
    void ask(const Proposals& open, const std::stop_token& stop);
    void askAboutAll(const Proposals& changes, const std::stop_token& stop);
    void askAboutEach(const Proposals& changes, const std::stop_token& stop);
    void askAboutConflict(const sync::Proposal& conflict, const std::stop_token& stop);
    [[nodiscard]] char answer(const std::string& question, const std::string& letters,
                              const std::stop_token& stop);
    [[nodiscard]] std::optional<std::string> line(const std::stop_token& stop);
    bool readSome(std::chrono::milliseconds patience);
    void decide(const Proposals& about, sync::Verdict verdict);
    void putOff(const Proposals& about);

    sync::Synchronizer& m_synchronizer;
    std::set<std::uint64_t> m_putOff;
    std::vector<std::uint64_t> m_seen;
    Clock::time_point m_seenSince;
    std::string m_input;
    bool m_isOpen = true; ///< the terminal is there
};

} // namespace fatlas::cli
