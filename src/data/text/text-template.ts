import { BaalError } from "../../core/errors.js";
import type { Row } from "../rows/row.js";

/** A text that is made of several columns of a row. */
export interface TextTemplate {
  /** As it was written: `"{title} [SEP] {body}"`. */
  readonly source: string;
  /** The columns that it names, each once, in order. */
  readonly columns: readonly string[];
  /**
   * The text of a row: the template with the columns' values. Empty values leave their place empty; `undefined` where all are empty, or one is
   * neither text, number nor truth value.
   */
  readonly fill: (row: Row) => string | undefined;
}

/** `{{` and `}}` stand for braces. */
const PARTS = /\{\{|\}\}|\{([^{}]*)\}|[{}]/g;

/**
 * Reads a template: text in which `{column}` stands for the value of a column, a doubled brace for a brace. Throws `E_ARGUMENT` for one that names no
 * column or leaves a brace open.
 *
 * @example
 * ```ts
 * import { parseTextTemplate } from "baaljs/data";
 *
 * const { fill } = parseTextTemplate("{title} [SEP] {body}");
 * console.log(fill({ title: "Lost card", body: "It was in my bag." }));
 * ```
 */
export function parseTextTemplate(source: string): TextTemplate {
  const parts: (string | { readonly column: string })[] = [];
  let end = 0;
  for (const match of source.matchAll(PARTS)) {
    const [whole, column] = match;
    parts.push(source.slice(end, match.index));
    end = match.index + whole.length;
    if (whole === "{{" || whole === "}}") parts.push(whole[0]!);
    else if (column?.trim()) parts.push({ column: column.trim() });
    else
      throw new BaalError(
        "E_ARGUMENT",
        `The text template ${JSON.stringify(source)} has a brace without a column: write {column}, or {{ and }} for braces.`,
      );
  }
  parts.push(source.slice(end));
  const columns = [...new Set(parts.flatMap((part) => (typeof part === "string" ? [] : [part.column])))];
  if (columns.length === 0) {
    throw new BaalError(
      "E_ARGUMENT",
      `The text template ${JSON.stringify(source)} names no column: write for example "{title} [SEP] {body}".`,
    );
  }
  return {
    source,
    columns,
    fill(row) {
      const values = new Map(columns.map((column) => [column, textOf(row[column])]));
      const known = [...values.values()];
      if (known.includes(undefined) || known.every((value) => value === "")) return undefined;
      return parts.map((part) => (typeof part === "string" ? part : values.get(part.column))).join("");
    },
  };
}

function textOf(value: unknown): string | undefined {
  if (value === null || value === undefined) return "";
  return ["string", "number", "boolean", "bigint"].includes(typeof value) ? String(value) : undefined;
}
