import { BaalError, errorMessage } from "../../core/errors.js";
import { isBusy } from "../../system/state-database.js";
import { HttpError } from "../contract/http-error.js";
import type { EventJournal, JournalEntry } from "../state/event-journal.js";
import type { ProjectRecord } from "../state/records.js";
import type { Store } from "../state/store.js";
import { parseWebhook, type WebhookEvent } from "../training/webhook-events.js";
import { type AppliedEvent, withoutUnreadable } from "./apply-webhook.js";
import type { WebhookAnswer } from "./backend.js";

export interface EventIntakeOptions {
  readonly store: Pick<Store, "applyEvents" | "journalPosition" | "logEvent" | "backedUpPosition">;
  readonly journal: Pick<EventJournal, "append" | "removeUpTo" | "last">;
  /** Events that were in the journal and not in the database when it was opened. */
  readonly pending: readonly JournalEntry[];
  /** The project that an event is about, which is made where it is new; `undefined` for an event that names none. Throws `E_STORE`. */
  readonly projectOf: (event: WebhookEvent) => ProjectRecord | undefined;
  /** Stores what an event says, within a transaction. */
  readonly apply: (project: ProjectRecord, event: WebhookEvent, receivedAt: number) => AppliedEvent;
  /** Called for each event when it is in the database. */
  readonly onApplied: (applied: AppliedEvent, event: WebhookEvent) => void;
  /** Events cannot be stored now, and are tried again. */
  readonly onFailure: (error: unknown) => void;
  /** They are stored again. */
  readonly onRecovered: () => void;
  /** Until a further try, in milliseconds; 5,000 by default. */
  readonly retryMs?: number | undefined;
}

/** Takes events in. */
export interface EventIntake {
  /** Resolves when the event is on the disk, which is before anything is made of it. Throws `E_STORE`, and 503 where no more events can be taken. */
  take(body: unknown): Promise<WebhookAnswer>;
  /** Makes something of all events that were taken: whoever asks now sees them, unless another process is writing just now. */
  drain(): void;
  /** Stores what was taken, if that can be, and takes nothing more. */
  close(): void;
}

/** One transaction takes so many milliseconds at most: requests come between them. */
const TURN_MS = 20;
/** Until a further try while another process is writing. */
const BUSY_MS = 20;
/** More events than that wait only where the database takes none. */
const MOST_WAITING = 100_000;

interface Waiting {
  readonly entry: JournalEntry;
  readonly event: WebhookEvent;
}

/**
 * Label Studio waits a second for the answer to an event, sends none twice, and somebody waits for it in front of the screen: an event is written to
 * the journal, then answered, then looked at. Events are stored in their order, many in one transaction.
 */
