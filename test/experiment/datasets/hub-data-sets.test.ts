import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import sharp from "sharp";
import { describe, expect, it, onTestFinished } from "vitest";
import { setUpCell } from "../../../src/experiment/cell-setup.js";
import { loadExperimentData } from "../../../src/experiment/load-experiment-data.js";
import { prepareExperiment } from "../../../src/experiment/prepare-experiment.js";
import { startHubServer } from "../../hub-server.js";
import { temporaryFolder } from "../../temporary-folder.js";

type Files = Readonly<Record<string, string | Uint8Array>>;

/** A hub with these repositories, and where experiments find it. */
async function hubWith(repositories: Readonly<Record<string, Files>>) {
  const folder = temporaryFolder();
  const datasets: Record<string, string> = {};
  for (const [repo, files] of Object.entries(repositories)) {
    datasets[repo] = join(folder, "remote", repo);
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(datasets[repo], path)), { recursive: true });
      await writeFile(join(datasets[repo], path), content);
    }
  }
  const server = await startHubServer({ datasets });
  onTestFinished(() => server.close());
  const hub = { endpoint: server.endpoint, cacheDir: join(folder, "cache"), offline: false, retries: 0 };
  return { place: { hub }, server };
}

/** The `configs` of a card, as the hub's own conversion to Parquet writes them. */
function configs(names: readonly string[], splits: readonly string[]): string {
  const lines = names.flatMap((name) => [
    `- config_name: ${name}`,
    "  data_files:",
    ...splits.flatMap((split) => [`  - split: ${split}`, `    path: ${name}/${split}-*`]),
  ]);
  return ["configs:", ...lines].join("\n");
}

const classLabel = (names: readonly string[]) =>
  ["dtype:", "  class_label:", "    names:", ...names.map((name, i) => `      '${i}': ${JSON.stringify(name)}`)]
    .map((line) => `    ${line}`)
    .join("\n");

function texts(rows: readonly (readonly [text: string, intent: number])[]): Uint8Array {
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        { name: "text", data: rows.map(([text]) => text), type: "STRING" },
        { name: "intent", data: rows.map(([, intent]) => BigInt(intent)), type: "INT64" },
      ],
    }),
  );
}

/** Pictures of one colour each. */
async function pictures(column: string, edge: number, items: readonly (readonly [level: number, label: number])[]) {
  const bytes = { name: "bytes", type: "BYTE_ARRAY", repetition_type: "OPTIONAL" } as const;
  const pngs = await Promise.all(
    items.map(([level]) =>
      sharp({ create: { width: edge, height: edge, channels: 3, background: { r: level, g: level, b: level } } })
        .png()
        .toBuffer(),
    ),
  );
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        { name: column, data: pngs.map((png) => ({ bytes: new Uint8Array(png), path: null })) },
        { name: "label", data: items.map(([, label]) => BigInt(label)) },
      ],
      schema: [
        { name: "root", num_children: 2 },
        { name: column, repetition_type: "OPTIONAL", num_children: 2 },
        bytes,
        { ...bytes, name: "path", converted_type: "UTF8" },
        { name: "label", type: "INT64", repetition_type: "OPTIONAL" },
      ],
    }),
  );
}

const shard = (config: string, split: string) => `${config}/${split}-00000-of-00001.parquet`;

