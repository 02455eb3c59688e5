import { BaalError, errorMessage } from "../../core/errors.js";
import type { Row } from "./row.js";

/** Names of classes by column; those that Hugging Face `datasets` calls ClassLabel hold numbers from 0. */
export type ClassNames = ReadonlyMap<string, readonly string[]>;

/** The class names in a file's `huggingface` metadata. Throws `E_DATA`. */
export function classNamesOf(metadata: string, path: string): ClassNames {
  let value: unknown;
  try {
    value = JSON.parse(metadata);
  } catch (error) {
    throw new BaalError("E_DATA", `${path}: its "huggingface" metadata is no JSON (${errorMessage(error)}).`, { cause: error });
  }
  const labels = new Map<string, readonly string[]>();
  const features = property(property(value, "info"), "features");
  for (const [column, feature] of Object.entries(features ?? {})) {
    const names = namesIn(feature);
    if (names !== undefined) labels.set(column, names);
  }
  return labels;
}

/** A feature's names, or those of the lists that it holds, which the formats of `datasets` write in three ways. */
function namesIn(feature: unknown): readonly string[] | undefined {
  const inner = Array.isArray(feature) ? feature[0] : property(feature, "feature");
  const names = property(feature, "names") ?? property(inner, "names");
  return Array.isArray(names) ? names.map(String) : undefined;
}

function property(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/**
 * A function that writes names for the class numbers of a row; -1 is `null`, no label. Throws `E_DATA` for a number that has no name.
 */
export function classNamer(names: ClassNames, path: string): (row: Row, position: number) => Row {
  return (row, position) => {
    const named = { ...row };
    for (const [column, own] of names) {
      const value = row[column];
      const nameOf = (number: unknown): unknown => {
        if (typeof number !== "number" || Number.isNaN(number)) return number;
        if (number === -1) return null;
        if (own[number] !== undefined) return own[number];
        throw new BaalError(
          "E_DATA",
          `${path}, row ${position}, column "${column}": the class number ${number} has no name; the file names ${own.length} classes.`,
        );
      };
      if (column in row) named[column] = Array.isArray(value) ? value.map(nameOf) : nameOf(value);
    }
    return named;
  };
}
