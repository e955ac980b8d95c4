#include "core/block/memory_device.hpp"

#include "tests/support/fault_device.hpp"

#include <QtTest>

using namespace fatlas;
using test::FaultDevice;

class TestFaultDevice : public QObject {
    Q_OBJECT

private slots:
    void init();
    void failsTheNthOperationOnly();
    void aTornWriteLeavesItsFirstBytes();
    void whatWasNotFlushedIsLost();
    void someWritesMaySurvive();
    void unflushedWritesCanBeRead();
    void aFailedFlushKeepsThem();

private:
    [[nodiscard]] std::byte at(std::uint64_t offset) const
    {
        Bytes byte(1);
        return m_device->read(offset, byte) ? byte[0] : std::byte{0xEE};
    }

    std::shared_ptr<block::MemoryDevice> m_memory;
    std::shared_ptr<FaultDevice> m_device;
};

void TestFaultDevice::init()
{
    m_memory = std::make_shared<block::MemoryDevice>(Bytes(100));
    m_device = std::make_shared<FaultDevice>(m_memory);
}

void TestFaultDevice::failsTheNthOperationOnly()
{
    m_device->setPlan({.failRead = 2, .failWrite = 1});
    Bytes byte(1);
    QVERIFY(m_device->read(0, byte));
    QCOMPARE(m_device->read(0, byte).error().code, ErrorCode::Io);
    QVERIFY(m_device->read(0, byte));
    QVERIFY(!m_device->write(0, byte));
    QVERIFY(m_device->write(0, byte));
    QCOMPARE(m_device->writeCount(), std::uint64_t{2});
}

void TestFaultDevice::aTornWriteLeavesItsFirstBytes()
{
    m_device->setPlan({.failWrite = 1, .tornBytes = 3});
    QVERIFY(!m_device->write(10, Bytes(8, std::byte{1})));
    QCOMPARE(at(12), std::byte{1});
    QCOMPARE(at(13), std::byte{0});
}

void TestFaultDevice::whatWasNotFlushedIsLost()
{
    QVERIFY(m_device->write(0, Bytes(1, std::byte{1})));
    QVERIFY(m_device->flush());
    QVERIFY(m_device->write(0, Bytes(1, std::byte{2})));
    QVERIFY(m_device->cutPower());
    QCOMPARE(at(0), std::byte{1});
}

void TestFaultDevice::someWritesMaySurvive()
{
    QVERIFY(m_device->write(0, Bytes(1, std::byte{1})));
    QVERIFY(m_device->write(1, Bytes(1, std::byte{2})));
    QVERIFY(m_device->cutPower(1));
    QCOMPARE(at(0), std::byte{1});
    QCOMPARE(at(1), std::byte{0});
}

void TestFaultDevice::unflushedWritesCanBeRead()
{
    QVERIFY(m_device->write(10, Bytes(4, std::byte{1})));
    QVERIFY(m_device->write(12, Bytes(4, std::byte{2})));
    Bytes read(8);
    QVERIFY(m_device->read(9, read));
    const std::array expected{0, 1, 1, 2, 2, 2, 2, 0};
    for (std::size_t i = 0; i < read.size(); ++i)
        QCOMPARE(std::to_integer<int>(read[i]), expected[i]);
    QCOMPARE(m_memory->bytes()[10], std::byte{0});
}

void TestFaultDevice::aFailedFlushKeepsThem()
{
    m_device->setPlan({.failFlush = 1});
    QVERIFY(m_device->write(0, Bytes(1, std::byte{1})));
    QVERIFY(!m_device->flush());
    QCOMPARE(m_memory->bytes()[0], std::byte{0});
    QVERIFY(m_device->flush());
    QCOMPARE(m_memory->bytes()[0], std::byte{1});
}

QTEST_GUILESS_MAIN(TestFaultDevice)
#include "tst_fault_device.moc"
