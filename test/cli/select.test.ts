import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { runCli } from "../../src/cli/run-cli.js";
import { openRowWriter } from "../../src/data/rows/open-row-writer.js";
import type { Row } from "../../src/data/rows/row.js";
import { readRows } from "../../src/data/rows/stream-rows.js";
import { startHubServer } from "../hub-server.js";
import { temporaryFolder } from "../temporary-folder.js";
import { captureOutput } from "./captured-output.js";
import { writeTinyModel } from "./tiny-model.js";

const OWN = ["baal_rank", "baal_score", "baal_label", "baal_probability"];

describe("baal select", () => {
  const written = captureOutput();
  let folder: string;
  const at = (name: string) => join(folder, name);

  beforeEach(async () => {
    folder = temporaryFolder();
    await writeTinyModel(folder);
    written.stderr = "";
  });

  const run = (...args: string[]) => {
    written.stdout = "";
    return runCli(["select", "--model", at("model"), "--cache", at("cache"), ...args]);
  };

  async function selected(...args: string[]): Promise<Record<string, unknown>> {
    expect(await run(...args, "--json"), written.stderr).toBe(0);
    return JSON.parse(written.stdout) as Record<string, unknown>;
  }

  /** 40 texts; the first `labelled` have a label. */
  function writeAll(name: string, labelled: number): void {
    const rows = Array.from({ length: 40 }, (_, i) => {
      const [label, text] = i % 2 === 0 ? ["good", `what a lovely day ${i}`] : ["bad", `this is bad and awful ${i}`];
      return `${i},"${text}",${i < labelled ? label : ""},"note, ${i}"`;
    });
    writeFileSync(at(name), `id,text,label,remark\n${rows.join("\n")}\n`);
  }

  it("writes the picked rows as they were, with rank and score, where nothing is labelled", async () => {
    writeAll("all.csv", 0);
    const result = await selected("--data", at("all.csv"), "--count", "4", "--output", at("next.csv"));
    expect(result).toMatchObject({
      rows: 4,
      unlabelled: 40,
      labelled: 0,
      labels: [],
      strategy: "kmeans",
      columns: OWN,
      heldOut: null,
    });
    const rows = await readRows(at("next.csv"));
    expect(Object.keys(rows[0]!)).toEqual(["id", "text", "label", "remark", ...OWN]);
    const all = await readRows(at("all.csv"));
    for (const [i, row] of rows.entries()) {
      expect(row).toMatchObject({ ...all[Number(row["id"])], baal_rank: String(i + 1), baal_label: "", baal_probability: "" });
      expect(Number(row["baal_score"])).toBeGreaterThan(0);
    }
    expect(readdirSync(folder).sort()).toEqual(["all.csv", "cache", "model", "next.csv", "train.csv"]);
  });

  it("suggests labels once there are some, says what it chose and why, and what comes next", async () => {
    writeAll("all.csv", 12);
    expect(await run("--data", at("all.csv"), "--count", "5", "--output", at("next.jsonl")), written.stderr).toBe(0);
    expect(written.stdout).toMatch(/^picked 5 of 28 unlabelled rows by power:margin, as the batch is large/);
    expect(written.stdout).toMatch(/the 12 labels predict each other to \d+\.\d %/);
    expect(written.stdout).toContain(`--data ${at("all.csv")} --data ${at("next.jsonl")} --count 5`);
    for (const row of await readRows(at("next.jsonl"))) {
      expect(Number(row["id"])).toBeGreaterThanOrEqual(12);
      expect(["good", "bad"]).toContain(row["baal_label"]);
      expect(row["baal_probability"]).toBeGreaterThanOrEqual(0.5);
      expect(row["baal_probability"]).toBeLessThanOrEqual(1);
    }
  });

  it("goes by words alone with --model tfidf, which needs neither weights nor a cache", async () => {
    writeAll("all.csv", 12);
    const result = await selected("--data", at("all.csv"), "--count", "5", "--output", at("next.csv"), "--model", "tfidf");
    expect(result).toMatchObject({ rows: 5, model: "tfidf", heldOut: { accuracy: 1, items: 12 } });
    for (const row of await readRows(at("next.csv"))) {
      expect(row["baal_label"]).toBe(Number(row["id"]) % 2 === 0 ? "good" : "bad");
      expect(Number(row["baal_probability"])).toBeGreaterThan(0.5);
    }
    expect(existsSync(at("cache"))).toBe(false);
  });

  it("proposes the strategy that was probably meant", async () => {
    writeAll("all.csv", 12);
    expect(await run("--data", at("all.csv"), "--count", "5", "--output", at("n.csv"), "--strategy", "topk:bal")).toBe(2);
    expect(written.stderr).toContain('did you mean "topk:bald"?');
  });

  it("is the same the second time, from the cache, and another with another seed", async () => {
    writeAll("all.csv", 12);
    const picks = async (output: string, seed: string) => {
      await selected("--data", at("all.csv"), "--count", "5", "--output", at(output), "--seed", seed);
      return readRows(at(output));
    };
    const first = await picks("1.csv", "1");
    const size = readdirSync(at("cache"), { recursive: true }).length;
    expect(await picks("2.csv", "1")).toEqual(first);
    expect(readdirSync(at("cache"), { recursive: true })).toHaveLength(size);
    expect(await picks("3.csv", "2")).not.toEqual(first);
  });

  it("takes the labels of an earlier round from its file, and keeps columns of an earlier round that hold something", async () => {
    writeAll("all.csv", 0);
    await selected("--data", at("all.csv"), "--count", "8", "--output", at("next.csv"));
    const answered = (await readRows(at("next.csv"))).map(
      (row): Row => ({
        ...row,
        label: Number(row["id"]) % 2 === 0 ? "good" : "bad",
      }),
    );
    const columns = Object.keys(answered[0]!);
    const writer = await openRowWriter(at("done.csv"), { columns });
    await writer.write([...answered.slice(1), { ...answered[0]!, label: "" }]);
    await writer.finish();
    const data = ["--data", at("all.csv"), "--data", at("done.csv")];
    const second = await selected(...data, "--count", "33", "--output", at("next-2.csv"), "--strategy", "TopK:Margin");
    expect(second).toMatchObject({ labelled: 7, unlabelled: 33, strategy: "topk:margin", repeated: 8, columns: OWN });
    const done = new Set(answered.slice(1).map((row) => row["id"]));
    for (const row of await readRows(at("next-2.csv"))) expect(done.has(row["id"])).toBe(false);

    const alone = await selected("--data", at("done.csv"), "--count", "1", "--output", at("next-3.csv"));
    expect(alone["columns"]).toEqual(OWN.map((name) => `${name}_2`));
    const [row] = await readRows(at("next-3.csv"));
    expect(row).toMatchObject({ baal_rank: "1", baal_rank_2: "1", baal_label: "" });
    expect(["good", "bad"]).toContain(row!["baal_label_2"]);
  });

  it("knows classes by --labels before there is a label, and needs no column for it then", async () => {
    writeFileSync(
      at("texts.jsonl"),
      Array.from({ length: 12 }, (_, i) => `${JSON.stringify({ body: `day number ${i}`, nested: { i } })}\n`).join(""),
    );
    const args = ["--data", at("texts.jsonl"), "--text-column", "body", "--count", "3", "--labels", "good day, bad day"];
    const result = await selected(...args, "--output", at("next.parquet"));
    expect(result).toMatchObject({ strategy: "kmeans", labels: ["good day", "bad day"], namesUsed: true });
    for (const row of await readRows(at("next.parquet"))) expect(["good day", "bad day"]).toContain(row["baal_label"]);
  });

  it("picks all where there are fewer, leaves rows without a text out, and says both", async () => {
    writeFileSync(at("few.csv"), 'text,label\nlovely day,good\n"",\nbad day,\nawful day,\nbad day,\n');
    const result = await selected("--data", at("few.csv"), "--count", "10", "--output", at("next.csv"));
    expect(result).toMatchObject({ rows: 2, unlabelled: 2, withoutText: 1, repeated: 1, strategy: "typiclust" });
    expect(written.stderr).toContain("--count 10 asks for more than the 2 unlabelled rows there are");
    expect(written.stderr).toContain('left out, since column "text" has no text there: 1 of the rows');
  });

  it.each([
    ["a missing file", "none.csv", [], 1, /none\.csv/],
    ["a missing text column", "all.csv", ["--text-column", "body"], 1, /has no column "body"; its columns are "id", "text"/],
    ["a missing label column", "all.csv", ["--label-column", "topic"], 1, /has no column "topic"/],
    ["nothing unlabelled", "full.csv", [], 1, /full\.csv: none of the 40 rows has a text without a label/],
    ["no text at all", "blank.csv", [], 1, /No row has a text in column "text"/],
    ["a text that is none", "number.jsonl", [], 1, /number\.jsonl, row 1, column "text": a text is needed, 5 came/],
    ["draws without labels", "all.csv", ["--strategy", "topk:bald"], 1, /begin with "kmeans"/],
    ["an unknown strategy", "all.csv", ["--strategy", "best"], 2, /Unknown strategy "best"/],
    ["a model that is not there", "all.csv", ["--model", "./nowhere"], 1, /nowhere/],
  ])("says what is wrong: %s", async (_, data, args, code, message) => {
    writeAll("all.csv", 0);
    writeAll("full.csv", 40);
    writeFileSync(at("blank.csv"), 'text,label\n"",a\n" ",\n');
    writeFileSync(at("number.jsonl"), '{"text":"a","label":""}\n{"text":5,"label":""}\n');
    expect(await run("--data", at(data), "--count", "2", "--output", at("next.csv"), ...args)).toBe(code);
    expect(written.stderr).toMatch(message);
    expect(existsSync(at("next.csv"))).toBe(false);
  });

  it("leaves an output that is there alone, and data that would be the output", async () => {
    writeAll("all.csv", 0);
    writeFileSync(at("next.csv"), "kept");
    const args = ["--data", at("all.csv"), "--count", "2", "--output"];
    expect(await run(...args, at("next.csv"))).toBe(1);
    expect(written.stderr).toContain("--overwrite");
    expect(await run(...args, at("all.csv"), "--overwrite")).toBe(2);
    expect(await run(...args, at("next.csv"), "--overwrite")).toBe(0);
    expect(await readRows(at("next.csv"))).toHaveLength(2);
  });

  it("says how to get the weights where the hub is not reached", async () => {
    const hub = await startHubServer({});
    await hub.close();
    vi.stubEnv("HF_ENDPOINT", hub.endpoint);
    vi.stubEnv("HF_HOME", at("home"));
    vi.stubEnv("HF_HUB_OFFLINE", "");
    writeAll("all.csv", 0);
    const code = await runCli([
      "select",
      "--data",
      at("all.csv"),
      "--count",
      "2",
      "--output",
      at("next.csv"),
      "--cache",
      at("cache"),
    ]);
    vi.unstubAllEnvs();
    expect(code).toBe(1);
    expect(written.stderr).toContain("hf download sentence-transformers/all-MiniLM-L6-v2 --local-dir all-MiniLM-L6-v2");
  });
});

