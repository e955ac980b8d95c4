/// A Hilbert curve bent to a rectangle of any size: every square once, each beside the one before.
///
/// A rectangle is cut in two when it is long, else in three like a Hilbert square, until stripes
/// are left. The curve begins at the top left; it ends at the bottom left when the number of rows
/// is even. With an odd one a single step may be diagonal.
///
/// Threads: pure.
/// Source:  D. Hilbert, "Ueber die stetige Abbildung einer Linie auf ein Flaechenstueck", 1891;
///          the cuts are those of J. Cerveny's generalised Hilbert curve.
#pragma once

#include <cstdint>
#include <functional>

namespace fatlas::ui {

/// Calls `visit(x, y)` for each of columns x rows squares, in the order of the curve.
void curveThrough(std::uint32_t columns, std::uint32_t rows,
                  const std::function<void(std::uint32_t, std::uint32_t)>& visit);

} // namespace fatlas::ui
