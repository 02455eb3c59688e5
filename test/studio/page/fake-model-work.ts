import type { AddressInfo } from "node:net";
import express from "express";
import type { ItemIds, ItemPage, ItemView, Review, ReviewEntry } from "../../../src/studio/api/item-contract.js";
import { modelConfig, trainConfig } from "../../../src/studio/api/model-config.js";
import type {
  JobView,
  LabelHistogram,
  ModelView,
  ProgressView,
  PropagationView,
  TrainingView,
  UsePropagation,
} from "../../../src/studio/api/work-contract.js";
import type { FakeItem, FakeStudio } from "./fake-studio.js";

export interface FakeWork {
  map?: "ready" | "missing" | undefined;
  review?: Partial<Record<Review["kind"], Review>> | undefined;
  training?: Partial<TrainingView> | undefined;
  propagation?: Partial<PropagationView> | undefined;
  progress?: Partial<ProgressView> | undefined;
}

const TEXTS: Readonly<Record<string, readonly string[]>> = {
  "card lost": [
    "I lost my card on the train to {}",
    "My card is gone, please block it before {}",
    "Where do I report a stolen card in {}?",
  ],
  refund: ["When will I get my money back from {}?", "The shop in {} has not refunded me", "I want a refund for the order of {}"],
  transfer: ["How long does a transfer to {} take?", "My transfer to {} was declined", "I sent money to {} by mistake"],
  "exchange rate": ["What rate do you use for {}?", "The exchange rate in {} was wrong", "Do you charge a fee in {}?"],
  "top up": ["My top up from {} failed", "Can I top up by bank transfer from {}?", "Top up is pending since {}"],
  "verify identity": [
    "Why do I have to verify my identity in {}?",
    "My passport from {} was refused",
    "Verification is stuck since {}",
  ],
};
export const INTENTS = Object.keys(TEXTS);
const PLACES = ["Oslo", "Lisbon", "Monday", "Kyoto", "Nairobi", "last week", "Lima", "Turin", "Friday", "Accra", "Quito", "Graz"];

/** Numbers from 0 to 1 that are the same each time. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return state / 4294967296;
  };
}

/** Messages of six intents, in turn. */
export function messages(count: number): FakeItem[] {
  const random = numbers(3);
  return Array.from({ length: count }, (_, i) => {
    const texts = TEXTS[INTENTS[i % INTENTS.length]!]!;
    const content = texts[Math.floor(random() * texts.length)]!.replace("{}", PLACES[Math.floor(random() * PLACES.length)]!);
    return { content, fields: { channel: i % 2 === 0 ? "chat" : "mail" }, isValidation: i % 10 === 9 };
  });
}

/** Answers some of the items as their intent says. */
export function answerSome(fake: FakeStudio, every: number): void {
  for (const [id, item] of fake.items) {
    if (id % every !== 0) continue;
    const right = ((id - 1) % fake.labels.length) + 1;
    const mine = Object.fromEntries(fake.labels.map((label) => [label.id, label.id === right ? 1 : 0])) as ItemView["mine"];
    fake.items.set(id, { ...item, mine, resolved: mine });
  }
}

/** Clouds, one for each label, in the bytes of `GET api/map`. */
export function mapBytes(fake: FakeStudio): Buffer {
  const items = [...fake.items.values()];
  const random = numbers(7);
  const normal = () => (random() + random() + random() + random() - 2) * 0.9;
  const count = items.length;
  const header = Buffer.from(JSON.stringify({ method: "pca", seq: fake.seq, version: "v3", users: ["Ada", "Grace"] }));
  const start = 8 + Math.ceil(header.length / 4) * 4;
  const bytes = Buffer.alloc(start + count * 29);
  bytes.writeUInt32LE(count, 0);
  bytes.writeUInt32LE(header.length, 4);
  header.copy(bytes, 8);
  const column = (place: number, i: number) => start + 4 * (place * count + i);
  items.forEach((item, i) => {
    const intent = (item.id - 1) % Math.max(1, fake.labels.length);
    const angle = (2 * Math.PI * intent) / Math.max(1, fake.labels.length);
    const resolved = fake.labels.find(({ id }) => item.resolved?.[id] === 1)?.id ?? -1;
    bytes.writeUInt32LE(item.id, column(0, i));
    bytes.writeFloatLE(Math.max(-1, Math.min(1, 0.62 * Math.cos(angle) + 0.2 * normal())), column(1, i));
    bytes.writeFloatLE(Math.max(-1, Math.min(1, 0.62 * Math.sin(angle) + 0.2 * normal())), column(2, i));
    bytes.writeInt32LE(resolved, column(3, i));
    bytes.writeInt32LE(random() < 0.85 ? intent + 1 : 1 + Math.floor(random() * fake.labels.length), column(4, i));
    bytes.writeFloatLE(i % 50 === 49 ? Number.NaN : random() ** 2, column(5, i));
    bytes.writeInt32LE(resolved < 0 ? -1 : item.id % 3 === 2 ? -2 : item.id % 3, column(6, i));
    bytes.writeUInt8(item.flags.exclude ? 3 : item.flags.validation ? 4 : resolved >= 0 ? 1 : 0, column(7, 0) + i);
  });
  return bytes;
}

