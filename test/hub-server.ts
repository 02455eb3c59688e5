import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join, relative } from "node:path";

/** A fault that the server commits when the file asked for (with `status`: the requested address) contains `path`. */
export interface HubFault {
  readonly path: string;
  /** How often; always when absent. */
  times?: number;
  /** Answer with this status instead. */
  readonly status?: number;
  /** Cut the connection after so many bytes of the body. */
  readonly cutAfter?: number;
  /** Send other bytes of the same length. */
  readonly corrupt?: boolean;
  /** Say nothing more after so many bytes of the body. */
  readonly stallAfter?: number;
  /** Send everything, ignoring the range asked for. */
  readonly ignoreRange?: boolean;
}

export interface HubRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
}

export interface HubServer {
  readonly endpoint: string;
  /** What was asked, in order; may be emptied by a test (`length = 0`). */
  readonly requests: HubRequest[];
  /** Faults to commit from now on; the first that fits counts. */
  readonly faults: HubFault[];
  /** The commit that `main` stands for now. */
  commit(kind: "models" | "datasets", repo: string): string;
  close(): Promise<void>;
}

export interface HubContents {
  /** Repository id to the folder with its files. */
  readonly models?: Readonly<Record<string, string>>;
  readonly datasets?: Readonly<Record<string, string>>;
  /** Address of another such server that large files are redirected to; this one by default. */
  readonly storage?: string;
  /** Files per page of a listing, 1000 by default. */
  readonly pageSize?: number;
}

interface HubFile {
  readonly path: string;
  readonly content: Buffer;
  readonly oid: string;
  readonly sha256: string;
  readonly isLfs: boolean;
}

const lfsNames = /\.(safetensors|onnx|onnx_data|onnx\.data|bin|parquet|gz)$/;

/**
 * A local server that speaks the hub's protocol over folders: repository information, paginated listings, path information,
 * and files with checksums, ranges and a redirect to another address for large-file storage. Folders are read at each request.
 */
