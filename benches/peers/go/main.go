// Command server answers paydirt.v1.BreakEvenService/ComputeRequiredRevenue.
package main

import (
	"context"
	"flag"
	"log"
	"net"
	"os/signal"
	"runtime"
	"syscall"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"paydirt/peers/go/pb"
)

const maxStreams = 1000

func main() {
	listen := flag.String("listen", "127.0.0.1:50051", "address to listen on")
	arithmetic := flag.String("decimal", "shopspring", "decimal library: shopspring or apd")
	tuned := flag.Bool("tuned", false, "workers that are kept for their grown stacks, and buffers that connections share")
	flag.Parse()

	var service pb.BreakEvenServiceServer
	switch *arithmetic {
	case "shopspring":
		service = shopspringService{}
	case "apd":
		service = apdService{}
	default:
		log.Fatalf("unknown decimal library %q", *arithmetic)
	}
	listener, err := net.Listen("tcp", *listen)
	if err != nil {
		log.Fatal(err)
	}
	var options []grpc.ServerOption
	if *tuned {
		options = append(options, grpc.NumStreamWorkers(uint32(runtime.GOMAXPROCS(0))), grpc.SharedWriteBuffer(true))
	}
	server := grpc.NewServer(options...)
	pb.RegisterBreakEvenServiceServer(server, service)

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	go func() {
		<-ctx.Done()
		server.GracefulStop()
	}()
	if err := server.Serve(listener); err != nil {
		log.Fatal(err)
	}
}

func invalid(field, why string) error {
	return status.Errorf(codes.InvalidArgument, "%s: %s", field, why)
}

// checkShape checks what has nothing to do with decimals and answers how many periods a year has.
func checkShape(r *pb.ComputeRequiredRevenueRequest) (perYear int64, err error) {
	if r.GetOptions().GetExplain() || r.GetOptions().GetRounding() != nil {
		return 0, status.Error(codes.Unimplemented, "options: not served here")
	}
	c := r.GetCurrencyCode()
	if len(c) != 3 || c[0] < 'A' || c[0] > 'Z' || c[1] < 'A' || c[1] > 'Z' || c[2] < 'A' || c[2] > 'Z' {
		return 0, invalid("currency_code", "not an ISO 4217 code")
	}
	if len(r.GetExistingRevenue()) > maxStreams {
		return 0, invalid("existing_revenue", "more than 1000 streams")
	}
	for _, s := range r.GetExistingRevenue() {
		if s.GetName() == "" {
			return 0, invalid("existing_revenue.name", "required")
		}
	}
	switch r.GetAcceleratorRevenuePeriod() {
	case pb.Period_PERIOD_MONTH:
		return 12, nil
	case pb.Period_PERIOD_QUARTER:
		return 4, nil
	case pb.Period_PERIOD_YEAR:
		return 1, nil
	}
	return 0, invalid("accelerator_revenue_period", "required")
}

// isDecimal tells whether s is ["-"] digits ["." digits] [("e" | "E") ["+" | "-"] digits].
func isDecimal(s string) bool {
	i := 0
	digits := func() bool {
		start := i
		for i < len(s) && s[i] >= '0' && s[i] <= '9' {
			i++
		}
		return i > start
	}
	if i < len(s) && s[i] == '-' {
		i++
	}
	if !digits() {
		return false
	}
	if i < len(s) && s[i] == '.' {
		i++
		if !digits() {
			return false
		}
	}
	if i < len(s) && (s[i] == 'e' || s[i] == 'E') {
		i++
		if i < len(s) && (s[i] == '+' || s[i] == '-') {
			i++
		}
		if !digits() {
			return false
		}
	}
	return i == len(s)
}
