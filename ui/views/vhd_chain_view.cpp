#include "ui/views/vhd_chain_view.hpp"

#include "core/vhd/parent_tests.hpp"

#include "ui/base/chip.hpp"
#include "ui/base/icons.hpp"
#include "ui/base/labels.hpp"
#include "ui/base/words.hpp"
#include "ui/models/finding_words.hpp"
#include "ui/models/vhd_words.hpp"

#include <QHBoxLayout>
#include <QPainter>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

namespace {

constexpr std::size_t maxTriesShown = 12;

using Standing = VhdLinkBox::Standing;
using TestResult = vhd::ParentTest::Result;

struct Sign {
    QLatin1String icon;
    Token token;
};

Sign signOf(TestResult result)
{
    switch (result) {
    case TestResult::Passed: return {"circle-check"_L1, Token::Success};
    case TestResult::Doubtful: return {"triangle-alert"_L1, Token::Warning};
    case TestResult::Failed: break;
    }
    return {"circle-x"_L1, Token::Lost};
}

/// Of a parent, as its child knows it.
Standing standingOf(const vhd::Chain& chain, std::size_t link)
{
    if (link == 0)
        return Standing::Good;
    const auto tests = vhd::parentTests(chain, link - 1);
    const bool isGood = std::ranges::all_of(
        tests, [](const vhd::ParentTest& test) { return test.result == TestResult::Passed; });
    return isGood ? Standing::Good : Standing::Doubtful;
}

void empty(QLayout* layout)
{
    while (auto* item = layout->takeAt(0)) {
        if (item->widget() != nullptr) {
            item->widget()->hide();
            item->widget()->deleteLater();
        }
        delete item;
    }
}

} // namespace

VhdLinkBox::VhdLinkBox(const QString& name, Standing standing, QWidget* parent)
    : QAbstractButton(parent), m_standing(standing)
{
    setText(name);
    setCheckable(true);
    setAutoExclusive(true);
    setFocusPolicy(Qt::StrongFocus);
    const QString how = standing == Standing::Good       ? tr("as recorded")
                        : standing == Standing::Doubtful ? tr("not quite as recorded")
                                                         : tr("missing");
    setAccessibleName(tr("%1, %2").arg(name, how));
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

QSize VhdLinkBox::sizeHint() const
{
    const int height = fontMetrics().height() + 2 * scaled(7);
    return {fontMetrics().horizontalAdvance(text()) + scaled(16) + 3 * spacing(3), height};
}

void VhdLinkBox::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Theme& theme = Theme::instance();
    const Token edge = m_standing == Standing::Missing    ? Token::Lost
                       : m_standing == Standing::Doubtful ? Token::Warning
                       : isChecked()                      ? Token::Accent
                                                          : Token::Line;
    painter.setBrush(theme.color(isChecked() ? Token::AccentSoft : Token::Panel));
    painter.setPen(QPen(theme.color(hasFocus() ? Token::Accent : edge), hasFocus() ? 2 : 1));
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), cornerRadius, cornerRadius);
    const int side = scaled(16);
    const QPoint at(spacing(3), (height() - side) / 2);
    painter.drawPixmap(
        at, iconPixmap(m_standing == Standing::Good ? "hard-drive"_L1 : "triangle-alert"_L1, side,
                       devicePixelRatioF(), m_standing == Standing::Good ? Token::Text : edge));
    painter.setPen(theme.color(m_standing == Standing::Missing ? Token::Muted : Token::Text));
    painter.drawText(rect().adjusted(spacing(3) + side + spacing(2), 0, 0, 0),
                     Qt::AlignVCenter | Qt::AlignLeft, text());
}

VhdChainView::VhdChainView(QWidget* parent)
    : QWidget(parent), m_diagram(new ChipRow(this)), m_tests(new QVBoxLayout)
{
    m_diagram->setAccessibleName(tr("The disk and its parents"));
    m_tests->setSpacing(spacing(1));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(spacing(2));
    layout->addWidget(m_diagram);
    layout->addLayout(m_tests);
}

