/// How a disk is served: its name, whether guests may write, where it listens, and what becomes of
/// changes in its folder.
///
/// Threads: GUI thread; does no I/O.
#pragma once

#include "ui/document/serve_document.hpp"

#include <QWidget>

class QCheckBox;
class QLineEdit;
class QVBoxLayout;

namespace fatlas::ui {

class Field;
class InsetLineEdit;
class SegmentedControl;
class ThemedLabel;

class ServeForm : public QWidget {
    Q_OBJECT

public:
    explicit ServeForm(const ServeWish& wish, QWidget* parent = nullptr);

    [[nodiscard]] const ServeWish& wish() const noexcept { return m_wish; }

    /// Why it cannot be served so; empty: it can.
    [[nodiscard]] QString problem() const;

    void startEditing();

    [[nodiscard]] QLineEdit* name() const noexcept { return m_name; }

    [[nodiscard]] SegmentedControl* mode() const noexcept { return m_mode; }

    /// When changes come home; null for what is no folder.
    [[nodiscard]] SegmentedControl* commit() const noexcept { return m_commit; }

    [[nodiscard]] QCheckBox* trash() const noexcept { return m_trash; }

    [[nodiscard]] SegmentedControl* address() const noexcept { return m_address; }

    [[nodiscard]] QLineEdit* keep() const;

    [[nodiscard]] QLineEdit* socket() const noexcept { return m_socket; }

    [[nodiscard]] QLineEdit* tcp() const noexcept { return m_tcp; }

Q_SIGNALS:
    void changed();

private:
    Field* addField(const QString& caption, QWidget* editor);
    void addName();
    void addMode();
    void addCommit();
    void addAddress();
    void addPublish();
    void chooseKeep();
    void edited();
    void follow();
    [[nodiscard]] QString modeSentence() const;
    [[nodiscard]] QString addressSentence() const;

    ServeWish m_wish;
    QVBoxLayout* m_layout;
    QLineEdit* m_name = nullptr;
    Field* m_nameField = nullptr;
    SegmentedControl* m_mode = nullptr;
    ThemedLabel* m_modeText = nullptr;
    InsetLineEdit* m_keep = nullptr;
    Field* m_keepField = nullptr;
    SegmentedControl* m_commit = nullptr;
    Field* m_commitField = nullptr;
    QCheckBox* m_trash = nullptr;
    SegmentedControl* m_address = nullptr;
    ThemedLabel* m_addressText = nullptr;
    QLineEdit* m_socket = nullptr;
    Field* m_socketField = nullptr;
    QLineEdit* m_tcp = nullptr;
    Field* m_tcpField = nullptr;
    SegmentedControl* m_publish = nullptr;
    Field* m_publishField = nullptr;
};

} // namespace fatlas::ui
