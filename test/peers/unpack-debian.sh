#!/bin/bash
# unpack-debian.sh DIRECTORY SUITE PACKAGE…
#
# Unpacks packages of another Debian suite, with all the libraries that they need, into DIRECTORY/root. A program of
# it is started with DIRECTORY/run /usr/sbin/asterisk ARGUMENT…, which brings its own loader and libraries.
# Needs no root and no chroot, and leaves the host's apt and dpkg alone: apt gets a configuration, lists and a cache of
# its own, and an empty list of installed packages. The mirror is the one that the host's apt is configured with;
# signatures are checked against Debian's keyring. DIRECTORY appears only when everything has worked.
set -euo pipefail

die() { echo "$*" >&2; exit 1; }

(($# >= 3)) || die 'usage: unpack-debian.sh DIRECTORY SUITE PACKAGE…'
target=$1 suite=$2; shift 2
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

for program in apt-get dpkg-deb; do command -v $program > /dev/null || die "$program is missing"; done
[[ -r $keyring ]] || die "$keyring is missing"
mirror=$(apt-get indextargets --format '$(REPO_URI)' | grep -E '/debian/?$' | head -1) || true
[[ -n $mirror ]] || die 'no Debian mirror is configured'

mkdir -p "$(dirname "$target")"
work=$(mktemp -d "$target.XXXXXX")
trap 'rm -rf "$work"' EXIT
apt=$work/apt root=$work/root
mkdir -p "$apt"/{lists/partial,cache/archives/partial,preferences.d} "$root"
touch "$apt/status"
echo "deb [signed-by=$keyring] $mirror $suite main" > "$apt/sources.list"
cat > "$apt/apt.conf" <<CONF
Dir::Etc::sourcelist "$apt/sources.list";
Dir::Etc::sourceparts "-";
Dir::Etc::preferences "-";
Dir::Etc::preferencesparts "$apt/preferences.d";
Dir::State::lists "$apt/lists";
Dir::State::status "$apt/status";
Dir::Cache "$apt/cache";
APT::Sandbox::User "";
APT::Install-Recommends "false";
Acquire::Languages "none";
Acquire::PDiffs "false";
Acquire::Retries "2";
Acquire::http::Timeout "20";
Acquire::https::Timeout "20";
Debug::NoLocking "true";
CONF

# "Error-Mode any": a suite that can't be fetched is an error, not a warning about old lists.
export APT_CONFIG=$apt/apt.conf
apt-get update -qq -o APT::Update::Error-Mode=any > "$apt/log" 2>&1 ||
  die "no suite $suite at the mirror: $(grep -m1 '^[EW]:' "$apt/log")"
apt-get install -y -qq --download-only "$@" > "$apt/log" 2>&1 ||
  die "$* can't be had from $suite: $(grep -m1 '^E:' "$apt/log")"

# As in a merged /usr, so that old and new packages meet in one place.
for folder in bin sbin lib lib64; do mkdir -p "$root/usr/$folder"; ln -s "usr/$folder" "$root/$folder"; done
for package in "$apt"/cache/archives/*.deb; do dpkg-deb -x "$package" "$root"; done
(cd "$apt/cache/archives" && ls -- *.deb) > "$work/packages.txt"
rm -rf "$apt" "$root"/usr/share/{doc,man,locale,perl,i18n,zoneinfo}

cat > "$work/run" <<'RUN'
#!/bin/bash
# run PROGRAM ARGUMENT…   PROGRAM is a path inside root/
root=$(dirname "$(readlink -f "$0")")/root
shopt -s nullglob
loaders=("$root"/{usr/lib,lib}/*-linux-gnu*/ld-linux*.so.*)
libraries=("$root"/{usr/lib,lib}/*-linux-gnu* "$root"/{usr/lib,lib}/*-linux-gnu*/{pulseaudio,systemd,blas,lapack,kamailio} "$root/usr/lib")
path=$(IFS=:; echo "${libraries[*]}")
program=$1; shift
exec "${loaders[0]}" --library-path "$path" "$root$program" "$@"
RUN
chmod 755 "$work" "$work/run"
rm -rf "$target"
mv -T "$work" "$target"
trap - EXIT
