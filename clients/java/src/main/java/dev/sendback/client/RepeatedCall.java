package dev.sendback.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;

/** A unary call that is made again, within its deadline, where the service could not be asked. */
final class RepeatedCall<Q, A> extends ClientCall<Q, A> {
  private final Manner manner;
  private final ManagedChannel connection;
  private final MethodDescriptor<Q, A> method;
  private final CallOptions options;
  private final Channel next;
  private final Pauses pauses = new Pauses();

  private Listener<A> caller;
  private Metadata headers;
  private Q request;
  private int wanted;
  private ClientCall<Q, A> attempt;
  private String cancelled;
  private Throwable cancelledFor;

  RepeatedCall(
      Manner manner, ManagedChannel connection, MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
    this.manner = manner;
    this.connection = connection;
    this.method = method;
    this.options = options;
    this.next = next;
  }

  @Override
  public void start(Listener<A> listener, Metadata given) {
    caller = listener;
    headers = given;
  }

  @Override
  public synchronized void request(int count) {
    wanted += count;
    if (attempt != null) {
      attempt.request(count);
    }
  }

  @Override
  public void sendMessage(Q message) {
    request = Manner.named(message);
  }

  @Override
  public void halfClose() {
    begin();
  }

  @Override
  public synchronized void cancel(String why, Throwable cause) {
    cancelled = why == null ? "cancelled" : why;
    cancelledFor = cause;
    if (attempt != null) {
      attempt.cancel(cancelled, cause);
    }
  }

  private synchronized void begin() {
    if (cancelled != null) {
      caller.onClose(Status.CANCELLED.withDescription(cancelled).withCause(cancelledFor), new Metadata());
      return;
    }
    Metadata own;
    try {
      own = manner.withMetadata(headers);
    } catch (RuntimeException raised) {
      caller.onClose(Status.UNAUTHENTICATED.withDescription("there is no token to show").withCause(raised), new Metadata());
      return;
    }
    attempt = next.newCall(method, options);
    attempt.start(new Attempt(), own);
    attempt.request(Math.max(wanted, 2));
    attempt.sendMessage(request);
    attempt.halfClose();
  }

  /** The channel would wait far longer than the caller before it looks whether the server is back. */
  private void beginAgain() {
    connection.resetConnectBackoff();
    begin();
  }

  /** Null where it is no use to try again. */
  private Duration restAfter(Status status, Metadata trailers) {
    Duration asked = Refusal.of(status, trailers).retryAfter();
    boolean busy = status.getCode() == Status.Code.RESOURCE_EXHAUSTED && asked != null;
    if (connection.isShutdown() || !(status.getCode() == Status.Code.UNAVAILABLE || busy) || !Manner.repeatable(method, request)) {
      return null;
    }
    Duration pause = pauses.next();
    Duration rest = asked != null && asked.compareTo(pause) > 0 ? asked : pause;
    long left = options.getDeadline().timeRemaining(TimeUnit.NANOSECONDS);
    return rest.toNanos() < left ? rest : null;
  }

  private Executor after(Duration rest) {
    Executor executor = options.getExecutor() == null ? ForkJoinPool.commonPool() : options.getExecutor();
    return CompletableFuture.delayedExecutor(rest.toNanos(), TimeUnit.NANOSECONDS, executor);
  }

  /** What came is handed on once it is known that it was the last attempt. */
  private final class Attempt extends Listener<A> {
    private Metadata initial;
    private A answer;

    @Override
    public void onHeaders(Metadata came) {
      initial = came;
    }

    @Override
    public void onMessage(A message) {
      answer = message;
    }

    @Override
    public void onClose(Status closed, Metadata trailers) {
      Status status = Manner.named(closed);
      Duration rest = restAfter(status, trailers);
      if (rest != null && cancelled == null) {
        after(rest).execute(RepeatedCall.this::beginAgain);
        return;
      }
      if (initial != null) {
        caller.onHeaders(initial);
      }
      if (answer != null) {
        caller.onMessage(answer);
      }
      caller.onClose(status, trailers);
    }
  }
}
