#include "ui/wizards/word_list.hpp"

#include <QStringList>

namespace fatlas::ui {

std::vector<std::string> splitWords(const QString& text)
{
    std::vector<std::string> words;
    QString word;
    bool quoted = false;
    const auto flush = [&] {
        if (!word.isEmpty())
            words.push_back(word.toStdString());
        word.clear();
    };
    for (const QChar c : text) {
        if (c == u'"')
            quoted = !quoted;
        else if (c.isSpace() && !quoted)
            flush();
        else
            word += c;
    }
    flush();
    return words;
}

QString joinWords(const std::vector<std::string>& words)
{
    QStringList shown;
    for (const auto& word : words) {
        const QString text = QString::fromStdString(word);
        shown << (text.contains(u' ') ? QString(u'"' + text + u'"') : text);
    }
    return shown.join(u' ');
}

} // namespace fatlas::ui
