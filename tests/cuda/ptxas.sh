#!/usr/bin/env bash
# Registers, stack and spills of every kernel, as ptxas told them when FOLDER was built (log_ptxas.sh of the kernels).
# Fails where a kernel spills, where the compiler warned, or where not all kernels are there for both architectures.
# Usage: ptxas.sh FOLDER
set -euo pipefail
figures=$(find "$1" -name '*.cu.o.ptxas' -exec cat {} + | awk -F"'" '
  /Compiling entry function/ { kernel = $2; architecture = $4; stack = spilled = 0 }
  /bytes stack frame/ { split($0, word, " "); stack += word[1]; spilled += word[5] + word[9] }
  /Used [0-9]+ registers/ {
    split($0, word, /Used | registers/)
    printf "%s %3d registers %3d bytes of stack %3d spilled  %s\n", architecture, word[2], stack, spilled, kernel
  }
  /[Ww]arning/' | c++filt | sed -E 's/tripos::moe::cuda::|\(anonymous namespace\):://g; s/\(long.*//')
echo "$figures"

fail() { echo "error: $1" >&2; exit 1; }
grep -qi warning <<<"$figures" && fail "the compiler warned"
grep -qE ' [1-9][0-9]* spilled' <<<"$figures" && fail "kernels spill registers to memory"
kernels_of() { sed -n "s/^$1 .*spilled//p" <<<"$figures" | sort; }
[ -n "$(kernels_of sm_80)" ] || fail "no kernels for sm_80"
[ "$(kernels_of sm_80)" = "$(kernels_of sm_90)" ] || fail "sm_80 and sm_90 have different kernels"
