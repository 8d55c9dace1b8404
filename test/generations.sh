#!/bin/sh
# The edge half of the tests, on other generations of nginx and njs than the system's: Debian's packages, unpacked.
# sh test/generations.sh [GENERATION ...]; all of them when none is named. Results are in .run/tests-GENERATION.json.
# They stay in .generations: remove a folder there to get what Debian has now.
set -eu
cd "$(dirname "$0")/.."

# njs 0.8; njs 1.0 with the njs engine, and with QuickJS
all="debian13 testing testing-qjs"

# What nginx and the edge do; the rest of test/ is the pool's, or needs neither.
edge="
    test/closed.test.ts
    test/conformance/conformance.test.ts
    test/development.test.ts
    test/edge_packages.test.ts
    test/environ.test.ts
    test/environ_parts.test.ts
    test/events.test.ts
    test/faults.test.ts
    test/file_response.test.ts
    test/forgery.test.ts
    test/generation.test.ts
    test/lint.test.ts
    test/mount.test.ts
    test/nginx.test.ts
    test/parity.test.ts
    test/path.test.ts
    test/positions.test.ts
    test/readme.test.ts
    test/request_id.test.ts
    test/request_stream.test.ts
    test/response.test.ts
    test/routing.test.ts
    test/upload.test.ts
    test/wsgi_a_server.test.ts
"
# vitest says nothing of a file that is not there
ls $edge >/dev/null

mirror() {
    apt-get indextargets --format '$(REPO_URI)' \
        'Created-By: Packages' 'Origin: Debian' 'Label: Debian' 'Component: main' | head -n 1
}

# unpack SUITE FOLDER
unpack() {
    if [ -e "$2" ]; then return; fi
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        echo "generations: $2 is missing. As root on Debian: sh test/generations.sh" >&2
        exit 1
    fi
    if ! command -v mmdebstrap >/dev/null || [ -z "$(mirror)" ]; then
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends \
            mmdebstrap debian-archive-keyring >/dev/null
    fi
    if [ -z "$(mirror)" ]; then
        echo "generations: apt's sources have no Debian archive, want its main in /etc/apt/sources.list.d" >&2
        exit 1
    fi
    echo "generations: unpacking nginx of Debian's $1 into $2"
    mkdir -p "$(dirname "$2")"
    rm -rf "$2.new"
    # The machine's own way to its mirror, as a proxy: mmdebstrap's apt does not read that.
    apt-config dump | grep '^Acquire::' >"$2.apt"
    mmdebstrap --quiet --mode=root --variant=extract --include=nginx,libnginx-mod-http-js --aptopt="$2.apt" \
        "$1" "$2.new" "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $(mirror) $1 main"
    mv "$2.new" "$2"
}

status=0
for generation in ${*:-$all}; do
    case $generation in
        debian13) unpack trixie .generations/debian13 ;;
        testing | testing-qjs) unpack testing .generations/testing ;;
        *)
            echo "generations: there is no $generation, want one of: $all" >&2
            exit 2
            ;;
    esac
    NGINX_GENERATION=$generation vitest run --reporter=default --reporter=json \
        --outputFile.json=".run/tests-$generation.json" $edge || status=1
done
exit $status
