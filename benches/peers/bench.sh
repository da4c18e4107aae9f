#!/bin/bash
# Processor time per call, calls a second and memory of each server, under the same load.
#
#   ./bench.sh                       five rounds of every default variant, about 13 minutes
#   VARIANTS="rust-single go-apd" ROUNDS=3 ./bench.sh
#   SCALE=1 ./bench.sh               per cent of the calls (a smoke run)
#
# The server is pinned to core 0 and started anew in every round; the load comes from core 1.
set -euo pipefail
cd "$(dirname "$0")"
variants=${VARIANTS:-empty paydirt rust-multi rust-single cpp-callback cpp-sync cpp-callback-boost go-shopspring go-apd
  go-apd-tuned java-direct java-pool node python-sync python-aio}
rounds=${ROUNDS:-5} scale=${SCALE:-100} connections=${CONNECTIONS:-8} streams=${STREAMS:-16}
java=(java -XX:+UseParallelGC -Xms512m -Xmx512m -cp 'java/target/classes:java/target/lib/*' peers.Main)
python=python/venv/bin/python
results=results/$(date +%Y%m%d-%H%M%S).csv
pid=

# Sets calls, warm, command, method and body for the variant $1 on port $2.
variant() {
  local address=127.0.0.1:$2
  warm=20000 method=paydirt.v1.BreakEvenService/ComputeRequiredRevenue body=client/req.bin
  case $1 in
    # An empty call on bare tonic: what any call costs.
    empty)                  calls=700000 method=grpc.health.v1.Health/Check body=../bare/empty.bin
                            command=(../bare/target/release/paydirt-bare $address) ;;
    # The whole server, as it is started by default, on one core.
    paydirt)                calls=700000
                            command=(../../target/dist/paydirt --listen $address --admin-listen 127.0.0.1:0 --workers 1 --lame-duck 0s) ;;
    rust-multi)             calls=700000 command=(rust/target/release/rust-bare multi $address) ;;
    rust-single)            calls=700000 command=(rust/target/release/rust-bare single $address) ;;
    cpp-callback)           calls=400000 command=(cpp/server intel callback $address) ;;
    cpp-sync)               calls=400000 command=(cpp/server intel sync $address) ;;
    cpp-callback-boost)     calls=250000 command=(cpp/server boost callback $address) ;;
    go-shopspring)          calls=350000 command=(env GOMAXPROCS=1 go/bin/server -listen $address -decimal shopspring) ;;
    go-apd)                 calls=350000 command=(env GOMAXPROCS=1 go/bin/server -listen $address -decimal apd) ;;
    go-apd-tuned)           calls=350000 command=(env GOMAXPROCS=1 GOGC=400 go/bin/server -listen $address -decimal apd -tuned) ;;
    java-direct)            calls=350000 warm=300000 command=("${java[@]}" $2 direct decimal128) ;;
    java-pool)              calls=200000 warm=300000 command=("${java[@]}" $2 pool decimal128) ;;
    node)                   calls=120000 warm=200000 command=(node node/server.js $address) ;;
    python-sync)            calls=50000 command=($python python/server.py sync $address) ;;
    python-aio)             calls=50000 command=($python python/server.py aio $address) ;;
    # Not run unless named in VARIANTS.
    go-shopspring-gogc400)  calls=350000 command=(env GOMAXPROCS=1 GOGC=400 go/bin/server -listen $address) ;;
    java-direct-28)         calls=350000 warm=300000 command=("${java[@]}" $2 direct 28) ;;
    java-direct-g1)         calls=350000 warm=300000 command=("${java[@]/UseParallelGC/UseG1GC}" $2 direct decimal128) ;;
    *) echo "no such variant: $1" >&2; return 1 ;;
  esac
  calls=$((calls * scale / 100)) warm=$((warm * scale / 100))
}

load() {  # calls, port
  taskset -c 1 h2load -t 1 -c "$connections" -m "$streams" -n "$1" -d "$body" \
    -H 'content-type: application/grpc' -H 'te: trailers' \
    "http://127.0.0.1:$2/$method"
}

ticks() { sed 's/.*) //' "/proc/$pid/stat" | awk '{print $12 + $13}'; }                    # of the server
busy() { awk '$1 == "cpu0" {print $2 + $3 + $4 + $7 + $8 + $9}' /proc/stat; }              # of its core

stop() {
  [ -n "$pid" ] || return 0
  kill "$pid" 2>/dev/null || true
  for _ in {1..50}; do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
  kill -9 "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
  pid=
}
trap stop EXIT

mkdir -p results
$python client/verify.py body client/req.bin
for v in $variants; do variant "$v" 0; done
echo round,variant,calls,us_per_call,calls_per_s,busy_percent,others_percent,rss_kb > "$results"
port=${PORT:-24000}
for round in $(seq "$rounds"); do
  echo "round $round, load average $(cut -d' ' -f1-3 /proc/loadavg)" >&2
  for v in $variants; do
    port=$((port + 1))
    variant "$v" "$port"
    if (: <> "/dev/tcp/127.0.0.1/$port") 2>/dev/null; then echo "port $port is taken: set PORT" >&2; exit 1; fi
    taskset -c 0 "${command[@]}" >/dev/null & pid=$!
    if [ "$v" = empty ]; then
      until (: <> "/dev/tcp/127.0.0.1/$port") 2>/dev/null; do sleep 0.1; done
      frame=5
    else
      frame=$(taskset -c 1 $python client/verify.py check "127.0.0.1:$port")
    fi
    load "$warm" "$port" > /dev/null
    before=$(ticks) busy_before=$(busy) start=$(date +%s%N)
    out=$(load "$calls" "$port")
    wall=$(($(date +%s%N) - start)) used=$(($(ticks) - before)) core=$(($(busy) - busy_before))
    rss=$(awk '$1 == "VmHWM:" {print $2}' "/proc/$pid/status")
    stop
    # h2load counts gRPC errors as success: every answer must have the size of the right one.
    grep -q "requests: .* $calls succeeded, 0 failed, 0 errored, 0 timeout" <<< "$out" &&
      grep -q "($((calls * frame))) data" <<< "$out" || { echo "$v: wrong answers"; echo "$out"; exit 1; } >&2
    rate=$(sed -n 's/^finished in .*, \(.*\) req\/s.*/\1/p' <<< "$out")
    awk -v OFS=, -v r="$round" -v v="$v" -v n="$calls" -v u="$used" -v w="$wall" -v c="$core" -v q="$rate" -v m="$rss" -v hz="$(getconf CLK_TCK)" \
      'BEGIN {print r, v, n, sprintf("%.2f", u / hz * 1e6 / n), q, sprintf("%.1f", u / hz * 1e11 / w), sprintf("%.1f", (c - u) / hz * 1e11 / w), m}' |
      tee -a "$results" >&2
  done
done
$python client/table.py "$results" | tee "${results%.csv}.md"
