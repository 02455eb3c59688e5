import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { sha256 } from "../../system/digest.js";
import { unlessMissing, writeFileAtomic } from "../../system/files.js";
import { JsonLinesLog, parseJsonLine } from "../../system/json-lines.js";
import { savedCalibration } from "./live-record.js";

/** A task's text, as it was seen last. */
export interface SeenText {
  readonly task: number | string;
  readonly text: string;
}

const seenLine = z.object({ task: z.union([z.number(), z.string()]), text: z.string().optional() });
const settings = z.object({ withNames: z.boolean(), pseudoWeight: z.number(), calibration: savedCalibration });

/** What cross-validation said last; it outlives the process, so that the head does. */
export type HeadSettings = z.infer<typeof settings>;

/** More texts change a head little and take their time. */
const MOST_TEXTS = 10_000;

const REMEDY = "Remove the file: tasks are remembered again when they are predicted.";

/**
 * What a server remembers of a project for its head beside the annotations: texts of tasks that it has seen, and what cross-validation said. In the
 * memory and, before a write resolves, on the disk. The vectors are not here.
 */
export class PoolFile {
  readonly #folder: string;
  readonly #log: JsonLinesLog;
  readonly #texts: Map<number | string, string>;
  /** Made when they are asked for, and made again when texts have changed. */
  #byKey: ReadonlyMap<string, string> | undefined;
  readonly #keys = new Map<string, string>();
  #settings: HeadSettings | undefined;

  private constructor(folder: string, log: JsonLinesLog, texts: Map<number | string, string>, own: HeadSettings | undefined) {
    this.#folder = folder;
    this.#log = log;
    this.#texts = texts;
    this.#settings = own;
  }

  /** Opens `folder`, made where it is not there. Throws `E_CHECKPOINT` for a damaged file. */
  static async open(folder: string): Promise<PoolFile> {
    await mkdir(folder, { recursive: true });
    const path = join(folder, "texts.jsonl");
    let { log, lines } = await JsonLinesLog.open(path);
    const texts = new Map<number | string, string>();
    for (const line of lines) {
      const { task, text } = parseJsonLine(line, seenLine, REMEDY);
      if (text === undefined) texts.delete(task);
      else texts.set(task, text);
    }
    // Deleted texts are to be gone from the disk, too.
    if (lines.length > texts.size) {
      await log.close();
      await writeFileAtomic(path, [...texts].map(([task, text]) => `${JSON.stringify({ task, text })}\n`).join(""));
      ({ log } = await JsonLinesLog.open(path));
    }
    return new PoolFile(folder, log, texts, await readSettings(folder));
  }

  /** Texts, by task. */
  get texts(): ReadonlyMap<number | string, string> {
    return this.#texts;
  }

  /** Texts, by the names of their contents. */
  get byKey(): ReadonlyMap<string, string> {
    if (this.#byKey === undefined) {
      const known = new Map<string, string>();
      for (const text of this.#texts.values()) known.set(this.#keys.get(text) ?? textKey(text), text);
      this.#keys.clear();
      for (const [key, text] of known) this.#keys.set(text, key);
      this.#byKey = known;
    }
    return this.#byKey;
  }

  get settings(): HeadSettings | undefined {
    return this.#settings;
  }

  /** How many of them are news. */
  async add(seen: readonly SeenText[]): Promise<number> {
    const news = seen.filter(
      ({ task, text }) => this.#texts.get(task) !== text && (this.#texts.has(task) || this.#texts.size < MOST_TEXTS),
    );
    for (const { task, text } of news) this.#texts.set(task, text);
    if (news.length > 0) this.#byKey = undefined;
    if (news.length > 0) await this.#log.append(...news);
    return news.length;
  }

  /** Forgets the texts of tasks that are gone. */
  async remove(tasks: readonly (number | string)[]): Promise<void> {
    const gone = tasks.filter((task) => this.#texts.delete(task));
    if (gone.length > 0) this.#byKey = undefined;
    if (gone.length > 0) await this.#log.append(...gone.map((task) => ({ task })));
  }

  async saveSettings(own: HeadSettings): Promise<void> {
    this.#settings = own;
    await writeFileAtomic(settingsPath(this.#folder), `${JSON.stringify(own)}\n`);
  }

  close(): Promise<void> {
    return this.#log.close();
  }
}

function settingsPath(folder: string): string {
  return join(folder, "head.json");
}

/** One that cannot be read is made again by the next revision. */
async function readSettings(folder: string): Promise<HeadSettings | undefined> {
  const text = await readFile(settingsPath(folder), "utf8").catch(unlessMissing);
  if (text === undefined) return undefined;
  try {
    return settings.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** The name of a text's content, by which its vector is kept. */
export function textKey(text: string): string {
  return sha256("text:", text);
}
