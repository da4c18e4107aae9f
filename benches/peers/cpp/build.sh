#!/bin/bash
# By way of a descriptor set, which has no comments: grpc_cpp_plugin 1.51 dies of the "$" in "$600B".
set -euo pipefail
cd "$(dirname "$0")"
mkdir -p gen
files=(paydirt/v1/common.proto paydirt/v1/break_even.proto)
protoc -I ../../../proto --descriptor_set_out=gen/paydirt.binpb "${files[@]}"
protoc --descriptor_set_in=gen/paydirt.binpb --cpp_out=gen --grpc_out=gen \
  --plugin=protoc-gen-grpc=/usr/bin/grpc_cpp_plugin "${files[@]}"
g++ -std=c++20 -O2 -flto=auto -DNDEBUG -Igen -o server server.cc gen/paydirt/v1/*.cc \
  $(pkg-config --cflags --libs grpc++ protobuf) -l:libbidgcc000.a
