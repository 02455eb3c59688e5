import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { z } from "zod";
import {
  appendJsonLine,
  JsonLinesLog,
  parseJsonLine,
  readJsonLines,
  removeTornLine,
  scanLines,
} from "../../src/system/json-lines.js";
import { temporaryFolder } from "../temporary-folder.js";

const newPath = () => join(temporaryFolder(), "log.jsonl");

it("reads what has a line end, and changes nothing", async () => {
  const path = newPath();
  expect(await readJsonLines(path)).toBeUndefined();
  await appendJsonLine(path, { a: "ä" });
  await appendJsonLine(path, [1]);
  await writeFile(path, '{"torn', { flag: "a" });
  const before = await readFile(path);
  expect(await readJsonLines(path)).toEqual([
    { text: '{"a":"ä"}', where: `${path}, line 1` },
    { text: "[1]", where: `${path}, line 2` },
  ]);
  expect(await readFile(path)).toEqual(before);
});

it("cuts off a torn last line, also in the middle of a character", async () => {
  const path = newPath();
  await removeTornLine(path);
  for (const [content, kept] of [
    ["1\n2\n", "1\n2\n"],
    ["1\n2", "1\n"],
    ["1", ""],
    ["", ""],
  ] as const) {
    await writeFile(path, content);
    await removeTornLine(path);
    expect(await readFile(path, "utf8")).toBe(kept);
  }
  await writeFile(path, Buffer.concat([Buffer.from("1\n"), Buffer.from([0xe4, 0xb8])]));
  await removeTornLine(path);
  expect(await readFile(path, "utf8")).toBe("1\n");
});

it("says which line is damaged, how, and what to do", () => {
  const line = (text: string) => ({ text, where: "log.jsonl, line 3" });
  const schema = z.object({ step: z.number() });
  expect(parseJsonLine(line('{"step":2}'), schema, "Start anew.")).toEqual({ step: 2 });
  for (const text of ['{"step":"2"}', "{", "null"]) {
    expect(() => parseJsonLine(line(text), schema, "Start anew.")).toThrow(
      expect.objectContaining({
        code: "E_CHECKPOINT",
        message: expect.stringMatching(/^log\.jsonl, line 3 is damaged: [\s\S]+Start anew\.$/),
      }),
    );
  }
});

it("counts whole lines in any pieces; line ends between quotes are part of a value where asked", async () => {
  const path = newPath();
  expect(await scanLines(path)).toEqual({ count: 0, bytes: 0, first: "" });
  await writeFile(path, 'a,"b\nc"\n"d""\n"\ntorn,"');
  expect(await scanLines(path)).toEqual({ count: 4, bytes: 15, first: 'a,"b\n' });
  expect(await scanLines(path, { quoted: true })).toEqual({ count: 2, bytes: 15, first: 'a,"b\nc"\n' });
  const long = `${"ü".repeat(100_000)}\n`;
  await writeFile(path, `${long}x\n`);
  expect(await scanLines(path)).toEqual({ count: 2, bytes: 200_003, first: long });
});

it("a log that is opened again goes on behind what is whole", async () => {
  const path = newPath();
  const first = await JsonLinesLog.open(path);
  await Promise.all([first.log.append({ n: 1 }), first.log.append({ n: 2 }, { n: 3 })]);
  await first.log.close();
  await writeFile(path, '{"n":', { flag: "a" });
  const second = await JsonLinesLog.open(path);
  expect(second.lines.map(({ text }) => text)).toEqual(['{"n":1}', '{"n":2}', '{"n":3}']);
  await second.log.append({ n: 4 });
  await second.log.close();
  expect(await readFile(path, "utf8")).toBe('{"n":1}\n{"n":2}\n{"n":3}\n{"n":4}\n');
});
