import type { Request, Response } from "express";
import type { Desk, DeskEvent, Viewer } from "../desk/desk.js";
import { leave } from "../desk/next-items.js";
import { studioState } from "../desk/studio-state.js";
import { ifPossible } from "../store/if-possible.js";

/** States are gathered for so long: with several annotators and a training there are many. */
const GATHER_MS = 100;
/** Proxies close connections that are silent. */
const HEARTBEAT_MS = 15_000;
/** A browser that reconnects within this time keeps its items. */
const GRACE_MS = 10_000;

/** Streams of events, and who has gone. */
export interface EventStreams {
  send(desk: Desk, viewer: Viewer, request: Request, response: Response): void;
  /** Ends those of a user; whoever still may comes back by itself. */
  end(user: string): void;
  /** Ends all of them. */
  close(): void;
}

/**
 * Server-sent events: `state` now and after each change, `items` with the number of the write as id, so that a browser that comes back is told what
 * changed meanwhile, `training`, `propagation`, `map`. A browser whose last stream ends gives its items back.
 */
export function eventStreams(): EventStreams {
  const open = new Map<string, Set<Response>>();
  const users = new WeakMap<Response, string>();
  const leaving = new Map<string, NodeJS.Timeout>();
  /** Streams end with the desk, which has nothing left to give back then. */
  let isClosed = false;

  const joined = ({ session, name }: Viewer, response: Response) => {
    clearTimeout(leaving.get(session));
    leaving.delete(session);
    const own = open.get(session) ?? new Set();
    open.set(session, own.add(response));
    users.set(response, name);
  };
  const left = (desk: Desk, viewer: Viewer, response: Response) => {
    const own = open.get(viewer.session);
    own?.delete(response);
    if (own === undefined || own.size > 0 || isClosed) return;
    open.delete(viewer.session);
    const timer = setTimeout(() => {
      leaving.delete(viewer.session);
      // What cannot be given back now, on a full disk, ends by itself.
      ifPossible(() => leave(desk, viewer));
    }, GRACE_MS);
    leaving.set(viewer.session, timer.unref());
  };

  return {
    send(desk, viewer, request, response) {
      response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store", "x-accel-buffering": "no" });
      let timer: NodeJS.Timeout | undefined;
      const write = (type: string, data: unknown, id?: number) =>
        response.write(`event: ${type}\n${id === undefined ? "" : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`);
      const sendState = () => {
        timer = undefined;
        // A page that does not read, of a machine that sleeps, say, gets the next state when it does.
        if (response.writableNeedDrain) {
          if (response.listenerCount("drain") === 0) response.once("drain", later);
          return;
        }
        const state = studioState(desk, viewer);
        write("state", state, state.seq);
      };
      const later = () => {
        timer ??= setTimeout(sendState, GATHER_MS);
      };
      const onEvent = (event: DeskEvent) => {
        if (event.type === "state") return later();
        if (event.type === "items")
          return void write("items", { seq: event.seq, user: event.user, items: event.items }, event.seq);
        const point = event.type === "training" ? desk.brain()?.training().points.at(-1) : undefined;
        write(event.type, point ?? {});
      };
      joined(viewer, response);
      const missed = missedItems(desk, request.get("last-event-id"));
      if (missed) write("items", missed, missed.seq);
      sendState();
      const heartbeat = setInterval(() => response.writableNeedDrain || response.write(": still there\n\n"), HEARTBEAT_MS);
      const end = desk.listen(onEvent);
      response.once("close", () => {
        end();
        clearTimeout(timer);
        clearInterval(heartbeat);
        left(desk, viewer, response);
      });
    },
    end(user) {
      for (const own of open.values()) for (const response of own) if (users.get(response) === user) response.end();
    },
    close() {
      isClosed = true;
      for (const timer of leaving.values()) clearTimeout(timer);
      for (const own of open.values()) for (const response of own) response.end();
    },
  };
}

/** What has changed since the last event that a browser has had. */
function missedItems({ store }: Desk, lastId: string | undefined) {
  const since = /^\d{1,15}$/.test(lastId ?? "") ? Number(lastId) : undefined;
  if (since === undefined || since >= store.seq()) return undefined;
  const events = store.events(since);
  return { seq: store.seq(), user: events.at(-1)?.user ?? "", items: [...new Set(events.map(({ item }) => item))] };
}