export function eventIntake(options: EventIntakeOptions): EventIntake {
  const { store, journal, projectOf, apply, onApplied, onFailure, onRecovered, retryMs = 5_000 } = options;
  const waiting: Waiting[] = options.pending.map((entry) => ({ entry, event: read(entry) }));
  let timer: NodeJS.Timeout | NodeJS.Immediate | undefined;
  let failure: unknown;
  let damage: BaalError | undefined;
  let removed = 0;
  let isBusyNow = false;
  let isClosed = false;

  const schedule = () => {
    if (timer !== undefined || isClosed || waiting.length === 0 || damage !== undefined) return;
    const run = () => {
      timer = undefined;
      turn(TURN_MS);
      schedule();
    };
    if (failure !== undefined) timer = setTimeout(run, retryMs).unref();
    else timer = isBusyNow ? setTimeout(run, BUSY_MS) : setImmediate(run);
  };

  /** One transaction. Never throws. To wait for another process that writes would keep all that is asked meanwhile waiting: so it does at the end alone. */
  function turn(ms: number, { isPatient = false } = {}): void {
    if (waiting.length === 0) return;
    const end = performance.now() + ms;
    isBusyNow = false;
    try {
      const count = store.applyEvents(
        () => {
          const applied: { readonly waiting: Waiting; readonly applied: AppliedEvent | undefined }[] = [];
          do {
            const next = waiting[applied.length]!;
            applied.push({ waiting: next, applied: applyOne(next) });
          } while (applied.length < waiting.length && performance.now() < end);
          return { position: applied.at(-1)!.waiting.entry.n, result: applied };
        },
        { isPatient },
      );
      waiting.splice(0, count.length);
      if (failure !== undefined) {
        failure = undefined;
        onRecovered();
      }
      for (const { applied, waiting: done } of count) if (applied !== undefined) onApplied(applied, done.event);
      tidy();
    } catch (error) {
      if (!isPatient && isBusy(error)) isBusyNow = true;
      else failed(error);
    }
  }

  function applyOne({ entry, event }: Waiting): AppliedEvent | undefined {
    try {
      const project = projectOf(event);
      return project && apply(project, event, entry.at);
    } catch (error) {
      // The disk is to blame, or the database.
      if (error instanceof BaalError && ["E_STORE", "E_CHECKPOINT"].includes(error.code)) throw error;
      // An event that breaks a rule of the tables must not stand in the way of the others.
      const message = `An event (${event.action}) could not be stored and is left out: ${errorMessage(error)}`;
      store.logEvent({ projectId: undefined, level: "error", message });
      return undefined;
    }
  }

  function failed(error: unknown): void {
    const isNews = failure === undefined;
    failure = error;
    if (error instanceof BaalError && error.code === "E_CHECKPOINT") damage = error;
    if (isNews) onFailure(error);
  }

  /** Files of events that a copy of the database has. */
  function tidy(): void {
    const backedUp = store.backedUpPosition();
    if (backedUp <= removed) return;
    removed = backedUp;
    journal.removeUpTo(backedUp).catch(onFailure);
  }

  /** A project that cannot be made now, on a full disk, is made when the event is stored. */
  function known(event: WebhookEvent): Pick<ProjectRecord, "id"> | undefined {
    try {
      return projectOf(event);
    } catch (error) {
      if (error instanceof BaalError && error.code === "E_STORE") return { id: 0 };
      throw error;
    }
  }

  function drain(options?: { readonly isPatient: boolean }): void {
    isBusyNow = false;
    while (waiting.length > 0 && failure === undefined && !isBusyNow) turn(TURN_MS, options);
  }

  schedule();
  return {
    async take(body) {
      if (isClosed) throw new HttpError(503, "E_BUSY", "The server is shutting down: send the event again when it is back.");
      if (damage !== undefined) throw new HttpError(503, "E_CHECKPOINT", damage.message);
      if (waiting.length >= MOST_WAITING)
        throw new HttpError(503, "E_BUSY", `${waiting.length} events wait to be stored: see the server's log for the reason.`);
      // A store that is another process's by now takes nothing from this one.
      store.journalPosition();
      const at = Date.now();
      const event = readEvent(body, at);
      const { action, operations, problems } = event;
      const project = event.project === undefined || operations.length === 0 ? undefined : known(event);
      if (project === undefined) return { action, projectId: undefined, started: undefined, problems };
      const entry = await journal.append(body, at);
      waiting.push({ entry, event });
      schedule();
      const started = operations.some(({ kind }) => kind === "startTraining") ? "START_TRAINING" : undefined;
      return { action, projectId: project.id, started, problems };
    },
    drain: () => drain(),
    close() {
      drain({ isPatient: true });
      isClosed = true;
      clearTimeout(timer as NodeJS.Timeout);
      clearImmediate(timer as NodeJS.Immediate);
    },
  };
}

function read({ body, at }: JournalEntry): WebhookEvent {
  return readEvent(body, at);
}

function readEvent(body: unknown, receivedAt: number): WebhookEvent {
  return withoutUnreadable(parseWebhook(body, { receivedAt }));
}
