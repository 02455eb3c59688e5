import { once } from "node:events";
import type { Readable, Transform } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import type { Request, RequestHandler } from "express";
import { BaalError } from "../../core/errors.js";
import { HttpError } from "../contract/http-error.js";
import { type JsonLimits, jsonPieces } from "./json-pieces.js";

/** How large a call's body may be. */
export interface JsonBodyOptions extends JsonLimits {
  /** Most bytes, also of what is unpacked. */
  readonly maxBytes: number;
}

const UNPACKERS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/**
 * Refuses what is sent as anything but `application/json` with 415. A page of another site can make a browser send forms and plain text here
 * without asking; for JSON it has to ask first, and is not answered. A call without a body needs no type.
 */
export const requireJson: RequestHandler = (request, _, next) => {
  const type = request.get("content-type") ?? "";
  const hasBody = request.get("transfer-encoding") !== undefined || Number(request.get("content-length") ?? 0) > 0;
  const [, subtype, charset = "utf-8"] = /^application\/(json)(?:\s*;\s*charset="?([\w-]+)"?)?\s*(?:;|$)/i.exec(type) ?? [];
  const isJson = subtype !== undefined && /^(utf-?8|us-ascii)$/i.test(charset);
  if (request.method !== "POST" || isJson || (type === "" && !hasBody)) return next();
  const came = type === "" ? "nothing" : `"${type.slice(0, 100)}"`;
  const message = `A body is expected as "content-type: application/json", in UTF-8; ${came} came: set that header.`;
  throw new HttpError(415, "E_REQUEST", message);
};

/** Reads a JSON body as it comes, within limits, into `request.body`. Throws a 400, 413 or 415 (`E_REQUEST`) as soon as it can be known. */
export function jsonBody(options: JsonBodyOptions): RequestHandler {
  return async (request, _, next) => {
    try {
      request.body = await readBody(request, options);
    } catch (error) {
      // Who is still sending gets the answer in place of a broken connection.
      request.unpipe();
      request.resume();
      if (isNearlyAllowed(request, options)) await sent(request);
      throw error;
    }
    next();
  };
}

/** Waits at most so long for the rest of a body that is refused. */
const REST_MS = 10_000;

/** Many clients look for an answer only when they have sent all; the rest of a body that is a little too large is let in for their sake. */
function isNearlyAllowed(request: Request, { maxBytes }: JsonBodyOptions): boolean {
  const length = Number(request.get("content-length") ?? 0);
  return length > maxBytes && length <= 2 * maxBytes;
}

async function sent(request: Request): Promise<void> {
  if (request.readableEnded) return;
  const waiting = new AbortController();
  const { signal } = waiting;
  await Promise.race([
    once(request, "end", { signal }),
    once(request, "close", { signal }),
    sleep(REST_MS, undefined, { signal, ref: false }),
  ]).catch(() => undefined);
  waiting.abort();
}

async function readBody(request: Request, { maxBytes, ...limits }: JsonBodyOptions): Promise<unknown> {
  if (Number(request.get("content-length") ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const pieces = jsonPieces(limits);
  let bytes = 0;
  try {
    // The connection stays, for the answer.
    for await (const chunk of unpacked(request).iterator({ destroyOnReturn: false })) {
      bytes += (chunk as Buffer).length;
      if (bytes > maxBytes) throw tooLarge(maxBytes);
      pieces.push(chunk as Buffer);
    }
  } catch (cause) {
    if (cause instanceof HttpError) throw cause;
    const message = "The request's body cannot be read: it ends too early, or is not packed as its content-encoding says.";
    throw new HttpError(400, "E_REQUEST", message, { cause });
  }
  return bytes === 0 ? undefined : pieces.end();
}

function unpacked(request: Request): Readable {
  const encoding = (request.get("content-encoding") || "identity").trim().toLowerCase();
  if (encoding === "identity") return request;
  const unpacker = UNPACKERS[encoding];
  if (!unpacker) {
    const message = `The encoding "${encoding.slice(0, 100)}" is not understood: send the body as it is, or with gzip, deflate or br.`;
    throw new HttpError(415, "E_REQUEST", message);
  }
  const stream = unpacker();
  // A pipe tells nobody that its source has broken off.
  request.once("close", () => request.readableEnded || stream.destroy(new Error("the connection has ended")));
  return request.pipe(stream);
}

function tooLarge(maxBytes: number): HttpError {
  const message = `The request's body is larger than ${sizeText(maxBytes)}. Select fewer tasks at a time, or raise the limit (baal serve --body-limit).`;
  return new HttpError(413, "E_REQUEST", message);
}

const UNITS: Readonly<Record<string, number>> = { b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 };

/** Bytes of a size such as `"100mb"` or `"512"`. Throws `E_ARGUMENT`. */
export function byteSize(text: string): number {
  const [, number, unit = "b"] = /^(\d+(?:\.\d+)?)\s*([kmg]?b)?$/i.exec(text.trim()) ?? [];
  const bytes = Math.floor(Number(number) * UNITS[unit.toLowerCase()]!);
  if (bytes >= 1) return bytes;
  throw new BaalError("E_ARGUMENT", `A size such as "100mb" is expected, ${JSON.stringify(text)} came.`);
}

function sizeText(bytes: number): string {
  const unit = ["gb", "mb", "kb"].find((name) => bytes % UNITS[name]! === 0);
  return unit === undefined ? `${bytes} bytes` : `${bytes / UNITS[unit]!}${unit}`;
}