const weights = process.env["BAALJS_WEIGHTS"];
describe.skipIf(weights === undefined)("baal select with real weights (BAALJS_WEIGHTS)", () => {
  const written = captureOutput();
  const texts: Readonly<Record<string, readonly string[]>> = {
    weather: [
      "will it rain tomorrow",
      "how cold is it outside",
      "is there snow in the mountains",
      "what is the forecast for the weekend",
      "do i need an umbrella today",
      "how strong is the wind",
    ],
    cooking: [
      "how long do i boil an egg",
      "which spices go into a curry",
      "how do i bake bread",
      "can i fry this fish in butter",
      "what is a good recipe for soup",
      "how much salt goes into the dough",
    ],
    banking: [
      "what is the balance of my account",
      "i want to transfer money to my savings",
      "block my credit card please",
      "what is the interest rate of a loan",
      "how do i pay this bill",
      "my card was declined at the shop",
    ],
    travel: [
      "book a flight to london",
      "where can i rent a car",
      "is there a train to the airport",
      "find me a hotel by the sea",
      "how do i get a visa for china",
      "when does my plane leave",
    ],
  };
  const topics = Object.keys(texts);
  const all = topics.flatMap((topic) => texts[topic]!.map((text, i) => ({ text, topic, i })));
  const topicOf = (text: unknown) => all.find((row) => row.text === text)?.topic;

  it("begins with texts of all topics, and suggests the right labels from two per topic", async () => {
    const folder = temporaryFolder();
    const ask = async (labelled: number, count: number, ...more: string[]) => {
      const data = join(folder, `all-${labelled}.csv`);
      writeFileSync(data, `text,label\n${all.map(({ text, topic, i }) => `${text},${i < labelled ? topic : ""}`).join("\n")}\n`);
      const output = join(folder, "next.csv");
      const args = [
        "--data",
        data,
        "--output",
        output,
        "--count",
        String(count),
        "--cache",
        join(folder, "cache"),
        "--overwrite",
        ...more,
      ];
      const code = await runCli(["select", ...args, "--model", join(weights!, "all-MiniLM-L6-v2")]);
      expect(code, written.stderr).toBe(0);
      return readRows(output);
    };
    const first = (count: number) => ask(0, count).then((rows) => new Set(rows.map(({ text }) => topicOf(text))));
    expect((await first(4)).size).toBeGreaterThanOrEqual(3);
    expect(await first(8)).toEqual(new Set(topics));
    const right = (rows: readonly Row[]) => rows.filter((row) => row["baal_label"] === topicOf(row["text"])).length;
    expect(right(await ask(2, 16))).toBeGreaterThanOrEqual(15);
    expect(right(await ask(0, 24, "--labels", topics.join(",")))).toBeGreaterThanOrEqual(22);
  });
});
