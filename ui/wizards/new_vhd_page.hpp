/// "New VHD": choose on the left, see what will be made on the right.
///
/// The page edits a wish and shows the plan; it starts nothing. Whoever owns the page creates the
/// file when createRequested() says so.
///
/// Threads: GUI thread.
#pragma once

#include "ui/document/vhd_new_document.hpp"

#include <QWidget>

namespace fatlas::ui {

class CommandBox;
class NewVhdForm;
class NewVhdSummary;
class PrimaryButton;

class NewVhdPage : public QWidget {
    Q_OBJECT

public:
    explicit NewVhdPage(QWidget* parent = nullptr);
    ~NewVhdPage() override;

    [[nodiscard]] VhdNewDocument& document() noexcept { return m_document; }

    [[nodiscard]] NewVhdForm* form() const noexcept { return m_form; }

    [[nodiscard]] NewVhdSummary* summary() const noexcept { return m_summary; }

    [[nodiscard]] PrimaryButton* createButton() const noexcept { return m_create; }

    [[nodiscard]] QString command() const;
    /// Why it cannot be created as things are; empty: it can.
    [[nodiscard]] QString problem() const;
    /// The user has agreed to it.
    [[nodiscard]] bool mayReplace() const;
    [[nodiscard]] QString title() const;

    void startEditing();

Q_SIGNALS:
    void createRequested();

private:
    void edited();
    void follow();

    VhdNewDocument m_document;
    NewVhdForm* m_form;
    CommandBox* m_command;
    PrimaryButton* m_create;
    NewVhdSummary* m_summary;
};

} // namespace fatlas::ui
