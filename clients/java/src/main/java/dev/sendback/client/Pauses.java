package dev.sendback.client;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Between the tries of a call, longer each time. */
final class Pauses {
  private static final double FIRST_MILLIS = 50;
  private static final double LONGEST_MILLIS = 2000;

  private double last;

  Duration next() {
    last = Math.min(LONGEST_MILLIS, Math.max(FIRST_MILLIS, 2 * last));
    return Duration.ofNanos((long) (last * 1e6 * (0.5 + ThreadLocalRandom.current().nextDouble())));
  }
}
