"""A virtual machine that boots Debian's own kernel, runs one job after the other on disks that are
attached over NBD, and gives back what each of them said.

The initial RAM disk holds a static busybox, the kernel modules for virtio disks and FAT, the
host's fsck.fat and mkfs.fat with their libraries, and the jobs. Firmware is qboot and the kernel is
not compressed, so that plain emulation boots in seconds; KVM is used when a boot with a short limit
shows that it works.
"""

import base64
import gzip
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

QEMU = "qemu-system-x86_64"
TOOLS = (QEMU, "busybox", "cpio", "fsck.fat", "mkfs.fat", "ldd")
MODULES = ("virtio_pci", "virtio_blk", "vfat", "nls_cp437", "nls_cp850", "nls_utf8",
           "nls_iso8859-1", "nls_ascii")
FIRMWARE = ("/usr/share/qemu/qboot.rom", "/usr/share/qemu-system-x86/qboot.rom",
            "/usr/share/qboot/bios.bin")
SEARCH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
PACKERS = ((b"\x28\xb5\x2f\xfd", ["zstd", "-dc"]), (b"\xfd7zXZ\x00", ["xz", "-dc"]),
           (b"\x1f\x8b\x08", ["gzip", "-dc"]), (b"BZh", ["bzip2", "-dc"]),
           (b"\x02\x21\x4c\x18", ["lz4", "-dc"]))

INIT = """#!/bin/busybox sh
export PATH=/bin:/sbin LC_ALL=C.UTF-8 TZ=UTC
/bin/busybox mkdir -p /proc /sys /dev /mnt /tmp /etc
/bin/busybox --install -s /bin
mount -t proc none /proc
mount -t sysfs none /sys
mount -t devtmpfs none /dev
mount -t tmpfs none /tmp
for module in $(cat /modules/order); do
    insmod /modules/$module || echo "@@PROBLEM module $module"
done
for job in /job/*; do
    [ -f "$job" ] || continue
    name=${job##*/}
    echo "@@BEGIN $name"
    sh "$job" >/tmp/out 2>&1
    status=$?
    gzip -c /tmp/out | base64
    echo "@@END $name $status $(cut -d. -f1 /proc/uptime)"
    rm -f /tmp/out
done
sync
echo "@@DONE"
reboot -f
"""

# What jobs may use: the device of a disk, and of its partition.
LIBRARY = """
device() {
    for attempt in $(seq 100); do
        for block in /sys/block/vd*; do
            [ "$(cat $block/serial 2>/dev/null)" = "$1" ] && echo /dev/${block##*/} && return
        done
        sleep 0.1
    done
    echo "no disk $1" >&2
    exit 99
}
partition() {
    whole=$(device "$1") || exit 99
    for attempt in $(seq 100); do
        [ -b ${whole}1 ] && echo ${whole}1 && return
        sleep 0.1
    done
    echo "no partition on $1" >&2
    exit 99
}
utf8=codepage=437,iocharset=utf8,tz=UTC
"""


def which(tool):
    return shutil.which(tool, path=SEARCH)


def firmware():
    return next((Path(path) for path in FIRMWARE if Path(path).exists()), None)


def kernel():
    """The newest installed kernel of Debian, and the folder of its modules."""
    found = []
    for image in Path("/boot").glob("vmlinuz-*"):
        modules = Path("/lib/modules") / image.name.removeprefix("vmlinuz-")
        if (modules / "modules.dep").exists() and os.access(image, os.R_OK):
            version = [int(part) for part in re.findall(r"\d+", image.name)]
            found.append((version, image, modules))
    return max(found)[1:] if found else None


def missing():
    """What a machine cannot be built without, in words."""
    lacks = [tool for tool in TOOLS if not which(tool)]
    if not kernel():
        lacks.append("a kernel in /boot with its modules (linux-image-amd64)")
    if not firmware():
        lacks.append("qboot.rom (qemu-system-x86)")
    return lacks


def uncompressed(image, target):
    """The ELF file inside a kernel image."""
    data = Path(image).read_bytes()
    for magic, command in PACKERS:
        for match in re.finditer(re.escape(magic), data):
            if not which(command[0]):
                continue
            # What follows the packed part makes the program complain, after its work is done.
            done = subprocess.run(command, input=data[match.start():], capture_output=True,
                                  check=False)
            if done.stdout.startswith(b"\x7fELF"):
                target.write_bytes(done.stdout)
                return target
    raise RuntimeError(f"no kernel found inside {image}")


def module_files(modules, names):
    """Paths of modules and of what they need, in the order to load them."""
    needs = {}
    for line in (modules / "modules.dep").read_text().splitlines():
        path, _, rest = line.partition(":")
        needs[path] = rest.split()
    by_name = {re.sub(r"\.ko(\.\w+)?$", "", Path(path).name).replace("-", "_"): path
               for path in needs}
    order = []

    def add(path):
        for needed in reversed(needs[path]):
            add(needed)
        if path not in order:
            order.append(path)

    for name in names:
        path = by_name.get(name.replace("-", "_"))
        if path:  # else it is built in
            add(path)
    return [modules / path for path in order]


