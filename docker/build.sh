#!/bin/sh
# The image's build, which needs nothing but Python with pip and venv: docker/build.sh /opt/sendback
#
# Everything that others made is downloaded once, as requirements.lock pins it, each file by its hash. Out of those files
# and the members' own wheels an environment is made that holds what runs, and nothing that only builds or tests.
# PYTHON chooses the interpreter, WHEELS a folder that keeps the downloads.
set -eu

target=${1:?give the folder that the environment is made in}
source=$(cd "$(dirname "$0")/.." && pwd)
python=${PYTHON:-python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
wheels=${WHEELS:-$work/wheels}
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PYTHONDONTWRITEBYTECODE=1

# Carriers that only rehearse stay out.
members=$(cd "$source" && ls -d protos service plugins/* carriers/* clients/* | while read -r member; do
	if [ -f "$member/pyproject.toml" ] && [ "$member" != carriers/rehearsal ]; then echo "$member"; fi
done)

"$python" -m venv "$work/build"
build="$work/build/bin/python -m pip --quiet"

echo "downloading what requirements.lock pins …"
$build wheel --require-hashes --wheel-dir "$wheels" --requirement "$source/requirements.lock"

echo "building the members …"
$build install --no-index --find-links "$wheels" hatchling
for member in $members; do
	# in a copy, so that nothing is left in the sources
	mkdir -p "$work/members/$member"
	cp -R "$source/$member/." "$work/members/$member"
done
# shellcheck disable=SC2086 # names of folders hold no spaces
(cd "$work/members" && $build wheel --no-deps --no-build-isolation --no-index --wheel-dir dist \
	$(for member in $members; do echo "./$member"; done))

echo "making $target …"
"$python" -m venv --without-pip "$target"
# shellcheck disable=SC2046 # names of wheels hold no spaces
$build --python "$target/bin/python" install --no-index --no-warn-script-location --compile \
	--find-links "$wheels" --find-links "$work/members/dist" 'sendback-service[otel]' \
	$(ls "$work/members/dist" | sed -n 's/^\(sendback[a-z_]*\)-.*\.whl$/\1/p' | tr _ -)

"$target/bin/sendback" --version