/** What the page asks of a studio besides what {@link FakeStudio} answers: the map, the table, reviews, models, progress. Both together, listening. */
export async function listenWith(
  fake: FakeStudio,
  work: FakeWork = {},
): Promise<{ readonly url: string; readonly close: () => void }> {
  const app = express();
  const api = express.Router();
  api.use(express.json({ limit: "32mb" }));
  const found = (query: Readonly<Record<string, unknown>>): ItemView[] => {
    const text = (name: string) => (typeof query[name] === "string" ? (query[name] as string) : "");
    const items = [...fake.items.values()].filter(({ content, resolved, flags }) => {
      if (text("q") !== "" && !content.toLowerCase().includes(text("q").toLowerCase())) return false;
      if (text("status") === "labeled" && !resolved) return false;
      if (text("status") === "unlabeled" && resolved) return false;
      if (text("excludeStatus") === "validation") return flags.validation;
      if (text("excludeStatus") === "excluded") return flags.exclude;
      return text("excludeStatus") !== "not excluded" || !flags.exclude;
    });
    return text("sort") === "content" ? items.sort((a, b) => a.content.localeCompare(b.content)) : items;
  };
  api.get("/items", (request, response) => {
    const ids = request.query["ids"];
    if (typeof ids === "string") {
      const items = ids.split(",").map((id) => fake.items.get(Number(id))!);
      response.json({ items, total: items.length, next: undefined } satisfies ItemPage);
      return;
    }
    const items = found(request.query);
    const [from, count] = [Number(request.query["cursor"] ?? 0), Number(request.query["count"] ?? 50)];
    const next = from + count < items.length ? String(from + count) : undefined;
    response.json({ items: items.slice(from, from + count), total: items.length, next } satisfies ItemPage);
  });
  api.get("/items/ids", (request, response) => {
    const ids = found(request.query).map(({ id }) => id);
    response.json({ ids, total: ids.length } satisfies ItemIds);
  });
  const detail = (id: number): ReviewEntry["items"][number] => {
    const item = fake.items.get(id)!;
    return {
      ...item,
      answers: item.resolved ? [{ user: "Ada", values: item.resolved, via: "focus" }] : [],
      comments: [],
      history: [],
    };
  };
  api.get("/items/:id", (request, response) => void response.json(detail(Number(request.params.id))));
  api.get("/items/:id/similar", (request, response) => {
    const id = Number(request.params.id);
    const like = [...fake.items.values()].filter((item) => item.id !== id && (item.id - id) % fake.labels.length === 0);
    const items = like.slice(0, Number(request.query["k"])).map((item, i) => ({ ...item, similarity: 0.97 - i * 0.015 }));
    response.json({ items });
  });
  api.get("/map", (_, response) => {
    if (work.map !== "missing") return void response.type("application/octet-stream").send(mapBytes(fake));
    response.status(404).json({
      error: {
        code: "E_NO_MAP",
        message: "The features of 400 items are needed for it; they are kept and serve the ranking, too.",
      },
      items: fake.items.size,
      seconds: 42,
    });
  });
  api.post("/map", (_, response) => {
    work.map = "ready";
    response.json({ kind: "map", job: job("map", { state: "done", progress: 1 }) });
    fake.tell();
  });
  api.get("/review/:kind", (request, response) => {
    const kind = request.params.kind as Review["kind"];
    const made: Review = work.review?.[kind] ?? {
      kind,
      note: undefined,
      entries: kind === "label-errors" ? doubtful(fake, detail) : kind === "conflicts" ? conflicts(fake, detail) : [],
    };
    response.json(made);
  });
  let model = modelConfig.parse({});
  api.get("/model", (_, response) => void response.json(modelView(model)));
  api.post("/model/check", (request, response) => void response.json(modelView(modelConfig.parse(request.body))));
  api.put("/model", (request, response) => {
    model = modelConfig.parse(request.body);
    response.json(modelView(model));
  });
  api.get("/train", (_, response) => void response.json({ ...training(fake), ...work.training }));
  api.post("/train", (_, response) => {
    work.training = {
      ...work.training,
      job: job("train", { state: "running", progress: 0.2, message: "epoch 3 of 10", secondsLeft: 25 }),
    };
    fake.tell();
    response.json({ kind: "train", job: work.training.job });
  });
  api.post("/jobs/:id/cancel", (_, response) => {
    if (work.training?.job) work.training = { ...work.training, job: { ...work.training.job, state: "cancelled" } };
    fake.tell();
    response.json({});
  });
  api.post("/versions/:name/serve", (request, response) => {
    const versions = (work.training?.versions ?? training(fake).versions).map((one) => ({
      ...one,
      isServing: one.name === request.params.name,
    }));
    work.training = { ...work.training, versions };
    response.json({});
  });
  api.get("/propagation", (_, response) => void response.json({ ...propagation(fake), ...work.propagation }));
  api.post("/propagate", (_, response) => {
    work.propagation = { ...work.propagation, job: job("propagate", { state: "done", progress: 1 }) };
    fake.tell();
    response.json({ kind: "propagate", job: work.propagation.job });
  });
  api.post("/propagation/use", (request, response, next) => {
    const use = request.body as UsePropagation;
    if (use.action === "rank") return void response.json({});
    // Written as any other batch is, so that it is undone as any other.
    const open = [...fake.items.values()].filter(({ resolved, flags }) => !resolved && !flags.validation && !flags.exclude);
    request.body = {
      batchId: use.batchId,
      baseSeq: fake.seq,
      via: "propagation",
      answers: open
        .slice(0, Math.round((1 - use.threshold) * open.length))
        .map(({ id }) => ({ item: id, classes: [((id - 1) % fake.labels.length) + 1] })),
    };
    request.url = "/labels";
    next();
  });
  api.get("/progress", (_, response) => void response.json({ ...progress(), ...work.progress }));
  app.use("/api", api).use(fake.app);
  const server = app.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close };
}

