import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import sharp from "sharp";

export const LEGACY_TOKEN = "0123456789abcdef0123456789abcdef01234567";
export const PERSONAL_TOKEN = "eyJhbGciOiJub25lIn0.eyJ0b2tlbl90eXBlIjoicmVmcmVzaCJ9.c2lnbmF0dXJl";

/** A picture of one shade with a darker frame, 0 (black) to 255. */
export function png(shade: number): Promise<Buffer> {
  const frame = Math.max(0, shade - 20);
  const inner = { width: 30, height: 20, channels: 3 as const, background: { r: shade, g: shade, b: shade } };
  return sharp({ create: inner })
    .extend({ top: 2, bottom: 2, left: 3, right: 3, background: { r: frame, g: frame, b: frame } })
    .png()
    .toBuffer();
}

export interface Seen {
  readonly url: string;
  readonly authorization: string | undefined;
}

export interface FileServer {
  /** `127.0.0.1:1234` */
  readonly host: string;
  readonly url: string;
  readonly seen: Seen[];
  /** Requests answered at the same time, at most. */
  readonly most: () => number;
  close(): void;
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

export async function fileServer(answer: Answer): Promise<FileServer> {
  const seen: Seen[] = [];
  let together = 0;
  let most = 0;
  const server: Server = createServer((request, response) => {
    seen.push({ url: request.url ?? "", authorization: request.headers.authorization });
    most = Math.max(most, ++together);
    response.once("close", () => together--);
    void answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { host, url: `http://${host}`, seen, most: () => most, close };
}

/**
 * The parts of Label Studio that hand out files: uploads, local files and presigned cloud files, all for its token only; without it a
 * page comes (`?login`) or a 401. Access tokens of a personal token stop being valid when `expire()` is called.
 */
export async function fakeLabelStudio({ prefix = "", cloudUrl = "" } = {}) {
  let access = 1;
  const isKnown = (authorization = "") =>
    authorization === `Token ${LEGACY_TOKEN}` || authorization === `Bearer access-${access}`;
  const server = await fileServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://label-studio");
    const path = pathname.startsWith(prefix) ? pathname.slice(prefix.length) : "";
    if (path === "/api/token/refresh/") {
      const chunks: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
      const { refresh } = JSON.parse(Buffer.concat(chunks).toString()) as { refresh: string };
      if (refresh === PERSONAL_TOKEN) response.end(JSON.stringify({ access: `access-${access}` }));
      else response.writeHead(401).end('{"detail": "Token is invalid"}');
      return;
    }
    if (path === "/user/login/") return void response.end("<!DOCTYPE html><html><body>Log in</body></html>");
    if (searchParams.has("login")) return void response.writeHead(302, { location: `${prefix}/user/login/` }).end();
    if (!isKnown(request.headers.authorization)) return void response.writeHead(401).end("{}");
    if (!takesJson(request.headers.accept)) return void response.writeHead(406).end("{}");
    const light = await png(230);
    const dark = await png(20);
    if (path === "/data/upload/1/light.png") return void response.end(light);
    if (path === "/data/upload/1/dark.png") return void response.end(dark);
    if (path === "/data/local-files/") {
      const files: Record<string, Buffer> = { "set/light.png": light, "set/dark one.png": dark };
      const file = files[searchParams.get("d") ?? ""];
      return void (file ? response.end(file) : response.writeHead(404).end());
    }
    const task = /^\/tasks\/(\d+)\/presign\/$/.exec(path)?.[1];
    const uri = decodeAsPython(searchParams.get("fileuri") ?? "");
    if (task && /^(s3|gs|azure-blob):\/\/bucket\//.test(uri)) {
      return void response.writeHead(303, { location: `${cloudUrl}/${encodeURIComponent(uri)}?signature=top-secret` }).end();
    }
    response.writeHead(404).end();
  });
  return { ...server, url: server.url + prefix, expire: () => access++ };
}

/** Label Studio's views can make nothing but JSON, and answer 406 to who does not take it, files included. */
export function takesJson(accept = "*/*"): boolean {
  return accept.split(",").some((type) => /^(?:\*|application)\/(?:\*|json)$/.test(type.replace(/;.*/, "").trim()));
}

/** `base64.urlsafe_b64decode`, which throws for want of padding. */
function decodeAsPython(text: string): string {
  return text.length % 4 === 0 ? Buffer.from(text, "base64url").toString() : "";
}
