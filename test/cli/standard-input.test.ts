import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { withStandardInput } from "../../src/cli/standard-input.js";
import { readRows } from "../../src/data/rows/stream-rows.js";

async function read(content: string | Buffer): Promise<{ path: string; rows: unknown }> {
  let path = "";
  let rows: unknown;
  const run = async ({ data }: { readonly data: string }) => {
    path = data;
    rows = await readRows(data);
  };
  await withStandardInput({ data: "-" }, run, Readable.from([content]));
  return { path, rows };
}

describe("--data -", () => {
  it.each([
    ["CSV", "text,label\na\tb,x\n"],
    ["packed CSV", gzipSync("text,label\na\tb,x\n")],
    ["fields between tabs", 'text\tlabel\n"a\tb"\tx\n'],
    ["JSON Lines", '\n{"text":"a\\tb","label":"x"}\n'],
    ["a JSON list", '[{"text":"a\\tb","label":"x"}]'],
    ["JSON with a mark", '\ufeff{"text":["a\\tb"],"label":["x"]}'],
  ])("reads %s, and leaves nothing behind", async (_, content) => {
    const { path, rows } = await read(content);
    expect(rows).toEqual([{ text: "a\tb", label: "x" }]);
    expect(existsSync(path)).toBe(false);
  });

  it("reads Arrow", async () => {
    expect((await read(await readFile("test/fixtures/arrow/file.arrow"))).rows).toHaveLength(3);
  });

  it("leaves files alone", async () => {
    const seen: unknown[] = [];
    await withStandardInput({ data: "a.csv" }, async (options) => void seen.push(options), Readable.from([]));
    expect(seen).toEqual([{ data: "a.csv" }]);
  });
});