export function job(kind: JobView["kind"], changes: Partial<JobView>): JobView {
  return { id: 4, kind, state: "running", progress: 0.4, error: undefined, message: "", secondsLeft: undefined, ...changes };
}

type Detail = (id: number) => ReviewEntry["items"][number];

function doubtful(fake: FakeStudio, detail: Detail): ReviewEntry[] {
  const answered = [...fake.items.values()].filter(({ resolved, flags }) => resolved && !flags.validation);
  return answered.slice(0, 14).map(({ id }, i) => ({
    items: [detail(id)],
    instead: { label: (id % fake.labels.length) + 1, probability: 0.96 - i * 0.03 },
    doubt: 0.95 - i * 0.04,
  }));
}

function conflicts(fake: FakeStudio, detail: Detail): ReviewEntry[] {
  const answered = [...fake.items.values()].filter(({ resolved }) => resolved);
  return answered.slice(0, 5).map(({ id }) => {
    const item = detail(id);
    const other = Object.fromEntries(
      fake.labels.map((label) => [label.id, label.id === (id % fake.labels.length) + 1 ? 1 : 0]),
    ) as ItemView["mine"];
    const answers = [...item.answers, { user: "Grace", values: other, via: "focus" as const }];
    return {
      items: [{ ...item, isConflict: true, answers, comments: [{ user: "Grace", text: "Could be both." }] }],
      instead: undefined,
      doubt: 1,
    };
  });
}

/** The convnet's string is wrong where it has something other than numbers and p, d, r. */
function modelView(config: ReturnType<typeof modelConfig.parse>): ModelView {
  const { head } = config;
  const problems: { field: string; message: string; at?: number }[] = [];
  if (config.kind === "head" && head.type === "convnet") {
    let at = 0;
    for (const part of head.layers.split(",")) {
      if (!/^(\d+|[pdr])$/.test(part))
        problems.push({ field: "head.layers", message: `Expected a number, p, d or r; ${JSON.stringify(part)} came.`, at });
      at += part.length + 1;
    }
  }
  if (config.kind === "head" && config.domainConfusion > 0)
    problems.push({ field: "domainConfusion", message: "The items have no subsets." });
  const parameters =
    problems.length > 0 ? undefined : config.kind === "fine-tune" ? 22_713_216 : head.type === "linear" ? 2310 : 51_206;
  return { config, parameters, input: "384 numbers per text", problems };
}

