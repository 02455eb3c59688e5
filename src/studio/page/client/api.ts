/** Path that the server is reached by, with a slash at the end. */
export const base: string = document.documentElement.dataset["base"] ?? "/";

/** What the server refused, or that it was not reached. */
export class ApiError extends Error {
  /** The HTTP status; 0 where nothing answered. */
  readonly status: number;
  readonly code: string;
  /** What else was said: of a 409 what the items are now. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    message: string,
    { status, code, details = {} }: Pick<ApiError, "status" | "code"> & Partial<Pick<ApiError, "details">>,
  ) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

export interface ApiOptions {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | undefined;
  /** Is sent as JSON. */
  readonly body?: unknown;
  /** Is sent as it is. */
  readonly file?: File | undefined;
  /** The same one again is not done twice; a new one by default. */
  readonly idempotencyKey?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Asks the server: `await api<Review>("review/conflicts")`. Throws {@link ApiError}, and the reason of `signal` where it is aborted. */
export async function api<T>(path: string, options: ApiOptions = {}): Promise<T> {
  const response = await answered(path, options);
  return (await response.json()) as T;
}

/** As {@link api}, for what is no JSON: the map. */
export async function apiBytes(path: string, options: ApiOptions = {}): Promise<ArrayBuffer> {
  return (await answered(path, options)).arrayBuffer();
}

/** An address below the base path, for links and pictures: `apiUrl("export?format=csv")`. */
export function apiUrl(path: string): string {
  return `${base}api/${path}`;
}

async function answered(path: string, { method = "GET", body, file, idempotencyKey, signal }: ApiOptions): Promise<Response> {
  const headers: Record<string, string> = { accept: "application/json" };
  if (method !== "GET") {
    headers["content-type"] = file ? "application/octet-stream" : "application/json";
    headers["idempotency-key"] = idempotencyKey ?? uniqueId();
  }
  let response: Response;
  try {
    response = await fetch(apiUrl(path), {
      ...{ method, headers, body: method === "GET" ? null : (file ?? JSON.stringify(body ?? {})) },
      ...{ signal: signal ?? null, credentials: "same-origin", cache: "no-store" },
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError("The server does not answer.", { status: 0, code: "E_UNREACHABLE" });
  }
  if (response.ok) return response;
  // A proxy's answer is no JSON.
  const { error, ...details } = (await response.json().catch(() => ({}))) as {
    readonly error?: { readonly code?: string; readonly message?: string };
  };
  const { status } = response;
  throw new ApiError(error?.message ?? `The server answered ${status}.`, { status, code: error?.code ?? "E_HTTP", details });
}

/** 128 random bits. `crypto.randomUUID` is not there on a page that came by plain HTTP from another machine. */
export function uniqueId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
