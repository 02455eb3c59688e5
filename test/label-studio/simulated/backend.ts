/** How Label Studio's server calls an ML backend and its webhooks, with its time limits. */
export interface BackendOptions {
  /** The base URL as the user typed it; a user and password in it go to all calls. */
  readonly url: string;
  /** `model_version` of the project at first. */
  readonly title?: string;
  /** Sent on all calls but event webhooks. */
  readonly basicAuth?: { readonly user: string; readonly password: string };
  /** Of the webhooks, such as a shared secret. */
  readonly webhookHeaders?: Readonly<Record<string, string>>;
  /** `null` for a backend without webhooks; below the backend's URL by default. */
  readonly webhookUrl?: string | null;
  readonly limits?: Partial<Record<CallName, number>>;
}

export type CallName = "health" | "setup" | "predict" | "train" | "event";

export interface BackendCall {
  readonly name: CallName;
  readonly action: string | undefined;
  /** 0 without an answer. */
  readonly status: number;
  readonly ms: number;
  readonly error: string | undefined;
  readonly json: unknown;
}

const LIMITS: Readonly<Record<CallName, number>> = {
  health: 1000,
  setup: 3000,
  predict: 100_000,
  train: 100_000,
  event: 10_000,
};
const HEALTH_RETRIES = 3;
/** Where an event goes. */
export interface EventTarget {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Backend {
  readonly title: string;
  readonly url: string;
  /** What its last setup told. */
  readonly version: () => string;
  readonly calls: BackendCall[];
  /** The address that its webhook gets; none where Label Studio refuses it, without a word. */
  readonly webhookUrl: string | undefined;
  health(): Promise<BackendCall>;
  post(name: "setup" | "predict" | "train", path: string, body: unknown): Promise<BackendCall>;
  event(webhook: EventTarget, body: { readonly action: string }): Promise<void>;
}

export function backend(options: BackendOptions): Backend {
  const { title = "baal", basicAuth, webhookHeaders = {} } = options;
  const limits = { ...LIMITS, ...options.limits };
  const base = options.url.replace(/\/*$/, "");
  const webhookUrl = options.webhookUrl === undefined ? `${base}/webhook` : options.webhookUrl;
  const calls: BackendCall[] = [];
  const auth: Record<string, string> = basicAuth ? { authorization: basic(basicAuth.user, basicAuth.password) } : {};
  const call = async (
    name: CallName,
    address: string,
    init: { readonly body?: unknown; readonly headers?: Record<string, string> },
  ) => {
    const url = new URL(address);
    const own: Record<string, string> = url.username === "" ? {} : { authorization: basic(url.username, url.password) };
    url.username = "";
    url.password = "";
    const started = performance.now();
    const body = init.body as { readonly action?: string } | undefined;
    const done = (status: number, json: unknown, error?: string): BackendCall => {
      const made = { name, action: body?.action, status, ms: performance.now() - started, error, json };
      calls.push(made);
      return made;
    };
    try {
      const response = await fetch(url, {
        method: body === undefined ? "GET" : "POST",
        headers: { "content-type": "application/json", ...own, ...init.headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(limits[name]),
      });
      const text = await response.text();
      if (!response.ok) return done(response.status, undefined, `${response.status} Server Error for url ${url}`);
      return done(response.status, JSON.parse(text === "" ? "{}" : text));
    } catch (error) {
      return done(0, undefined, String(error));
    }
  };

  return {
    title,
    url: base,
    version: () => {
      const setup = calls.findLast(({ name, error }) => name === "setup" && error === undefined);
      return String((setup?.json as { readonly model_version?: unknown } | undefined)?.model_version ?? "");
    },
    calls,
    webhookUrl: webhookUrl !== null && isAcceptedUrl(webhookUrl) ? webhookUrl : undefined,
    async health() {
      for (let attempt = 0; ; attempt++) {
        const made = await call("health", `${base}/health`, { headers: auth });
        if (made.error === undefined || attempt === HEALTH_RETRIES) return made;
      }
    },
    post: (name, path, body) => call(name, base + path, { body, headers: auth }),
    async event({ url, headers }, body) {
      await call("event", url, { body, headers: { ...webhookHeaders, ...headers } });
    },
  };
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${decodeURIComponent(user)}:${decodeURIComponent(password)}`).toString("base64")}`;
}

/** Django's URLValidator: a host has a dot, is `localhost` or an address, and has no underscore. */
export function isAcceptedUrl(address: string): boolean {
  const { hostname } = new URL(address);
  return hostname === "localhost" || (hostname.includes(".") && !hostname.includes("_")) || hostname.startsWith("[");
}
