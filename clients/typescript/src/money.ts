/** google.type.Money and minor units, exactly. */
import { create } from "@bufbuild/protobuf";
import { MoneySchema, type Money } from "./gen/google/type/money_pb.js";

// ISO 4217: the currencies whose minor unit is not a hundredth.
const WHOLE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(" ");
const THOUSANDTHS = "BHD IQD JOD KWD LYD OMR TND".split(" ");
const EXPONENTS = new Map<string, bigint>([
  ...WHOLE.map((code) => [code, 0n] as const),
  ...THOUSANDTHS.map((code) => [code, 3n] as const),
  ...["CLF", "UYW"].map((code) => [code, 4n] as const),
]);
const NANOS = 1_000_000_000n;

/** 1099n EUR is €10.99, 1099n JPY is ¥1,099, 1099n KWD is KD 1.099. */
export function money(minor: bigint | number, currencyCode: string): Money {
  const amount = BigInt(minor);
  const scale = scaleOf(currencyCode);
  return create(MoneySchema, {
    currencyCode,
    units: amount / scale,
    nanos: Number((amount % scale) * (NANOS / scale)),
  });
}

/** Throws a RangeError where an amount is no whole number of minor units. */
export function minorUnits(amount: Money): bigint {
  const scale = scaleOf(amount.currencyCode);
  const nanos = BigInt(amount.nanos);
  if (nanos % (NANOS / scale)) {
    throw new RangeError(`${amount.nanos} nanos are no whole minor unit of ${amount.currencyCode}`);
  }
  return amount.units * scale + nanos / (NANOS / scale);
}

function scaleOf(currencyCode: string): bigint {
  return 10n ** (EXPONENTS.get(currencyCode) ?? 2n);
}
