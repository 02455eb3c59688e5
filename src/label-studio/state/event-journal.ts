import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { BaalError, errorMessage } from "../../core/errors.js";
import { syncPath, writeFileAtomic } from "../../system/files.js";
import { JsonLinesLog, parseJsonLine, readJsonLines } from "../../system/json-lines.js";
import { makePrivateFolder } from "../../system/private-files.js";

export const journalFolder = "journal";

/** A new file begins at so many characters: old events are removed file by file. */
const SEGMENT_CHARACTERS = 8_000_000;

const segmentName = /^events-(\d{15})\.jsonl$/;

const ENTRY = z.object({ n: z.int(), at: z.number(), body: z.unknown() });

/** An event as it came. */
export interface JournalEntry {
  /** Its number: those that came later have higher ones. */
  readonly n: number;
  /** When it came, in milliseconds since 1970. */
  readonly at: number;
  readonly body: unknown;
}

export interface OpenedJournal {
  readonly journal: EventJournal;
  /** Events that are not in the database yet, in their order. */
  readonly pending: readonly JournalEntry[];
  /** Lines that cannot be read, and why. */
  readonly problems: readonly string[];
}

interface Segment {
  readonly log: JsonLinesLog;
}

/**
 * The events of Label Studio's, on the disk before they are acknowledged and before anything is made of them. They stay until a copy of the
 * database has them: what is restored from that copy loses none.
 */
export class EventJournal {
  readonly #folder: string;
  #last: number;
  #segment: Segment | undefined;
  /** One after the other: opening, appending and removing files. */
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(folder: string, last: number) {
    this.#folder = folder;
    this.#last = last;
  }

  /** Opens the journal in a store's folder. `position` is the number of the last event that the database has. */
  static async open(storeFolder: string, { position }: { readonly position: number }): Promise<OpenedJournal> {
    const folder = join(storeFolder, journalFolder);
    await makePrivateFolder(folder);
    const pending: JournalEntry[] = [];
    const problems: string[] = [];
    let last = position;
    for (const name of await segmentsIn(folder)) {
      for (const line of (await readJsonLines(join(folder, name))) ?? []) {
        try {
          const entry = parseJsonLine(line, ENTRY, "It is left out.");
          last = Math.max(last, entry.n);
          if (entry.n > position) pending.push(entry);
        } catch (error) {
          problems.push(errorMessage(error));
        }
      }
    }
    return { journal: new EventJournal(folder, last), pending: pending.sort((a, b) => a.n - b.n), problems };
  }

  /** The number of the last event. */
  get last(): number {
    return this.#last;
  }

  /** Appends an event; it is on the disk when this resolves, which it does in the order of the calls. Throws `E_STORE`. */
  append(body: unknown, at: number): Promise<JournalEntry> {
    const entry: JournalEntry = { n: ++this.#last, at, body };
    return this.#inTurn(async () => {
      const segment = await this.#open(entry.n);
      // Those that wait behind it go to the disk with it.
      const written = segment.log.append(entry);
      return { segment, written };
    }).then(async ({ segment, written }) => {
      try {
        await written;
        return entry;
      } catch (error) {
        await this.#abandon(segment);
        throw unstored(error, this.#folder);
      }
    });
  }

  /** Removes files all of whose events have numbers up to this one. */
  removeUpTo(n: number): Promise<void> {
    return this.#inTurn(async () => {
      const names = await segmentsIn(this.#folder);
      for (const [position, name] of names.entries()) {
        const next = names[position + 1];
        const end = next === undefined ? Number.POSITIVE_INFINITY : numberOf(next) - 1;
        if (end > n) continue;
        await rm(join(this.#folder, name), { force: true });
      }
    });
  }

  /** Rewrites the files without the events that `isGone` tells, which are in the database by now. */
  async forget(isGone: (entry: JournalEntry) => boolean): Promise<void> {
    await this.#inTurn(async () => {
      await this.#segment?.log.close();
      this.#segment = undefined;
      for (const name of await segmentsIn(this.#folder)) await rewrite(join(this.#folder, name), isGone);
      await syncPath(this.#folder);
    });
  }

  async close(): Promise<void> {
    await this.#inTurn(async () => {
      await this.#segment?.log.close();
      this.#segment = undefined;
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #open(first: number): Promise<Segment> {
    if (this.#segment !== undefined && this.#segment.log.appended < SEGMENT_CHARACTERS) return this.#segment;
    const before = this.#segment;
    this.#segment = undefined;
    const path = join(this.#folder, `events-${String(first).padStart(15, "0")}.jsonl`);
    try {
      await before?.log.close();
      const { log } = await JsonLinesLog.open(path);
      this.#segment = { log };
      return this.#segment;
    } catch (error) {
      throw unstored(error, this.#folder);
    }
  }

  /** After a failure nobody knows how much arrived: the next event begins a new file. */
  #abandon(segment: Segment): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#segment !== segment) return;
      this.#segment = undefined;
      await segment.log.close().catch(() => undefined);
    });
  }
}

async function segmentsIn(folder: string): Promise<string[]> {
  if (!existsSync(folder)) return [];
  return (await readdir(folder)).filter((name) => segmentName.test(name)).sort();
}

function numberOf(name: string): number {
  return Number(segmentName.exec(name)?.[1]);
}

async function rewrite(path: string, isGone: (entry: JournalEntry) => boolean): Promise<void> {
  const lines = (await readJsonLines(path)) ?? [];
  const kept = lines.filter(({ text }) => {
    const entry = ENTRY.safeParse(JSON.parse(text)).data;
    return entry !== undefined && !isGone(entry as JournalEntry);
  });
  if (kept.length === lines.length) return;
  await writeFileAtomic(path, kept.map(({ text }) => `${text}\n`).join(""));
}

function unstored(cause: unknown, folder: string): BaalError {
  const message = `An event could not be stored in ${folder}: ${errorMessage(cause)} Free some space on its disk, then send it again.`;
  return new BaalError("E_STORE", message, { cause });
}
