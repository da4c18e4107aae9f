package main

import (
	"context"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	_ "google.golang.org/grpc/health" // without it, healthCheckConfig does nothing
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/resolver/dns"

	pb "paydirt.example/caller/pb/paydirt/v1"
)

const serviceConfig = `{
  "loadBalancingConfig": [{"round_robin": {}}],
  "healthCheckConfig": {"serviceName": ""},
  "methodConfig": [{
    "name": [{}],
    "waitForReady": true,
    "timeout": "30s",
    "retryPolicy": {
      "maxAttempts": 5,
      "initialBackoff": "0.1s",
      "maxBackoff": "2s",
      "backoffMultiplier": 2,
      "retryableStatusCodes": ["UNAVAILABLE", "UNKNOWN"]
    }
  }],
  "retryThrottling": {"maxTokens": 100, "tokenRatio": 0.1}
}`

// Dial makes the one connection that a process needs. Its target is dns:///paydirt-headless.NAMESPACE.svc.cluster.local:50051.
func Dial(target string, security credentials.TransportCredentials) (*grpc.ClientConn, error) {
	// Of the whole process. Go looks a name up again only after trouble, and 30 s after the last time at the soonest.
	dns.SetMinResolutionInterval(5 * time.Second)
	return grpc.NewClient(target,
		grpc.WithTransportCredentials(security),
		grpc.WithDefaultServiceConfig(serviceConfig),
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: 30 * time.Second, Timeout: 10 * time.Second}),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(16<<20)),
	)
}

// RequiredRevenue asks with a deadline, which the server sees too.
func RequiredRevenue(ctx context.Context, paydirt *grpc.ClientConn, request *pb.ComputeRequiredRevenueRequest) (*pb.ComputeRequiredRevenueResponse, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	return pb.NewBreakEvenServiceClient(paydirt).ComputeRequiredRevenue(ctx, request)
}
