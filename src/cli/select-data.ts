import { dirname, relative, resolve } from "node:path";
import { BaalError } from "../core/errors.js";
import { type Row, requireColumns } from "../data/rows/row.js";
import type { LabelFileOptions } from "./data-file-options.js";
import { imageSourceKind, imagesToPredict } from "./image-rows.js";
import { readTextRows, streamTextRows } from "./text-rows.js";

export interface SelectDataOptions extends LabelFileOptions {
  /** Files, or folders of images. */
  readonly data: readonly string[];
  /** The column, or the template of `text`. */
  readonly textColumn: string;
  readonly text?: string | undefined;
  readonly imageColumn?: string | undefined;
  readonly labelColumn: string;
  readonly labels?: readonly string[] | undefined;
  readonly control?: string | undefined;
}

/** Rows that some are to be picked of. */
export interface SelectData {
  readonly kind: "text" | "image";
  readonly rows: readonly Row[];
  /** Of all files, in the order in which they are met, without one that a template makes. */
  readonly columns: readonly string[];
  /** Of the text, or of the image's path. */
  readonly contentColumn: string;
  /** Names a row in messages. */
  readonly where: (position: number) => string;
  /** The path of a row's image. */
  readonly imagePath: (position: number) => string;
  /** A row as a file shows it: a path that is meant from the row's own folder holds in the other file's, too. */
  readonly written: (position: number, output: string) => Row;
}

/** The rows of all files. Throws `E_FILE_NOT_FOUND`, `E_DATA`. */
export async function readSelectData(options: SelectDataOptions): Promise<SelectData> {
  const { data, imageColumn } = options;
  const kinds = await Promise.all(data.map((path) => imageSourceKind(path)));
  const archive = kinds.indexOf("archive");
  if (archive >= 0)
    throw new BaalError(
      "E_DATA",
      `${data[archive]} is an archive, and picks name their images' files: unpack it, and give the folder.`,
    );
  return imageColumn !== undefined || kinds.includes("folder") ? readImages(options) : readTexts(options);
}

async function readTexts(options: SelectDataOptions): Promise<SelectData> {
  const { data, textColumn, text } = options;
  const files = await Promise.all(
    data.map(async (path) => ({ path, rows: await readTextRows(path, { ...options, columns: [textColumn], labels: "any" }) })),
  );
  const joined = joinFiles(files, options);
  const columns = joined.columns.filter((column) => column !== text);
  const written = (position: number) =>
    Object.fromEntries(Object.entries(joined.rows[position]!).filter(([name]) => name !== text));
  return { ...joined, kind: "text", columns, contentColumn: textColumn, written, imagePath: () => "" };
}

async function readImages(options: SelectDataOptions): Promise<SelectData> {
  const { data, imageColumn: column = "image" } = options;
  const files = await Promise.all(
    data.map(async (path) => {
      if ((await imageSourceKind(path)) === "file") {
        const rows: Row[] = [];
        for await (const row of streamTextRows(path, { ...options, text: undefined, columns: [column], labels: "any" }))
          rows.push(row);
        return { path, rows, root: dirname(resolve(path)), isFolder: false };
      }
      const rows: Row[] = [];
      // Under the name that the files have for it; a folder's own column of paths is left out.
      for await (const row of (await imagesToPredict(path, column, options)).rows()) rows.push({ [column]: row["image"] });
      return { path, rows, root: process.cwd(), isFolder: true };
    }),
  );
  const joined = joinFiles(files, options, { mayLackLabels: files.some(({ isFolder }) => isFolder) });
  const nameOf = (position: number) => {
    const name = joined.rows[position]![column];
    if (typeof name === "string" && name !== "" && !/^(?:https?|data):/i.test(name)) return name;
    throw new BaalError("E_DATA", `${joined.where(position)}, column "${column}": the path of an image is needed.`);
  };
  const imagePath = (position: number) => resolve(files[joined.fileOf(position)]!.root, nameOf(position));
  return {
    ...{ ...joined, kind: "image", contentColumn: column, imagePath },
    written(position, output) {
      const { root } = files[joined.fileOf(position)]!;
      const folder = dirname(resolve(output));
      return { ...joined.rows[position], [column]: folder === root ? nameOf(position) : relative(folder, imagePath(position)) };
    },
  };
}

interface File {
  readonly path: string;
  readonly rows: readonly Row[];
}

function joinFiles(
  files: readonly File[],
  { labelColumn, labels }: SelectDataOptions,
  { mayLackLabels = false }: { readonly mayLackLabels?: boolean } = {},
) {
  const rows: Row[] = [];
  const starts: number[] = [];
  const columns = new Set<string>();
  for (const file of files) {
    starts.push(rows.length);
    for (const row of file.rows) {
      rows.push(row);
      for (const column of Object.keys(row)) columns.add(column);
    }
  }
  // Without any label yet there may be no column for it, unless another one was named.
  if (!mayLackLabels && (labelColumn !== "label" || labels === undefined))
    requireColumns([labelColumn], [...columns], files.map(({ path }) => path).join(", "));
  const fileOf = (position: number) => starts.findLastIndex((start) => start <= position);
  const where = (position: number) => `${files[fileOf(position)]!.path}, row ${position - starts[fileOf(position)]!}`;
  return { rows, columns: [...columns], where, fileOf };
}
