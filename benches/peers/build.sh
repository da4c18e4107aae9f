#!/bin/bash
# Builds every server, Paydirt too; about five minutes on two cores with empty caches. `SERVERS="go java"` builds those alone.
set -euo pipefail
cd "$(dirname "$0")"
packages=(nghttp2-client libgrpc++-dev libprotobuf-dev pkg-config protobuf-compiler protobuf-compiler-grpc libboost-dev libintelrdfpmath-dev)
dpkg -s "${packages[@]}" > /dev/null 2>&1 || {
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${packages[@]}"
}
for server in ${SERVERS:-paydirt python go java node cpp rust}; do
  echo "== $server" >&2
  case $server in
    paydirt)
      cargo build --profile dist --locked --quiet --manifest-path ../../Cargo.toml --bin paydirt
      cargo build --release --locked --quiet --manifest-path ../bare/Cargo.toml
      ;;
    *) "$server/build.sh" ;;
  esac
done
