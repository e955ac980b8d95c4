/// A folder with a jail over it, for tests: opened, closed and opened again as a session would.
#pragma once

#include "core/host/jail.hpp"
#include "core/host/scan.hpp"

#include "tests/support/temp_folder.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace fatlas::test {

class JailFixture {
public:
    /// The folder as it is when start() is called is the snapshot.
    JailFixture() = default;

    void start();
    /// As after the end of the process: nothing of it is left but what is on disk.
    void stop();
    [[nodiscard]] Result<>
    open(host::JailOptions::Interrupted interrupted = host::JailOptions::Interrupted::Finish);

    [[nodiscard]] host::Jail& jail() const { return *m_jail; }

    [[nodiscard]] bool isOpen() const { return m_jail != nullptr; }

    [[nodiscard]] host::Known known(const std::string& path) const;
    [[nodiscard]] host::ChangeResult<> create(const std::string& path, std::string_view text,
                                              const host::FileMeta& meta = {}) const;
    [[nodiscard]] host::ChangeResult<> replace(const host::Known& file, std::string_view text,
                                               const host::FileMeta& meta = {}) const;
    [[nodiscard]] host::ChangeResult<> writeAt(const host::Known& file,
                                               const std::vector<host::ByteRange>& ranges,
                                               std::string_view text) const;

    /// Of a file of the folder, outside of the jail.
    [[nodiscard]] std::string text(const std::string& path) const;
    [[nodiscard]] bool exists(const std::string& path) const;
    /// Every name in the folder and below it, sorted, without the keep; folders end with '/'.
    [[nodiscard]] std::vector<std::string> names() const;
    /// How many files lie in the keep.
    [[nodiscard]] std::size_t keptCount() const;
    /// What the files of the snapshot held, one behind the other, as the kept files give it.
    [[nodiscard]] Result<Bytes> snapshotBytes() const;

    TempFolder folder;
    TempFolder session;
    std::shared_ptr<const host::Snapshot> snapshot;
    std::shared_ptr<host::KeptFiles> kept;
    std::vector<host::JournalledChange> journalled; ///< by the open() before

private:
    std::unique_ptr<host::Jail> m_jail;
};

[[nodiscard]] ByteView bytesOf(std::string_view text);

} // namespace fatlas::test
