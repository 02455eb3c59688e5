import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { StateDict } from "../../../src/core/bayesian-model.js";
import { joinFeatures } from "../../../src/core/join-chunks.js";
import { trainWordPiece } from "../../../src/data/text/train-word-piece.js";
import { readSafetensors } from "../../../src/engine/safetensors/read-safetensors.js";
import { writeSafetensors } from "../../../src/engine/safetensors/write-safetensors.js";
import { FIXED_KEYS } from "../../../src/models/architectures/config-keys.js";
import { withoutWrappers } from "../../../src/models/checkpoint/wrapper-prefixes.js";
import { loadModel } from "../../../src/models/load-model.js";
import { TextClassifier } from "../../../src/models/text/text-classifier.js";
import { temporaryFolder } from "../../temporary-folder.js";
import { tinyConfig } from "../tiny.js";

const labels = ["a", "b", "c"];
const texts = ["one two three", "four five"];
const tokenizer = trainWordPiece(texts, { vocabSize: 60 });
const { vocabSize: _, ...config } = tinyConfig;

let folder: string;
let said: string[];

beforeEach(async () => {
  folder = join(temporaryFolder(), "model");
  await TextClassifier.fromConfig({ ...config, modelType: "bert" }, { labels, tokenizer, seed: 5 }).save(folder);
  said = [];
  vi.spyOn(process, "emitWarning").mockImplementation((message) => void said.push(String(message)));
});

afterEach(() => {
  vi.restoreAllMocks();
});

const configPath = () => join(folder, "config.json");
const weightsPath = () => join(folder, "model.safetensors");

function change(fields: object): void {
  const json = JSON.parse(readFileSync(configPath(), "utf8")) as object;
  writeFileSync(configPath(), JSON.stringify({ ...json, ...fields }));
}

async function rename(to: (name: string) => string, more: StateDict = new Map()): Promise<void> {
  const table = await readSafetensors(weightsPath());
  const renamed: StateDict = new Map(
    [...table].map(([name, { dims, data }]) => [to(name), { dims, data: Float32Array.from(data) }]),
  );
  await writeSafetensors(weightsPath(), new Map([...renamed, ...more]));
}

const answers = async (model: TextClassifier) => (await model.classify(texts)).map(({ labels: all }) => all);

