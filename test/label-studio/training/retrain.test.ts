import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { type RetrainOptions, retrainJob } from "../../../src/label-studio/training/retrain.js";
import type { TrainingProgress } from "../../../src/label-studio/training/training-queue.js";
import { writeFolderAtomic } from "../../../src/system/files.js";
import { fakeStore } from "../fake-store.js";
import { type FakeHostsOptions, fakeHosts } from "./fake-host.js";
import { configOf, labelled, regionOf } from "./labelled.js";

/** Annotations 1 to n, labelled A and B in turn; the text says which. */
const inTurn = (count: number, from = 1) =>
  Array.from({ length: count }, (_, i) => {
    const label = i % 2 === 0 ? "A" : "B";
    return labelled(from + i, [label], { data: { text: `${label} number ${from + i}` } });
  });

interface SetUp extends Partial<RetrainOptions>, FakeHostsOptions {
  readonly count?: number;
  readonly labelConfig?: string;
  /** config.json of the base model. */
  readonly baseConfig?: object;
}

function setUp({ count = 60, baseConfig = {}, labelConfig = configOf(["A", "B"]), ...options }: SetUp = {}) {
  const folder = mkdtempSync(join(tmpdir(), "baaljs-retrain-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const baseModel = join(folder, "base");
  mkdirSync(baseModel);
  writeFileSync(join(baseModel, "config.json"), JSON.stringify(baseConfig));
  const store = fakeStore({ folder, labelConfig });
  store.save(inTurn(count));
  const hosts = fakeHosts(options);
  const job = retrainJob({
    store,
    baseModel,
    kind: "text",
    startHost: hosts.start,
    async writeVersion(about, fill) {
      const record = { ...about, folder: `models/${about.version}`, createdAt: 0 };
      await writeFolderAtomic(join(folder, record.folder), fill);
      store.addVersion(record);
      return record;
    },
    ...options,
  });
  const controller = new AbortController();
  const progress: TrainingProgress[] = [];
  const run = () => job(1, "START_TRAINING", { signal: controller.signal, onProgress: (event) => progress.push(event) });
  const written = () => (existsSync(join(folder, "models")) ? readdirSync(join(folder, "models")) : []);
  return { store, hosts, run, progress, controller, written, folder };
}

const versionName = expect.stringMatching(/^v1-[0-9a-f]{8}$/);

describe("training a project's model anew", () => {
  it("trains the base model on what is not held out, measures it on the rest, and lets it serve", async () => {
    const { store, hosts, run, progress, written, folder } = setUp();
    const end = await run();
    expect(end).toEqual({ status: "completed", version: versionName });
    const [version] = store.versions(1);
    expect(version).toMatchObject({ version: end.version, labels: ["A", "B"], trained: 60 - version!.heldOut });
    expect(version!.heldOut).toBeGreaterThan(4);
    expect(version!.metrics).toMatchObject({ accuracy: 1, macroF1: 1 });
    expect(store.project.servingVersion).toBe(end.version);
    expect(written()).toEqual([end.version]);

    const [host] = hosts.started;
    expect(hosts.started).toHaveLength(1);
    expect(host).toMatchObject({ folder: join(folder, "base"), labels: ["A", "B"], isRunning: false });
    const { rows, args, maxSeqLen } = host!.requests[0]!;
    expect(maxSeqLen).toBe(128);
    expect(args).toMatchObject({ loss: "crossEntropy", minSteps: 400, learningRate: 3e-3 });
    for (const { text, label } of rows) expect(text).toMatch(new RegExp(`^${label} number`));
    const record = JSON.parse(readFileSync(join(folder, version!.folder, "training.json"), "utf8")) as { tasks: number[] };
    expect(record).toMatchObject({ controls: [{ name: "c", choice: "single" }] });
    expect(record.tasks.map((task) => task - 1000)).toEqual(rows.map(({ text }) => Number(String(text).slice(9))));

    expect([...new Set(progress.map(({ phase }) => phase))]).toEqual(["data", "loading", "training", "evaluating", "saving"]);
    expect(progress).toContainEqual({ phase: "training", step: 1, total: 2, loss: 0.7 });
    expect(progress).toContainEqual({ phase: "evaluating", step: version!.heldOut, total: version!.heldOut, loss: undefined });
  });

  it("numbers versions, and never gives one name twice", async () => {
    const { store, run } = setUp();
    const names = [(await run()).version, (await run()).version];
    expect(names).toEqual([versionName, expect.stringMatching(/^v2-/)]);
    expect(store.project.servingVersion).toBe(names[1]);
    expect(names[0]!.slice(3)).not.toBe(names[1]!.slice(3));
  });

  it("numbers on from versions that were removed", async () => {
    const { store, run } = setUp();
    store.endRun(store.beginRun(1, "x").id, { status: "completed", version: "v7-0123abcd" });
    expect((await run()).version).toMatch(/^v8-/);
  });

  it("trains without metrics where nothing is held out", async () => {
    const { store, run } = setUp({ count: 12 });
    expect(await run()).toMatchObject({ status: "completed" });
    expect(store.versions(1)).toMatchObject([{ trained: 12, heldOut: 0, metrics: {} }]);
  });

  it("keeps the base model's last layer where it knows the labels", async () => {
    const { hosts, run } = setUp({ baseConfig: { id2label: { 0: "B", 1: "other", 2: "A" } } });
    await run();
    expect(hosts.started[0]!.labels).toEqual(["B", "other", "A"]);
  });

  it("learns several labels per item, each for itself", async () => {
    const { store, hosts, run } = setUp({ labelConfig: configOf(["A", "B"], 'choice="multiple"') });
    await run();
    const { rows, args } = hosts.started[0]!.requests[0]!;
    expect(args).toMatchObject({ loss: "binaryCrossEntropy" });
    expect(rows[0]!["label"]).toEqual(["A"]);
    expect(store.versions(1)[0]!.metrics).toMatchObject({ accuracy: 1, microF1: 1 });
  });

  it("gives given arguments to the trainer; a given length of the training stands alone", async () => {
    const { hosts, run } = setUp({ training: { arguments: { maxSteps: 7, perDeviceTrainBatchSize: 3 } }, maxSeqLen: 40 });
    await run();
    const { args, maxSeqLen } = hosts.started[0]!.requests[0]!;
    expect(maxSeqLen).toBe(40);
    expect(args).toMatchObject({ maxSteps: 7, learningRate: 3e-3, batchSize: 3 });
    expect(Object.keys(args!)).not.toContain("minSteps");
  });

  it("says what is insufficient, without starting a process", async () => {
    const { store, hosts, run } = setUp({ count: 4 });
    expect(await run()).toEqual({ status: "insufficient", message: "4 tasks are labelled, training needs 10" });
    store.configure("<View></View>");
    expect(await run()).toMatchObject({
      status: "insufficient",
      message: expect.stringContaining("no Choices, Taxonomy, Rating or Number"),
    });
    expect(hosts.started).toEqual([]);
  });

  it("tells of labels that are gone, and of controls that are not learned yet", async () => {
    const { store, run } = setUp({
      labelConfig: `<View><Text name="t" value="$text"/><Choices name="c" toName="t"><Choice value="A"/><Choice value="B"/></Choices>
        <Choices name="d" toName="t"><Choice value="X"/></Choices></View>`,
    });
    store.save([labelled(900, ["Gone"]), labelled(901, ["Gone"])]);
    await run();
    const messages = store.events(9).map(({ message }) => message);
    expect(messages).toContainEqual(
      expect.stringMatching(
        /^The control "d" is not learned yet: none of the \d+ annotations can be learned from: \d+ about other controls\.$/,
      ),
    );
    expect(messages).toContainEqual(expect.stringMatching(/^2 annotations are left out.*"Gone" \(2\)/));
  });
});

describe("whether the new version serves", () => {
  const training = { unlessWorseBy: 0.02 };

  /** The first version is right; what the second one says, decides. */
  function second(options: SetUp) {
    const isBase = (folder: string) => folder.endsWith("base");
    let trainings = 0;
    return setUp({
      training,
      at: (step) => void (step === "train" && trainings++),
      answer: (text, folder) => (isBase(folder) && trainings === 2 ? "A" : text.slice(0, 1)),
      ...options,
    });
  }

  it("it does not where it is worse on the same held-out items, and the old one goes on", async () => {
    const { store, run, written } = second({});
    const first = (await run()).version;
    store.save(inTurn(60, 61));
    const end = await run();
    expect(end).toMatchObject({ status: "completed", version: expect.stringMatching(/^v2-/) });
    expect(end.message).toMatch(
      new RegExp(`^it does not serve: accuracy 0\\.\\d+, ${first} has 1\\.000 on the same \\d+ held-out items$`),
    );
    expect(store.project.servingVersion).toBe(first);
    expect(written()).toHaveLength(2);
  });

  it("it does where it is as good, where the tolerance allows it, or always", async () => {
    for (const options of [
      { answer: (text: string) => text.slice(0, 1) },
      { training: { unlessWorseBy: 0.9 } },
      { training: {} },
    ]) {
      const { store, run } = second(options);
      await run();
      store.save(inTurn(60, 61));
      const { version } = await run();
      expect(store.project.servingVersion).toBe(version);
    }
  });

  it("compares by the controls that both versions know, where one was added", async () => {
    const { store, run, hosts, folder } = setUp({ training });
    const first = (await run()).version;
    store.configure(`<View><Text name="t" value="$text"/><Choices name="c" toName="t"><Choice value="A"/><Choice value="B"/></Choices>
      <Choices name="d" toName="t"><Choice value="X"/><Choice value="Y"/></Choices></View>`);
    const both = inTurn(60, 61).map((one, i) => ({ ...one, result: [...one.result, regionOf([i % 3 === 0 ? "X" : "Y"], "d")] }));
    store.save(both);
    const end = await run();
    expect(end.message).toMatch(new RegExp(`^accuracy 1\\.000, ${first} has 1\\.000 on the same \\d+ held-out items$`));
    expect(store.versions(1)[1]).toMatchObject({ labels: ["c/A", "c/B", "d/X", "d/Y"] });
    expect(store.versions(1)[1]!.metrics).toMatchObject({ "c/accuracy": 1 });
    expect(store.project.servingVersion).toBe(end.version);
    // A model for each, of its own rows, without a process left over.
    const trained = hosts.started.filter(({ requests }) => requests.length > 0).slice(1);
    expect(trained.map(({ labels }) => labels)).toEqual([
      ["A", "B"],
      ["X", "Y"],
    ]);
    const [ofC, ofD] = trained.map(({ requests }) => requests[0]!.rows.map(({ label }) => label));
    expect(ofC!.length).toBeGreaterThan(ofD!.length);
    expect(new Set(ofD)).toEqual(new Set(["X", "Y"]));
    expect(hosts.started.filter(({ isRunning }) => isRunning)).toEqual([]);
    expect(readdirSync(join(folder, store.versions(1)[1]!.folder)).sort()).toEqual(["0", "1", "controls.json", "training.json"]);
    expect(readdirSync(join(folder, "training"))).toEqual([]);
  });

  it("compares only on items that the serving version was not trained with", async () => {
    const { store, run, folder } = second({});
    await run();
    const [version] = store.versions(1);
    const record = join(folder, version!.folder, "training.json");
    writeFileSync(
      record,
      JSON.stringify({ controls: [{ name: "c", choice: "single" }], tasks: inTurn(60).map(({ taskId }) => taskId) }),
    );
    expect(await run()).toMatchObject({
      status: "completed",
      message: `it serves without a comparison: only 0 held-out items are new to ${version!.version}, too`,
    });
  });

  it("it does where the serving version cannot be asked", async () => {
    let isBroken = false;
    const { store, run, hosts, folder } = second({
      at: (step, host) => {
        if (step === "start" && isBroken && !host.folder.endsWith("base")) throw new Error("weights are damaged");
      },
    });
    const first = (await run()).version!;
    isBroken = true;
    const end = await run();
    expect(end.message).toBe(`it serves without a comparison: ${first} could not be asked: weights are damaged`);
    expect(store.project.servingVersion).toBe(end.version);
    rmSync(join(folder, store.versions(1)[1]!.folder, "training.json"));
    expect((await run()).message).toContain("does not say what it was trained with");
    expect(hosts.started.filter(({ isRunning, folder: of }) => isRunning && of.endsWith("base"))).toEqual([]);
  });
});

describe("a training that does not end well", () => {
  const steps = ["start", "train", "trained", "predict", "save", "saved"] as const;

  it.each(steps)("cancelled at %s: no version, no process, nothing half-written", async (at) => {
    const { store, hosts, run, controller, written } = setUp({
      at: (step) => {
        if (step !== at) return undefined;
        controller.abort();
        return new Promise<void>((resolve) => setTimeout(resolve, 5));
      },
    });
    await expect(run()).rejects.toMatchObject({ code: "E_ABORTED" });
    expect(store.versions(1)).toEqual([]);
    expect(store.project.servingVersion).toBeUndefined();
    expect(written()).toEqual([]);
    expect(hosts.started.every(({ isRunning }) => !isRunning)).toBe(true);
  });

  it.each(steps)(
    "the process dies at %s: the training fails, and the untrained model of a new process is not kept",
    async (at) => {
      const { store, hosts, run, written } = setUp({ at: (step, host) => void (step === at && host.die()) });
      await expect(run()).rejects.toMatchObject({ code: "E_MODEL_HOST" });
      expect(store.versions(1)).toEqual([]);
      expect(written()).toEqual([]);
      expect(hosts.started).toHaveLength(1);
    },
  );

  it("a version that serves goes on serving", async () => {
    let isOver = false;
    const { store, run } = setUp({ at: (step, host) => void (isOver && step === "train" && host.die()) });
    const { version } = await run();
    isOver = true;
    await expect(run()).rejects.toMatchObject({ code: "E_MODEL_HOST" });
    expect(store.project.servingVersion).toBe(version);
  });

  it("fails for a project that is not there, and for a configuration about the other kind of data", async () => {
    const { store, run } = setUp();
    store.configure('<View><Image name="i" value="$image"/><Choices name="c" toName="i"><Choice value="A"/></Choices></View>');
    await expect(run()).rejects.toMatchObject({ code: "E_LABEL_CONFIG" });
    const job = retrainJob({ store, baseModel: "/none", kind: "text", writeVersion: () => Promise.reject(new Error("unused")) });
    const context = { signal: new AbortController().signal, onProgress: () => {} };
    await expect(job(2, "x", context)).rejects.toMatchObject({ code: "E_ARGUMENT" });
  });
});