export async function startHubServer(contents: HubContents): Promise<HubServer> {
  const requests: HubRequest[] = [];
  const faults: HubFault[] = [];
  const server = createServer((request, response) => {
    const url = request.url ?? "/";
    requests.push({ method: request.method ?? "GET", url, headers: request.headers });
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on("end", () => {
      const reply = answer(contents, endpoint(), request, body);
      const fault = takeFault(faults, reply, decodeURIComponent(url));
      send(fault?.status ? refuse(fault.status, "Refused", `refused with ${fault.status}`) : reply, fault, request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    endpoint: endpoint(),
    requests,
    faults,
    commit: (kind, repo) => commitOf(filesOf(contents[kind]![repo]!)),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const hex = (algorithm: string, ...parts: (string | Buffer)[]) =>
  parts.reduce((hash, part) => hash.update(part), createHash(algorithm)).digest("hex");

function filesOf(folder: string): HubFile[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries
    .map((entry) => {
      const content = readFileSync(join(entry.parentPath, entry.name));
      const path = relative(folder, join(entry.parentPath, entry.name)).replaceAll("\\", "/");
      return {
        path,
        content,
        oid: hex("sha1", `blob ${content.length}\0`, content),
        sha256: hex("sha256", content),
        isLfs: lfsNames.test(path),
      };
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

function commitOf(files: readonly HubFile[]): string {
  return hex("sha1", JSON.stringify(files.map(({ path, oid }) => [path, oid])));
}

interface Reply {
  readonly status: number;
  readonly headers: Record<string, string | number>;
  readonly body: Buffer;
  /** The path of the file whose content this is. */
  readonly file?: string;
}

function answer(contents: HubContents, endpoint: string, request: IncomingMessage, body: string): Reply {
  const url = new URL(request.url ?? "/", endpoint);
  const path = decodeURIComponent(url.pathname);
  const stored = /^\/lfs\/(models|datasets)\/(.+)\/([0-9a-f]{64})$/.exec(path);
  const api = /^\/api\/(models|datasets)\/(.+?)\/(revision|tree|paths-info)\/(.+)$/.exec(path);
  const resolve = /^\/(datasets\/)?(.+?)\/resolve\/([^/]+)\/(.+)$/.exec(path);
  const kind = (stored?.[1] ?? api?.[1] ?? (resolve?.[1] ? "datasets" : "models")) as "models" | "datasets";
  const repo = (stored ?? api ?? resolve)?.[2] ?? "";
  const folder = contents[kind]?.[repo];
  if (folder === undefined) return refuse(404, "RepoNotFound", "Repository not found");
  const files = filesOf(folder);
  if (stored) {
    const file = files.find((candidate) => candidate.sha256 === stored[3]);
    return file ? content(file, { etag: `"${file.sha256.slice(0, 32)}"` }) : refuse(404, "EntryNotFound", "Entry not found");
  }
  const commit = commitOf(files);
  const revision = (api?.[4] ?? resolve?.[3])!;
  if (revision !== "main" && revision !== commit) return refuse(404, "RevisionNotFound", `Invalid rev id: ${revision}`);
  if (api?.[3] === "revision")
    return json({ _id: "0", id: repo, sha: commit, private: false, gated: false, lastModified: "2024-01-01T00:00:00.000Z" });
  if (api?.[3] === "tree") return page(files, url, contents.pageSize ?? 1000);
  if (api?.[3] === "paths-info") {
    const wanted = (JSON.parse(body) as { paths: string[] }).paths;
    return json(files.filter((file) => wanted.includes(file.path)).map(describe));
  }
  const file = files.find((candidate) => candidate.path === resolve?.[4]);
  if (file === undefined) return refuse(404, "EntryNotFound", "Entry not found");
  const headers = { "x-repo-commit": commit, etag: `"${file.oid}"` };
  if (!file.isLfs) return content(file, headers);
  const location = `${contents.storage ?? endpoint}/lfs/${kind}/${repo}/${file.sha256}`;
  const linked = { "x-linked-etag": `"${file.sha256}"`, "x-linked-size": file.content.length, location };
  return { status: 302, headers: { ...headers, ...linked }, body: Buffer.alloc(0) };
}

function refuse(status: number, code: string, message: string): Reply {
  return { ...json({ error: message }, { "x-error-code": code, "x-error-message": message }), status };
}

function json(value: unknown, headers: Record<string, string> = {}): Reply {
  return { status: 200, headers: { "content-type": "application/json", ...headers }, body: Buffer.from(JSON.stringify(value)) };
}

function content(file: HubFile, headers: Record<string, string>): Reply {
  return { status: 200, headers: { ...headers, "accept-ranges": "bytes" }, body: file.content, file: file.path };
}

function page(files: readonly HubFile[], url: URL, size: number): Reply {
  const start = Number(url.searchParams.get("cursor") ?? 0);
  const next = new URL(url);
  next.searchParams.set("cursor", String(start + size));
  return json(
    files.slice(start, start + size).map(describe),
    start + size < files.length ? { link: `<${next.href}>; rel="next"` } : {},
  );
}

function describe({ path, content, oid, sha256, isLfs }: HubFile) {
  return {
    type: "file",
    path,
    size: content.length,
    oid,
    ...(isLfs && { lfs: { oid: sha256, size: content.length, pointerSize: 130 } }),
  };
}

function takeFault(faults: readonly HubFault[], reply: Reply, url: string): HubFault | undefined {
  // Faults of the content wait for the content: a redirect to it passes.
  const fits = (fault: HubFault) => (fault.status !== undefined ? url.includes(fault.path) : reply.file?.includes(fault.path));
  const fault = faults.find((candidate) => candidate.times !== 0 && fits(candidate));
  if (fault?.times !== undefined) fault.times--;
  return fault;
}

function send(reply: Reply, fault: HubFault | undefined, request: IncomingMessage, response: ServerResponse): void {
  const isRange = reply.file !== undefined && !fault?.ignoreRange;
  const range = isRange ? /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "") : null;
  const [start, end] = range ? [Number(range[1]), range[2] ? Number(range[2]) + 1 : reply.body.length] : [0, reply.body.length];
  const part = reply.body.subarray(start, end);
  const bytes = fault?.corrupt ? part.map((byte) => byte ^ 1) : part;
  response.writeHead(range ? 206 : reply.status, {
    ...reply.headers,
    "content-length": bytes.length,
    ...(range && { "content-range": `bytes ${start}-${end - 1}/${reply.body.length}` }),
  });
  const limit = fault?.cutAfter ?? fault?.stallAfter;
  if (request.method === "HEAD") response.end();
  else if (limit === undefined) response.end(bytes);
  else response.write(bytes.subarray(0, limit), () => fault?.cutAfter !== undefined && setTimeout(() => response.destroy(), 20));
}
