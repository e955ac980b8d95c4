#include "core/fat/geometry.hpp"

namespace fatlas::fat {

const char* toString(FatType type) noexcept
{
    switch (type) {
    case FatType::Fat12: return "FAT12";
    case FatType::Fat16: return "FAT16";
    case FatType::Fat32: return "FAT32";
    }
    return "FAT";
}

} // namespace fatlas::fat
