package peers;

import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.math.MathContext;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** usage: Main PORT direct|pool 28|decimal128 */
public final class Main {
  public static void main(String[] args) throws Exception {
    // On loopback alone: a server for any address is what ServerBuilder.forPort makes.
    InetSocketAddress address = new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0]));
    ServerBuilder<?> builder = NettyServerBuilder.forAddress(address, InsecureServerCredentials.create());
    if (args[1].equals("direct")) {
      builder.directExecutor();
    }
    MathContext digits = args[2].equals("decimal128") ? MathContext.DECIMAL128 : BreakEvenService.ANSWER;
    Server server = builder.addService(new BreakEvenService(digits)).build().start();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> {
      try {
        server.shutdown().awaitTermination(5, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        server.shutdownNow();
      }
    }));
    server.awaitTermination();
  }
}
