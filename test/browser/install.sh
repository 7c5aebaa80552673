#!/usr/bin/env bash
# What the browser suite needs from Debian: its own Chromium, driven by playwright-core. Quick where it is there.
set -euo pipefail

if command -v chromium > /dev/null; then
  echo "chromium: is installed"
  exit 0
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends chromium > /dev/null
chromium --version
