/** Documents: pieces put together, checked against what was promised, and saved whole or not at all. */
import { createHash, randomUUID } from "node:crypto";
import { open, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { DocumentChunk } from "./gen/sendback/v1/document_pb.js";

const SUFFIXES: Record<string, string> = {
  "application/pdf": ".pdf",
  "image/png": ".png",
  "application/zpl": ".zpl",
  "application/json": ".json",
  "text/csv": ".csv",
};

/** What came is not what was promised; nothing was saved. */
export class DocumentBroken extends Error {
  override readonly name = "DocumentBroken";
}

/** Saves a document at a path, or in it under a name where it is a folder; answers where. Any size passes through. */
export async function saved(pieces: AsyncIterable<DocumentChunk>, path: string, name: string): Promise<string> {
  const inFolder = (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
  const folder = inFolder ? path : dirname(path);
  const aside = join(folder, `.${inFolder ? name : basename(path)}.${randomUUID().slice(0, 8)}.part`);
  const file = await open(aside, "wx");
  try {
    const mediaType = await written(pieces, (data) => file.appendFile(data));
    await file.sync();
    await file.close();
    const target = inFolder ? join(path, name + (SUFFIXES[mediaType.split(";")[0]!] ?? ".bin")) : path;
    await rename(aside, target);
    return target;
  } finally {
    await file.close();
    await rm(aside, { force: true });
  }
}

/** Hands every piece on and answers the media type, once all that was promised has come. */
async function written(
  pieces: AsyncIterable<DocumentChunk>,
  write: (data: Uint8Array) => Promise<void>,
): Promise<string> {
  const sum = createHash("sha256");
  let first: DocumentChunk | undefined;
  let last: DocumentChunk | undefined;
  let size = 0;
  for await (const piece of pieces) {
    first ??= piece;
    last = piece;
    size += piece.data.length;
    sum.update(piece.data);
    await write(piece.data);
  }
  const promised = first?.sha256 || last?.sha256;
  if (!first || !promised || (first.size && first.size !== size)) {
    throw new DocumentBroken("the document came only in part");
  }
  if (promised !== sum.digest("hex")) {
    throw new DocumentBroken("the document's checksum is wrong");
  }
  return first.mediaType;
}
