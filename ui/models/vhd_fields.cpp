#include "ui/models/vhd_fields.hpp"

#include "core/base/text.hpp"
#include "core/vhd/seen_size.hpp"
#include "core/vhd/timestamp.hpp"

#include "ui/base/words.hpp"
#include "ui/models/vhd_words.hpp"

#include <QCoreApplication>

namespace fatlas::ui {

namespace {

using Fields = std::vector<VhdField>;

QString words(const char* text)
{
    return QCoreApplication::translate("VhdFields", text);
}

QString hex32(std::uint32_t value)
{
    return QStringLiteral("0x") + QString::number(value, 16).toUpper().rightJustified(8, u'0');
}

QString tag(const vhd::Tag& text)
{
    return shown(vhd::tagText(text));
}

QString uuidText(const vhd::Uuid& uuid)
{
    return shown(vhd::toString(uuid));
}

QString timeText(std::uint32_t time)
{
    return shown(vhd::formatTimeStamp(time));
}

QString geometryText(const vhd::Geometry& geometry)
{
    return words("%1 / %2 / %3")
        .arg(geometry.cylinders)
        .arg(geometry.heads)
        .arg(geometry.sectorsPerTrack);
}

QString offsetText(std::uint64_t offset)
{
    return offset == vhd::noOffset ? QStringLiteral("0xFFFFFFFFFFFFFFFF") : hexText(offset);
}

/// Geometry against size.
VhdField geometryField(const vhd::Footer& footer)
{
    VhdField field{words("Geometry"), geometryText(footer.geometry), {}, true};
    const std::uint64_t size = footer.geometry.size();
    if (footer.geometry == vhd::largestGeometry)
        field.note = words("the largest one: go by the size");
    else if (size == footer.currentSize)
        field.note = words("the same as the size");
    else
        field.note = (size < footer.currentSize ? words("%1 less than the size")
                                                : words("%1 more than the size"))
                         .arg(countText((size < footer.currentSize ? footer.currentSize - size
                                                                   : size - footer.currentSize) /
                                            vhd::sectorBytes,
                                        "sector", "sectors"));
    return field;
}

VhdField checksumField(const std::optional<vhd::ChecksumPair>& sums)
{
    if (!sums)
        return {words("Checksum"), words("none"), {}, true};
    if (sums->isRight())
        return {words("Checksum"), hex32(sums->stored),
                words("ok, computed %1").arg(hex32(sums->computed)), true, Token::Success};
    return {words("Checksum"), hex32(sums->stored),
            words("wrong, computed %1").arg(hex32(sums->computed)), true, Token::Lost};
}

void addSizes(const vhd::VhdFile& file, Fields& fields)
{
    const bool byGeometry = file.sizeSource == vhd::SizeSource::Geometry;
    fields.push_back({words("Disk"), sizeText(file.virtualSize), exactSizeText(file.virtualSize)});
    fields.push_back(
        {words("Size goes by"), byGeometry ? words("the geometry") : words("the current size")});
    fields.push_back({words("File"), sizeText(file.fileSize), exactSizeText(file.fileSize)});
    const QString saving = vhdSavingText(file);
    fields.push_back({words("Saved"), saving.isEmpty() ? words("nothing") : saving});
    if (!file.isFixed())
        fields.push_back(
            {words("Blocks"),
             words("%1 of %2").arg(countText(file.allocatedBlocks()), countText(file.table.size())),
             words("of %1").arg(blockSizeText(file.header.blockSize))});
}

Fields overview(const vhd::Inspection& inspection)
{
    const vhd::VhdFile& file = inspection.file();
    Fields fields;
    if (!inspection.isDisk()) {
        fields.push_back({words("File"), sizeText(file.fileSize), exactSizeText(file.fileSize)});
        return fields;
    }
    const vhd::Footer& footer = file.footer;
    fields.push_back({words("Type"), vhdTypeText(footer.type)});
    addSizes(file, fields);
    fields.push_back(geometryField(footer));
    for (const vhd::SeenSize& seen : vhd::seenSizes(footer))
        fields.push_back({words("Size seen by"), sizeText(seen.size), shown(seen.program), false,
                          seen.size == file.virtualSize ? Token::Muted : Token::Warning});
    fields.push_back({words("Creator"), vhdCreatorText(footer),
                      words("tag “%1”").arg(tag(footer.creatorApplication))});
    fields.push_back({words("Time"), timeText(footer.timeStamp)});
    fields.push_back({words("Unique id"), uuidText(footer.uuid), {}, true});
    if (footer.savedState != 0)
        fields.push_back({words("Saved state"), words("yes"),
                          words("belongs to a machine that was saved while it ran"), false,
                          Token::Warning});
    return fields;
}

Fields footerFields(const vhd::FooterCopy& copy)
{
    if (copy.state == vhd::FooterCopy::State::Missing || !copy.footer)
        return {};
    const vhd::Footer& footer = *copy.footer;
    Fields fields{{words("Cookie"), QStringLiteral("conectix"), words("ok"), true, Token::Success}};
    fields.push_back({words("Features"), hex32(footer.features), {}, true});
    fields.push_back({words("Version"), hex32(footer.version), {}, true});
    fields.push_back({words("Data offset"), offsetText(footer.dataOffset),
                      footer.dataOffset == vhd::noOffset ? words("none, as in fixed disks")
                                                         : words("of the header"),
                      true});
    fields.push_back(
        {words("Time stamp"), countText(footer.timeStamp), timeText(footer.timeStamp), true});
    fields.push_back(
        {words("Creator"), tag(footer.creatorApplication), vhdCreatorText(footer), true});
    fields.push_back({words("Creator version"), hex32(footer.creatorVersion), {}, true});
    fields.push_back({words("Host system"), tag(footer.creatorHostSystem), {}, true});
    fields.push_back({words("Original size"), countText(footer.originalSize),
                      sizeText(footer.originalSize), true});
    fields.push_back(
        {words("Current size"), countText(footer.currentSize), sizeText(footer.currentSize), true});
    fields.push_back(geometryField(footer));
    fields.push_back({words("Disk type"), QString::number(static_cast<unsigned>(footer.type)),
                      shown(vhd::toString(footer.type)), true});
    fields.push_back(checksumField(vhd::footerChecksums(copy.bytes)));
    fields.push_back({words("Unique id"), uuidText(footer.uuid), {}, true});
    fields.push_back({words("Saved state"), QString::number(footer.savedState), {}, true});
    return fields;
}

Fields headerFields(const vhd::Inspection& inspection)
{
    const vhd::VhdFile& file = inspection.file();
    const vhd::DynamicHeader& header = file.header;
    if (inspection.headerBytes.empty() || header.entryCount == 0)
        return {};
    Fields fields{{words("Cookie"), QStringLiteral("cxsparse"), words("ok"), true, Token::Success}};
    fields.push_back({words("Data offset"), offsetText(header.dataOffset), {}, true});
    fields.push_back({words("Table offset"), hexText(header.tableOffset),
                      words("%1 long").arg(sizeText(header.tableSize())), true});
    fields.push_back({words("Version"), hex32(header.version), {}, true});
    fields.push_back({words("Entries"), countText(header.entryCount),
                      words("%1 used").arg(countText(file.allocatedBlocks())), true});
    fields.push_back(
        {words("Block size"), countText(header.blockSize), blockSizeText(header.blockSize), true});
    fields.push_back(
        {words("Bitmap"), countText(header.bitmapSize()), words("bytes before each block"), true});
    fields.push_back(checksumField(vhd::headerChecksums(inspection.headerBytes)));
    fields.push_back({words("Parent id"), uuidText(header.parentUuid), {}, true});
    fields.push_back({words("Parent time"), countText(header.parentTimeStamp),
                      header.parentTimeStamp == 0 ? QString() : timeText(header.parentTimeStamp),
                      true});
    fields.push_back({words("Parent name"), shown(utf8FromUtf16(header.parentName)), {}, true});
    return fields;
}

Fields locatorFields(const vhd::VhdFile& file)
{
    Fields fields;
    for (const vhd::ParentLocator& locator : file.locators) {
        const QString name = words("%1  %2").arg(locator.index + 1).arg(tag(locator.platform));
        const QString place =
            words("%1 of %2 bytes at %3")
                .arg(countText(locator.length), countText(locator.space), hexText(locator.offset));
        fields.push_back({name, shown(locator.text),
                          locator.problem.empty() ? place : shown(locator.problem), true,
                          locator.problem.empty() ? Token::Muted : Token::Lost});
    }
    return fields;
}

void addBatmap(const vhd::VhdFile& file, Fields& fields)
{
    if (!file.batmap)
        return;
    const vhd::Batmap& batmap = *file.batmap;
    fields.push_back({words("Batmap"), hexText(batmap.mapOffset), sizeText(batmap.mapSize), true});
    if (!batmap.map)
        return fields.push_back({words("Its checksum"), hex32(batmap.storedChecksum),
                                 words("lies outside the file"), true, Token::Lost});
    VhdField sum = checksumField(vhd::ChecksumPair{.stored = batmap.storedChecksum,
                                                   .computed = vhd::checksumOf(*batmap.map)});
    sum.name = words("Its checksum");
    fields.push_back(sum);
}

QString footerCaption(const vhd::FooterCopy& copy, const vhd::FooterCopy& other)
{
    if (copy.state == vhd::FooterCopy::State::Missing)
        return words("there is none");
    QString place = words("offset %1").arg(hexText(copy.offset));
    if (!copy.problem.empty())
        return words("%1: %2").arg(place, shown(copy.problem));
    if (other.state == vhd::FooterCopy::State::Missing)
        return place;
    return (copy.bytes == other.bytes ? words("%1, the same as at %2")
                                      : words("%1, differs from the one at %2"))
        .arg(place, hexText(other.offset));
}

} // namespace

QString blockSizeText(std::uint64_t bytes)
{
    return bytes % MiB == 0 ? words("%1 MiB").arg(countText(bytes / MiB))
                            : words("%1 KiB").arg(countText(bytes / KiB));
}

QString vhdSectionName(VhdSection section)
{
    switch (section) {
    case VhdSection::Overview: return words("Overview");
    case VhdSection::Footer: return words("Footer");
    case VhdSection::FooterCopy: return words("Copy");
    case VhdSection::Header: return words("Header");
    case VhdSection::Locators: return words("Locators");
    }
    return {};
}

QString vhdSectionCaption(const vhd::Inspection& inspection, VhdSection section)
{
    const vhd::VhdFile& file = inspection.file();
    switch (section) {
    case VhdSection::Overview: return shown(inspection.path.native());
    case VhdSection::Footer: return footerCaption(file.tail, file.front);
    case VhdSection::FooterCopy:
        return file.isFixed() && inspection.isDisk() ? words("a fixed disk has none")
                                                     : footerCaption(file.front, file.tail);
    case VhdSection::Header:
        if (inspection.isDisk() && file.isFixed())
            return words("a fixed disk has none");
        return inspection.headerBytes.empty()
                   ? words("it cannot be found")
                   : words("offset %1").arg(hexText(file.footer.dataOffset));
    case VhdSection::Locators:
        return file.locators.empty() ? words("there is none: the disk has no parent")
                                     : words("where the parent may be");
    }
    return {};
}

std::vector<VhdField> vhdFields(const vhd::Inspection& inspection, VhdSection section)
{
    const vhd::VhdFile& file = inspection.file();
    switch (section) {
    case VhdSection::Overview: return overview(inspection);
    case VhdSection::Footer: return footerFields(file.tail);
    case VhdSection::FooterCopy: return footerFields(file.front);
    case VhdSection::Header: {
        Fields fields = headerFields(inspection);
        addBatmap(file, fields);
        return fields;
    }
    case VhdSection::Locators: return locatorFields(file);
    }
    return {};
}

} // namespace fatlas::ui
