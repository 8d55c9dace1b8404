#!/bin/sh
# Installs what this checkout lacks: its npm packages, Node among them, and Debian's nginx with njs.
# Plain sh, and no `node` in it: a shell that has run the system's keeps it, and the one from npm is what we want after.
set -eu
cd "$(dirname "$0")/.."

# npm writes the file last; install, not ci: npm 11.19's ci refuses lock files made on another platform.
if [ ! -f node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
    npm install --no-save --no-audit --no-fund --loglevel=error
    touch node_modules/.package-lock.json
fi

PATH="$PATH:/usr/sbin"
if ! command -v nginx >/dev/null || [ ! -f /usr/lib/nginx/modules/ngx_http_js_module.so ]; then
    wanted="nginx libnginx-mod-http-js"
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        echo "njsgi: nginx with njs is missing. As root on Debian: apt-get install $wanted" >&2
        exit 1
    fi
    # The package would start Debian's own site on port 80: policy-rc.d is Debian's way to say no.
    policy=/usr/sbin/policy-rc.d
    if [ ! -e $policy ]; then
        trap 'rm -f $policy' EXIT
        printf '#!/bin/sh\nexit 101\n' >$policy
        chmod +x $policy
    fi
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -qq --no-install-recommends $wanted >/dev/null
    if [ -d /run/systemd/system ]; then systemctl --quiet disable nginx; fi
fi
