# What Fatlas is built and tested with, by Debian's and Ubuntu's names; for app/run and tests/run.

BUILD_PACKAGES=(cmake ninja-build g++ pkg-config libfmt-dev libcli11-dev nlohmann-json3-dev
    libasio-dev libicu-dev libpng-dev libarchive-dev zlib1g-dev)
GUI_PACKAGES=(qt6-base-dev qt6-base-dev-tools "libqt6svg6-dev|qt6-svg-dev" libgl-dev
    fonts-inter fonts-dejavu-core)
TEST_PACKAGES=(python3 git ccache dosfstools mtools sleuthkit qemu-utils nbdkit libnbd-bin fdisk
    gdisk jq xfsprogs util-linux e2fsprogs gzip bzip2 xz-utils
    zstd zip libvhdi-utils python3-libnbd fio nbd-client)
GUEST_PACKAGES=(python3 qemu-system-x86 "linux-image-amd64|linux-image-generic" busybox-static cpio
    dosfstools libnbd-bin ovmf xz-utils zstd)
LINT_PACKAGES=(clang-19 clang-tidy-19 clang-format-19 libclang-rt-19-dev lld-19)

package_installed() {
    dpkg-query -W -f '${db:Status-Status}\n' "$1" 2>/dev/null | grep -qx installed
}

# install_packages WHY NAME...: installs what is missing; "a|b" takes the first that the system
# offers. Says plainly what to do where it may not install.
install_packages() {
    local why=$1 missing=() name choice
    shift
    if ! command -v apt-get >/dev/null; then
        echo "This is not Debian or Ubuntu: please install the counterparts of these packages $why:" >&2
        echo "  $*" >&2
        return 0
    fi
    # One query for all plain names keeps the second run fast.
    local installed
    installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' 2>/dev/null |
        sed -n 's/ installed$//p')
    for name in "$@"; do
        local found=
        for choice in ${name//|/ }; do
            grep -qxF "$choice" <<<"$installed" && found=$choice && break
        done
        [ -n "$found" ] || missing+=("$name")
    done
    [ ${#missing[@]} -gt 0 ] || return 0

    local run=()
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null; then
            echo "These packages are missing $why, and there is no sudo here. As root, run:" >&2
            echo "  apt-get update && apt-get install --no-install-recommends ${missing[*]%%|*}" >&2
            return 1
        fi
        echo "Installing with sudo $why: ${missing[*]%%|*}" >&2
        run=(sudo)
    else
        echo "Installing $why: ${missing[*]%%|*}" >&2
    fi
    "${run[@]}" apt-get update -qq || echo "apt-get update failed; trying with the lists there are" >&2
    local wanted=()
    for name in "${missing[@]}"; do
        for choice in ${name//|/ }; do
            if apt-cache show "$choice" >/dev/null 2>&1; then
                wanted+=("$choice")
                break
            fi
        done
    done
    if ! "${run[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "${wanted[@]}" >&2; then
        echo "Installing failed; the lines above say why." >&2
        return 1
    fi
}
