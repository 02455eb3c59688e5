import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, it, onTestFinished } from "vitest";
import { loadHubDataset, resolveHubDataset } from "../../../src/data/hub/load-hub-dataset.js";
import { TextDataset } from "../../../src/data/text/text-dataset.js";
import { startHubServer } from "../../hub-server.js";
import { temporaryFolder } from "../../temporary-folder.js";

function parquet(rows: readonly { text: string; label: number }[], names?: readonly string[]): Uint8Array {
  const info = { features: { label: { names, _type: "ClassLabel" } } };
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        { name: "text", data: rows.map(({ text }) => text), type: "STRING" },
        { name: "label", data: rows.map(({ label }) => BigInt(label)), type: "INT64" },
      ],
      kvMetadata: names ? [{ key: "huggingface", value: JSON.stringify({ info }) }] : [],
    }),
  );
}

const labelled = [
  { text: "one", label: 1 },
  { text: "two", label: 0 },
  { text: "three", label: -1 },
];

const readme = `---
dataset_info:
  features:
  - name: label
    dtype:
      class_label:
        names:
          '0': bad
          '1': good
---
`;

/** A hub with the data set `org/data` of these files, and the options to reach it. */
async function hubWith(files: Readonly<Record<string, string | Uint8Array>>) {
  const folder = temporaryFolder();
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, "remote", path)), { recursive: true });
    await writeFile(join(folder, "remote", path), content);
  }
  const server = await startHubServer({ datasets: { "org/data": join(folder, "remote") }, pageSize: 2 });
  onTestFinished(() => server.close());
  const options = { endpoint: server.endpoint, cacheDir: join(folder, "cache"), offline: false, retries: 0 };
  return { server, options, remote: join(folder, "remote") };
}

const shards = {
  "data/train-00000-of-00002.parquet": parquet(labelled.slice(0, 2), ["neg", "pos"]),
  "data/train-00001-of-00002.parquet": parquet(labelled.slice(2), ["neg", "pos"]),
  "data/test-00000-of-00001.parquet": parquet(labelled.slice(0, 1)),
};

describe("loadHubDataset", () => {
  it("reads all shards of a split in order, with the label names from the files", async () => {
    const { options } = await hubWith(shards);
    const { rows, labels, files } = await loadHubDataset("org/data", options);
    expect(rows).toEqual(labelled);
    expect(files).toHaveLength(2);
    expect(labels.get("label")).toEqual(["neg", "pos"]);
    const tokenizer = { encode: () => ({ inputIds: Int32Array.of(1) }) };
    const dataset = new TextDataset(rows, { tokenizer, labels: labels.get("label") ?? [] });
    expect([0, 1, 2].map((position) => dataset.at(position).target)).toEqual([1, 0, undefined]);
  });

  it("takes label names from the card where the files have none", async () => {
    const { options } = await hubWith({ ...shards, "README.md": readme });
    const { labels } = await loadHubDataset("org/data", { ...options, split: "test" });
    expect(labels.get("label")).toEqual(["bad", "good"]);
  });

  it("downloads the files of the split only, and once", async () => {
    const { options, server, remote } = await hubWith({ ...shards, "README.md": readme });
    await resolveHubDataset("org/data", { ...options, split: "test" });
    expect(server.requests.filter(({ url }) => url.includes("train-"))).toEqual([]);
    await rm(remote, { recursive: true });
    const { rows } = await loadHubDataset("org/data", { ...options, split: "test", offline: true });
    expect(rows).toEqual(labelled.slice(0, 1));
    await expect(loadHubDataset("org/data", { ...options, offline: true })).rejects.toMatchObject({
      code: "E_DATA",
      message: expect.stringMatching(/no split "train"; its splits are test/),
    });
  });

  it("reads repositories of CSV and JSON Lines", async () => {
    const { options } = await hubWith({ "train.csv": "text,label\na,x\n", "test.jsonl": '{"text":"b"}\n' });
    expect((await loadHubDataset("org/data", options)).rows).toEqual([{ text: "a", label: "x" }]);
    expect((await loadHubDataset("org/data", { ...options, split: "test" })).rows).toEqual([{ text: "b" }]);
  });

  it("names a missing column and the file", async () => {
    const { options } = await hubWith(shards);
    await expect(loadHubDataset("org/data", { ...options, columns: ["sentence"] })).rejects.toMatchObject({
      code: "E_DATA",
      message: expect.stringMatching(/train-00000-of-00002\.parquet has no column "sentence"/),
    });
  });

  it("passes on what the hub refuses", async () => {
    const { options, server } = await hubWith(shards);
    await expect(loadHubDataset("org/unknown", options)).rejects.toMatchObject({ code: "E_HUB" });
    server.faults.push({ path: "test-00000", corrupt: true });
    await expect(loadHubDataset("org/data", { ...options, split: "test" })).rejects.toMatchObject({ code: "E_HUB" });
  });
});
