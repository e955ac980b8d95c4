#include "ui/wizards/serve_form.hpp"

#include "core/nbd/socket_address.hpp"

#include "ui/base/segmented_control.hpp"
#include "ui/base/words.hpp"
#include "ui/wizards/field.hpp"

#include <QCheckBox>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QLineEdit>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

namespace {

using Kind = serve::ListenAddress::Kind;

/// Segments of "Address".
enum AddressSegment : int { SocketSegment, TcpSegment };

const QString usualTcp = u"127.0.0.1:10809"_s;

std::filesystem::path toPath(const QString& text)
{
    return QFile::encodeName(expandHome(text.trimmed())).toStdString();
}

QString fromPath(const std::filesystem::path& path)
{
    return shortenHome(QFile::decodeName(QByteArray::fromStdString(path.native())));
}

bool isLoopback(const std::string& host)
{
    return host.starts_with("127.") || host == "::1" || host == "localhost";
}

} // namespace

ServeForm::ServeForm(const ServeWish& wish, QWidget* parent)
    : QWidget(parent), m_wish(wish), m_layout(new QVBoxLayout(this))
{
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(spacing(3));
    auto* source = new ElidedLabel(shortenHome(shown(m_wish.source)), Qt::ElideMiddle, this);
    addField(tr("Disk"), source);
    addName();
    addMode();
    addAddress();
    if (m_wish.kind == serve::SourceKind::Folder)
        addPublish();
    m_layout->addStretch(1);
    follow();
}

Field* ServeForm::addField(const QString& caption, QWidget* editor)
{
    auto* field = new Field(caption, editor, this);
    m_layout->addWidget(field);
    return field;
}

void ServeForm::addName()
{
    m_name = new QLineEdit(QString::fromStdString(m_wish.session.name), this);
    m_name->setPlaceholderText(tr("The default export"));
    m_name->setToolTip(tr("What clients call the disk. The empty name always works, too."));
    m_nameField = addField(tr("Export name"), m_name);
    connect(m_name, &QLineEdit::textEdited, this, [this](const QString& text) {
        m_wish.session.name = text.toStdString();
        edited();
    });
}

void ServeForm::addMode()
{
    m_mode = new SegmentedControl(this);
    m_mode->addSegment(tr("Read-only"), tr("Guests may not write"));
    m_mode->addSegment(tr("Scratch"), tr("Guests may write; it is forgotten in the end"));
    m_mode->addSegment(tr("Keep"), tr("Guests may write; it is there again the next time"));
    if (m_wish.kind == serve::SourceKind::Folder)
        m_mode->addSegment(tr("Write back"), tr("Guests may write; it comes home to the folder"));
    m_mode->setCurrentIndex(static_cast<int>(m_wish.session.mode));
    addField(tr("Guests"), m_mode);
    m_modeText = new ThemedLabel({}, Token::Muted, this);
    m_modeText->setWordWrap(true);
    m_layout->addWidget(m_modeText);
    connect(m_mode, &SegmentedControl::chosen, this, [this](int index) {
        m_wish.session.mode = static_cast<serve::Mode>(index);
        edited();
    });
    m_keep = new InsetLineEdit(this);
    m_keep->setText(fromPath(m_wish.session.keep));
    m_keep->setInset(makeChooseButton(m_keep, tr("Choose where what guests write is kept"),
                                      [this] { chooseKeep(); }));
    m_keepField = addField(tr("Session folder"), m_keep);
    connect(m_keep, &QLineEdit::textChanged, this, [this](const QString& text) {
        m_wish.session.keep = toPath(text);
        edited();
    });
    if (m_wish.kind == serve::SourceKind::Folder)
        addCommit();
}

void ServeForm::addCommit()
{
    m_commit = new SegmentedControl(this);
    m_commit->addSegment(tr("As it settles"), tr("A second after a file was written last"));
    m_commit->addSegment(tr("Ask"), tr("Each change waits for your yes, under Guest changes"));
    m_commit->addSegment(tr("In the end"), tr("When serving ends"));
    m_commit->setCurrentIndex(static_cast<int>(m_wish.session.writeBack.when));
    m_commitField = addField(tr("Changes come home"), m_commit);
    m_trash = new QCheckBox(tr("What guests delete goes to the trash"), this);
    m_trash->setChecked(m_wish.session.writeBack.deleted == host::Jail::Deleted::Trash);
    m_layout->addWidget(m_trash);
    connect(m_commit, &SegmentedControl::chosen, this, [this](int index) {
        m_wish.session.writeBack.when = static_cast<sync::When>(index);
        edited();
    });
    connect(m_trash, &QCheckBox::toggled, this, [this](bool on) {
        m_wish.session.writeBack.deleted =
            on ? host::Jail::Deleted::Trash : host::Jail::Deleted::Drop;
        edited();
    });
}

