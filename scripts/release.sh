# shellcheck shell=bash
# How a release is built; sourced by install and bench. The result needs no Swift where it runs: only
# libsqlite3, libyaml, libm and libc.

# Builds both programs and prints the directory that they are in.
release_build() {
  # The linker finds libstdc++ as an archive only where no shared one lies beside it.
  local archive only=.build/static
  archive=$(c++ -print-file-name=libstdc++.a 2>/dev/null || true)
  mkdir -p "$only"
  local flags=(-c release --static-swift-stdlib -Xlinker -s -Xlinker --gc-sections)
  if [ -f "$archive" ]; then
    ln -sf "$archive" "$only/libstdc++.a"
    flags+=(-Xlinker "-L$PWD/$only" -Xswiftc -Xclang-linker -Xswiftc -static-libgcc)
  fi
  local product
  for product in missiond mission; do
    swift build "${flags[@]}" --product "$product" >&2 || return 1
  done
  swift build "${flags[@]}" --show-bin-path
}
