package dev.sendback.client;

import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A stream that begins again where it stopped when the line breaks. For one thread; closing it from another ends it.
 *
 * <pre>{@code
 * try (var feed = client.watchEvents(request)) {
 *   for (Event event : feed) { … }
 * }
 * }</pre>
 */
public final class Feed<T> implements Iterable<T>, Iterator<T>, AutoCloseable {
  private final Context.CancellableContext context = Context.current().withCancellation();
  private final Supplier<Iterator<T>> begin;
  private final Consumer<T> came;
  private final ManagedChannel connection;
  private Iterator<T> stream;
  // What was said to be there is handed over, whoever closes this meanwhile.
  private boolean there;
  private Pauses pauses = new Pauses();

  Feed(Supplier<Iterator<T>> begin, Consumer<T> came, ManagedChannel connection) {
    this.begin = begin;
    this.came = came;
    this.connection = connection;
  }

  @Override
  public Iterator<T> iterator() {
    return this;
  }

  /** Waits for the next one. False at the end, and once it or its client is closed. */
  @Override
  public boolean hasNext() {
    while (!there && !context.isCancelled() && !connection.isShutdown()) {
      try {
        there = within(this::streamHasNext);
        return there;
      } catch (StatusRuntimeException broken) {
        stream = null;
        if (broken.getStatus().getCode() != Status.Code.UNAVAILABLE && !context.isCancelled()) {
          throw broken;
        }
        rest();
      }
    }
    return there;
  }

  @Override
  public T next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    there = false;
    T message = stream.next();
    pauses = new Pauses();
    came.accept(message);
    return message;
  }

  @Override
  public void close() {
    context.cancel(null);
  }

  private boolean streamHasNext() {
    if (stream == null) {
      stream = begin.get();
    }
    return stream.hasNext();
  }

  private boolean within(Callable<Boolean> asked) {
    try {
      return context.call(asked);
    } catch (RuntimeException raised) {
      throw raised;
    } catch (Exception impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private void rest() {
    try {
      Thread.sleep(pauses.next().toMillis());
      connection.resetConnectBackoff();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      close();
    }
  }
}
