/** What every call gets: metadata, request id, deadline, retries. */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { DescMessage, DescMethodUnary, MessageInitShape } from "@bufbuild/protobuf";
import { Code, type Transport } from "@connectrpc/connect";
import { errorOf, SendbackError } from "./errors.js";

const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 2000;
const REPEATABLE = /^(Get|List|Find|Explain|Quote|Estimate|Diff|Simulate|Preview|Check|Start|Revoke|Deliver)/;

export interface Manner {
  readonly key: string | (() => string | Promise<string>);
  readonly timeoutMs: number;
  readonly language: string;
  readonly actor: string;
  /** Aborted once the client is closed: the wire by itself would open another connection. */
  readonly closed: AbortSignal;
}

/** A transport that calls in this client's manner. Streams have no deadline unless the call names one. */
export function inManner(manner: Manner, wire: Transport): Transport {
  const { closed } = manner;
  return {
    async unary(method, signal, timeoutMs, header, input, values) {
      const patience = new Patience(timeoutMs ?? manner.timeoutMs);
      const message = withRequestId(method, input);
      for (;;) {
        const own = await headers(manner, header);
        try {
          checkOpen(closed);
          return await wire.unary(method, signal, patience.leftMs, own, message, values);
        } catch (thrown) {
          const error = reasonOf(thrown, signal, closed);
          const rest = repeatable(method) ? patience.restAfter(error) : undefined;
          if (rest === undefined) {
            throw error;
          }
          await sleep(rest, undefined, signal ? { signal } : {}).catch(() => {
            throw error;
          });
        }
      }
    },

    async stream(method, signal, timeoutMs, header, input, values) {
      const own = await headers(manner, header);
      try {
        checkOpen(closed);
        const answer = await wire.stream(method, signal, timeoutMs, own, input, values);
        return { ...answer, message: told(answer.message, signal, closed) };
      } catch (thrown) {
        throw reasonOf(thrown, signal, closed);
      }
    },
  };
}

/** Between the tries of a stream that is to go on for ever. */
export function* rests(): Generator<number, never> {
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(LONGEST_WAIT_MS, wait * 2)) {
    yield jittered(wait);
  }
}

/** How long a call may still take, and how long to rest before it is tried again. */
class Patience {
  readonly #until: number;
  readonly #rests = rests();

  constructor(timeoutMs: number) {
    this.#until = performance.now() + timeoutMs;
  }

  get leftMs(): number {
    return Math.max(1, Math.floor(this.#until - performance.now()));
  }

  /** Undefined where it is no use to try again. */
  restAfter(error: SendbackError): number | undefined {
    const busy = error.code === Code.ResourceExhausted && error.retryAfterMs !== undefined;
    if (error.code !== Code.Unavailable && !busy) {
      return undefined;
    }
    const rest = Math.max(error.retryAfterMs ?? 0, this.#rests.next().value);
    return rest < this.leftMs ? rest : undefined;
  }
}

function jittered(wait: number): number {
  return wait * (0.5 + Math.random());
}

async function headers(manner: Manner, given: ConstructorParameters<typeof Headers>[0]): Promise<Headers> {
  const all = new Headers(given);
  all.set("authorization", `Bearer ${typeof manner.key === "string" ? manner.key : await manner.key()}`);
  if (manner.language && !all.has("accept-language")) {
    all.set("accept-language", manner.language);
  }
  if (manner.actor && !all.has("actor")) {
    all.set("actor", manner.actor);
  }
  return all;
}

/** Only what may be done twice is tried again: a request id tells the service that it is the same, a question changes nothing. */
function repeatable(method: DescMethodUnary): boolean {
  return hasRequestId(method) || REPEATABLE.test(method.name);
}

function hasRequestId(method: DescMethodUnary): boolean {
  return method.input.fields.some((field) => field.name === "request_id");
}

/** The message with a request id, where it knows one and the caller gave none; the caller's own is left as it was. */
function withRequestId<I extends DescMessage, O extends DescMessage>(
  method: DescMethodUnary<I, O>,
  input: MessageInitShape<I>,
): MessageInitShape<I> {
  if (!hasRequestId(method)) {
    return input;
  }
  const given = (input as { requestId?: string }).requestId;
  return { ...input, requestId: given || randomUUID().replaceAll("-", "") } as MessageInitShape<I>;
}

async function* told<T>(
  messages: AsyncIterable<T>,
  signal: AbortSignal | undefined,
  closed: AbortSignal,
): AsyncIterable<T> {
  try {
    yield* messages;
  } catch (thrown) {
    throw reasonOf(thrown, signal, closed);
  }
}

function checkOpen(closed: AbortSignal): void {
  if (closed.aborted) {
    throw new SendbackError(Code.Canceled, "", "the client is closed");
  }
}

/** What ended because the client was closed is no line that broke: it is not to be begun again. */
function reasonOf(thrown: unknown, signal: AbortSignal | undefined, closed: AbortSignal): SendbackError {
  return errorOf(thrown, closed.aborted ? closed : signal);
}

