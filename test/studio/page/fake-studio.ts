import { EventEmitter } from "node:events";
import type { AddressInfo } from "node:net";
import express, { type Express } from "express";
import { pageFiles } from "../../../src/page/page-files.js";
import { pageHtml } from "../../../src/page/page-html.js";
import type {
  LabelSetChange,
  LabelView,
  NewProject,
  ProjectPatch,
  StudioState,
  UserView,
} from "../../../src/studio/api/contract.js";
import type { ItemView, LabelBatch, NextRequest } from "../../../src/studio/api/item-contract.js";

export interface FakeItem {
  readonly content: string;
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly isValidation?: boolean;
}

export interface FakeStudioOptions {
  readonly name?: string;
  readonly task?: "single" | "multi";
  readonly kind?: "text" | "image";
  readonly labels?: readonly string[];
  readonly items?: readonly FakeItem[];
  readonly isBegun?: boolean;
  /** Path that it is reached by. */
  readonly base?: string;
  readonly state?: (state: StudioState) => StudioState;
}

interface Step {
  readonly before: ReadonlyMap<number, ItemView>;
  readonly after: ReadonlyMap<number, ItemView>;
  readonly batchId: string;
}

const DIGITS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0"];

/** What the page asks of a studio's server, in memory: for what the real one is not easily brought to, such as being gone. */
export class FakeStudio {
  readonly asked: { readonly method: string; readonly path: string; readonly body: unknown }[] = [];
  readonly app: Express;
  /** Answers of requests by `"POST labels"`, in place of its own ones; `undefined` ends the connection. */
  readonly faults = new Map<string, { readonly status: number; readonly message: string } | undefined>();
  readonly items: Map<number, ItemView>;
  labels: LabelView[];
  seq = 1;
  readonly #emitter = new EventEmitter();
  readonly #options: FakeStudioOptions;
  #users: UserView[] = [
    { name: "Ada", role: "admin" },
    { name: "Grace", role: "annotator" },
  ];
  #done: Step[] = [];
  #undone: Step[] = [];
  #isBegun: boolean;
  #guideline = "Choose what the customer **wants**, not how they say it.\n\nOne label each; skip what you cannot read.";
  #settings: StudioState["settings"] = {
    ...{ encoder: "embedded", autoTrainEvery: 20, overlap: 1, overlapShare: 0, validationShare: 0.1 },
    ...{ isSuggesting: true, withDuplicates: true, leaseMinutes: 5, keys: {} },
  };

  constructor(options: FakeStudioOptions = {}) {
    this.#options = options;
    this.#isBegun = options.isBegun ?? true;
    const { labels = ["a", "b"], items = [] } = options;
    this.labels = labels.map((name, i) => ({
      ...{ id: i + 1, name, key: DIGITS[i], colour: String((i % 12) + 1), description: "", isArchived: false },
      ...{ mergedInto: undefined, splitFrom: undefined, train: { yes: 0, no: 0 }, validation: { yes: 0, no: 0 } },
    }));
    this.items = new Map(
      items.map(({ content, fields = {}, isValidation = false }, i) => {
        const id = i + 1;
        const first = (id * 7) % labels.length;
        const suggestions = isValidation
          ? []
          : [0.62 + ((id * 13) % 30) / 100, 0.12, 0.05].map((probability, j) => ({
              ...{ label: ((first + j) % labels.length) + 1, probability },
            }));
        const view: ItemView = {
          ...{ id, content, fields, subset: undefined, source: `messages.csv:${id + 1}`, contentHash: `hash${id}`, mine: {} },
          ...{ resolved: undefined, isConflict: false, score: 0.9 - id / 200, duplicates: id % 9 === 4 ? 1 : 0 },
          flags: { exclude: false, validation: isValidation, skip: false, comment: undefined },
          suggestions: labels.length === 0 ? [] : suggestions,
        };
        return [id, view];
      }),
    );
    this.app = this.#routes();
  }

  /** Its address once it listens, and the function that ends it. */
  async listen(): Promise<{ readonly url: string; readonly close: () => void }> {
    const { base = "/" } = this.#options;
    const server = express().use(base, this.app).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const close = () => {
      server.closeAllConnections();
      server.close();
    };
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${base}`, close };
  }

  state(): StudioState {
    const all = [...this.items.values()];
    const answered = all.filter(({ mine }) => Object.values(mine).includes(1)).length;
    const excluded = all.filter(({ flags }) => flags.exclude).length;
    const validation = all.filter(({ flags }) => flags.validation);
    const state: StudioState = {
      project: {
        ...{
          name: this.#options.name ?? "Bank messages",
          kind: this.#options.kind ?? "text",
          task: this.#options.task ?? "single",
        },
        ...{ guideline: this.#guideline, isBegun: this.#isBegun, data: "messages.csv", folder: "messages.baal" },
      },
      user: { name: "Ada", role: "admin" },
      users: this.#users,
      labels: this.labels.map((label) => {
        const count = (isOf: boolean) => ({
          yes: all.filter(({ mine, flags }) => mine[label.id] === 1 && flags.validation === isOf).length,
          no: all.filter(({ mine, flags }) => mine[label.id] === 0 && flags.validation === isOf).length,
        });
        return { ...label, train: count(false), validation: count(true) };
      }),
      counts: {
        ...{ items: all.length - excluded, answered, partial: 0, excluded, validation: validation.length, validationAnswered: 0 },
        ...{ skipped: all.filter(({ flags }) => flags.skip).length, conflicts: 0, mine: answered, mineToday: answered },
      },
      settings: this.#settings,
      model: {
        ...{ version: answered > 0 ? "v3" : undefined, strategy: "power:entropy", labelled: answered, isRanking: false },
        ...{ reason: "Least certain first, by v3", heldOutAccuracy: 0.87, failure: undefined },
      },
      ...{ jobs: [], subsets: ["train", "test"], seq: this.seq },
    };
    return this.#options.state?.(state) ?? state;
  }

  /** Tells all that listen. */
  tell(): void {
    this.#emitter.emit("state");
  }

  #apply(after: ReadonlyMap<number, ItemView>, batchId: string): Step {
    const before = new Map([...after.keys()].map((id) => [id, this.items.get(id)!]));
    for (const [id, view] of after) this.items.set(id, view);
    this.seq++;
    setImmediate(() => this.tell());
    return { before, after, batchId };
  }

  #write({ answers = [], changes = [], batchId }: LabelBatch): void {
    const after = new Map<number, ItemView>();
    const view = (id: number) => after.get(id) ?? this.items.get(id)!;
    for (const { item, classes } of answers) {
      const mine = Object.fromEntries(this.labels.map(({ id }) => [id, classes.includes(id) ? 1 : 0])) as ItemView["mine"];
      after.set(item, { ...view(item), mine, resolved: mine, flags: { ...view(item).flags, skip: false } });
    }
    for (const { item, class: label, flag, value, note } of changes) {
      const known = view(item);
      if (flag === undefined) {
        const { [label!]: _, ...others } = known.mine;
        const mine = value === null ? others : { ...others, [label!]: value };
        after.set(item, { ...known, mine, resolved: mine });
      } else {
        const told = flag === "comment" ? (value === 1 ? note : undefined) : value === 1;
        after.set(item, { ...known, flags: { ...known.flags, [flag]: told } });
      }
    }
    this.#done.push(this.#apply(after, batchId));
    this.#undone = [];
  }

  #next({ count, have, status, excludeStatus }: NextRequest): readonly ItemView[] {
    const wanted = [...this.items.values()].filter(({ id, mine, flags }) => {
      const isAnswered = Object.values(mine).includes(1);
      if (flags.skip || have.includes(id)) return false;
      if (excludeStatus === "excluded" ? !flags.exclude : excludeStatus === "validation" ? !flags.validation : flags.exclude)
        return false;
      return status === "any" || (status === "labeled") === isAnswered;
    });
    return wanted.slice(0, count);
  }

  #routes(): Express {
    const app = express();
    const { base = "/" } = this.#options;
    const seen = new Set<string>();
    app.use("/api", express.json({ limit: "32mb" }), (request, response, next) => {
      const name = `${request.method} ${request.path.slice(1)}`;
      this.asked.push({ method: request.method, path: request.path.slice(1), body: request.body as unknown });
      if (!this.faults.has(name)) return next();
      const fault = this.faults.get(name);
      if (fault === undefined) request.socket.destroy();
      else response.status(fault.status).json({ error: { code: "E_FAULT", message: fault.message } });
    });
    app.get("/api/state", (_, response) => void response.json(this.state()));
    app.get("/api/events", (request, response) => {
      response.set("content-type", "text/event-stream").flushHeaders();
      const send = () => void response.write(`event: state\ndata: ${JSON.stringify(this.state())}\n\n`);
      send();
      this.#emitter.on("state", send);
      request.on("close", () => this.#emitter.off("state", send));
    });
    app.post("/api/next", (request, response) => {
      const body = request.body as NextRequest;
      const items = this.#next(body);
      const left = this.#next({ ...body, count: Number.POSITIVE_INFINITY, have: [] }).length;
      response.json({ items, sort: body.sort, reason: "Least certain first, by v3", seq: this.seq, left });
    });
    app.post("/api/labels", (request, response) => {
      const batch = request.body as LabelBatch;
      if (!seen.has(batch.batchId)) this.#write(batch);
      seen.add(batch.batchId);
      const ids = new Set([...(batch.answers ?? []), ...(batch.changes ?? [])].map(({ item }) => item));
      const items = [...ids].map((id) => this.items.get(id));
      response.json({ seq: this.seq, batchId: batch.batchId, count: items.length, items });
    });
    for (const way of ["undo", "redo"] as const)
      app.post(`/api/${way}`, (_, response) => {
        const [from, to] = way === "undo" ? [this.#done, this.#undone] : [this.#undone, this.#done];
        const step = from.pop();
        if (step) {
          this.#apply(way === "undo" ? step.before : step.after, step.batchId);
          to.push(step);
        }
        const items = [...(step?.before.keys() ?? [])].map((id) => this.items.get(id));
        response.json({ seq: this.seq, batchId: step?.batchId ?? "", count: items.length, items });
      });
    app.get("/api/history", (_, response) => {
      const batches = this.#done
        .toReversed()
        .slice(0, 50)
        .map(({ batchId, before }) => ({
          ...{ batchId, at: Date.now(), count: before.size, entries: [] },
          items: [...before.keys()].slice(0, 500).map((id) => this.items.get(id)),
        }));
      response.json({ batches });
    });
    app.post("/api/label-set", (request, response) => {
      this.#changeLabels(request.body as LabelSetChange);
      response.json(this.state());
    });
    app.patch("/api/project", (request, response) => {
      const { guideline, settings } = request.body as ProjectPatch;
      this.#guideline = guideline ?? this.#guideline;
      this.#settings = { ...this.#settings, ...settings };
      this.seq++;
      this.tell();
      response.json(this.state());
    });
    app.get("/api/new", (_, response) => {
      const sample = [...this.items.values()].slice(0, 8);
      response.json({
        ...{ kind: this.#options.kind ?? "text", task: "single", items: this.items.size, answered: 12, sample },
        labels: this.labels.map(({ name }, i) => ({ name, count: 9 - i })),
        columns: ["text", "channel", "label"],
        problems: [{ source: "messages.csv:118", reason: "the row has no text" }],
        encoder: "embedded",
      });
    });
    app.post("/api/project", (request, response) => {
      const { labels, guideline } = request.body as NewProject;
      this.labels = [];
      for (const name of labels) this.#changeLabels({ action: "add", name });
      this.#guideline = guideline;
      this.#isBegun = true;
      this.seq++;
      this.tell();
      response.json(this.state());
    });
    const accounts = () => ({
      isManaged: true,
      users: this.#users.map((user, n) => ({ ...user, answers: 40 - n, lastSeen: n === 0 ? Date.now() : undefined })),
    });
    app.get("/api/users", (_, response) => void response.json(accounts()));
    app.post("/api/users", (request, response) => {
      this.#users.push(request.body as UserView);
      response.json({ ...accounts(), name: (request.body as UserView).name, token: `${(request.body as UserView).name}.s3cret` });
    });
    app.post("/api/users/:name/remove", (request, response) => {
      this.#users = this.#users.filter(({ name }) => name !== request.params.name);
      response.json(accounts());
    });
    app.post("/api/items/remove", (request, response) => {
      for (const id of (request.body as { readonly items: readonly number[] }).items) this.items.delete(id);
      this.seq++;
      this.tell();
      response.json(this.state());
    });
    app.get("/api/items/:id/thumb", (request, response) => {
      response.type("svg").send(picture(Number(request.params.id)));
    });
    app.get("/page.js", async (_, response) => void response.type("js").send((await pageFiles("studio")).script));
    app.get("/page.css", async (_, response) => void response.type("css").send((await pageFiles("studio")).style));
    app.get("/{*path}", (_, response) => {
      const html = pageHtml({
        title: "baal studio",
        files: base,
        base,
        withoutScript: "This page needs JavaScript.",
      });
      response
        .set(
          "content-security-policy",
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; font-src data:; connect-src 'self'",
        )
        .type("html")
        .send(html);
    });
    return app;
  }

  #changeLabels(change: LabelSetChange): void {
    if (change.action === "add") {
      const id = Math.max(0, ...this.labels.map((label) => label.id)) + 1;
      this.labels.push({
        ...{ id, name: change.name, key: change.key ?? DIGITS[id - 1], colour: change.colour ?? String(((id - 1) % 12) + 1) },
        ...{ description: change.description ?? "", isArchived: false, mergedInto: undefined, splitFrom: undefined },
        ...{ train: { yes: 0, no: 0 }, validation: { yes: 0, no: 0 } },
      });
    } else if (change.action === "change")
      this.labels = this.labels.map((label) =>
        label.id === change.id
          ? {
              ...label,
              name: change.name ?? label.name,
              key: change.key ?? label.key,
              colour: change.colour ?? label.colour,
              description: change.description ?? label.description,
            }
          : label,
      );
    else if (change.action === "archive" || change.action === "restore")
      this.labels = this.labels.map((label) =>
        label.id === change.id ? { ...label, isArchived: change.action === "archive" } : label,
      );
    this.seq++;
    this.tell();
  }
}

/** A picture that differs by item: two shapes in dull light. */
function picture(id: number): string {
  const hue = (id * 67) % 360;
  const [x, y, r] = [60 + ((id * 37) % 120), 70 + ((id * 53) % 100), 28 + ((id * 11) % 30)];
  const shape =
    id % 3 === 0
      ? `<circle cx="${x}" cy="${y}" r="${r}"/>`
      : id % 3 === 1
        ? `<rect x="${x - r}" y="${y - r}" width="${2 * r}" height="${2 * r}" transform="rotate(${id * 19} ${x} ${y})"/>`
        : `<path d="M${x} ${y - r} ${x + r} ${y + r} ${x - r} ${y + r}Z"/>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="480" height="480" viewBox="0 0 240 240"><rect width="240" height="240" fill="hsl(${hue} 12% 62%)"/><g fill="hsl(${(hue + 150) % 360} 28% 48%)">${shape}</g></svg>`;
}
