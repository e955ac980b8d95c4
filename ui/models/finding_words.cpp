#include "ui/models/finding_words.hpp"

#include "core/fat/rules.hpp"

#include "ui/base/words.hpp"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

QString placeText(const Finding& finding)
{
    if (!finding.path.empty())
        return shown(finding.path);
    if (finding.cluster)
        return QCoreApplication::translate("FindingWords", "cluster %1")
            .arg(countText(*finding.cluster));
    if (finding.offset)
        return hexText(*finding.offset);
    return QCoreApplication::translate("FindingWords", "the whole volume");
}

const Rule* ruleOf(const Finding& finding) noexcept
{
    return fat::findRule(finding.rule);
}

QLatin1String iconNameOf(Severity severity)
{
    switch (severity) {
    case Severity::Info: return "info"_L1;
    case Severity::Warning: return "triangle-alert"_L1;
    case Severity::Error: return "circle-alert"_L1;
    }
    return "info"_L1;
}

Token tokenOf(Severity severity)
{
    switch (severity) {
    case Severity::Info: return Token::Accent;
    case Severity::Warning: return Token::Warning;
    case Severity::Error: return Token::Lost;
    }
    return Token::Accent;
}

} // namespace fatlas::ui
