/// Internal to the modes of the map: looks with their chips.
///
/// Threads: pure.
#pragma once

#include "ui/models/map_modes.hpp"

#include <QCoreApplication>

#include <utility>

namespace fatlas::ui {

inline QString modeWords(const char* text)
{
    return QCoreApplication::translate("MapModes", text);
}

/// A look with a chip of its own.
inline void addLook(MapColouring::Parts& parts, MapLook look, const QString& meaning,
                    bool isAlwaysShown)
{
    const auto bit = static_cast<StateMask>(1U << parts.looks.size());
    parts.legend.push_back({look.name, meaning, bit, isAlwaysShown});
    parts.looks.push_back(std::move(look));
}

inline SharedColouring makeColouring(MapColouring::Parts parts, LookRuns runs)
{
    return std::make_shared<const MapColouring>(std::move(parts), std::move(runs));
}

} // namespace fatlas::ui
