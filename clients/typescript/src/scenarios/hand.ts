/** Does with this client what the scenarios ask for: a JSON line in, JSON lines out. See tests/clients/hands.py. */
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { fromJson, toJson, type DescMessage, type JsonValue, type MessageShape } from "@bufbuild/protobuf";
import { Client, Code, DocumentBroken, minorUnits, money, SendbackError } from "../index.js";
import * as v1 from "../gen/index.js";

interface Task {
  id: number;
  do: string;
  on: string;
  target: string;
  key: string;
  language?: string;
  actor?: string;
  roots?: string;
  request?: JsonValue;
  orders?: JsonValue[];
  timeoutMs?: number;
  count?: number;
  parcelId: string;
  at: string;
  minor: string;
  currency: string;
}

const clients = new Map<string, Client>();

async function answer(task: Task): Promise<void> {
  try {
    tell(task, { is: await done(task) });
  } catch (thrown) {
    if (thrown instanceof SendbackError) {
      tell(task, { refused: told(thrown) });
    } else if (thrown instanceof DocumentBroken) {
      tell(task, { broken: thrown.message });
    } else {
      tell(task, { wrong: String((thrown as Error).stack) });
    }
  }
}

async function done(task: Task): Promise<JsonValue> {
  if (task.do === "connect") {
    clients.set(task.on, await connected(task));
    return true;
  }
  const client = clients.get(task.on)!;
  const options = task.timeoutMs ? { timeoutMs: task.timeoutMs } : {};
  switch (task.do) {
    case "createReturn":
      return toJson(
        v1.ReturnSchema,
        await client.returns.createReturn(read(v1.CreateReturnRequestSchema, task), options),
      );
    case "cancelReturn":
      return toJson(
        v1.ReturnSchema,
        await client.returns.cancelReturn(read(v1.CancelReturnRequestSchema, task), options),
      );
    case "createLabel":
      return toJson(v1.ParcelSchema, await client.labels.createLabel(read(v1.CreateLabelRequestSchema, task), options));
    case "createAccessKey":
      return toJson(
        v1.CreateAccessKeyResponseSchema,
        await client.merchants.createAccessKey(read(v1.CreateAccessKeyRequestSchema, task)),
      );
    case "importOrders":
      return toJson(
        v1.ImportOrdersResponseSchema,
        await client.importOrders(task.orders!.map((order) => fromJson(v1.OrderSchema, order))),
      );
    case "saveLabel":
      return client.saveLabel(task.parcelId, task.at);
    case "watch":
      return watched(client, task);
    case "close":
      client.close();
      return true;
    case "money": {
      const amount = money(BigInt(task.minor), task.currency);
      return `${amount.units} ${amount.nanos} ${minorUnits(amount)}`;
    }
    default:
      throw new Error(`no hand for ${task.do}`);
  }
}

async function connected(task: Task): Promise<Client> {
  return new Client(task.target, {
    key: task.key,
    language: task.language ?? "",
    actor: task.actor ?? "",
    tls: task.roots ? await readFile(task.roots) : false,
  });
}

/** Events one by one, until there are as many as wanted or no more. */
async function watched(client: Client, task: Task): Promise<number> {
  const { resumeToken, types, stopAtEnd } = read(v1.WatchEventsRequestSchema, task);
  let seen = 0;
  for await (const event of client.watchEvents({ resumeToken, types, stopAtEnd })) {
    tell(task, { event: toJson(v1.EventSchema, event) });
    if (++seen === task.count) {
      break;
    }
  }
  return seen;
}

function read<D extends DescMessage>(schema: D, task: Task): MessageShape<D> {
  return fromJson(schema, task.request ?? {});
}

function told(error: SendbackError): JsonValue {
  return {
    code: codeName(error.code),
    reason: error.reason,
    message: error.message,
    metadata: { ...error.metadata },
    fields: error.fields.map(({ field }) => field),
    retryAfterMs: error.retryAfterMs ?? 0,
  };
}

/** As all languages but this library write it. */
function codeName(code: Code): string {
  const name = Code[code]!.replaceAll(/(?<=.)([A-Z])/g, "_$1").toUpperCase();
  return name === "CANCELED" ? "CANCELLED" : name;
}

function tell(task: Task, said: Record<string, JsonValue>): void {
  process.stdout.write(`${JSON.stringify({ id: task.id, ...said })}\n`);
}

for await (const line of createInterface({ input: process.stdin })) {
  const task = JSON.parse(line) as Task;
  const answered = answer(task);
  if (task.do === "connect") {
    await answered; // what comes next is asked of it
  }
}
process.exit(0);
