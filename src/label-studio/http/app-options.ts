import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Logger } from "pino";

/** A user and a password, as Label Studio's form takes them. */
export interface BasicAuth {
  readonly user: string;
  readonly password: string;
}

/** The names that a server goes by. */
export interface HostRule {
  /** The address that it listens on; its own names and those of this machine come with it. */
  readonly listensOn: string;
  /** Further names: `labels.example.org`, `.example.org` for all below that, `"*"` for any. */
  readonly allowed?: readonly string[] | undefined;
}

/** The frame around the calls: where they are, and where the log goes. */
export interface AppShellOptions {
  /** Mounts the calls below a path (`/baal`), and nowhere else. */
  readonly pathPrefix?: string | undefined;
  /** The path (`/baal`) at which a proxy shows the server. Calls are answered below it and without it, whether the proxy strips it or not. */
  readonly basePath?: string | undefined;
  /**
   * Proxies whose `X-Forwarded-*` headers count: how many there are in front, or their addresses (`"10.0.0.0/8"`, `"loopback"`). None by
   * default, so that nobody can pretend to be somebody else.
   */
  readonly trustProxy?: number | readonly string[] | undefined;
  /** To stderr by default. */
  readonly logger?: Logger | undefined;
}

/** Who may call, how much, and what `/health` says. */
export interface AppOptions extends AppShellOptions {
  /** The `model_class` of `/health`; by default the backend's. */
  readonly modelClass?: string | undefined;
  /** Largest request body; `"100mb"` by default. */
  readonly bodyLimit?: string | undefined;
  /** Most tasks in one request; 100,000 by default. */
  readonly maxTasks?: number | undefined;
  /** Names by which the server may be called; others are refused. Not looked at without it. */
  readonly hosts?: HostRule | undefined;
  /** Asked for on each call but `/webhook`, to which Label Studio does not send it. Throws `E_ARGUMENT` where a part is empty or undefined. */
  readonly basicAuth?: BasicAuth | undefined;
  /**
   * Whether `/health` is answered without basic auth, for those who only look whether the server is up. `false` by default: Label Studio's
   * form says that the password is wrong where `/health` does.
   */
  readonly openHealth?: boolean | undefined;
  /** A secret that events must carry in the header `x-baal-secret`, unless they carry basic auth. Not empty. */
  readonly webhookSecret?: string | undefined;
  /** Requests without the right credentials that are told so, per minute and address; 300 by default. */
  readonly failuresPerMinute?: number | undefined;
}

/** An app as `http.createServer` and `use` of an Express app take it: below a path of somebody's own app, or listening by itself. */
export interface LabelStudioApp {
  (request: IncomingMessage, response: ServerResponse, next?: (error?: unknown) => void): void;
  /** Starts a server of its own; a port of 0 takes any free one. */
  listen(port: number, onListening?: () => void): Server;
  listen(port: number, host: string, onListening?: () => void): Server;
}
