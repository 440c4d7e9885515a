#!/usr/bin/env bash
# Build the Linux program in an older Debian, so that it starts on systems with glibc 2.31 (Debian 11).
#
#   build/linux/older.sh FOLDER PYTHON.tar.gz SQLITE.tar.xz
#
# As root. FOLDER gets a Debian 11 (debootstrap, about 2 GB with everything). The other two are sources of what
# Debian 11 has not: CPython 3.11 and SQLite 3.35 or later (the program uses RETURNING), from their makers or by
# `apt-get source python3.11 sqlite3` on Debian 12. A second run uses all again. Results come to dist/linux/.
set -euo pipefail
[ $# -eq 3 ] || { sed -n '2,10s/^# \{0,1\}//p' "$0"; exit 2; }
[ "$(id -u)" -eq 0 ] || { echo "请用 root 执行。"; exit 4; }
command -v debootstrap >/dev/null || { echo "缺少 debootstrap：apt-get install debootstrap"; exit 4; }

repository=$(cd "$(dirname "$0")/../.." && pwd)
chroot=$(mkdir -p "$1" && cd "$1" && pwd)
python=$(readlink -f "$2")
sqlite=$(readlink -f "$3")
# Where this machine gets its own Debian from; debootstrap's own default when it does not say.
mirror=${DEBIAN_MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' | grep -m1 '/debian/$' || true)}
packages=ca-certificates,build-essential,zlib1g-dev,libssl-dev,libsqlite3-dev,libffi-dev,libbz2-dev,liblzma-dev,uuid-dev,tcl,xz-utils

[ -e "$chroot/etc/debian_version" ] ||
    debootstrap --variant=minbase --include="$packages" bullseye "$chroot" ${mirror:+"$mirror"}
cp /etc/resolv.conf /etc/hosts "$chroot/etc/"
# Of the machine that builds: its certificates and pip's settings, when it has some.
cp /etc/ssl/certs/ca-certificates.crt "$chroot/etc/ssl/certs/"
[ ! -e /etc/pip.conf ] || cp /etc/pip.conf "$chroot/etc/"

mount -t proc proc "$chroot/proc"
mount --bind /dev "$chroot/dev"
trap 'umount -l "$chroot/dev" "$chroot/proc"' EXIT
inside() {
    env -i HOME=/root LANG=C.UTF-8 PATH=/opt/python3.11/bin:/usr/sbin:/usr/bin:/sbin:/bin chroot "$chroot" bash -euc "$1"
}

unpack() {
    rm -rf "$chroot/src/$1"
    mkdir -p "$chroot/src/$1"
    tar -C "$chroot/src/$1" --strip-components=1 -xf "$2"
}
if [ ! -e "$chroot/usr/local/lib/libsqlite3.so.0" ]; then
    unpack sqlite "$sqlite"
    inside 'cd /src/sqlite
        CFLAGS="-O2 -DSQLITE_ENABLE_FTS5 -DSQLITE_ENABLE_COLUMN_METADATA" ./configure --disable-tcl >/dev/null
        make -j"$(nproc)" >/dev/null 2>&1
        make install >/dev/null 2>&1
        ldconfig'
fi
if [ ! -x "$chroot/opt/python3.11/bin/pip3" ]; then
    unpack python "$python"
    inside 'cd /src/python
        ./configure --prefix=/opt/python3.11 --enable-shared LDFLAGS=-Wl,-rpath,/opt/python3.11/lib >/dev/null
        make -j"$(nproc)" >/dev/null 2>&1
        make install >/dev/null 2>&1'
fi
inside 'python3.11 -c "
import bz2, ctypes, lzma, sqlite3, ssl
assert sqlite3.sqlite_version_info >= (3, 35), sqlite3.sqlite_version"'

mkdir -p "$chroot/src/panhuo"
git -C "$repository" archive HEAD | tar -C "$chroot/src/panhuo" -xf -
inside 'cd /src/panhuo && python3.11 build/linux/build.py && dist=.pyi/linux/dist/panhuo &&
    QT_QPA_PLATFORM=offscreen $dist/panhuo-window --self-test /src/selftest.json && grep -c "\"ok\": true" /src/selftest.json'
mkdir -p "$repository/dist/linux"
cp "$chroot"/src/panhuo/dist/linux/* "$repository/dist/linux/"
ls -l "$repository/dist/linux"
