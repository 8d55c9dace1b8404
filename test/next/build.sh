#!/bin/sh
# Installs and builds the Next.js application here, as far as that is to be done.
set -eu
cd "$(dirname "$0")"

# install, not ci: see backend/setup.sh
if [ ! -f node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
    npm install --no-save --no-audit --no-fund --loglevel=error
    touch node_modules/.package-lock.json
fi

sources="app public proxy.ts next.config.ts tsconfig.json package-lock.json"
if [ ! -f .next/BUILD_ID ] || [ -n "$(find $sources -newer .next/BUILD_ID)" ]; then
    NEXT_TELEMETRY_DISABLED=1 node_modules/.bin/next build
fi
