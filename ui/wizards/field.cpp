#include "ui/wizards/field.hpp"

#include "ui/base/words.hpp"

#include <QComboBox>
#include <QDir>
#include <QStyle>
#include <QToolButton>
#include <QVBoxLayout>

namespace fatlas::ui {

Field::Field(const QString& caption, QWidget* editor, QWidget* parent)
    : QWidget(parent), m_reason(new ThemedLabel({}, Token::Lost, this))
{
    auto* label = new ThemedLabel(caption, Token::Muted, this);
    label->setFont(resized(label->font(), -0.5));
    for (auto* line : editor->findChildren<QLineEdit*>())
        makeComfortable(line);
    makeComfortable(editor);
    label->setBuddy(editor);
    if (editor->accessibleName().isEmpty())
        editor->setAccessibleName(caption);
    m_reason->setWordWrap(true);
    m_reason->hide();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(spacing(1));
    layout->addWidget(label);
    layout->addWidget(editor);
    layout->addWidget(m_reason);
}

void Field::setProblem(const QString& problem)
{
    m_problem = problem;
    m_reason->setText(problem);
    m_reason->setVisible(!problem.isEmpty());
}

void Field::makeComfortable(QWidget* editor)
{
    const bool oneLine =
        qobject_cast<QLineEdit*>(editor) != nullptr || qobject_cast<QComboBox*>(editor) != nullptr;
    if (oneLine)
        editor->setMinimumHeight(editor->fontMetrics().height() + 2 * spacing(2));
}

InsetLineEdit::InsetLineEdit(QWidget* parent) : QLineEdit(parent) {}

void InsetLineEdit::setInset(QWidget* inset)
{
    m_inset = inset;
    m_inset->setParent(this);
    m_inset->setForegroundRole(QPalette::WindowText); // not the editor's own colour
    placeInset();
}

void InsetLineEdit::placeInset()
{
    if (m_inset == nullptr)
        return;
    m_inset->adjustSize();
    const int width = m_inset->sizeHint().width();
    const int border = style()->pixelMetric(QStyle::PM_DefaultFrameWidth, nullptr, this);
    m_inset->setGeometry(this->width() - width - border - spacing(1), border, width,
                         height() - 2 * border);
    setTextMargins(textMargins().left(), 0, width + spacing(1), 0);
}

void InsetLineEdit::resizeEvent(QResizeEvent* event)
{
    QLineEdit::resizeEvent(event);
    placeInset();
}

namespace {

class ChooseButton : public QToolButton {
public:
    explicit ChooseButton(QWidget* parent) : QToolButton(parent)
    {
        setText(tr("Choose…"));
        setAutoRaise(true);
        setFont(emphasized(font()));
        setCursor(Qt::PointingHandCursor);
        recolour();
        connect(&Theme::instance(), &Theme::changed, this, &ChooseButton::recolour);
    }

private:
    void recolour()
    {
        QPalette colours = palette();
        colours.setColor(QPalette::ButtonText, Theme::instance().color(Token::Accent));
        colours.setColor(QPalette::Button, Theme::instance().color(Token::Panel));
        setPalette(colours);
    }
};

} // namespace

QWidget* makeChooseButton(QWidget* parent, const QString& accessibleName,
                          const std::function<void()>& choose)
{
    auto* button = new ChooseButton(parent);
    button->setAccessibleName(accessibleName);
    QObject::connect(button, &QToolButton::clicked, parent, choose);
    return button;
}

QString shortenHome(const QString& path)
{
    const QString home = QDir::homePath();
    if (path == home)
        return QStringLiteral("~");
    return path.startsWith(home + u'/') ? QString(u'~' + path.mid(home.size())) : path;
}

QString expandHome(const QString& path)
{
    if (path == u"~" || path.startsWith(u"~/"))
        return QDir::homePath() + path.mid(1);
    return path;
}

} // namespace fatlas::ui