describe("keys of config.json", () => {
  const other: Readonly<Record<string, unknown>> = {
    position_embedding_type: "relative_key",
    feed_forward_type: "geglu",
    pruned_heads: { 0: [1] },
    attention_window: [64, 64],
    quantization_config: { quant_method: "gptq" },
    compression_config: { bits: 4 },
    adapters: { adapters: { a: "b" } },
    rope_theta: 10000,
    rope_scaling: { type: "linear" },
    rope_parameters: { rope_type: "default" },
    embedding_size: 128,
    num_hidden_groups: 1,
    num_experts: 8,
    conv_kernel_size: 3,
  };

  it.each(Object.entries(FIXED_KEYS).map(([key, { values }]) => [key, other[key] ?? true, values] as const))(
    "%s: %j is refused by name, and what is usual is not",
    async (key, value, usual) => {
      const expected = await answers(await TextClassifier.fromPretrained(folder));
      change({ [key]: value });
      await expect(TextClassifier.fromPretrained(folder)).rejects.toMatchObject({
        code: "E_MODEL_FORMAT",
        message: expect.stringContaining(`"${key}"`),
      });
      for (const one of [null, ...usual]) {
        change({ [key]: one });
        expect(await answers(await TextClassifier.fromPretrained(folder))).toEqual(expected);
      }
    },
  );

  it("are read all the same from an ONNX file, whose graph says what it computes", async () => {
    change({ position_embedding_type: "relative_key" });
    expect((await TextClassifier.fromPretrained(folder, { format: "onnx" })).labels).toEqual(labels);
  });

  it("refuses code of the repository's own, and tells keys that nothing is known of", async () => {
    change({ sparkle: 3, use_cache: false, torch_dtype: "float32", auto_map: { AutoConfig: "x--y.Z" } });
    const model = await TextClassifier.fromPretrained(folder);
    expect(model.loadingReport.ignored).toEqual(["sparkle"]);
    expect(said).toEqual([`${folder}: not known and not read in config.json: sparkle.`]);
    change({ auto_map: { AutoModel: "x--y.Z" } });
    await expect(TextClassifier.fromPretrained(folder)).rejects.toThrow(/Python code of its own \(auto_map\)/);
  });

  it("keep the form of their numbers when the model is saved again", async () => {
    const text = readFileSync(configPath(), "utf8").replace("{", '{\n  "sparkle": 2.0,\n  "nested": {"x": 1e-05},');
    writeFileSync(configPath(), text);
    await (await TextClassifier.fromPretrained(folder)).save(folder);
    expect(readFileSync(configPath(), "utf8")).toMatch(/"sparkle": 2\.0,\n {2}"nested": \{\n {4}"x": 1e-05\n/);
  });
});

describe("a checkpoint of wrapped modules", () => {
  it.each([
    [["module."], (name: string) => `module.${name}`],
    [["_orig_mod."], (name: string) => `_orig_mod.${name}`],
    [["model."], (name: string) => `model.${name}`],
    [["model.", "_orig_mod."], (name: string) => `model._orig_mod.${name}`],
    [["module.", "model."], (name: string) => `module.model.${name}`],
    [["_orig_mod."], (name: string) => name.replace("bert.", "bert._orig_mod.")],
    [["_fsdp_wrapped_module."], (name: string) => name.replace(/layer\.(\d)\./, "layer.$1._fsdp_wrapped_module.")],
  ])("is loaded without the prefix %j, and says so (%#)", async (prefixes, wrap) => {
    const expected = await answers(await TextClassifier.fromPretrained(folder));
    await rename(wrap);
    const model = await TextClassifier.fromPretrained(folder);
    expect(model.labels).toEqual(labels);
    expect(model.hasFreshHead).toBe(false);
    expect(await answers(model)).toEqual(expected);
    expect(said.join()).toContain(`the prefix ${prefixes.join(" and ")} of the weights' names was taken off`);
  });

  it("may hold a loss and counters beside the model, which are told", async () => {
    await rename((name) => `model.${name}`, new Map([["loss_fn.weight", { dims: [3], data: new Float32Array(3) }]]));
    const model = await TextClassifier.fromPretrained(folder);
    expect(model.loadingReport.unused).toEqual(["loss_fn.weight"]);
  });

  it("keeps names that only a part of the weights has in common", () => {
    const table: StateDict = new Map(
      ["model.layers.0.weight", "head.weight"].map((name) => [name, { dims: [1], data: new Float32Array(1) }]),
    );
    expect(withoutWrappers(table)).toEqual({ checkpoint: table, prefixes: [] });
  });
});

describe("loading", () => {
  it("says nothing of a folder that is read whole", async () => {
    await TextClassifier.fromPretrained(folder);
    await TextClassifier.fromPretrained(folder, { format: "onnx" });
    expect(said).toEqual([]);
  });

  it("says in one line what was drawn at random and what was not used", async () => {
    await rename((name) => (name.startsWith("bert.pooler") ? name.replace("bert.pooler", "vocab_transform") : name));
    const model = await TextClassifier.fromPretrained(folder, { labels: ["x", "y"], pooling: "pooler" });
    expect(said).toEqual([`${folder}: drawn at random: bert.pooler.dense, classifier; not used: vocab_transform.dense.`]);
    expect(model.loadingReport.fresh).toContain("classifier.weight");
  });

  it("says which names of config.json no output has", async () => {
    change({ id2label: { 0: "a", 2: "c", 5: "f" } });
    expect((await TextClassifier.fromPretrained(folder)).labels).toEqual(["a", "LABEL_1", "c"]);
    expect(said.join()).toContain("names outputs that the head of 3 does not have: 5");
  });
});

describe("heads that do not classify texts", () => {
  it.each(["BertForTokenClassification", "BertForMultipleChoice"])(
    "%s is refused, or left out for labels of one's own",
    async (name) => {
      change({ architectures: [name] });
      await expect(TextClassifier.fromPretrained(folder)).rejects.toThrow(new RegExp(`its head \\(${name}\\)`));
      await expect(TextClassifier.fromPretrained(folder, { format: "onnx", labels })).rejects.toThrow(new RegExp(name));
      const model = await TextClassifier.fromPretrained(folder, { labels });
      expect(model.hasFreshHead).toBe(true);
      expect(said.join()).toContain(`the head of ${name}`);
    },
  );

  it.each([
    ["problem_type", { problem_type: "regression" }, 3],
    ["a single output without a name", { problem_type: null, id2label: { 0: "LABEL_0" }, label2id: { LABEL_0: 0 } }, 1],
  ])("a regression gives numbers, unless labels are given: %s", async (_case, fields, outputs) => {
    await TextClassifier.fromConfig(config, { labels: labels.slice(0, outputs), tokenizer }).save(folder);
    change(fields);
    for (const format of ["safetensors", "onnx"] as const)
      expect(await TextClassifier.fromPretrained(folder, { format })).toMatchObject({ task: "regression", hasFreshHead: false });
    const fresh = await TextClassifier.fromPretrained(folder, { labels: ["x", "y"] });
    expect(fresh).toMatchObject({ task: "single", hasFreshHead: true });
    const sizes = await TextClassifier.fromPretrained(folder, { labels: ["size"], task: "regression" });
    expect(sizes).toMatchObject({ task: "regression", hasFreshHead: true });
  });
});

describe("a folder without the usual weights", () => {
  const onnx = () => join(folder, "onnx", "model.onnx");
  const refused = async (expected: RegExp) =>
    expect(TextClassifier.fromPretrained(folder)).rejects.toMatchObject({
      code: "E_FILE_NOT_FOUND",
      message: expect.stringMatching(expected),
    });

  it.each([
    ["onnx/model_fp16.onnx", /It has onnx\/model_fp16\.onnx: .*--onnx-file/],
    ["model_O2.onnx", /It has model_O2\.onnx: .*--onnx-file/],
    ["onnx/model_quantized.onnx", /quantized weights cannot be trained/],
    ["onnx/model_int8.onnx", /quantized weights cannot be trained/],
    ["pytorch_model.bin", /save_pretrained\("NEW", safe_serialization=True\)/],
    ["tf_model.h5", /another framework/],
    ["model_fp16.safetensors", /rename the file/],
    ["adapter_model.safetensors", /adapter_config\.json is missing/],
  ])("says that it has %s, and what to do", async (name, expected) => {
    renameSync(onnx(), join(folder, name));
    rmSync(weightsPath());
    await refused(expected);
  });

  it("says that there is nothing", async () => {
    rmSync(onnx());
    rmSync(weightsPath());
    await refused(/has neither model\.safetensors nor onnx\/model\.onnx.*It has no weights at all/);
  });

  it("says that an architecture is not built here", async () => {
    rmSync(onnx());
    change({ model_type: "someformer" });
    await refused(/has no onnx\/model\.onnx.*It has model\.safetensors: its architecture is not built here/);
  });

  it("reads the ONNX file that is named", async () => {
    const expected = await answers(await TextClassifier.fromPretrained(folder, { format: "onnx" }));
    mkdirSync(join(folder, "other"));
    renameSync(onnx(), join(folder, "other", "mine.onnx"));
    const model = await TextClassifier.fromPretrained(folder, { onnxFile: "other/mine.onnx" });
    expect(model.source).toBe("onnx");
    expect(await answers(model)).toEqual(expected);
    await expect(TextClassifier.fromPretrained(folder, { onnxFile: "none.onnx" })).rejects.toThrow(/has no none\.onnx/);
  });

  it("says how a file's path is given", async () => {
    await expect(TextClassifier.fromPretrained(onnx())).rejects.toThrow(/a model is a folder.*--onnx-file/);
  });
});

describe("an encoder whose vectors alone are wanted", () => {
  it("has the vectors of the model, and says nothing of its classes", async () => {
    const model = await TextClassifier.fromPretrained(folder);
    const encoder = await TextClassifier.encoder(folder);
    await loadModel(folder, { kind: "text", isEncoder: true });
    expect(said).toEqual([]);
    const vectors = async (from: TextClassifier) => (await joinFeatures(from.features(from.datasetOf(texts)), { total: 2 })).data;
    expect(await vectors(encoder)).toEqual(await vectors(model));
    await TextClassifier.fromPretrained(folder, { labels: ["0", "1"] });
    expect(said).toEqual([expect.stringMatching(/drawn at random: classifier/)]);
  });

  it("says what config.json has that nothing is known of", async () => {
    change({ unheard_of: 3 });
    await TextClassifier.encoder(folder);
    expect(said).toEqual([expect.stringMatching(/unheard_of/)]);
  });
});
