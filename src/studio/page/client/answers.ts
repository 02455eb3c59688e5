import { computed, effect, signal } from "@preact/signals";
import type { LabelBatch, Wrote } from "../../api/item-contract.js";
import { ApiError, api, apiUrl, uniqueId } from "./api.js";
import { connection } from "./live.js";

/** What is to be written, without what is known only when it is sent. */
export type NewBatch = Omit<LabelBatch, "batchId" | "baseSeq"> & {
  /** The server's number of the last event that was seen of the items: {@link LabelBatch.baseSeq}. */
  readonly seq: number;
};

interface Write {
  readonly id: string;
  readonly kind: "labels" | "undo" | "redo";
  readonly batch: NewBatch | undefined;
  readonly items: readonly number[];
}

/** What became of a write: done, or refused, which says what the items are now where somebody else was faster. */
export type Outcome =
  | { readonly id: string; readonly kind: Write["kind"]; readonly wrote: Wrote }
  | { readonly id: string; readonly kind: Write["kind"]; readonly error: ApiError };

const KEY = `baal studio answers ${apiUrl("")}`;

/** Not on the server's disk yet, in order. They outlive a reload. */
const pending = signal<readonly Write[]>(restored());

/** How many writes wait, and why they do where something is wrong. */
export const unsaved = computed(() => pending.value.length);
export const saveFailure = signal<string | undefined>(undefined);

/** Items that are part of what waits. */
export const unsavedItems = computed(() => new Set(pending.value.flatMap(({ items }) => items)));

const listeners = new Set<(outcome: Outcome) => void>();

/** Calls back with what became of each write, until the function that is returned is called. */
export function onOutcome(callback: (outcome: Outcome) => void): () => void {
  listeners.add(callback);
  return () => listeners.delete(callback);
}

/** Puts a batch behind those that wait, and returns its id; it is sent as one request, again until the server has answered. */
export function write(batch: NewBatch): string {
  return enqueue({ id: uniqueId(), kind: "labels", batch, items: itemsOf(batch) });
}

/** Takes back the user's last batch, or does it again, in order with what waits. `items`: those that it is about, as far as that is known. */
export function takeBack(kind: "undo" | "redo", items: readonly number[] = []): string {
  return enqueue({ id: uniqueId(), kind, batch: undefined, items });
}

/** Begins to send what a reload has left, and keeps what waits where a reload finds it. */
export function sendAnswers(): void {
  effect(() => {
    if (pending.value.length === 0) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, JSON.stringify(pending.value));
  });
  effect(() => {
    if (connection.value.state === "live") flush();
  });
  addEventListener("beforeunload", (event) => {
    if (saveFailure.peek() !== undefined) event.preventDefault();
  });
}

/** Tries at once what waits. */
export function retryNow(): void {
  failures = 0;
  flush();
}

/** A refusal that may pass: nothing answered, the session has ended, too many at a time, the server is in trouble. */
function mayPass({ status }: ApiError): boolean {
  return status === 0 || status === 401 || status === 408 || status === 429 || status >= 500;
}

const RETRY_MS = [1_000, 2_000, 4_000, 8_000];
let isSending = false;
let failures = 0;
let timer: ReturnType<typeof setTimeout> | undefined;
/** The last write of each item from here: what it was seen with afterwards. */
const ownSeq = new Map<number, number>();

function enqueue(write: Write): string {
  pending.value = [...pending.peek(), write];
  if (saveFailure.peek() === undefined) flush();
  return write.id;
}

function flush(): void {
  clearTimeout(timer);
  if (!isSending) void sendAll();
}

async function sendAll(): Promise<void> {
  isSending = true;
  for (let [first] = pending.peek(); first; [first] = pending.peek()) {
    try {
      const wrote = await send(first);
      for (const { id } of wrote.items) ownSeq.set(id, wrote.seq);
      done({ id: first.id, kind: first.kind, wrote });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (mayPass(error)) {
        saveFailure.value = error.message;
        timer = setTimeout(flush, RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)]);
        break;
      }
      done({ id: first.id, kind: first.kind, error });
    }
  }
  isSending = false;
}

function send({ id, kind, batch, items }: Write): Promise<Wrote> {
  if (!batch) return api<Wrote>(kind, { method: "POST", idempotencyKey: id });
  const { seq, ...rest } = batch;
  // What was written from here since is nobody else's change.
  const baseSeq = Math.max(seq, ...items.map((item) => ownSeq.get(item) ?? 0));
  return api<Wrote>("labels", {
    method: "POST",
    idempotencyKey: id,
    body: { ...rest, batchId: id, baseSeq } satisfies LabelBatch,
  });
}

function done(outcome: Outcome): void {
  failures = 0;
  saveFailure.value = undefined;
  pending.value = pending.peek().slice(1);
  for (const listener of listeners) listener(outcome);
}

function itemsOf({ answers = [], changes = [] }: NewBatch): readonly number[] {
  return [...new Set([...answers, ...changes].map(({ item }) => item))];
}

function restored(): readonly Write[] {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "[]") as readonly Write[];
  } catch {
    return [];
  }
}
