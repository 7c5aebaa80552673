#!/bin/bash
# install.sh   everything that `npm run test:peers` can use. Quick when it is there already.
#
# Always needed, from the host's own Debian (root): Kamailio, SIPp, dnsmasq, openssl, nginx, Caddy, Redis, Chromium, tshark, tcpdump,
# iproute2, nftables.
# Unpacked from other Debian suites into a cache folder (no root): Asterisk 22, Asterisk 16 with chan_sip, SIPp 3.8,
# Kamailio 6.1. What of these can't be had is told in one line and fails nothing: its tests are skipped.
set -euo pipefail
cd "$(dirname "$0")"

cache=${PEERS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/telzino-sip-mcp/peers}
needed=(kamailio kamailio-tls-modules kamailio-extra-modules sip-tester dnsmasq-base openssl procps nginx-light caddy redis-server chromium tshark tcpdump iproute2 nftables)

installed() { [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2> /dev/null) == installed ]]; }

install_needed() {
  local missing=() package
  for package in "${needed[@]}"; do installed "$package" || missing+=("$package"); done
  ((${#missing[@]})) || { echo "Debian packages: all ${#needed[@]} are installed"; return; }
  if ((EUID)); then
    echo "missing: ${missing[*]}. As root: apt-get install --no-install-recommends ${missing[*]}" >&2
    return 1
  fi
  forbid_services
  apt-get update -qq || echo 'apt-get update failed; going on with the lists that are here' >&2
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" > /dev/null
  echo "Debian packages: installed ${missing[*]}"
}

# The packages would start a SIP proxy on port 5060 of this machine.
forbid_services() {
  local policy=/usr/sbin/policy-rc.d
  [[ ! -e $policy ]] || return 0
  printf '#!/bin/sh\nexit 101\n' > $policy
  chmod 755 $policy
  trap "rm -f $policy" EXIT
}

# unpack NAME SUITE PACKAGE…
unpack() {
  local name=$1 said; shift
  if [[ -x $cache/$name/run ]]; then echo "$name: is unpacked"; return; fi
  if said=$(timeout 300 ./unpack-debian.sh "$cache/$name" "$@" 2>&1); then
    echo "$name: unpacked from Debian $1 ($(grep -m1 -E "^($2)_" "$cache/$name/packages.txt" | cut -d_ -f2 | sed s/%3a/:/))"
  else
    echo "$name: can't be had, its tests will be skipped ($(tail -1 <<< "$said"))"
  fi
}

install_needed
unpack asterisk22 sid asterisk asterisk-modules &
unpack asterisk16 bullseye asterisk asterisk-modules &
wait
unpack sipp38 sid sip-tester &
unpack kamailio61 sid kamailio kamailio-tls-modules kamailio-extra-modules &
wait
