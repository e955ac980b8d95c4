#include "ui/views/rectangle_curve.hpp"

#include <cstdlib>

namespace fatlas::ui {

namespace {

/// A way along one of the axes, with its direction.
struct Side {
    std::int64_t x = 0;
    std::int64_t y = 0;

    [[nodiscard]] std::int64_t length() const { return std::abs(x + y); }

    [[nodiscard]] Side step() const { return {(x > 0) - (x < 0), (y > 0) - (y < 0)}; }

    /// Half of it, rounded towards nothing.
    [[nodiscard]] Side half() const { return {x / 2, y / 2}; }

    friend Side operator+(Side a, Side b) { return {a.x + b.x, a.y + b.y}; }

    friend Side operator-(Side a, Side b) { return {a.x - b.x, a.y - b.y}; }

    friend Side operator-(Side a) { return {-a.x, -a.y}; }
};

/// Even halves keep the ends of the parts beside each other.
Side evenHalf(Side side)
{
    const Side half = side.half();
    return half.length() % 2 != 0 && side.length() > 2 ? half + side.step() : half;
}

class Curve {
public:
    explicit Curve(const std::function<void(std::uint32_t, std::uint32_t)>& visit) : m_visit(visit)
    {}

    /// The rectangle of `along` and `across` at `at`; leaves it at the far end of `along`.
    void walk(Side at, Side along, Side across)
    {
        if (across.length() == 1)
            return stripe(at, along);
        if (along.length() == 1)
            return stripe(at, across);
        if (2 * along.length() > 3 * across.length()) {
            const Side part = evenHalf(along);
            walk(at, part, across);
            walk(at + part, along - part, across);
            return;
        }
        const Side half = along.half();
        const Side part = evenHalf(across);
        walk(at, part, half);
        walk(at + part, along, across - part);
        walk(at + (along - along.step()) + (part - across.step()), -part, -(along - half));
    }

private:
    void stripe(Side at, Side along)
    {
        const Side step = along.step();
        for (std::int64_t left = along.length(); left > 0; --left, at = at + step)
            m_visit(static_cast<std::uint32_t>(at.x), static_cast<std::uint32_t>(at.y));
    }

    const std::function<void(std::uint32_t, std::uint32_t)>& m_visit;
};

} // namespace

void curveThrough(std::uint32_t columns, std::uint32_t rows,
                  const std::function<void(std::uint32_t, std::uint32_t)>& visit)
{
    if (columns != 0 && rows != 0)
        Curve(visit).walk({0, 0}, {0, rows}, {columns, 0});
}

} // namespace fatlas::ui
