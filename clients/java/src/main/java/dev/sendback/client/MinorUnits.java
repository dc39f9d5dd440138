package dev.sendback.client;

import com.google.type.Money;
import java.util.Set;

/** {@code google.type.Money} and minor units, exactly. */
public final class MinorUnits {
  private static final long NANOS = 1_000_000_000L;
  // ISO 4217: the currencies whose minor unit is not a hundredth.
  private static final Set<String> WHOLE =
      Set.of("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(" "));
  private static final Set<String> THOUSANDTHS = Set.of("BHD IQD JOD KWD LYD OMR TND".split(" "));
  private static final Set<String> TEN_THOUSANDTHS = Set.of("CLF", "UYW");

  private MinorUnits() {}

  /** 1099 EUR is €10.99, 1099 JPY is ¥1,099, 1099 KWD is KD 1.099. */
  public static Money money(long minor, String currency) {
    long scale = scaleOf(currency);
    return Money.newBuilder()
        .setCurrencyCode(currency)
        .setUnits(minor / scale)
        .setNanos((int) (minor % scale * (NANOS / scale)))
        .build();
  }

  /**
   * The amount in minor units.
   *
   * @throws ArithmeticException where it is no whole number of them
   */
  public static long of(Money amount) {
    long scale = scaleOf(amount.getCurrencyCode());
    long step = NANOS / scale;
    if (amount.getNanos() % step != 0) {
      throw new ArithmeticException(
          amount.getNanos() + " nanos are no whole minor unit of " + amount.getCurrencyCode());
    }
    return Math.addExact(Math.multiplyExact(amount.getUnits(), scale), amount.getNanos() / step);
  }

  private static long scaleOf(String currency) {
    if (WHOLE.contains(currency)) {
      return 1;
    }
    if (THOUSANDTHS.contains(currency)) {
      return 1000;
    }
    return TEN_THOUSANDTHS.contains(currency) ? 10_000 : 100;
  }
}
