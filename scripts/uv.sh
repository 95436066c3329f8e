# Sourced by the other scripts, from the repository root: finds a Python and uv. Names no host: pip, uv and apt use the
# machine's own settings.

# Tell what went wrong and how to mend it, and stop.
fail() {
    printf 'placeplan: %s\n' "$@" >&2
    exit 1
}

# True when $1 runs and is new enough. It is run, not looked up: a version manager's shim may exist and not work.
python_works() {
    "$1" -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

# Set PYTHON to the first candidate that works; PLACEPLAN_PYTHON, if given, is the only one.
find_python() {
    for candidate in ${PLACEPLAN_PYTHON:-python3 python3.13 python3.12 python3.11 python /usr/bin/python3}; do
        if python_works "$candidate"; then
            PYTHON=$candidate
            return 0
        fi
    done
    fail "no Python 3.11 or newer runs here (tried: ${PLACEPLAN_PYTHON:-python3, python3.13, python3.12, python3.11, python, /usr/bin/python3})." \
        "Install one (Debian, Ubuntu: apt install python3), or name it: PLACEPLAN_PYTHON=/path/to/python make test"
}

# Where the home folder cannot be written, or there is none, caches lie in the repository.
choose_caches() {
    mkdir -p .tools
    if [ -z "${HOME:-}" ] || ! mkdir -p "$HOME/.cache" 2>/dev/null || [ ! -w "$HOME/.cache" ]; then
        UV_CACHE_DIR=${UV_CACHE_DIR:-$PWD/.cache/uv}
        PIP_CACHE_DIR=${PIP_CACHE_DIR:-$PWD/.cache/pip}
        export UV_CACHE_DIR PIP_CACHE_DIR
    fi
    # uv reads no pip settings: a mirror chosen for pip holds for uv too.
    if [ -n "${PIP_INDEX_URL:-}" ]; then export UV_DEFAULT_INDEX="${UV_DEFAULT_INDEX:-$PIP_INDEX_URL}"; fi
    export UV_PYTHON_DOWNLOADS=never UV_NO_PROGRESS=1 PIP_DISABLE_PIP_VERSION_CHECK=1
}

# Set PIP to a pip that needs no ensurepip: Python's own, Debian's wheel, or that wheel unpacked from its package.
find_pip() {
    if "$PYTHON" -m pip --version >/dev/null 2>&1; then
        PIP="$PYTHON -m pip"
        return 0
    fi
    if ! ls /usr/share/python-wheels/pip-*.whl >/dev/null 2>&1 && command -v apt-get >/dev/null 2>&1; then
        [ "$(id -u)" -ne 0 ] || apt-get update -qq >/dev/null 2>&1 || true
        (mkdir -p .tools/deb && cd .tools/deb && apt-get download -qq python3-pip-whl >/dev/null 2>&1 &&
            dpkg-deb -x python3-pip-whl_*.deb .) || true
    fi
    for wheel in /usr/share/python-wheels/pip-*.whl .tools/deb/usr/share/python-wheels/pip-*.whl; do
        if [ -f "$wheel" ]; then
            PIP="$PYTHON $wheel/pip"
            return 0
        fi
    done
    fail "this Python has neither venv with pip nor pip itself." "Install one of them (Debian, Ubuntu: apt install python3-venv)."
}

# Set UV to the uv pinned in requirements/uv.txt, installed by hash into a private environment: no system package is
# touched, so a system that forbids pip (PEP 668) does not matter.
find_uv() {
    choose_caches
    find_python
    UV=$PWD/.tools/uv/bin/uv
    if [ -f requirements/uv.txt ] && cmp -s requirements/uv.txt .tools/uv/lock && "$UV" --version >/dev/null 2>&1; then return 0; fi
    rm -rf .tools/uv
    "$PYTHON" -m venv --without-pip .tools/uv || fail "$PYTHON cannot make an environment in $PWD/.tools (is the folder writable?)."
    find_pip
    if [ -f requirements/uv.txt ]; then
        # shellcheck disable=SC2086  # PIP is a command with its argument
        $PIP --python .tools/uv/bin/python install -qq --require-hashes -r requirements/uv.txt ||
            fail "uv could not be installed; the message above says why. A package mirror is chosen with PIP_INDEX_URL."
        cp requirements/uv.txt .tools/uv/lock
    else
        # shellcheck disable=SC2086
        $PIP --python .tools/uv/bin/python install -qq uv
    fi
}