def unpacked(path):
    unpacker = {".xz": ["xz", "-dc"], ".zst": ["zstd", "-dc"], ".gz": ["gzip", "-dc"]}
    command = unpacker.get(path.suffix)
    if not command:
        return path.read_bytes()
    return subprocess.run([*command, str(path)], check=True, capture_output=True).stdout


def libraries(program):
    output = subprocess.run(["ldd", str(program)], check=True, capture_output=True, text=True)
    return re.findall(r"(/\S+)", output.stdout)


class Machine:
    """Add disks and jobs, then boot() once."""

    def __init__(self, folder, memory_mib=512):
        self.folder = Path(tempfile.mkdtemp(prefix="machine-", dir=folder))
        self.memory_mib = memory_mib
        self.disks = []
        self.jobs = {}

    def add_disk(self, name, socket, export, read_only=True):
        """Is found in the guest by `device NAME`; at most 20 letters."""
        assert len(name) <= 20
        self.disks.append((name, Path(socket), export, read_only))

    def add_job(self, name, script):
        self.jobs[name] = script

    def _initramfs(self):
        root = self.folder / "root"
        for part in ("bin", "sbin", "modules", "job", "lib", "lib64"):
            (root / part).mkdir(parents=True, exist_ok=True)
        shutil.copy(which("busybox"), root / "bin" / "busybox")
        for tool in ("fsck.fat", "mkfs.fat"):
            shutil.copy(which(tool), root / "sbin" / tool)
            for library in libraries(which(tool)):
                target = root / library.lstrip("/")
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(library, target)
        names = []
        for path in module_files(kernel()[1], MODULES):
            names.append(re.sub(r"\.(xz|zst|gz)$", "", path.name))
            (root / "modules" / names[-1]).write_bytes(unpacked(path))
        (root / "modules" / "order").write_text("\n".join(names) + "\n")
        (root / "init").write_text(INIT)
        (root / "init").chmod(0o755)
        for number, (name, script) in enumerate(self.jobs.items()):
            (root / "job" / f"{number:02}-{name}").write_text(LIBRARY + script)
        listing = subprocess.run(["find", ".", "-print0"], cwd=root, check=True,
                                 capture_output=True).stdout
        archive = subprocess.run(["cpio", "--null", "--create", "--format=newc", "--quiet"],
                                 cwd=root, input=listing, check=True, capture_output=True).stdout
        packed = self.folder / "initramfs"
        packed.write_bytes(archive)
        shutil.rmtree(root)
        return packed

    def _disk_options(self):
        options = []
        for number, (name, socket, export, read_only) in enumerate(self.disks):
            options += [
                "-blockdev",
                f"driver=nbd,node-name=nbd{number},server.type=unix,server.path={socket},"
                f"export={export},read-only={'on' if read_only else 'off'},discard=unmap",
                "-device", f"virtio-blk-pci,drive=nbd{number},serial={name}"]
        return options

    def boot(self, accelerator, timeout):
        """What each job said: name -> (exit status, text). Raises with the console's last words."""
        vmlinux = uncompressed(kernel()[0], self.folder / "vmlinux")
        command = [QEMU, "-M", f"pc,accel={accelerator}", "-nodefaults", "-no-user-config",
                   "-m", str(self.memory_mib), "-bios", str(firmware()), "-kernel", str(vmlinux),
                   "-initrd", str(self._initramfs()), "-display", "none", "-serial", "stdio",
                   "-no-reboot", "-append",
                   "console=ttyS0 quiet loglevel=3 panic=-1 reboot=t tsc=reliable mitigations=off",
                   *self._disk_options()]
        if accelerator == "kvm":
            command += ["-cpu", "host"]
        log = self.folder / "console"
        try:
            with open(log, "wb") as console:
                subprocess.run(command, stdout=console, stderr=subprocess.STDOUT,
                               stdin=subprocess.DEVNULL, timeout=timeout, check=False)
        except subprocess.TimeoutExpired:
            pass  # what it said so far tells where it stopped
        text = log.read_text(errors="replace").replace("\r", "")
        if "@@DONE" not in text:
            raise RuntimeError(f"the guest did not finish within {timeout} s; its last words:\n"
                               f"{text[-3000:]}")
        return self._results(text)

    @staticmethod
    def _results(text):
        results = {}
        pattern = r"@@BEGIN \d\d-(\S+)\n(.*?)@@END \d\d-\1 (\d+) \d+\n"
        for name, body, status in re.findall(pattern, text, re.S):
            # The kernel may have said something in between.
            packed = "".join(line for line in body.splitlines()
                             if re.fullmatch(r"[A-Za-z0-9+/=]+", line))
            output = gzip.decompress(base64.b64decode(packed)).decode("utf-8", "surrogateescape")
            results[name] = (int(status), output)
        return results


def choose_accelerator(folder, limit=30):
    """KVM if a machine boots with it in time, whatever devices there are; else plain emulation."""
    if os.environ.get("FATLAS_GUEST_ACCEL"):
        return os.environ["FATLAS_GUEST_ACCEL"]
    if not os.access("/dev/kvm", os.R_OK | os.W_OK):
        return "tcg"
    probe = Machine(folder, memory_mib=256)
    probe.add_job("probe", "echo alive")
    try:
        return "kvm" if probe.boot("kvm", limit).get("probe") == (0, "alive\n") else "tcg"
    except RuntimeError:
        return "tcg"
