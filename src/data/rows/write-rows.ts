import { randomUUID } from "node:crypto";
import { mkdir, rename, rm } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { writeFileAtomic } from "../../system/files.js";
import type { Row } from "./row.js";

/** Writes a file of rows so that it appears whole or not at all; the extension tells the format. */
export async function writeRows(
  path: string,
  rows: readonly Row[],
  columns: readonly string[],
  { delimiter = /\.tsv$/i.test(path) ? "\t" : "," }: { readonly delimiter?: string | undefined } = {},
): Promise<void> {
  if (/\.(csv|tsv)$/i.test(path)) {
    const { csvFormatOf } = await import("./row-format.js");
    const { header, line } = csvFormatOf(delimiter);
    await writeFileAtomic(path, header(columns) + rows.map((row) => line(row, columns)).join(""));
    return;
  }
  await writeWhole(path, columns, (write) => write(rows));
}

/** As {@link writeRows} for rows that come some after the other. Throws what `fill` throws. */
export async function writeWhole(
  path: string,
  columns: readonly string[],
  fill: (write: (rows: readonly Row[]) => Promise<void>) => Promise<void>,
): Promise<void> {
  const { openRowWriter } = await import("./open-row-writer.js");
  await mkdir(dirname(path), { recursive: true });
  const part = join(dirname(path), `.${basename(path, extname(path))}.${randomUUID()}${extname(path)}`);
  try {
    const writer = await openRowWriter(part, { columns });
    try {
      await fill((rows) => writer.write(rows));
      await writer.finish();
    } catch (error) {
      await writer.abandon();
      throw error;
    }
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}
