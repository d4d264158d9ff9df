# What the scripts have in common. Source it first: it stops a script at the first error and moves to the top folder.
# shellcheck shell=bash
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf '\n== %s\n' "$*"; }
die() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

# The C and C++ files under the folders given.
sources() { find "$@" -type f \( -name '*.h' -o -name '*.hpp' -o -name '*.c' -o -name '*.cpp' \) | sort; }

# configure DIR [MESON OPTION]...: makes DIR a build folder unless it is one; ninja follows later changes by itself.
configure() {
  [[ -f $1/build.ninja ]] || meson setup --buildtype=debugoptimized "$@"
}
