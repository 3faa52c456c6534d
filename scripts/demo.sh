#!/bin/sh
# Plays debug-cache from start to report with the author's answer as a sample.
set -eu
folder=$1
root=$(pwd)
rm -rf "$folder"
mkdir "$folder"
cd "$folder"
# The demo's score does not belong in your history.
WORKSAMPLE_DATA=$(pwd)/data
export WORKSAMPLE_DATA

say() { printf '\n$ %s\n' "$*"; "$@"; }

say worksample start debug-cache
cd debug-cache
say worksample test || true
printf '\nThe sample answer: the reference solution with its tests.\n'
cp -R "$root"/exercises/debug-cache/solution/. .
say worksample status
say worksample score
printf '\nOpen it: %s\n' "$(pwd)/.worksample/report.html"
