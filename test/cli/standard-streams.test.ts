import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { CommandContext } from "../../src/cli/base-command.js";
import { createOutput } from "../../src/cli/output.js";
import { isStandardInput, withStandardInput, withStandardOutput } from "../../src/cli/standard-streams.js";
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

  it("is one of several files of a command that takes several", async () => {
    let files: readonly string[] = [];
    const run = async ({ data }: { readonly data: readonly string[] }) => {
      files = data;
    };
    await withStandardInput({ data: ["a.csv", "-"] }, run, Readable.from(["text\n"]));
    expect(files[0]).toBe("a.csv");
    expect(files[1]).toMatch(/standard-input\.csv$/);
    expect(files.map((file) => isStandardInput(String(file)))).toEqual(files.map((_, i) => i === 1));
  });
});

describe("--output -", () => {
  const notes: string[] = [];
  const output = { ...createOutput({}), note: (line: string) => void notes.push(line) };
  const context: CommandContext = { output, signal: new AbortController().signal };

  it("gives the rows alone to standard output, and what the command says to standard error", async () => {
    const target = new PassThrough();
    let path = "";
    await withStandardOutput(
      { output: "-" },
      context,
      async (options, own) => {
        path = options.output;
        await writeFile(path, "row,label\n0,a\n");
        own.output.result(`predicted 1 rows, saved to ${path}`, {});
      },
      target,
    );
    target.end();
    expect(await text(target)).toBe("row,label\n0,a\n");
    expect(notes).toEqual(["predicted 1 rows, saved to standard output"]);
    expect(existsSync(path)).toBe(false);
  });

  it("writes nothing where the command fails", async () => {
    const target = new PassThrough();
    const failed = withStandardOutput({ output: "-" }, context, () => Promise.reject(new Error("no model")), target);
    await expect(failed).rejects.toThrow("no model");
    target.end();
    expect(await text(target)).toBe("");
  });
});
