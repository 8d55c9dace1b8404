#!/bin/sh
# Installs what this checkout lacks: its npm packages, Node among them, and Debian's nginx with njs.
# Plain sh, and no bare `node` in it: a shell that has run the system's keeps it, and the one from npm is what we want.
set -eu
cd "$(dirname "$0")/.."

# install, not ci: npm 11.19's ci refuses lock files that were made on another platform.
if [ ! -f node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
    npm install --no-save --no-audit --no-fund --loglevel=error
    touch node_modules/.package-lock.json
fi

is_complete() {
    PATH="$PATH:/usr/sbin" command -v nginx >/dev/null &&
        [ -f /usr/lib/nginx/modules/ngx_http_js_module.so ] &&
        node_modules/.bin/node -v >/dev/null 2>&1
}

if ! is_complete; then
    wanted="nginx libnginx-mod-http-js libatomic1" # npm's Node needs the last, a minimal Debian has it not
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        echo "njsgi: Debian's packages are missing. As root on Debian: apt-get install $wanted" >&2
        exit 1
    fi
    # The package would start Debian's own site on port 80: policy-rc.d is Debian's way to say no.
    policy=/usr/sbin/policy-rc.d
    if [ ! -e $policy ]; then
        trap 'rm -f $policy' EXIT
        trap 'exit 130' INT
        trap 'exit 143' TERM HUP
        printf '#!/bin/sh\nexit 101\n' >$policy
        chmod +x $policy
    fi
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -qq --no-install-recommends $wanted >/dev/null
    if command -v systemctl >/dev/null; then systemctl --quiet disable nginx || true; fi
    is_complete || { echo "njsgi: $wanted are installed, and nginx, njs or Node still does not run" >&2; exit 1; }
fi
