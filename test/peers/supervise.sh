#!/bin/sh
# supervise.sh FOLDER COMMAND ARGUMENT…
# Runs COMMAND until it ends or until standard input does: a pipe whose other end the test process holds, so that the
# command also ends when that process is killed. Then whatever is left of this process group is killed. FOLDER (may be
# empty) is removed when standard input ended; when the command ended by itself it stays, with its log.
# To be started as the leader of a process group of its own.
folder=$1
shift
ulimit -c 0
exec 3<&0
stopping=
trap stopping=1 USR1
# A handler, not "ignore", which the command would inherit.
trap : TERM INT HUP

"$@" < /dev/null 3<&- &
child=$!

{
  trap '' TERM INT HUP
  while read -r _ <&3; do :; done
  kill -USR1 $$
  kill -TERM $child
  sleep 1
  kill -KILL $child
} 2> /dev/null &

while kill -0 $child 2> /dev/null; do wait $child; done
if [ -n "$stopping" ] && [ -n "$folder" ]; then rm -rf "$folder"; fi
kill -KILL 0
