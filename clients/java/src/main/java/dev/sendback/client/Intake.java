package dev.sendback.client;

import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

/** A stream of the caller's, sent no faster than it is taken. */
final class Intake<T, Q, A> implements ClientResponseObserver<Q, A> {
  private final Iterator<T> parts;
  private final Function<T, Q> wrapped;
  private final CompletableFuture<A> answer = new CompletableFuture<>();
  private ClientCallStreamObserver<Q> line;
  private boolean ended;

  private Intake(Iterator<T> parts, Function<T, Q> wrapped) {
    this.parts = parts;
    this.wrapped = wrapped;
  }

  static <T, Q, A> A sent(
      Function<StreamObserver<A>, StreamObserver<Q>> call, Iterable<T> parts, Function<T, Q> wrapped)
      throws InterruptedException {
    Intake<T, Q, A> intake = new Intake<>(parts.iterator(), wrapped);
    call.apply(intake);
    try {
      return intake.answer.get();
    } catch (ExecutionException refused) {
      throw refused.getCause() instanceof RuntimeException raised ? raised : new IllegalStateException(refused);
    }
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<Q> started) {
    line = started;
    line.setOnReadyHandler(this::send);
  }

  private void send() {
    try {
      while (!ended && line.isReady()) {
        if (parts.hasNext()) {
          line.onNext(wrapped.apply(parts.next()));
        } else {
          ended = true;
          line.onCompleted();
        }
      }
    } catch (RuntimeException broken) {
      ended = true;
      line.cancel("the orders could not be read", broken);
      answer.completeExceptionally(broken);
    }
  }

  @Override
  public void onNext(A came) {
    answer.complete(came);
  }

  @Override
  public void onError(Throwable refused) {
    answer.completeExceptionally(refused);
  }

  @Override
  public void onCompleted() {
    answer.completeExceptionally(new IllegalStateException("the stream ended without an answer"));
  }
}
