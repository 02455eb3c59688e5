import { signal } from "@preact/signals";
import type { StudioState } from "../../api/contract.js";
import type { ItemsEvent } from "../../api/item-contract.js";
import type { TrainingPoint } from "../../api/work-contract.js";
import { ApiError, api, apiUrl } from "./api.js";

/** Whether the server is heard of: `"gone"` since a moment, in milliseconds since 1970; `"refused"` where it takes the page for nobody's. */
export type Connection =
  | { readonly state: "connecting" | "live" | "refused" }
  | { readonly state: "gone"; readonly since: number };

/** What the server has told last; `undefined` until it has. */
export const studio = signal<StudioState | undefined>(undefined);
export const connection = signal<Connection>({ state: "connecting" });

/** Events by name, for those who want to know of each: {@link onServerEvent}. */
interface ServerEvents {
  readonly items: ItemsEvent;
  readonly training: TrainingPoint;
}

type Told =
  | { readonly type: "state"; readonly data: StudioState }
  | { readonly type: "connection"; readonly data: Connection }
  | { readonly [K in keyof ServerEvents]: { readonly type: K; readonly data: ServerEvents[K] } }[keyof ServerEvents]
  | { readonly type: "hello" };

const listeners = new Map<keyof ServerEvents, Set<(data: never) => void>>();

/** Calls back with each such event, until the function that is returned is called. */
export function onServerEvent<K extends keyof ServerEvents>(name: K, callback: (data: ServerEvents[K]) => void): () => void {
  const all = listeners.get(name) ?? new Set();
  listeners.set(name, all.add(callback));
  return () => all.delete(callback);
}

/** Takes a state that a request has brought; an older one than is known changes nothing. */
function takeState(told: StudioState): void {
  const known = studio.peek();
  if (known === undefined || told.seq >= known.seq) studio.value = told;
}

function take(told: Told): void {
  if (told.type === "state") takeState(told.data);
  else if (told.type === "connection") connection.value = told.data;
  else if (told.type !== "hello") for (const listener of listeners.get(told.type) ?? []) listener(told.data as never);
}

const RETRY_MS = 2_000;

/**
 * Listens to the server. Browsers allow six connections to a host by HTTP/1.1, so one tab listens for all: the one that holds the lock, which goes
 * to another when it is closed. Where there are no locks (plain HTTP from another machine) each listens for itself.
 */
export function listen(): void {
  const channel = new BroadcastChannel(`baal studio ${apiUrl("")}`);
  const tell = (told: Told) => {
    take(told);
    channel.postMessage(told);
  };
  let isLeader = false;
  channel.onmessage = ({ data }: MessageEvent<Told>) => {
    if (data.type !== "hello") take(data);
    else if (isLeader && studio.peek()) {
      channel.postMessage({ type: "connection", data: connection.peek() } satisfies Told);
      channel.postMessage({ type: "state", data: studio.peek()! } satisfies Told);
    }
  };
  const lead = () => {
    isLeader = true;
    follow(tell);
    return new Promise<never>(() => {});
  };
  if (navigator.locks) void navigator.locks.request(`baal studio ${apiUrl("")}`, lead);
  else void lead();
  channel.postMessage({ type: "hello" } satisfies Told);
  // The stream tells it as well; the one that waits for the leader does not wait for it.
  void api<StudioState>("state").then(
    (state) => {
      takeState(state);
      connection.value = { state: "live" };
    },
    (error: unknown) => {
      if (error instanceof ApiError && error.status === 401) connection.value = { state: "refused" };
    },
  );
}

function follow(tell: (told: Told) => void): void {
  const source = new EventSource(apiUrl("events"));
  const isLive = () => connection.peek().state === "live" || tell({ type: "connection", data: { state: "live" } });
  source.onopen = () => void isLive();
  for (const type of ["state", "items", "training"] as const)
    source.addEventListener(type, ({ data }: MessageEvent<string>) => {
      isLive();
      tell({ type, data: JSON.parse(data) } as Told);
    });
  source.onerror = () => {
    const known = connection.peek();
    if (known.state !== "gone" && known.state !== "refused")
      tell({ type: "connection", data: { state: "gone", since: Date.now() } });
    // Browsers give up after an answer that is no stream, such as a proxy's error or a session that has ended.
    if (source.readyState !== EventSource.CLOSED) return;
    setTimeout(() => {
      void api<StudioState>("state").then(
        (data) => tell({ type: "state", data }),
        (error: unknown) => {
          if (error instanceof ApiError && error.status === 401) tell({ type: "connection", data: { state: "refused" } });
        },
      );
      follow(tell);
    }, RETRY_MS);
  };
}
