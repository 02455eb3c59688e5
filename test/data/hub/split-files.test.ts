import { describe, expect, it } from "vitest";
import type { CardConfig } from "../../../src/data/hub/dataset-card.js";
import { globMatcher, splitFiles } from "../../../src/data/hub/split-files.js";

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
  folder: undefined,
  csv: {},
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

describe("what people name their files", () => {
  it.each([
    [
      "data/train-[0-9]*.csv",
      ["data/train-0.csv", "data/train-12.csv"],
      ["data/train-x.csv", "data/train-.csv", "data/0/train-0.csv"],
    ],
    ["data/{test,extra}.csv", ["data/test.csv", "data/extra.csv"], ["data/{test,extra}.csv", "data/tes.csv"]],
    ["{a,b}/{c,d{1,2}}.csv", ["a/c.csv", "b/d1.csv", "a/d2.csv"], ["a/d.csv"]],
    ["[!a]*.csv", ["b.csv"], ["a.csv", "/x.csv"]],
    ["[^a-c].csv", ["d.csv"], ["a.csv"]],
    ["a[]-].csv", ["a].csv", "a-.csv"], ["a[.csv"]],
    ["{a}.csv", ["{a}.csv"], ["a.csv"]],
    ["**/x?.csv", ["xy.csv", "a/b/x1.csv"], ["x.csv", "a/xyz.csv"]],
    ["a+(b).csv", ["a+(b).csv"], ["aab.csv"]],
  ])("%s matches as in a shell", (pattern, matching, others) => {
    const matches = globMatcher(pattern);
    for (const path of matching) expect([path, matches(path)]).toEqual([path, true]);
    for (const path of others) expect([path, matches(path)]).toEqual([path, false]);
  });

  it("has hashes behind the number of shards", () => {
    const files = [
      "data/unsupervised-00000-of-00001-a1b2c3d4e5f60718.parquet",
      "data/train-00000-of-00001-b42a775f407cee45.parquet",
    ];
    for (const [i, split] of ["unsupervised", "train"].entries())
      expect(splitFiles(files, [], { repo, split }).paths).toEqual([files[i]]);
    const torn = ["data/train-00001-of-00002-a1b2c3d4e5f60718.parquet"];
    expect(() => splitFiles(torn, [], { repo, split: "train" })).toThrow(/1 of 2 files/);
  });

  it("may have the same rows in several formats, of which one is read", () => {
    const request = { repo, split: "train" };
    expect(splitFiles(["train.csv", "train.jsonl"], [], request).paths).toEqual(["train.jsonl"]);
    expect(splitFiles(["a/train-1.csv", "a/train-2.csv", "a/train.json"], [], request).paths).toEqual([
      "a/train-1.csv",
      "a/train-2.csv",
    ]);
  });

  it("may stand in a folder that the card gives a configuration", () => {
    const files = ["de/train.csv", "en/train.csv", "en/test.csv"];
    const configs = ["en", "de"].map((name) => ({ name, isDefault: false, splits: [], folder: `./${name}/`, csv: {} }));
    expect(splitFiles(files, configs, { repo, split: "train", config: "de" })).toEqual({ config: "de", paths: ["de/train.csv"] });
    expect(splitFiles(files, configs, { repo, split: "test", config: "en" }).paths).toEqual(["en/test.csv"]);
    expect(() => splitFiles(files, configs, { repo, split: "train" })).toThrow(/several configurations/);
  });
});
