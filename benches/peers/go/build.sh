#!/bin/bash
set -euo pipefail
cd "$(dirname "$0")"
export GOBIN=$PWD/bin
go install -p 2 google.golang.org/protobuf/cmd/protoc-gen-go@v1.36.12
go install -p 2 google.golang.org/grpc/cmd/protoc-gen-go-grpc@v1.6.2
mkdir -p pb
m=Mpaydirt/v1/common.proto=paydirt/peers/go/pb,Mpaydirt/v1/break_even.proto=paydirt/peers/go/pb
PATH=$GOBIN:$PATH protoc -I ../../../proto --go_out=. --go_opt=module=paydirt/peers/go,$m \
  --go-grpc_out=. --go-grpc_opt=module=paydirt/peers/go,$m paydirt/v1/common.proto paydirt/v1/break_even.proto
go vet . && go build -p 2 -trimpath -o bin/server .
