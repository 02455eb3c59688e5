import { BaalError } from "../../core/errors.js";
import { type ApiToken, type ApiTokenOptions, apiToken } from "./api-token.js";

/** A Label Studio, and the token that it is asked with. */
export interface LabelStudioServerOptions extends ApiTokenOptions {
  /** As this server reaches it: `http://label-studio:8080`, with a path prefix where it has one. */
  readonly url: string;
  /** A personal access token or a legacy token. Without it only files that need no login can be read. */
  readonly apiKey?: string | undefined;
}

/** The Label Studio whose files tasks name. */
export interface LabelStudioServer {
  /** With a slash at its end. */
  readonly base: URL;
  readonly token: ApiToken | undefined;
  /** The address of a path such as `/data/upload/1/a.png`; `undefined` for one that is none of its files. */
  fileUrl(path: string): URL | undefined;
  /** Whether an address is one of its files, to which the token may be sent. */
  isFile(url: URL): boolean;
  /** Where a task's `s3:`, `gs:` or `azure-blob:` file can be had. */
  presignUrl(uri: string, taskId: number | string): URL;
}

/** Uploads, local files, samples, and what cloud storage is behind. The rest is pages and the API. */
const FILES = /^(?:data|storage-data|static)\/|^(?:tasks|projects)\/\d+\/(?:presign|resolve)\//;

const ENCODED_SLASH = /%(?:2f|5c)/i;

/** Throws `E_ARGUMENT` for an address that is none. */
export function labelStudioServer({ url, apiKey, ...clock }: LabelStudioServerOptions): LabelStudioServer {
  const base = baseOf(url);
  const isFile = (address: URL) =>
    address.origin === base.origin &&
    // A proxy may read an encoded slash as one: what begins as a file's path would lead to any page or call.
    !ENCODED_SLASH.test(address.pathname) &&
    readings(address.pathname).every((path) => path.startsWith(base.pathname) && FILES.test(path.slice(base.pathname.length)));
  return {
    base,
    token: apiKey === undefined || apiKey === "" ? undefined : apiToken(base, apiKey, clock),
    isFile,
    fileUrl(path) {
      // A path may have Label Studio's own prefix already.
      const address = path.startsWith(base.pathname) ? new URL(path, base) : new URL(`.${path}`, base);
      return isFile(address) ? address : undefined;
    },
    presignUrl(uri, taskId) {
      const address = new URL(`tasks/${encodeURIComponent(taskId)}/presign/`, base);
      // Label Studio's decoder wants the padding, which "base64url" leaves out.
      const encoded = Buffer.from(uri).toString("base64").replaceAll("+", "-").replaceAll("/", "_");
      address.searchParams.set("fileuri", encoded);
      return address;
    },
  };
}

/** So often a path may be decoded on its way through proxies. */
const DECODINGS = 3;

/**
 * A path as it stands, and as those see it who decode it before they look at it: `/data/..%2Fapi/` is a file's path here and `/api/` there. One
 * that is not decoded to its end is none (`""`). Only the signs count that make another path of it.
 */
function readings(path: string): readonly string[] {
  const seen = [path];
  for (;;) {
    const last = seen.at(-1)!;
    const decoded = last.replace(/%(?:25|2e|2f|5c)/gi, decodeURIComponent);
    if (decoded === last) return seen.map((reading) => new URL(`http://host${reading.replaceAll("\\", "/")}`).pathname);
    if (seen.length > DECODINGS) return [""];
    seen.push(decoded);
  }
}

function baseOf(url: string): URL {
  const base = URL.canParse(url) ? new URL(url) : undefined;
  if (base === undefined || !/^https?:$/.test(base.protocol) || base.username !== "") {
    throw new BaalError(
      "E_ARGUMENT",
      "Label Studio's address (--label-studio-url, LABEL_STUDIO_URL) should be like http://label-studio:8080, without a user name.",
    );
  }
  return new URL(base.pathname.replace(/\/*$/, "/"), base);
}
