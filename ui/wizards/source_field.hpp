/// A field for whatever holds a FAT volume: an image, a folder, a `fat:` address. Type it, choose
/// it, or drop it here.
///
/// Threads: GUI thread; does no I/O.
#pragma once

#include "ui/wizards/field.hpp"

namespace fatlas::ui {

class SourceField : public InsetLineEdit {
    Q_OBJECT

public:
    explicit SourceField(const QString& what, QWidget* parent = nullptr);

    void setSource(const QString& source);

    [[nodiscard]] const QString& source() const noexcept { return m_source; }

Q_SIGNALS:
    void sourceChosen(const QString& source); ///< by the user's hand

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void offer();
    void choose(bool isFolder);
    void take(const QString& source);

    QString m_what;
    QString m_source;
};

} // namespace fatlas::ui