void ServeForm::addAddress()
{
    m_address = new SegmentedControl(this);
    m_address->addSegment(tr("Unix socket"), tr("Programs of this user on this machine"));
    m_address->addSegment(tr("TCP"), tr("Whoever can reach the address"));
    m_address->setCurrentIndex(m_wish.address.kind == Kind::Tcp ? TcpSegment : SocketSegment);
    addField(tr("Address"), m_address);
    m_socket = new QLineEdit(fromPath(m_wish.address.socket), this);
    m_socket->setPlaceholderText(tr("In a folder of its own"));
    m_socketField = addField(tr("Socket"), m_socket);
    m_tcp = new QLineEdit(m_wish.address.tcp.empty() ? usualTcp : shown(m_wish.address.tcp), this);
    m_tcp->setToolTip(tr("HOST:PORT, [V6]:PORT or PORT on 127.0.0.1; port 0 is any that is free"));
    m_tcpField = addField(tr("Host and port"), m_tcp);
    m_addressText = new ThemedLabel({}, Token::Muted, this);
    m_addressText->setWordWrap(true);
    m_layout->addWidget(m_addressText);
    connect(m_address, &SegmentedControl::chosen, this, &ServeForm::edited);
    connect(m_socket, &QLineEdit::textEdited, this, &ServeForm::edited);
    connect(m_tcp, &QLineEdit::textEdited, this, &ServeForm::edited);
}

void ServeForm::addPublish()
{
    m_publish = new SegmentedControl(this);
    m_publish->addSegment(tr("Ask"), tr("Say what changed, and publish it when asked to"));
    m_publish->addSegment(tr("Publish"), tr("Serve it as a new disk, NAME@2, by itself"));
    m_publish->addSegment(tr("Ignore"), tr("Do not even look"));
    m_publish->setCurrentIndex(static_cast<int>(m_wish.session.publish));
    m_publishField = addField(tr("When the folder changes"), m_publish);
    connect(m_publish, &SegmentedControl::chosen, this, [this](int index) {
        m_wish.session.publish = static_cast<serve::Publish>(index);
        edited();
    });
}

QLineEdit* ServeForm::keep() const
{
    return m_keep;
}

void ServeForm::startEditing()
{
    m_name->setFocus();
    m_name->selectAll();
}

void ServeForm::chooseKeep()
{
    auto* dialog = new QFileDialog(this, tr("Where what guests write is kept"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setLabelText(QFileDialog::Accept, tr("Keep there"));
    dialog->setOption(QFileDialog::DontConfirmOverwrite); // a session that is there goes on
    dialog->selectFile(shown(serve::defaultExportName(m_wish.source)) + u".session"_s);
    connect(dialog, &QFileDialog::fileSelected, this,
            [this](const QString& file) { m_keep->setText(shortenHome(file)); });
    dialog->open();
}

void ServeForm::edited()
{
    const QString socket = m_socket->text().trimmed();
    const bool isTcp = m_address->currentIndex() == TcpSegment;
    m_wish.address = {.kind = isTcp              ? Kind::Tcp
                              : socket.isEmpty() ? Kind::PrivateSocket
                                                 : Kind::UnixSocket,
                      .socket =
                          isTcp || socket.isEmpty() ? std::filesystem::path{} : toPath(socket),
                      .tcp = isTcp ? m_tcp->text().trimmed().toStdString() : std::string()};
    follow();
    Q_EMIT changed();
}

QString ServeForm::modeSentence() const
{
    const bool isFolder = m_wish.kind == serve::SourceKind::Folder;
    switch (m_wish.session.mode) {
    case serve::Mode::ReadOnly: return tr("Writes are refused.");
    case serve::Mode::Scratch:
        return isFolder ? tr("Writes never reach the folder. They can be saved as an image.")
                        : tr("Writes never reach the image. They can be saved as another one.");
    case serve::Mode::Keep:
        return isFolder ? tr("Writes never reach the folder. They are there again next time.")
                        : tr("Writes never reach the image. They are there again next time.");
    case serve::Mode::WriteBack: return tr("What guests write comes home to the folder.");
    }
    return {};
}

QString ServeForm::addressSentence() const
{
    if (m_wish.address.kind != Kind::Tcp)
        return tr("Only this user may connect.");
    const auto address = nbd::parseTcpAddress(m_wish.address.tcp);
    if (!address)
        return {};
    return isLoopback(address->host)
               ? tr("Anybody on this machine may connect.")
               : tr("Anybody who reaches this address may connect, and nothing is encrypted.");
}

void ServeForm::follow()
{
    const bool isTcp = m_address->currentIndex() == TcpSegment;
    m_modeText->setText(modeSentence());
    const bool comesHome = m_wish.session.mode == serve::Mode::WriteBack;
    m_keepField->setVisible(m_wish.session.mode == serve::Mode::Keep);
    if (m_commitField != nullptr) {
        m_commitField->setVisible(comesHome);
        m_trash->setVisible(comesHome);
    }
    if (m_publishField != nullptr)
        m_publishField->setVisible(!comesHome);
    m_socketField->setVisible(!isTcp);
    m_tcpField->setVisible(isTcp);
    m_addressText->setText(addressSentence());
    m_nameField->setProblem(
        m_wish.session.name.size() > nbd::maxNameLength ? tr("The name is too long") : QString());
    const auto address = nbd::parseTcpAddress(m_wish.address.tcp);
    m_tcpField->setProblem(isTcp && !address ? errorWords(address.error()).sentence : QString());
    m_addressText->setVisible(!m_addressText->text().isEmpty());
}

QString ServeForm::problem() const
{
    if (m_wish.session.mode == serve::Mode::Keep && m_wish.session.keep.empty())
        return tr("Choose where what guests write is kept");
    for (const Field* field : {m_nameField, m_tcpField})
        if (!field->problem().isEmpty())
            return field->problem();
    return {};
}

} // namespace fatlas::ui
