import { type LookupAddress, lookup } from "node:dns";
import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { LookupFunction } from "node:net";
import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import { BaalError, errorMessage, throwIfAborted } from "../../core/errors.js";
import { imageError } from "./image-input.js";

/** How an image is downloaded, and which addresses are refused. */
export interface FetchImageOptions {
  /** Largest file, in bytes. 50 million by default. */
  readonly maxBytes?: number | undefined;
  /** For the whole download with its redirects, in milliseconds. 30,000 by default. */
  readonly timeoutMs?: number | undefined;
  /** 5 by default. */
  readonly maxRedirects?: number | undefined;
  /**
   * Addresses of this machine, of local networks and of reserved ranges are refused: whoever may name an image could otherwise read
   * what only this machine can reach. `true` allows all; a list allows these hosts, each as it stands in the address: `"localhost:8080"`.
   */
  readonly allowPrivateAddresses?: boolean | readonly string[] | undefined;
  /** Sent to the first address's own host only, such as an `Authorization`. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** The image's name in errors. By default its address, without a password. */
  readonly name?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

const PROTOCOLS: Readonly<Record<string, typeof requestHttp>> = { "http:": requestHttp, "https:": requestHttps };
const REDIRECTS = [301, 302, 303, 307, 308];

/**
 * Downloads the file behind an `http:` or `https:` address. What the server says about its type is not looked at: whether it is an
 * image, the decoder finds out. Throws `E_IMAGE` naming the address and the reason, `E_ABORTED`.
 */
export async function fetchImage(address: string, options: FetchImageOptions = {}): Promise<Uint8Array> {
  const { maxBytes = 50_000_000, timeoutMs = 30_000, maxRedirects = 5, signal, headers = {} } = options;
  checkLimit("maxBytes", maxBytes, 1);
  checkLimit("timeoutMs", timeoutMs, 1);
  checkLimit("maxRedirects", maxRedirects, 0);
  const name = options.name ?? withoutPassword(address);
  throwIfAborted(signal, `Downloading ${name}`);
  const timeout = AbortSignal.timeout(timeoutMs);
  const stop = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
  try {
    return await follow(urlOf(address), { ...options, maxBytes, stop, headers, redirects: maxRedirects });
  } catch (error) {
    throwIfAborted(signal, `Downloading ${name}`);
    const reason = timeout.aborted ? `it was not there after ${timeoutMs / 1000} s (timeoutMs)` : reasonOf(error);
    throw imageError(name, reason, error);
  }
}

/** Why a download is refused; its message ends the sentence. */
class Refusal extends Error {}

/** A server answered with another status than 200: the cause of the `E_IMAGE`. */
export class StatusRefusal extends Refusal {
  readonly url: URL;
  readonly status: number;

  constructor(url: URL, status: number) {
    super(`${url.host} answered ${status}`);
    this.url = url;
    this.status = status;
  }
}

interface Step extends FetchImageOptions {
  readonly maxBytes: number;
  readonly stop: AbortSignal;
  readonly redirects: number;
}

async function follow(url: URL, step: Step): Promise<Uint8Array> {
  const response = await answer(url, step);
  try {
    const { statusCode = 0, headers } = response;
    if (REDIRECTS.includes(statusCode) && headers.location !== undefined) {
      if (step.redirects === 0) throw new Refusal("it is redirected too often (maxRedirects)");
      response.destroy();
      const next = urlOf(headers.location, url);
      const own = next.origin === url.origin ? step.headers : undefined;
      return await follow(next, { ...step, headers: own, redirects: step.redirects - 1 });
    }
    if (statusCode !== 200) throw new StatusRefusal(url, statusCode);
    return await bodyOf(response, step.maxBytes);
  } finally {
    response.destroy();
  }
}

function answer(url: URL, { stop, headers, allowPrivateAddresses: allowed = false }: Step): Promise<IncomingMessage> {
  const request = PROTOCOLS[url.protocol];
  if (request === undefined) throw new Refusal(`${url.protocol} is not http: or https:`);
  const anywhere = typeof allowed === "boolean" ? allowed : allowed.includes(url.host);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  // Sockets look names up, but not addresses.
  if (!anywhere && isIP(host) !== 0 && !isPublicAddress(host)) throw new PrivateAddressRefusal(host);
  return new Promise((resolve, reject) => {
    request(
      url,
      {
        // A connection of its own: one that somebody else opened to this host was not checked.
        agent: false,
        signal: stop,
        // Label Studio answers 406 for its own files to whoever takes nothing but images: its views know JSON only.
        headers: { ...headers, accept: "image/*, */*;q=0.1", "accept-encoding": "identity", "user-agent": "baaljs" },
        ...(anywhere ? {} : { lookup: lookupPublic }),
      },
      resolve,
    )
      .on("error", reject)
      .end();
  });
}

async function bodyOf(response: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const tooLarge = new Refusal(`it is larger than ${maxBytes} bytes (maxBytes)`);
  if (Number(response.headers["content-length"] ?? 0) > maxBytes) throw tooLarge;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function urlOf(address: string, base?: URL): URL {
  try {
    return new URL(address, base);
  } catch (error) {
    throw new Refusal(`${JSON.stringify(address)} is no address`, { cause: error });
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof Refusal) return error.message;
  const inner = error instanceof AggregateError ? error.errors[0] : error;
  return `the download failed (${errorMessage(inner)})`;
}

function checkLimit(name: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new BaalError("E_ARGUMENT", `${name} is a whole number, at least ${least}; ${value} came.`);
}

/** Whether an IP address belongs to the public internet: not to this machine, a local network, or a reserved range. */
export function isPublicAddress(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === "unicast";
}

/** A host that is or stands for no public address: the cause of the `E_IMAGE`. */
export class PrivateAddressRefusal extends Refusal {
  readonly host: string;

  constructor(host: string) {
    super(`${host} is an address of this machine or of a local network, which is not allowed (allowPrivateAddresses)`);
    this.host = host;
  }
}

/**
 * `lookup` of node's sockets that only gives public addresses. The check is made on the address that is then connected to: a name
 * that is looked up twice could give another one the second time.
 */
const lookupPublic: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, found: LookupAddress[]) => {
    if (error) return callback(error, []);
    const open = found.filter(({ address }) => isPublicAddress(address));
    const [first] = open;
    if (first === undefined) return callback(new PrivateAddressRefusal(hostname), []);
    return options.all ? callback(null, open) : callback(null, first.address, first.family);
  });
};

/** An address without the user's name and password in it, for messages. */
export function withoutPassword(address: string): string {
  return address.replace(/^([a-z]+:\/\/)[^/@]*@/i, "$1");
}
