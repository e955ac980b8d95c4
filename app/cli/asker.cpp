#include "app/cli/asker.hpp"

#include "core/base/text.hpp"

#include "app/cli/exit_status.hpp"
#include "app/cli/proposal_words.hpp"
#include "app/cli/terminal.hpp"
#include "app/cli/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <poll.h>
#include <unistd.h>

namespace fatlas::cli {

namespace {

using namespace std::chrono_literals;
using sync::Proposal;
using sync::Verdict;

constexpr std::size_t maxShown = 50;
constexpr std::size_t maxLine = 4096;
constexpr auto glance = 100ms;
/// What comes within so long is asked about in one go.
constexpr auto together = 1500ms;

void show(const std::string& text)
{
    std::fwrite(text.data(), 1, text.size(), stderr);
    std::fflush(stderr);
}

void showLine(const std::string& sentence)
{
    show(withoutControls(sentence) + "\n");
}

bool isConflict(const Proposal& proposal)
{
    return !proposal.conflict.empty();
}

std::string acknowledgement(std::size_t count, Verdict verdict)
{
    switch (verdict) {
    case Verdict::Accept: return counted(count, "change comes home.", "changes come home.");
    case Verdict::KeepHost: return "The folder keeps its version.";
    case Verdict::KeepGuest: return "The guest's version takes its place.";
    case Verdict::KeepBoth: return "Both are kept.";
    case Verdict::Open:
    case Verdict::Reject: break;
    }
    return counted(count, "change stays with the guest.", "changes stay with the guest.");
}

} // namespace

bool Asker::hasTerminal()
{
    return ::isatty(STDIN_FILENO) != 0;
}

void Asker::run(Until until, const std::stop_token& stop)
{
    while (m_isOpen && !stop.stop_requested()) {
        const Proposals open = openOnes();
        if (!open.empty() && hasSettled(open)) {
            m_putOff.clear();
            ask(openOnes(), stop);
            continue;
        }
        if (open.empty() && until == Until::Decided && m_synchronizer.isIdle())
            return;
        if (readSome(glance) && m_input.find('\n') != std::string::npos) {
            m_input.clear();
            m_putOff.clear();
        }
    }
    if (!m_isOpen)
        showLine("nobody answers any more: what was not decided stays in the session");
}

Asker::Proposals Asker::openOnes() const
{
    Proposals open = m_synchronizer.proposals();
    std::erase_if(open, [this](const Proposal& proposal) {
        return proposal.verdict != Verdict::Open || m_putOff.contains(proposal.number);
    });
    return open;
}

/// The list stays as it is for a while, or nothing more will come.
bool Asker::hasSettled(const Proposals& open)
{
    std::vector<std::uint64_t> numbers;
    numbers.reserve(open.size());
    for (const Proposal& proposal : open)
        numbers.push_back(proposal.number);
    if (numbers != m_seen) {
        m_seen = std::move(numbers);
        m_seenSince = Clock::now();
    }
    return m_synchronizer.isIdle() || Clock::now() - m_seenSince >= together;
}

bool Asker::isOpen(std::uint64_t number) const
{
    const Proposals now = m_synchronizer.proposals();
    const auto found = std::ranges::find(now, number, &Proposal::number);
    return found != now.end() && found->verdict == Verdict::Open;
}

void Asker::ask(const Proposals& open, const std::stop_token& stop)
{
    Proposals changes = open;
    std::erase_if(changes, isConflict);
    if (!changes.empty())
        askAboutAll(changes, stop);
    for (const Proposal& proposal : open)
        if (isConflict(proposal) && isOpen(proposal.number) && m_isOpen && !stop.stop_requested())
            askAboutConflict(proposal, stop);
}

void Asker::askAboutAll(const Proposals& changes, const std::stop_token& stop)
{
    showLine("The guest changed:");
    for (std::size_t i = 0; i < std::min(changes.size(), maxShown); ++i)
        showLine("  " + describe(changes[i]));
    if (changes.size() > maxShown)
        showLine(fmt::format("  and {} more", formatCount(changes.size() - maxShown)));
    const std::string question = fmt::format("Bring home {}? [y]es, [n]o, [e]ach, [l]ater: ",
                                             counted(changes.size(), "change", "changes"));
    switch (answer(question, "ynel", stop)) {
    case 'y': return decide(changes, Verdict::Accept);
    case 'n': return decide(changes, Verdict::Reject);
    case 'e': return askAboutEach(changes, stop);
    default: return putOff(changes);
    }
}

void Asker::askAboutEach(const Proposals& changes, const std::stop_token& stop)
{
    for (const Proposal& proposal : changes) {
        if (!m_isOpen || stop.stop_requested())
            return;
        if (!isOpen(proposal.number))
            continue; // decided with another, or another change by now
        const std::string question = describe(proposal) + "? [y]es, [n]o, [l]ater: ";
        switch (answer(withoutControls(question), "ynl", stop)) {
        case 'y': decide({proposal}, Verdict::Accept); break;
        case 'n': decide({proposal}, Verdict::Reject); break;
        default: putOff({proposal}); break;
        }
    }
}

void Asker::askAboutConflict(const Proposal& conflict, const std::stop_token& stop)
{
    showLine(fmt::format("Conflict: {}: {}", describe(conflict), conflict.conflict));
    showLine("  " + describeVersions(conflict));
    switch (answer("Keep [m]ine, [t]heirs, [b]oth, [l]ater: ", "mtbl", stop)) {
    case 'm': return decide({conflict}, Verdict::KeepHost);
    case 't': return decide({conflict}, Verdict::KeepGuest);
    case 'b': return decide({conflict}, Verdict::KeepBoth);
    default: return putOff({conflict});
    }
}

/// One of the letters; the first of them that begins what was entered. 'l' when nobody answers.
char Asker::answer(const std::string& question, const std::string& letters,
                   const std::stop_token& stop)
{
    for (;;) {
        show(question);
        const auto entered = line(stop);
        if (!entered) {
            show("\n");
            return 'l';
        }
        const auto first =
            std::ranges::find_if(*entered, [](unsigned char c) { return std::isspace(c) == 0; });
        const char letter =
            first == entered->end()
                ? '\0'
                : static_cast<char>(std::tolower(static_cast<unsigned char>(*first)));
        if (letter != '\0' && letters.find(letter) != std::string::npos)
            return letter;
        showLine("Enter the first letter of one of these.");
    }
}

/// Nothing when a stop was requested or the terminal is gone.
std::optional<std::string> Asker::line(const std::stop_token& stop)
{
    while (!stop.stop_requested()) {
        const std::size_t end = m_input.find('\n');
        if (end != std::string::npos) {
            std::string entered = m_input.substr(0, end);
            m_input.erase(0, end + 1);
            return entered;
        }
        if (!m_isOpen)
            break;
        readSome(glance);
    }
    return std::nullopt;
}

/// True when there is more than before.
bool Asker::readSome(std::chrono::milliseconds patience)
{
    pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
    if (::poll(&input, 1, static_cast<int>(patience.count())) <= 0)
        return false;
    std::array<char, 256> text{};
    const ssize_t count = ::read(STDIN_FILENO, text.data(), text.size());
    m_isOpen = count > 0;
    if (count <= 0)
        return false;
    m_input.append(text.data(), static_cast<std::size_t>(count));
    if (m_input.size() > maxLine)
        m_input.erase(0, m_input.size() - maxLine);
    return true;
}

void Asker::decide(const Proposals& about, Verdict verdict)
{
    std::size_t decidedCount = 0;
    std::size_t changedCount = 0;
    for (const Proposal& proposal : about) {
        const auto decided = m_synchronizer.decide(proposal.number, verdict);
        if (decided)
            ++decidedCount;
        else if (decided.error().code == ErrorCode::NotFound)
            ++changedCount;
        else
            complain(decided.error().message);
    }
    if (decidedCount != 0)
        showLine(acknowledgement(decidedCount, verdict));
    if (changedCount != 0)
        showLine(fmt::format("{} changed meanwhile: you will be asked again",
                             formatCount(changedCount)));
}

void Asker::putOff(const Proposals& about)
{
    for (const Proposal& proposal : about)
        m_putOff.insert(proposal.number);
    if (m_isOpen)
        showLine("Enter asks again.");
}

} // namespace fatlas::cli
