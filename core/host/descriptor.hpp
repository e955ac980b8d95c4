/// A file descriptor that closes itself; for folders and links on the way to a File.
///
/// Lifetime: closed by the destructor; release() hands it over.
#pragma once

#include <unistd.h>
#include <utility>

namespace fatlas::host {

class Descriptor {
public:
    Descriptor() = default;

    explicit Descriptor(int value) noexcept : m_value(value) {}

    Descriptor(Descriptor&& other) noexcept : m_value(other.release()) {}

    Descriptor& operator=(Descriptor&& other) noexcept
    {
        std::swap(m_value, other.m_value);
        return *this;
    }

    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    ~Descriptor()
    {
        if (m_value >= 0)
            ::close(m_value);
    }

    [[nodiscard]] int get() const noexcept { return m_value; }

    [[nodiscard]] int release() noexcept { return std::exchange(m_value, -1); }

    explicit operator bool() const noexcept { return m_value >= 0; }

private:
    int m_value = -1;
};

} // namespace fatlas::host
