package example;

import com.google.gson.Gson;
import io.grpc.CallOptions;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import java.security.Security;
import java.util.Map;
import java.util.concurrent.TimeUnit;

final class Paydirt {
  private static final String SERVICE_CONFIG = """
      {
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
      }
      """;

  /** The one channel that a process needs. Its target is dns:///paydirt-headless.NAMESPACE.svc.cluster.local:50051. */
  @SuppressWarnings("unchecked")
  static ManagedChannel channel(String target, ChannelCredentials security) {
    // Of the whole process, and before its first lookup: how long, in seconds, gRPC and the JDK keep what they looked up. gRPC reads the
    // system's property alone, and the JDK its own of the same name.
    System.setProperty("networkaddress.cache.ttl", "5");
    Security.setProperty("networkaddress.cache.ttl", "5");
    return Grpc.newChannelBuilder(target, security)
        // Numbers have to be Doubles, as Gson makes them.
        .defaultServiceConfig(new Gson().fromJson(SERVICE_CONFIG, Map.class))
        .enableRetry()
        .keepAliveTime(30, TimeUnit.SECONDS)
        .keepAliveTimeout(10, TimeUnit.SECONDS)
        .maxInboundMessageSize(16 << 20)
        .build();
  }

  /** Ask with a deadline, which the server sees too: for each call anew. */
  static CallOptions within(long seconds) {
    return CallOptions.DEFAULT.withDeadlineAfter(seconds, TimeUnit.SECONDS);
  }

  private Paydirt() {}
}
