#!/bin/bash
# nat-net.sh FILE   A small internet of network namespaces: a PBX behind a router, and callers behind another one, with a
# public address, and beside the PBX. Runs in a network namespace of its own, which is the internet; writes "name process" for
# each other one into FILE, and keeps them as long as it runs. Nothing of it is outside these namespaces.
#
#   pbx 192.168.10.2 ──┐                                                      ┌── caller 10.40.0.2
#   lan 192.168.10.50 ─┴─ gate 25.1.1.10 ── internet ── 25.2.2.30 home ───────┘
#                                             └── 25.3.3.40 public
set -euo pipefail
declare -A pid

# The namespace of a process that does nothing.
space() {
  local mine its=
  mine=$(readlink /proc/self/ns/net)
  unshare --net sleep infinity &
  pid[$1]=$!
  until [[ -n $its && $its != "$mine" ]]; do its=$(readlink "/proc/${pid[$1]}/ns/net") || sleep 0.01; done
  inside "$1" ip link set lo up
}
inside() { nsenter --target "${pid[$1]}" --net "${@:2}"; }
# address INTERFACE ADDRESS: lines for "ip -batch"
address() { printf 'address add %s dev %s\nlink set %s up\n' "$2" "$1" "$1"; }
forward() { "$@" bash -c 'echo 1 > /proc/sys/net/ipv4/ip_forward'; }

for name in pbx lan gate home caller public; do space $name; done
ip link set lo up
veth() { ip link add name "$2" netns "${pid[$1]}" type veth peer name "$4" netns "$3"; }
veth gate wan $$ to-gate
veth home wan $$ to-home
veth public eth0 $$ to-public
veth pbx eth0 "${pid[gate]}" to-pbx
veth lan eth0 "${pid[gate]}" to-lan
veth caller eth0 "${pid[home]}" inner

{ address to-gate 25.1.1.1/24; address to-home 25.2.2.1/24; address to-public 25.3.3.1/24; } | ip -batch -
{
  echo 'link add name inner type bridge'
  printf 'link set %s master inner\nlink set %s up\n' to-pbx to-pbx to-lan to-lan
  address inner 192.168.10.1/24
  address wan 25.1.1.10/24
  # Of the same site: a second line.
  echo 'address add 25.1.1.11/24 dev wan'
  echo 'route add default via 25.1.1.1'
} | inside gate ip -batch -
{ address inner 10.40.0.1/24; address wan 25.2.2.30/24; echo 'route add default via 25.2.2.1'; } | inside home ip -batch -
{
  address eth0 192.168.10.2/24
  echo 'route add default via 192.168.10.1'
  # Asterisk looks names up while it starts: there is nobody to ask, and no answer to wait for.
  echo 'rule add ipproto udp dport 53 unreachable'
} | inside pbx ip -batch -
{ address eth0 192.168.10.50/24; echo 'route add default via 192.168.10.1'; } | inside lan ip -batch -
{ address eth0 10.40.0.2/24; echo 'route add default via 10.40.0.1'; } | inside caller ip -batch -
{ address eth0 25.3.3.40/24; echo 'route add default via 25.3.3.1'; } | inside public ip -batch -
forward inside gate
forward inside home
forward env

for name in "${!pid[@]}"; do echo "$name ${pid[$name]}"; done > "$1.new"
mv "$1.new" "$1"
wait
