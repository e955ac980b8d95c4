/// What people type to go somewhere: a cluster, a sector, a byte, C/H/S or a path.
///
/// Units:  sectors and bytes count from the start of the whole image; clusters from 2.
/// Errors: NotFound or OutOfRange says what was asked for and how far the volume or image reaches;
///         InvalidArgument lists the forms that are understood.
/// Source: forms "cluster:433", "sector:464", "0x3A000", "chs:12/1/15", "/DOCS/A.TXT".
#pragma once

#include "ui/document/volume_document.hpp"

#include <QStringView>

#include <variant>

namespace fatlas::ui {

/// A file or folder, a cluster of the data area, or bytes of the image: one, or those of a sector.
using Place = std::variant<std::uint32_t, Cluster, FocusBytes>;

[[nodiscard]] Result<Place> findPlace(const VolumeContent& content, QStringView address);

/// Whether the text can only be meant as an address ("cluster:", "0x", "/"), for completion.
[[nodiscard]] bool looksLikeAddress(QStringView text);

} // namespace fatlas::ui
