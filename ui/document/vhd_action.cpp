#include "ui/document/vhd_action.hpp"

#include "core/folder_disk/options_text.hpp"
#include "core/vhd/parent_tests.hpp"

#include "ui/base/words.hpp"

#include <QCoreApplication>

#include <algorithm>

namespace fatlas::ui {

namespace {

QString words(const char* text)
{
    return QCoreApplication::translate("VhdAction", text);
}

QString path(const std::filesystem::path& file)
{
    return QString::fromStdString(folder_disk::shellPath(file.native()));
}

bool anyToRepair(const VhdContent& content)
{
    if (!content.isDisk())
        return true; // a repair says better why it cannot be done
    return std::ranges::any_of(content.findings, [](const Finding& finding) {
        return finding.severity >= Severity::Warning;
    });
}

} // namespace

QString vhdActionName(VhdAction action)
{
    switch (action) {
    case VhdAction::Convert: return words("Convert…");
    case VhdAction::Compact: return words("Compact…");
    case VhdAction::Resize: return words("Resize…");
    case VhdAction::Merge: return words("Merge…");
    case VhdAction::Repair: return words("Repair…");
    case VhdAction::Reparent: return words("Choose parent…");
    }
    return {};
}

QString vhdActionProblem(const VhdContent& content, VhdAction action)
{
    if (action == VhdAction::Repair)
        return anyToRepair(content) ? QString() : words("There is nothing to repair");
    if (!content.isDisk())
        return words("There is no disk in this file that could be read");
    const vhd::VhdFile& file = content.file();
    const bool isChild = file.footer.type == vhd::DiskType::Differencing;
    const bool isBroken = content.inspection.isBroken();
    switch (action) {
    case VhdAction::Compact:
        if (file.isFixed())
            return words("A fixed disk has no blocks to give back; convert it to a dynamic one");
        break;
    case VhdAction::Merge:
        if (!isChild)
            return words("Only a differencing disk has a parent to be merged into");
        break;
    case VhdAction::Reparent:
        return isChild ? QString() : words("Only a differencing disk has a parent");
    default: break;
    }
    return isBroken ? words("The parent must be there first") : QString();
}

QString vhdActionCommand(const VhdActionWish& wish)
{
    const QString file = path(wish.file);
    const QString target = wish.target.empty() ? QStringLiteral("OUT") : path(wish.target);
    switch (wish.action) {
    case VhdAction::Convert: {
        const QString form = wish.form == VhdActionWish::Form::Raw     ? QStringLiteral("raw")
                             : wish.form == VhdActionWish::Form::Fixed ? QStringLiteral("fixed")
                                                                       : QStringLiteral("dynamic");
        return QStringLiteral("fatlas-cli vhd convert %1 %2 --type %3").arg(file, target, form);
    }
    case VhdAction::Compact:
        return QStringLiteral("fatlas-cli vhd compact %1%2")
            .arg(file, wish.dropFree ? QStringLiteral(" --drop-free") : QString());
    case VhdAction::Resize:
        return QStringLiteral("fatlas-cli vhd resize %1 %2")
            .arg(file, wish.size == 0 ? QStringLiteral("SIZE")
                                      : QString::fromStdString(folder_disk::sizeOption(wish.size)));
    case VhdAction::Merge:
        return QStringLiteral("fatlas-cli vhd merge %1%2")
            .arg(file, wish.target.empty() ? QString() : QStringLiteral(" -o %1").arg(target));
    case VhdAction::Repair: return QStringLiteral("fatlas-cli vhd repair %1 --apply").arg(file);
    case VhdAction::Reparent:
        return QStringLiteral("fatlas-cli vhd reparent %1 %2")
            .arg(file, wish.parent.empty() ? QStringLiteral("PARENT") : path(wish.parent));
    }
    return {};
}

} // namespace fatlas::ui