describe("data sets of the hub", () => {
  it("clinc_oos: the variants of clinc/clinc_oos, intents by their names", async () => {
    // In the hub's numbering "oos" is in the middle of the intents.
    const names = ["restaurant_reviews", "oos", "translate"];
    const variants = ["imbalanced", "plus", "small"];
    const info = variants.map((name) =>
      [
        `- config_name: ${name}`,
        "  features:",
        "  - name: text",
        "    dtype: string",
        "  - name: intent",
        classLabel(names),
      ].join("\n"),
    );
    const card = `---\nlicense:\n- cc-by-3.0\ndataset_info:\n${info.join("\n")}\n${configs(variants, ["train", "validation", "test"])}\n---\n`;
    const files: Record<string, string | Uint8Array> = { "README.md": card };
    for (const variant of variants) {
      files[shard(variant, "train")] = texts([
        [`${variant} is it good`, 0],
        ["how in french", 2],
        ["tell a joke", 1],
      ]);
      files[shard(variant, "validation")] = texts([
        ["reviews of it", 0],
        ["what now", 1],
      ]);
      files[shard(variant, "test")] = texts([
        ["say it in thai", 2],
        ["why", 1],
      ]);
    }
    const { place, server } = await hubWith({ "clinc/clinc_oos": files });
    const data = await loadExperimentData({ name: "clinc_oos", variant: "plus" }, place);
    expect(data.train).toEqual([
      { text: "plus is it good", intent: "restaurant_reviews" },
      { text: "how in french", intent: "translate" },
      { text: "tell a joke", intent: "oos" },
    ]);
    expect(data.labels).toEqual(["oos", "restaurant_reviews", "translate"]);
    expect([data.validation.length, data.test.length, data.outOfScopeLabel]).toEqual([2, 2, "oos"]);
    expect(data.about.files).toHaveLength(3);
    expect(server.requests.filter(({ url }) => url.includes("small/"))).toEqual([]);
    // The other protocol, too.
    const config = {
      dataset: { name: "clinc_oos", variant: "small" },
      model: { recipe: "distilbert-mini" },
      strategies: ["random"],
    };
    const { labels, pool } = await prepareExperiment(
      { ...config, initialLabels: 1, querySize: 1, steps: 1, outOfScope: { protocol: "threshold" } },
      place,
    );
    expect(labels).toEqual(["restaurant_reviews", "translate"]);
    expect(pool).toHaveLength(2);
  });

  it("mnist: the digits of ylecun/mnist", async () => {
    const names = Array.from({ length: 10 }, (_, i) => String(i));
    const card = `---\nlicense:\n- mit\ndataset_info:\n  config_name: mnist\n  features:\n  - name: image\n    dtype: image\n  - name: label\n${classLabel(names)}\n${configs(["mnist"], ["train", "test"])}\n---\n`;
    const train = names.map((_, i) => [20 * i, i] as const);
    const { place } = await hubWith({
      "ylecun/mnist": {
        "README.md": card,
        [shard("mnist", "train")]: await pictures("image", 28, train),
        [shard("mnist", "test")]: await pictures("image", 28, train.slice(0, 3)),
      },
    });
    const config = {
      model: { architecture: "small-cnn" },
      strategies: ["random"],
      initialLabels: { perClass: 1 },
      querySize: 1,
      steps: 1,
    };
    const repeated = await prepareExperiment({ ...config, dataset: { name: "repeated-mnist", times: 2, noise: 0 } }, place);
    expect(repeated.labels).toEqual(names);
    expect(repeated.pool).toHaveLength(20);
    const { train: items } = await setUpCell(repeated, { seed: 1 });
    const { target, input } = items.at(13);
    expect(target).toBe(3);
    const { data, shape } = await (input as { load(): Promise<{ data: Float32Array; shape: readonly number[] }> }).load();
    expect(shape).toEqual([1, 28, 28]);
    expect(data[0]).toBeCloseTo((60 / 255 - 0.1307) / 0.3081, 5);
  });

  it("cifar10: the pictures of uoft-cs/cifar10, classes by the names that the local files have, too", async () => {
    const names = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];
    const card = `---\ndataset_info:\n  config_name: plain_text\n  features:\n  - name: img\n    dtype: image\n  - name: label\n${classLabel(names)}\n${configs(["plain_text"], ["train", "test"])}\n---\n`;
    const train = Array.from({ length: 40 }, (_, i) => [5 * i, i % 10] as const);
    const { place } = await hubWith({
      "uoft-cs/cifar10": {
        "README.md": card,
        [shard("plain_text", "train")]: await pictures("img", 32, train),
        [shard("plain_text", "test")]: await pictures("img", 32, train.slice(0, 10)),
      },
    });
    const config = { model: { architecture: "small-cnn" }, strategies: ["random"], initialLabels: 2, querySize: 1, steps: 1 };
    const dataset = { name: "cifar10", keep: { cat: 0.25, "*": 1 } };
    const prepared = await prepareExperiment({ ...config, dataset, evaluation: { rareClasses: ["cat"] } }, place);
    expect(prepared.labels).toEqual(names);
    expect(prepared.pool.filter(({ label }) => label === "cat")).toHaveLength(1);
    const { train: items } = await setUpCell(prepared, { seed: 1 });
    expect(items.at(1).target).toBe(1);
  });

  it("say what is missing", async () => {
    const { place } = await hubWith({
      "clinc/clinc_oos": {
        "README.md": `---\n${configs(["small"], ["train", "validation", "test"])}\n---\n`,
        ...Object.fromEntries(["train", "validation", "test"].map((split) => [shard("small", split), texts([["a", 0]])])),
      },
    });
    await expect(loadExperimentData({ name: "clinc_oos", variant: "small" }, place)).rejects.toMatchObject({
      ...{ code: "E_DATA", message: expect.stringContaining('no names for its column "intent"') },
    });
    await expect(loadExperimentData({ name: "mnist" }, place)).rejects.toMatchObject({ code: "E_HUB" });
  });
});
