import { Code, ConnectError } from "@connectrpc/connect";
import {
  BadRequestSchema,
  ErrorInfoSchema,
  LocalizedMessageSchema,
  RetryInfoSchema,
} from "./gen/google/rpc/error_details_pb.js";
import type { ErrorReason } from "./gen/sendback/v1/reasons_pb.js";

/** Why a call was refused: the names of `sendback.v1.ErrorReason`. A newer server may send others. */
export type Reason = keyof typeof ErrorReason | (string & {});

/** What is wrong with a field, such as `items[0].quantity`. */
export interface FieldProblem {
  readonly field: string;
  readonly description: string;
}

/**
 * A refusal, with all that the service says of it. `reason` is empty where the service could not be asked; `message` is in
 * the language of the call; `retryAfterMs` is there where it helps to come again.
 */
export class SendbackError extends Error {
  override readonly name = "SendbackError";

  constructor(
    readonly code: Code,
    readonly reason: Reason,
    message: string,
    readonly metadata: Readonly<Record<string, string>> = {},
    readonly fields: readonly FieldProblem[] = [],
    readonly retryAfterMs: number | undefined = undefined,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}

/** From whatever the transport threw. `given` is the caller's own signal. */
export function errorOf(thrown: unknown, given?: AbortSignal): SendbackError {
  if (thrown instanceof SendbackError) {
    return thrown;
  }
  const raised = ConnectError.from(thrown);
  const [info] = raised.findDetails(ErrorInfoSchema);
  const [told] = raised.findDetails(LocalizedMessageSchema);
  const [bad] = raised.findDetails(BadRequestSchema);
  const [retry] = raised.findDetails(RetryInfoSchema);
  const delay = retry?.retryDelay;
  return new SendbackError(
    codeOf(raised, given),
    info?.reason ?? "",
    told?.message ?? raised.rawMessage,
    { ...info?.metadata },
    bad?.fieldViolations.map(({ field, description }) => ({ field, description })) ?? [],
    delay && Number(delay.seconds) * 1000 + delay.nanos / 1e6,
    raised,
  );
}

/**
 * What the server said stands in its trailers. Where nothing came from it, the line broke, which the transport tells in
 * several ways, depending on what Node noticed first; for a caller they are one.
 */
function codeOf(raised: ConnectError, given?: AbortSignal): Code {
  if (raised.metadata.has("grpc-status") || given?.aborted) {
    return raised.code;
  }
  const ended = raised.code === Code.Aborted || raised.code === Code.Canceled;
  return ended || (raised.code === Code.Internal && lineBroke(raised)) ? Code.Unavailable : raised.code;
}

/** Node names what happens to lines by a code; the rest is what the transport says where it finds its stream gone. */
function lineBroke(raised: ConnectError): boolean {
  for (let cause = raised.cause; cause instanceof Error; cause = cause.cause) {
    if ("code" in cause && typeof cause.code === "string") {
      return true;
    }
  }
  return /^(http\/2|sentinel)/.test(raised.rawMessage);
}
