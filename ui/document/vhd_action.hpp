/// What can be done with a VHD: wished, planned without writing anything, then carried out.
///
/// Errors:  those of the core functions; the plan refuses what the action would refuse.
/// Threads: plain values; planVhdAction and runVhdAction block, for workers. vhdActionProblem and
///          vhdActionCommand are pure.
#pragma once

#include "core/base/job_control.hpp"
#include "core/convert/new_vhd.hpp"
#include "core/vhd/repair.hpp"
#include "core/vhd/reparent.hpp"

#include "ui/document/vhd_content.hpp"

#include <QString>
#include <QStringList>

#include <cstdint>
#include <filesystem>
#include <memory>

namespace fatlas::ui {

enum class VhdAction : std::uint8_t { Convert, Compact, Resize, Merge, Repair, Reparent };

struct VhdActionWish {
    enum class Form : std::uint8_t { Raw, Fixed, Dynamic };

    VhdAction action = VhdAction::Compact;
    std::filesystem::path file;        ///< the VHD
    std::filesystem::path target = {}; ///< Convert; Merge: empty merges into the parent
    Form form = Form::Dynamic;         ///< Convert
    bool dropFree = false;             ///< Compact: also clusters that the FAT says are free
    std::uint64_t size = 0;            ///< Resize: bytes
    std::filesystem::path parent = {}; ///< Reparent

    bool operator==(const VhdActionWish&) const = default;
};

struct VhdActionPlan {
    VhdActionWish wish;
    QString headline;  ///< "The file gets 24 MiB smaller"
    QStringList lines; ///< what will happen, a sentence each
    bool hasWork = true;
    // What was planned, for the action that it is.
    std::shared_ptr<const convert::NewVhdPlan> made;
    vhd::RepairPlan repair;
    vhd::ReparentPlan reparent;
    std::vector<block::Extent> unused;
};

using SharedVhdPlan = std::shared_ptr<const VhdActionPlan>;

/// "Convert…"
[[nodiscard]] QString vhdActionName(VhdAction action);
/// Why it cannot be done with this disk at all; empty: it can.
[[nodiscard]] QString vhdActionProblem(const VhdContent& content, VhdAction action);
/// The same as a command.
[[nodiscard]] QString vhdActionCommand(const VhdActionWish& wish);

[[nodiscard]] Result<SharedVhdPlan> planVhdAction(const VhdActionWish& wish, const JobControl& job);
/// The file to be looked at afterwards.
[[nodiscard]] Result<std::filesystem::path> runVhdAction(const VhdActionPlan& plan,
                                                         const JobControl& job);

} // namespace fatlas::ui
