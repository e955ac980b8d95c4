#include "ui/window/window_actions.hpp"

#include "ui/base/icons.hpp"

#include <QCoreApplication>
#include <QWidget>

namespace fatlas::ui {

namespace {

QString words(const char* text)
{
    return QCoreApplication::translate("WindowActions", text);
}

QAction* make(QWidget* owner, const char* text, const char* iconName,
              const QList<QKeySequence>& keys)
{
    auto* action = new QAction(words(text), owner);
    if (iconName != nullptr)
        action->setIcon(icon(QLatin1String(iconName)));
    action->setShortcuts(keys);
    owner->addAction(action); // keys work without a menu bar too
    setProblem(action, {});
    return action;
}

QList<QKeySequence> standard(QKeySequence::StandardKey key, const QKeySequence& otherwise)
{
    auto keys = QKeySequence::keyBindings(key);
    if (!keys.contains(otherwise))
        keys.prepend(otherwise);
    return keys;
}

} // namespace

WindowActions::WindowActions(QWidget* owner)
    : newDisk(make(owner, "New disk", "folder-plus",
                   standard(QKeySequence::New, QKeySequence(Qt::CTRL | Qt::Key_N)))),
      newVhd(
          make(owner, "New VHD", "hard-drive", {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_N)})),
      open(make(owner, "Open", "folder-open",
                standard(QKeySequence::Open, QKeySequence(Qt::CTRL | Qt::Key_O)))),
      saveImage(make(owner, "Save image", "save",
                     standard(QKeySequence::Save, QKeySequence(Qt::CTRL | Qt::Key_S)))),
      extract(make(owner, "Extract files", "external-link", {QKeySequence(Qt::CTRL | Qt::Key_E)})),
      compare(make(owner, "Compare with…", "columns-2",
                   {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C)})),
      serve(make(owner, "Serve", "radio-tower", {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S)})),
      closeTab(make(owner, "Close", "x", {QKeySequence(Qt::CTRL | Qt::Key_W)})),
      quit(make(owner, "Quit", nullptr, {QKeySequence(Qt::CTRL | Qt::Key_Q)})),
      back(make(owner, "Back", "arrow-left",
                standard(QKeySequence::Back, QKeySequence(Qt::ALT | Qt::Key_Left)))),
      forward(make(owner, "Forward", "arrow-right",
                   standard(QKeySequence::Forward, QKeySequence(Qt::ALT | Qt::Key_Right)))),
      palette(make(owner, "Go to or do anything", "search", {QKeySequence(Qt::CTRL | Qt::Key_K)})),
      goTo(make(owner, "Go to address", nullptr, {QKeySequence(Qt::CTRL | Qt::Key_G)})),
      editAddress(make(owner, "Edit the address", "pencil", {QKeySequence(Qt::CTRL | Qt::Key_L)})),
      nextDock(make(owner, "Next part of the window", nullptr, {QKeySequence(Qt::Key_F6)})),
      check(make(owner, "Check", "shield-check", {})),
      inspectDisk(make(owner, "Inspect the VHD around it", "hard-drive", {})),
      nextFinding(make(owner, "Next finding", nullptr, {QKeySequence(Qt::Key_F8)})),
      previousFinding(
          make(owner, "Previous finding", nullptr, {QKeySequence(Qt::SHIFT | Qt::Key_F8)})),
      resetLayout(make(owner, "Reset layout", "layout-dashboard", {})),
      showMenu(make(owner, "Menu", "ellipsis", {QKeySequence(Qt::Key_F10)})),
      help(make(owner, "Help", "info",
                standard(QKeySequence::HelpContents, QKeySequence(Qt::Key_F1)))),
      about(make(owner, "About Fatlas", nullptr, {}))
{}

QList<QAction*> WindowActions::all() const
{
    return {newDisk,     newVhd,          open,        saveImage, extract,
            compare,     serve,           closeTab,    back,      forward,
            goTo,        editAddress,     nextDock,    check,     inspectDisk,
            nextFinding, previousFinding, resetLayout, help,      about,
            quit};
}

void setProblem(QAction* action, const QString& why)
{
    action->setEnabled(why.isEmpty());
    const QString keys = action->shortcut().toString(QKeySequence::NativeText);
    const QString usual =
        keys.isEmpty() ? action->text() : QString(action->text() + u" (" + keys + u')');
    action->setToolTip(why.isEmpty() ? usual : why);
}

} // namespace fatlas::ui