function histogram(label: number): LabelHistogram {
  const bell = (middle: number, width: number) =>
    Array.from({ length: 14 }, (_, bin) => Math.exp(-(((bin + 0.5) / 14 - middle) ** 2) / width));
  return {
    label,
    train: { positive: bell(0.9 - label * 0.02, 0.03), negative: bell(0.08, 0.02) },
    validation: { positive: bell(0.75 - label * 0.03, 0.08), negative: bell(0.16, 0.05) },
    unlabelled: bell(0.3, 0.12),
    ...{ auc: 0.97 - label * 0.02, accuracy: 0.94 - label * 0.015 },
  };
}

function training(fake: FakeStudio): TrainingView {
  const points = Array.from({ length: 10 }, (_, i) => ({
    epoch: i + 1,
    loss: 1.8 * Math.exp(-i / 3) + 0.12,
    semiSupervisedLoss: undefined,
    validationLoss: 1.7 * Math.exp(-i / 3.5) + 0.34 + (i > 6 ? 0.02 * (i - 6) : 0),
    validationAccuracy: 0.9 - 0.5 * Math.exp(-i / 2.5),
  }));
  const version = (name: string, labelled: number, accuracy: number, isServing: boolean) => ({
    ...{
      name,
      labelled,
      isServing,
      config: name === "v2" ? modelConfig.parse({ kind: "head", head: { type: "mlp" } }) : undefined,
    },
    ...{ trainedAt: Date.UTC(2026, 10, 30, 9, labelled), metrics: { validationAccuracy: accuracy } },
  });
  return {
    config: trainConfig.parse({}),
    model: "head",
    job: job("train", { state: "done", progress: 1 }),
    points,
    histograms: fake.labels.map(({ id }) => histogram(id)),
    versions: [version("v1", 20, 0.71, false), version("v2", 40, 0.83, false), version("v3", 66, 0.87, true)],
    missing: undefined,
    log: ["66 labels of 6 classes, 40 validation items", "epoch 1: loss 1.920", "epoch 10: loss 0.210", "v3 serves"],
  };
}

function propagation(fake: FakeStudio): PropagationView {
  const thresholds = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99];
  return {
    config: { neighbours: 10, temperature: 0.01, iterations: 10 },
    job: job("propagate", { state: "done", progress: 1 }),
    histograms: fake.labels.map(({ id }) => histogram(id)),
    reached: 312,
    accepted: thresholds.map((threshold, i) => ({ threshold, items: 300 - i * 40, heldOutAccuracy: 0.82 + i * 0.027 })),
  };
}

function progress(): ProgressView {
  const value = (n: number) => 1 - (0.05 + 1.35 * n ** -0.5);
  const point = (n: number, wide: number) => ({
    labelled: n,
    value: value(n),
    low: value(n) - wide,
    high: Math.min(1, value(n) + wide),
  });
  const sizes = [10, 20, 30, 40, 60, 80, 110, 150];
  const hour = Math.floor(Date.UTC(2026, 10, 30, 9) / 3_600_000);
  return {
    metric: "accuracy",
    curve: sizes.map((n, i) => ({ ...point(n, 0.12 - i * 0.009), version: `v${i + 1}` })),
    forecast: {
      ...{ a: 0.05, b: 1.35, c: 0.5, target: 0.9, more: [148, 305] },
      points: [150, 200, 250, 300, 400, 500].map((n, i) => point(n, 0.03 + i * 0.012)),
    },
    note: undefined,
    perHour: Array.from({ length: 9 }, (_, i) => [
      { user: "Ada", hour: hour + i, labels: 40 + ((i * 37) % 50) },
      { user: "Grace", hour: hour + i, labels: i % 3 === 1 ? 0 : 25 + ((i * 29) % 30) },
    ]).flat(),
    agreement: [
      { users: ["Ada", "Grace"], items: 120, kappa: 0.84, share: 0.88 },
      { users: ["Ada", "Alan"], items: 34, kappa: 0.52, share: 0.64 },
      { users: ["Grace", "Alan"], items: 3, kappa: undefined, share: 0.67 },
    ],
    accepted: { shown: 240, accepted: 201 },
  };
}
