import { describe, expect, it } from "vitest";
import type { CardConfig } from "../../../src/data/hub/dataset-card.js";
import { splitFiles } from "../../../src/data/hub/split-files.js";

const repo = "org/data";
const sharded = [
  "data/test-00000-of-00001.parquet",
  "data/train-00001-of-00002.parquet",
  "data/train-00000-of-00002.parquet",
  "README.md",
];
const config = (name: string, patterns: string[], isDefault = false): CardConfig => ({
  name,
  isDefault,
  splits: [{ split: "train", patterns }],
});

describe("splitFiles", () => {
  const byName: readonly { files: string[]; split: string; config?: string; paths: string[] }[] = [
    { files: sharded, split: "train", paths: ["data/train-00000-of-00002.parquet", "data/train-00001-of-00002.parquet"] },
    { files: sharded, split: "test", paths: ["data/test-00000-of-00001.parquet"] },
    { files: ["train.csv", "dev.csv", "dataset_infos.json"], split: "validation", paths: ["dev.csv"] },
    { files: ["train.csv", "train.parquet"], split: "train", paths: ["train.parquet"] },
    { files: ["my_train_data.jsonl.gz", "constrained.jsonl"], split: "train", paths: ["my_train_data.jsonl.gz"] },
    { files: ["everything.parquet"], split: "train", paths: ["everything.parquet"] },
    {
      files: ["data/extra-00000-of-00001.parquet", "data/train-00000-of-00001.parquet"],
      split: "extra",
      paths: ["data/extra-00000-of-00001.parquet"],
    },
    {
      files: ["plain_text/test/0000.parquet", "plain_text/train/0000.parquet"],
      split: "test",
      paths: ["plain_text/test/0000.parquet"],
    },
    { files: ["a/train/0000.parquet", "b/train/0000.parquet"], split: "train", config: "b", paths: ["b/train/0000.parquet"] },
  ];
  it.each(byName)("finds $split in $files by name", ({ files, paths, ...request }) => {
    expect(splitFiles(files, [], { ...request, repo }).paths).toEqual(paths);
  });

  const files = ["a.parquet", "b+1.parquet", "x/c.parquet", "x/y/d.parquet"];
  it.each([
    ["*.parquet", ["a.parquet", "b+1.parquet"]],
    ["b+?.parquet", ["b+1.parquet"]],
    ["x/*", ["x/c.parquet"]],
    ["x/**", ["x/c.parquet", "x/y/d.parquet"]],
    ["**/d.parquet", ["x/y/d.parquet"]],
    ["./a.parquet", ["a.parquet"]],
  ])("takes the files that the card names: %s", (pattern, paths) => {
    expect(splitFiles(files, [config("one", [pattern])], { split: "train", repo })).toEqual({ config: "one", paths });
  });

  it("takes the default configuration, or the one that is asked for", () => {
    const configs = [config("one", ["a.parquet"]), config("two", ["x/c.parquet"], true)];
    expect(splitFiles(files, configs, { split: "train", repo }).config).toBe("two");
    expect(splitFiles(files, configs, { split: "train", config: "one", repo }).config).toBe("one");
  });

  const failures: readonly {
    what: string;
    files: string[];
    configs: CardConfig[];
    split: string;
    config?: string;
    message: RegExp;
  }[] = [
    {
      what: "an unknown split of a card",
      files,
      configs: [config("one", ["a.parquet"])],
      split: "dev",
      message: /no split "dev"; its splits are train/,
    },
    {
      what: "an unknown split by name",
      files: sharded,
      configs: [],
      split: "dev",
      message: /no split "dev"; its splits are test, train/,
    },
    { what: "an unknown split of one file", files: ["all.csv"], configs: [], split: "test", message: /its splits are train/ },
    {
      what: "an unknown configuration",
      files,
      configs: [config("one", ["a"])],
      split: "train",
      config: "two",
      message: /no configuration "two". There is one/,
    },
    {
      what: "a choice of configurations",
      files,
      configs: [config("one", ["a"]), config("two", ["b"])],
      split: "train",
      message: /several .* There are one, two/,
    },
    {
      what: "a choice of folders",
      files: ["a/train.csv", "b/train.csv"],
      configs: [],
      split: "train",
      message: /several .* There are a, b/,
    },
    { what: "a pattern without files", files, configs: [config("one", ["data/*"])], split: "train", message: /matches data\/\*/ },
    {
      what: "a repository without data",
      files: ["README.md", "data.py"],
      configs: [],
      split: "train",
      message: /refs\/convert\/parquet/,
    },
    {
      what: "missing shards",
      files: sharded.slice(0, 2),
      configs: [],
      split: "train",
      message: /1 of 2 files data\/train-\*-of-00002 are there/,
    },
  ];
  it.each(failures)("refuses $what", ({ what: _, files: listed, configs, message, ...request }) => {
    expect(() => splitFiles(listed, configs, { ...request, repo })).toThrow(
      expect.objectContaining({ code: "E_DATA", message: expect.stringMatching(message) }),
    );
  });
});
