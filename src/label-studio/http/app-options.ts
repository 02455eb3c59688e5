import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Logger } from "pino";

/** A user and a password, as Label Studio's form takes them. */
export interface BasicAuth {
  readonly user: string;
  readonly password: string;
}

/** The frame around the calls: where they are, how large they may be, and where the log goes. */
export interface AppShellOptions {
  /** Mounts the calls below a path (`/baal`), for a proxy that does not strip it. */
  readonly pathPrefix?: string | undefined;
  /** Largest request body; `"100mb"` by default. */
  readonly bodyLimit?: string | undefined;
  /** To stderr by default. */
  readonly logger?: Logger | undefined;
}

/** Who may call, how much, and what `/health` says. */
export interface AppOptions extends AppShellOptions {
  /** The `model_class` of `/health`; by default the backend's. */
  readonly modelClass?: string | undefined;
  /** Most tasks in one request; 10,000 by default. */
  readonly maxTasks?: number | undefined;
  /** Asked for on each call but `/health`, and `/webhook`, to which Label Studio does not send it. */
  readonly basicAuth?: BasicAuth | undefined;
  /** Whether `/health` is answered without basic auth, for those who only look whether the server is up. `true` by default. */
  readonly openHealth?: boolean | undefined;
  /** A secret that events must carry in the header `x-baal-secret`, unless they carry basic auth. */
  readonly webhookSecret?: string | undefined;
  /** Failed requests per minute and address that are answered; 300 by default. */
  readonly failuresPerMinute?: number | undefined;
}

/** An app as `http.createServer` and `use` of an Express app take it: below a path of somebody's own app, or listening by itself. */
export interface LabelStudioApp {
  (request: IncomingMessage, response: ServerResponse, next?: (error?: unknown) => void): void;
  /** Starts a server of its own; a port of 0 takes any free one. */
  listen(port: number, onListening?: () => void): Server;
  listen(port: number, host: string, onListening?: () => void): Server;
}
