import { setTimeout as sleep } from "node:timers/promises";
import { Code, createClient, type Client as ServiceClient, type Transport } from "@connectrpc/connect";
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { inManner, rests } from "./calls.js";
import { SendbackError } from "./errors.js";
import { saved } from "./papers.js";
import { CarrierService } from "./gen/sendback/v1/carrier_service_pb.js";
import { CreditService } from "./gen/sendback/v1/credit_service_pb.js";
import { LabelDocument_Kind, type DocumentChunk } from "./gen/sendback/v1/document_pb.js";
import type { Event } from "./gen/sendback/v1/event_pb.js";
import { EventService } from "./gen/sendback/v1/event_service_pb.js";
import { LabelService } from "./gen/sendback/v1/label_service_pb.js";
import { MerchantService } from "./gen/sendback/v1/merchant_service_pb.js";
import type { OrderSchema } from "./gen/sendback/v1/order_pb.js";
import { MessageService } from "./gen/sendback/v1/message_service_pb.js";
import { OrderService, type ImportOrdersResponse } from "./gen/sendback/v1/order_service_pb.js";
import { PortalService } from "./gen/sendback/v1/portal_service_pb.js";
import { ReturnsService } from "./gen/sendback/v1/returns_service_pb.js";
import type { Return } from "./gen/sendback/v1/return_pb.js";

const LARGEST_MESSAGE = 4 * 1024 * 1024;

export interface ClientOptions {
  /** An access key, `sbk_…`; or what gives the token that is to be shown now, for those that expire. */
  key: string | (() => string | Promise<string>);
  /** The root certificates in PEM, true for Node's own; a plain line without it. */
  tls?: boolean | string | Uint8Array;
  /** The client's own certificate and its key in PEM, where the server asks for one. */
  certificate?: { chain: string | Uint8Array; key: string | Uint8Array };
  /** For calls that name no deadline of their own; 10 seconds unless set. Streams have none. */
  timeoutMs?: number;
  /** What people read is answered in this language, such as `de`. */
  language?: string;
  /** The person for whom this program acts, for the audit trail. */
  actor?: string;
}

export interface WatchOptions {
  /** Only events behind the one that had this token. */
  resumeToken?: string;
  /** Only these types, such as `label.purchased`. */
  types?: string[];
  /** End once everything that is there was sent. */
  stopAtEnd?: boolean;
  /** Ends the watching. */
  signal?: AbortSignal;
}

/** The services of sendback.v1 at `target`, which is `host:port`. Close it when done: it keeps a connection open. */
export class Client {
  readonly portal: ServiceClient<typeof PortalService>;
  readonly returns: ServiceClient<typeof ReturnsService>;
  readonly labels: ServiceClient<typeof LabelService>;
  readonly orders: ServiceClient<typeof OrderService>;
  readonly merchants: ServiceClient<typeof MerchantService>;
  readonly messages: ServiceClient<typeof MessageService>;
  readonly carriers: ServiceClient<typeof CarrierService>;
  readonly events: ServiceClient<typeof EventService>;
  readonly credit: ServiceClient<typeof CreditService>;
  readonly #connection: Http2SessionManager;
  readonly #closing = new AbortController();

  constructor(target: string, options: ClientOptions) {
    const { key, tls = false, certificate, timeoutMs = 10_000, language = "", actor = "" } = options;
    const baseUrl = `${tls || certificate ? "https" : "http"}://${target}`;
    this.#connection = new Http2SessionManager(
      baseUrl,
      { pingIntervalMs: 60_000, pingTimeoutMs: 20_000 },
      {
        ...(typeof tls === "boolean" ? {} : { ca: pem(tls) }),
        ...(certificate ? { cert: pem(certificate.chain), key: pem(certificate.key) } : {}),
      },
    );
    const wire = createGrpcTransport({
      baseUrl,
      sessionManager: this.#connection,
      readMaxBytes: LARGEST_MESSAGE,
      writeMaxBytes: LARGEST_MESSAGE,
    });
    const transport: Transport = inManner({ key, timeoutMs, language, actor, closed: this.#closing.signal }, wire);
    this.portal = createClient(PortalService, transport);
    this.returns = createClient(ReturnsService, transport);
    this.labels = createClient(LabelService, transport);
    this.orders = createClient(OrderService, transport);
    this.merchants = createClient(MerchantService, transport);
    this.messages = createClient(MessageService, transport);
    this.carriers = createClient(CarrierService, transport);
    this.events = createClient(EventService, transport);
    this.credit = createClient(CreditService, transport);
  }

  /** Ends the connection and whatever still runs on it, which hears `Canceled`, as does what is asked afterwards. */
  close(): void {
    this.#closing.abort();
    this.#connection.abort();
  }

  /** Saves a label, or its printerless code, at a path or in a folder; checks it first. Answers where it is. */
  async saveLabel(parcelId: string, path: string, document = LabelDocument_Kind.LABEL): Promise<string> {
    const kind = document === LabelDocument_Kind.QR ? "qr" : "label";
    return this.saveDocument(this.labels.getLabelDocument({ parcelId, document }), path, `${kind}-${parcelId}`);
  }

  /**
   * Saves what a call streams, such as `client.returns.exportReturns(…)`, at a path, or in a folder under this name: whole,
   * or not at all (`DocumentBroken`).
   */
  async saveDocument(pieces: AsyncIterable<DocumentChunk>, path: string, name: string): Promise<string> {
    return saved(pieces, path, name);
  }

  /** Sends orders in a stream; the answer says which were rejected, and why. */
  async importOrders(
    orders: Iterable<MessageInitShape<typeof OrderSchema>> | AsyncIterable<MessageInitShape<typeof OrderSchema>>,
  ): Promise<ImportOrdersResponse> {
    async function* requests() {
      for await (const order of orders) {
        yield { order };
      }
    }
    return this.orders.importOrders(requests());
  }

  /** Events behind the token, without gap or repetition, also when the line breaks in between. */
  async *watchEvents(options: WatchOptions = {}): AsyncGenerator<Event, void, undefined> {
    const { types = [], stopAtEnd = false, signal } = options;
    let resumeToken = options.resumeToken ?? "";
    const again = () => this.events.watchEvents({ resumeToken, types, stopAtEnd }, signal ? { signal } : {});
    for await (const event of forEver(again)) {
      resumeToken = event.resumeToken;
      yield event;
    }
  }

  /** A buyer's return now, and whenever it changes. */
  watchReturn(sessionToken: string, returnId: string, signal?: AbortSignal): AsyncGenerator<Return, void, undefined> {
    return forEver(() => this.portal.watchReturn({ sessionToken, returnId }, signal ? { signal } : {}));
  }
}

function pem(given: string | Uint8Array): string | Buffer {
  return typeof given === "string" ? given : Buffer.from(given);
}

/** Begins again when the line breaks; ends when the stream does. */
async function* forEver<T>(begin: () => AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
  let pauses = rests();
  for (;;) {
    try {
      for await (const message of begin()) {
        pauses = rests();
        yield message;
      }
      return;
    } catch (thrown) {
      if (!(thrown instanceof SendbackError) || thrown.code !== Code.Unavailable) {
        throw thrown;
      }
      await sleep(pauses.next().value);
    }
  }
}
