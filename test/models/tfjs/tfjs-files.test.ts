import { readFileSync, truncateSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { patchModule } from "../../../src/bayesian/patch-module.js";
import { loadTfjsModel } from "../../../src/models/tfjs/load-tfjs-model.js";
import { temporaryFolder } from "../../temporary-folder.js";
import { withCode } from "../../training/trainer-fixtures.js";
import { maxDifference } from "../tiny.js";
import { convolutionModel, draws, LABELS, ownPrediction, randomRows, tf, wrap } from "./keras-models.js";

const images = randomRows(3, 128);

async function saved() {
  const folder = join(temporaryFolder(), "model");
  const model = wrap<Float32Array>(convolutionModel());
  model.stateDict().get("norm.moving_mean")!.data.fill(0.25);
  await model.save(folder);
  return { folder, model, description: join(folder, "model.json"), weights: join(folder, "weights.bin") };
}

interface ModelJson {
  format: string;
  modelTopology: { config: { layers: { class_name: string }[] } };
  weightsManifest: [{ paths: string[]; weights: object[] }];
  userDefinedMetadata?: { sha256?: object };
}

function edit(path: string, change: (json: ModelJson) => void): void {
  const json = JSON.parse(readFileSync(path, "utf8")) as ModelJson;
  change(json);
  writeFileSync(path, JSON.stringify(json));
}

describe("a saved model", () => {
  it("loads back exactly, labels and names included, and saves again", async () => {
    const { folder, model, weights } = await saved();
    const loaded = await loadTfjsModel<Float32Array>(tf, folder);
    expect(loaded.labels).toEqual(LABELS);
    expect(loaded.stateDict()).toEqual(model.stateDict());
    expect((await draws(loaded, images)).data).toEqual((await draws(model, images)).data);
    const bytes = readFileSync(weights);
    await loaded.save(folder);
    expect(readFileSync(weights).equals(bytes)).toBe(true);
    expect((await loadTfjsModel(tf, folder, { labels: ["x", "y", "z"] })).labels).toEqual(["x", "y", "z"]);
  });

  it("keeps its task, which the last layer or the caller tells", async () => {
    const folder = join(temporaryFolder(), "sizes");
    const sizes = wrap<Float32Array>(convolutionModel(), { task: "regression" });
    expect((await draws(sizes, images)).kind).toBe("values");
    await sizes.save(folder);
    const loaded = await loadTfjsModel<Float32Array>(tf, folder);
    expect([loaded.task, (await draws(loaded, images)).kind]).toEqual(["regression", "values"]);
    expect((await loadTfjsModel(tf, folder, { task: "multi" })).task).toBe("multi");
    expect(() => wrap(convolutionModel(), { task: "multi", outputs: "probabilities" })).toThrow(
      withCode("E_ARGUMENT", /"single"; "multi" came/),
    );
  });

  it("is one that TensorFlow.js loads by itself", async () => {
    const { description, weights, model } = await saved();
    const json = JSON.parse(readFileSync(description, "utf8"));
    const file = readFileSync(weights);
    const artifacts = { ...json, weightSpecs: json.weightsManifest[0].weights, weightData: new Uint8Array(file).buffer };
    const keras = await tf.loadLayersModel({ load: async () => artifacts });
    const own = (rows: tf.LayersModel) =>
      ownPrediction(
        rows,
        images.map(({ input }) => input),
        [8, 8, 2],
      );
    expect(own(keras)).toEqual(own(model.model as tf.LayersModel));
  });

  it("may come in shards, without labels or checksums, as the converter writes it", async () => {
    const { folder, model, description, weights } = await saved();
    const bytes = readFileSync(weights);
    for (const [i, part] of [bytes.subarray(0, 1001), bytes.subarray(1001)].entries())
      writeFileSync(join(folder, `group1-shard${i + 1}of2.bin`), part);
    edit(description, (json) => {
      json.weightsManifest[0].paths = ["group1-shard1of2.bin", "group1-shard2of2.bin"];
      delete json.userDefinedMetadata;
    });
    await expect(loadTfjsModel(tf, folder)).rejects.toThrow(withCode("E_MODEL_FORMAT", /labels/));
    const loaded = await loadTfjsModel<Float32Array>(tf, folder, { labels: LABELS });
    expect(maxDifference((await draws(loaded, images)).data, (await draws(model, images)).data)).toBe(0);
    unlinkSync(join(folder, "group1-shard2of2.bin"));
    await expect(loadTfjsModel(tf, folder, { labels: LABELS })).rejects.toThrow(
      withCode("E_FILE_NOT_FOUND", /shard2of2.bin is missing/),
    );
  });

  it("may have Keras' spatial dropout, which drops whole channels", async () => {
    const folder = join(temporaryFolder(), "model");
    const keras = tf.sequential({
      layers: [
        tf.layers.reshape({ inputShape: [18], targetShape: [3, 3, 2] }),
        tf.layers.dropout({ name: "spatial", rate: 0.5 }),
        tf.layers.flatten(),
        tf.layers.dense({ units: 18, kernelInitializer: "identity" }),
      ],
    });
    const labels = Array.from({ length: 18 }, (_, i) => `${i}`);
    await wrap<Float32Array>(keras, { labels }).save(folder);
    edit(join(folder, "model.json"), ({ modelTopology }) => {
      const layer = modelTopology.config.layers[1]!;
      Object.assign(layer, {
        class_name: "SpatialDropout2D",
        config: { name: "spatial", rate: 0.5, data_format: "channels_last" },
      });
    });
    const model = await loadTfjsModel<Float32Array>(tf, folder);
    expect(patchModule(model).patched).toEqual([{ name: "spatial", rate: 0.5 }]);
    const ones = { index: 0, input: new Float32Array(18).fill(1), target: undefined };
    const { data } = await draws(model, [ones], { iterations: 30 });
    const patterns = Array.from({ length: 30 }, (_, k) => {
      const channels = [0, 1].map((c) => new Set(Array.from({ length: 9 }, (_, i) => data[(2 * i + c) * 30 + k]!)));
      expect(channels.map(({ size }) => size)).toEqual([1, 1]);
      return String(channels.flatMap((values) => [...values]));
    });
    expect([...new Set(patterns)].sort()).toEqual(["0,0", "0,2", "2,0", "2,2"]);
  });

  it.each<[string, string, RegExp, (files: Awaited<ReturnType<typeof saved>>) => void]>([
    ["no model.json", "E_FILE_NOT_FOUND", /model.json is missing/, ({ description }) => unlinkSync(description)],
    ["a cut model.json", "E_MODEL_FORMAT", /does not describe/, ({ description }) => truncateSync(description, 200)],
    ["another JSON", "E_MODEL_FORMAT", /weightsManifest/, ({ description }) => writeFileSync(description, "{}")],
    [
      "a graph model",
      "E_MODEL_FORMAT",
      /is a graph-model/,
      ({ description }) => edit(description, (json) => (json.format = "graph-model")),
    ],
    ["cut weights", "E_MODEL_FORMAT", /damaged: its checksum/, ({ weights }) => truncateSync(weights, 400)],
    [
      "cut weights without a checksum",
      "E_MODEL_FORMAT",
      /take \d+ bytes; 400 are there/,
      ({ weights, description }) => {
        truncateSync(weights, 400);
        edit(description, (json) => delete json.userDefinedMetadata?.sha256);
      },
    ],
    [
      "a flipped bit",
      "E_MODEL_FORMAT",
      /checksum/,
      ({ weights }) => {
        const bytes = readFileSync(weights);
        bytes[77]! ^= 4;
        writeFileSync(weights, bytes);
      },
    ],
    ["no weights", "E_FILE_NOT_FOUND", /weights.bin is missing/, ({ weights }) => unlinkSync(weights)],
    [
      "weights elsewhere",
      "E_MODEL_FORMAT",
      /outside of the folder: sub\/\.\.\/\.\.\/secret/,
      ({ description }) => edit(description, (json) => (json.weightsManifest[0].paths = ["sub/../../secret"])),
    ],
    [
      "an unknown layer",
      "E_MODEL_FORMAT",
      /cannot build.*Capsule/s,
      ({ description }) => edit(description, (json) => (json.modelTopology.config.layers[0]!.class_name = "Capsule")),
    ],
    [
      "a weight too few",
      "E_MODEL_FORMAT",
      /take \d+ bytes/,
      ({ description }) =>
        edit(description, (json) => {
          json.weightsManifest[0].weights.pop();
        }),
    ],
  ])("with %s is refused (%s)", async (_, code, message, damage) => {
    const files = await saved();
    damage(files);
    await expect(loadTfjsModel(tf, files.folder, { labels: LABELS })).rejects.toThrow(withCode(code, message));
  });
});
