package peers;

import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import paydirt.v1.BreakEven.ComputeRequiredRevenueRequest;
import paydirt.v1.BreakEven.ComputeRequiredRevenueResponse;

/**
 * What protoc-gen-grpc-java would generate for the one method served, by hand: so that building needs no plugin
 * for protoc. The same calls, so the same code runs.
 */
abstract class BreakEvenServiceBase implements BindableService {
  private static final String SERVICE = "paydirt.v1.BreakEvenService";

  private static final MethodDescriptor<ComputeRequiredRevenueRequest, ComputeRequiredRevenueResponse>
      COMPUTE_REQUIRED_REVENUE =
          MethodDescriptor.<ComputeRequiredRevenueRequest, ComputeRequiredRevenueResponse>newBuilder()
              .setType(MethodType.UNARY)
              .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, "ComputeRequiredRevenue"))
              .setSampledToLocalTracing(true)
              .setIdempotent(true)
              .setSafe(true)
              .setRequestMarshaller(ProtoUtils.marshaller(ComputeRequiredRevenueRequest.getDefaultInstance()))
              .setResponseMarshaller(ProtoUtils.marshaller(ComputeRequiredRevenueResponse.getDefaultInstance()))
              .build();

  abstract void computeRequiredRevenue(
      ComputeRequiredRevenueRequest request, StreamObserver<ComputeRequiredRevenueResponse> observer);

  @Override
  public final ServerServiceDefinition bindService() {
    return ServerServiceDefinition.builder(SERVICE)
        .addMethod(COMPUTE_REQUIRED_REVENUE, ServerCalls.asyncUnaryCall(this::computeRequiredRevenue))
        .build();
  }
}
