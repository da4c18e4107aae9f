// What the suite runs (suite/callers.rs):
//
//	go-caller load TARGET      calls until standard input ends
//	go-caller busy TARGET      long calculations, some at once
//	go-caller refused TARGET   one that is refused twice before it is answered
//	go-caller deadline TARGET  one that is not answered in time
//
// It prints one line of JSON: how many calls were answered, and how those that were not ended.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"os"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	pb "paydirt.example/caller/pb/paydirt/v1"
)

var cahn = &pb.ComputeRequiredRevenueRequest{
	CurrencyCode:             "USD",
	AcceleratorRevenue:       "150e9",
	AcceleratorRevenuePeriod: pb.Period_PERIOD_YEAR,
	AcceleratorCostShare:     "0.5",
	EndUserGrossMargin:       "0.5",
}

// ended counts how calls ended, whichever goroutine they are of.
type ended struct {
	mutex    sync.Mutex
	Answered int            `json:"answered"`
	Failed   map[string]int `json:"failed"`
}

func (e *ended) as(err error) {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	if err == nil {
		e.Answered++
	} else {
		e.Failed[fmt.Sprintf("%s: %s", status.Code(err), status.Convert(err).Message())]++
	}
}

func call(ctx context.Context, paydirt *grpc.ClientConn, rehearsal string) error {
	ctx = metadata.AppendToOutgoingContext(ctx, "paydirt-rehearsal", rehearsal)
	answer, err := RequiredRevenue(ctx, paydirt, cahn)
	if err == nil && answer.RequiredRevenue != "600000000000" {
		log.Fatalf("a wrong answer: %v", answer)
	}
	return err
}

func longCalculation(paydirt *grpc.ClientConn) error {
	amounts := []string{"-1000"}
	for range 60 {
		amounts = append(amounts, "1.5")
	}
	series := &pb.PeriodicCashFlows{Amounts: amounts, Period: pb.Period_PERIOD_MONTH}
	request := &pb.ComputeNetPresentValueRequest{
		CurrencyCode: "USD",
		CashFlows:    &pb.CashFlows{Schedule: &pb.CashFlows_Periodic{Periodic: series}},
		DiscountRate: "0.1",
		Options:      &pb.CalculationOptions{Explain: true},
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	_, err := pb.NewCashFlowServiceClient(paydirt).ComputeNetPresentValue(ctx, request)
	return err
}

func main() {
	what, target := os.Args[1], os.Args[2]
	paydirt, err := Dial(target, insecure.NewCredentials())
	if err != nil {
		log.Fatal(err)
	}
	seen := &ended{Failed: map[string]int{}}
	var callers sync.WaitGroup
	switch what {
	case "load":
		over := make(chan struct{})
		for range 8 {
			callers.Go(func() {
				for {
					select {
					case <-over:
						return
					default:
						seen.as(call(context.Background(), paydirt, "50ms"))
					}
				}
			})
		}
		io.Copy(io.Discard, os.Stdin)
		close(over)
	case "busy":
		// Few, so that a debug build has most of them done before their fifth attempt.
		for range 4 {
			callers.Go(func() {
				for range 3 {
					seen.as(longCalculation(paydirt))
				}
			})
		}
	case "refused":
		seen.as(call(context.Background(), paydirt, "refused 1s"))
	case "deadline":
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		seen.as(call(ctx, paydirt, "20s"))
	}
	callers.Wait()
	json.NewEncoder(os.Stdout).Encode(seen)
}
