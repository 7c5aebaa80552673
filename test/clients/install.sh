#!/usr/bin/env bash
# install.sh   the client programs and the packages of the examples, for `npm run test:clients`. Quick when they are there.
#
# At the versions of the lock files here and in examples/, each into a folder of its own in a cache. No package's script is run.
set -euo pipefail
cd "$(dirname "$0")/../.."

cache=${CLIENTS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/telzino-sip-mcp/clients}

# install FOLDER   what its lock file names, into the cache's folder of the same name.
install() {
  local to=$cache/${1##*/}
  if cmp -s "$1/package-lock.json" "$to/package-lock.json" && [[ -e $to/complete ]]; then
    echo "${1##*/}: is there"
    return
  fi
  rm -rf "$to" && mkdir -p "$to"
  cp "$1/package.json" "$1/package-lock.json" "$to"
  # Not `npm ci`: it refuses a lock file without the optional packages of other systems, which a mirror may not have.
  npm install --prefix "$to" --ignore-scripts --no-fund --no-audit --loglevel=error
  touch "$to/complete"
  echo "${1##*/}: installed"
}

# Two at a time: each spends half of its time waiting.
export -f install
export cache
printf '%s\0' test/clients/programs examples/*/ | sed -z 's,/$,,' | xargs -0 -P 2 -I {} bash -euo pipefail -c 'install {}'
