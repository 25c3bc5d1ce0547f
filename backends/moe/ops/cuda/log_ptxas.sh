#!/usr/bin/env bash
# Runs a compile command. What it says goes to OBJECT.ptxas, for tests/cuda/ptxas.sh; all but ptxas's figures is shown, too.
set -u
object=unknown
arguments=("$@")
for ((i = 1; i < $#; ++i)); do
  [ "${arguments[i - 1]}" = -o ] && object=${arguments[i]}
done
"$@" 2>"$object.ptxas"
status=$?
grep -vE '^ptxas info|^ +[0-9]+ bytes stack frame|^$' "$object.ptxas" >&2
exit $status
