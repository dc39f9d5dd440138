package dev.sendback.client;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import java.nio.channels.ClosedChannelException;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** What every call gets: metadata, request id, deadline, retries. */
final class Manner implements ClientInterceptor {
  private static final Pattern QUESTIONS =
      Pattern.compile("^(Get|List|Find|Explain|Quote|Estimate|Diff|Simulate|Preview|Check|Start|Revoke|Deliver)");

  private final ManagedChannel connection;
  private final Supplier<String> key;
  private final Settings settings;

  Manner(ManagedChannel connection, Supplier<String> key, Settings settings) {
    this.connection = connection;
    this.key = key;
    this.settings = settings;
  }

  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
    if (method.getType() == MethodType.UNARY) {
      CallOptions bounded =
          options.getDeadline() != null
              ? options
              : options.withDeadlineAfter(settings.timeout().toNanos(), TimeUnit.NANOSECONDS);
      return new RepeatedCall<>(this, connection, method, bounded, next);
    }
    return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
      @Override
      public void start(Listener<A> listener, Metadata headers) {
        super.start(new Named<>(listener), withMetadata(headers));
      }
    };
  }

  /** netty says UNKNOWN of a connection that was closed under a call (grpc-java, issue 10120). */
  static Status named(Status status) {
    boolean lost = status.getCode() == Status.Code.UNKNOWN && status.getCause() instanceof ClosedChannelException;
    return lost ? Status.UNAVAILABLE.withDescription(status.getDescription()).withCause(status.getCause()) : status;
  }

  /** Leaves what the caller gave for this call. */
  Metadata withMetadata(Metadata given) {
    Metadata all = new Metadata();
    all.merge(given);
    put(all, "accept-language", settings.language());
    put(all, "actor", settings.actor());
    put(all, "authorization", "Bearer " + key.get());
    return all;
  }

  private static void put(Metadata all, String name, String value) {
    Metadata.Key<String> named = Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    if (!value.isEmpty() && !all.containsKey(named)) {
      all.put(named, value);
    }
  }

  /** The message with a request id, where it knows one and the caller gave none. */
  @SuppressWarnings("unchecked")
  static <Q> Q named(Q request) {
    FieldDescriptor field = requestId(request);
    if (field == null || !((Message) request).getField(field).equals("")) {
      return request;
    }
    String id = UUID.randomUUID().toString().replace("-", "");
    return (Q) ((Message) request).toBuilder().setField(field, id).build();
  }

  /**
   * Only what may be done twice is tried again: a request id tells the service that it is the same, a question changes
   * nothing.
   */
  static boolean repeatable(MethodDescriptor<?, ?> method, Object request) {
    return requestId(request) != null || QUESTIONS.matcher(method.getBareMethodName()).find();
  }

  private static final class Named<A> extends SimpleForwardingClientCallListener<A> {
    Named(ClientCall.Listener<A> listener) {
      super(listener);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      super.onClose(named(status), trailers);
    }
  }

  private static FieldDescriptor requestId(Object request) {
    return request instanceof Message message ? message.getDescriptorForType().findFieldByName("request_id") : null;
  }
}