void VhdChainView::setContent(const SharedVhd& content)
{
    m_content = content;
    m_diagram->clear();
    m_boxes.clear();
    empty(m_tests);
    const vhd::Chain* chain = content ? content->chain() : nullptr;
    if (chain == nullptr)
        return;
    for (std::size_t link = 0; link < chain->links.size(); ++link)
        addBox(link);
    if (chain->broken)
        addMissing();
    const std::size_t asked = chain->broken ? chain->links.size() - 1 : 0;
    m_boxes[asked]->setChecked(true);
    showTests(asked);
}

void VhdChainView::addBox(std::size_t link)
{
    const vhd::Chain& chain = *m_content->chain();
    if (link > 0) {
        auto* arrow = new QLabel(m_diagram);
        arrow->setPixmap(iconPixmap("arrow-right"_L1, scaled(16), devicePixelRatioF()));
        m_diagram->addWidget(arrow);
    }
    auto* box = new VhdLinkBox(vhdLinkName(chain, link), standingOf(chain, link), m_diagram);
    box->setToolTip(plainToolTip(tr("%1: %2 of %3. Click for its tests.")
                                     .arg(shown(chain.links[link].path.native()),
                                          vhdTypeText(chain.links[link].vhd.footer.type),
                                          sizeText(chain.links[link].vhd.virtualSize))));
    m_boxes.push_back(box);
    m_diagram->addWidget(box);
    connect(box, &QAbstractButton::clicked, this, [this, link] { showTests(link); });
}

void VhdChainView::addMissing()
{
    const vhd::ChainLink& last = m_content->chain()->links.back();
    auto* arrow = new QLabel(m_diagram);
    arrow->setPixmap(iconPixmap("arrow-right"_L1, scaled(16), devicePixelRatioF()));
    m_diagram->addWidget(arrow);
    const QString name =
        last.tries.empty() ? tr("parent") : shown(last.tries.front().path.filename().native());
    auto* box = new VhdLinkBox(name, Standing::Missing, m_diagram);
    m_boxes.push_back(box);
    m_diagram->addWidget(box);
    const std::size_t child = m_content->chain()->links.size() - 1;
    connect(box, &QAbstractButton::clicked, this, [this, child] { showTests(child); });
}

/// What is said about a link: how it knows its parent.
void VhdChainView::showTests(std::size_t link)
{
    empty(m_tests);
    const vhd::Chain& chain = *m_content->chain();
    if (link >= chain.links.size())
        return;
    for (const vhd::ParentTest& test : vhd::parentTests(chain, link)) {
        const Sign sign = signOf(test.result);
        addRow(sign.icon, sign.token, shown(test.words));
    }
    const auto& tries = chain.links[link].tries;
    for (std::size_t i = 0; i < std::min(tries.size(), maxTriesShown); ++i)
        if (!tries[i].isParent)
            addRow("minus"_L1, Token::Muted,
                   tr("Not %1 (%2): %3")
                       .arg(shown(tries[i].path.native()), shown(tries[i].source),
                            shown(tries[i].outcome)));
    if (chain.links[link].vhd.footer.type != vhd::DiskType::Differencing)
        addRow("circle-check"_L1, Token::Success,
               tr("%1 has no parent: the chain ends here.").arg(vhdLinkName(chain, link)));
}

void VhdChainView::addRow(QLatin1String iconName, Token tint, const QString& text)
{
    auto* row = new QWidget(this);
    auto* sign = new QLabel(row);
    sign->setPixmap(iconPixmap(iconName, scaled(15), devicePixelRatioF(), tint));
    auto* words = new ThemedLabel(text, tint == Token::Lost ? Token::Lost : Token::Muted, row);
    words->setTextFormat(Qt::PlainText);
    words->setWordWrap(true);
    words->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(spacing(2));
    layout->addWidget(sign, 0, Qt::AlignTop);
    layout->addWidget(words, 1);
    m_tests->addWidget(row);
}

QStringList VhdChainView::testTexts() const
{
    QStringList texts;
    for (int i = 0; i < m_tests->count(); ++i)
        if (QWidget* row = m_tests->itemAt(i)->widget(); row != nullptr)
            if (auto* words = row->findChild<ThemedLabel*>(); words != nullptr)
                texts << words->text();
    return texts;
}

} // namespace fatlas::ui
