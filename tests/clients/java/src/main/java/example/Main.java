package example;

import com.google.gson.Gson;
import com.google.protobuf.Message;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;
import paydirt.v1.ComputeRequiredRevenueRequest;
import paydirt.v1.ComputeRequiredRevenueResponse;
import paydirt.v1.CashFlows;
import paydirt.v1.ComputeNetPresentValueRequest;
import paydirt.v1.ComputeNetPresentValueResponse;
import paydirt.v1.PeriodicCashFlows;
import paydirt.v1.CalculationOptions;
import paydirt.v1.Period;

/**
 * What the suite runs (suite/callers.rs):
 *
 * <pre>
 * java-caller load TARGET      calls until standard input ends
 * java-caller busy TARGET      long calculations, some at once
 * java-caller refused TARGET   one that is refused twice before it is answered
 * java-caller deadline TARGET  one that is not answered in time
 * </pre>
 *
 * <p>It prints one line of JSON: how many calls were answered, and how those that were not ended. Methods are written down here, so that
 * this needs no plugin of protoc's; generated stubs take the same CallOptions by withDeadlineAfter.
 */
final class Main {
  private static final MethodDescriptor<ComputeRequiredRevenueRequest, ComputeRequiredRevenueResponse> REQUIRED_REVENUE =
      unary("paydirt.v1.BreakEvenService/ComputeRequiredRevenue", ComputeRequiredRevenueRequest.getDefaultInstance(),
          ComputeRequiredRevenueResponse.getDefaultInstance());
  private static final MethodDescriptor<ComputeNetPresentValueRequest, ComputeNetPresentValueResponse> NET_PRESENT_VALUE =
      unary("paydirt.v1.CashFlowService/ComputeNetPresentValue", ComputeNetPresentValueRequest.getDefaultInstance(),
          ComputeNetPresentValueResponse.getDefaultInstance());
  private static final ComputeRequiredRevenueRequest CAHN = ComputeRequiredRevenueRequest.newBuilder()
      .setCurrencyCode("USD")
      .setAcceleratorRevenue("150e9")
      .setAcceleratorRevenuePeriod(Period.PERIOD_YEAR)
      .setAcceleratorCostShare("0.5")
      .setEndUserGrossMargin("0.5")
      .build();
  private static final ComputeNetPresentValueRequest LONG = ComputeNetPresentValueRequest.newBuilder()
      .setCurrencyCode("USD")
      .setCashFlows(CashFlows.newBuilder().setPeriodic(PeriodicCashFlows.newBuilder()
          .addAmounts("-1000").addAllAmounts(Collections.nCopies(60, "1.5")).setPeriod(Period.PERIOD_MONTH)))
      .setDiscountRate("0.1")
      .setOptions(CalculationOptions.newBuilder().setExplain(true))
      .build();

  private int answered;
  private final Map<String, Integer> failed = new TreeMap<>();
  private volatile boolean over;

  private static <Q extends Message, A extends Message> MethodDescriptor<Q, A> unary(String name, Q request, A answer) {
    return MethodDescriptor.<Q, A>newBuilder(ProtoUtils.marshaller(request), ProtoUtils.marshaller(answer))
        .setType(MethodDescriptor.MethodType.UNARY).setFullMethodName(name).build();
  }

  private static void call(Channel channel, String rehearsal, long seconds) {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("paydirt-rehearsal", Metadata.ASCII_STRING_MARSHALLER), rehearsal);
    Channel rehearsed = ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers));
    String revenue = ClientCalls.blockingUnaryCall(rehearsed, REQUIRED_REVENUE, Paydirt.within(seconds), CAHN).getRequiredRevenue();
    if (!revenue.equals("600000000000")) {
      throw new AssertionError(revenue);
    }
  }

  private static void longCalculation(Channel channel) {
    ClientCalls.blockingUnaryCall(channel, NET_PRESENT_VALUE, Paydirt.within(30), LONG);
  }

  private void as(Runnable call) {
    try {
      call.run();
      synchronized (this) {
        answered++;
      }
    } catch (StatusRuntimeException error) {
      synchronized (this) {
        failed.merge(error.getStatus().getCode() + ": " + error.getStatus().getDescription(), 1, Integer::sum);
      }
    }
  }

  private void calls(String what, Channel channel) throws Exception {
    ExecutorService callers = Executors.newFixedThreadPool(8);
    List<Future<?>> running = new ArrayList<>();
    switch (what) {
      case "load" -> {
        for (int caller = 0; caller < 8; caller++) {
          running.add(callers.submit(() -> {
            while (!over) {
              as(() -> call(channel, "50ms", 10));
            }
          }));
        }
        System.in.readAllBytes();
        over = true;
      }
      case "busy" -> {
        // Few, so that a debug build has most of them done before their fifth attempt.
        for (int caller = 0; caller < 4; caller++) {
          running.add(callers.submit(() -> {
            for (int calculation = 0; calculation < 3; calculation++) {
              as(() -> longCalculation(channel));
            }
          }));
        }
      }
      case "refused" -> running.add(callers.submit(() -> as(() -> call(channel, "refused 1s", 10))));
      default -> running.add(callers.submit(() -> as(() -> call(channel, "20s", 1))));
    }
    for (Future<?> caller : running) {
      // A wrong answer ends this with an exception.
      caller.get();
    }
    callers.shutdown();
  }

  public static void main(String[] arguments) throws Exception {
    ManagedChannel channel = Paydirt.channel(arguments[1], InsecureChannelCredentials.create());
    Main main = new Main();
    try {
      main.calls(arguments[0], channel);
    } finally {
      channel.shutdownNow();
    }
    System.out.println(new Gson().toJson(Map.of("answered", main.answered, "failed", main.failed)));
    System.exit(0);
  }
}
