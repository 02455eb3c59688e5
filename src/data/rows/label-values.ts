import { BaalError } from "../../core/errors.js";
import { showValue } from "./row.js";

/** A label as a file has it: a name, a number, or several of these; `undefined` where there is none. */
export type LabelValue = LabelPart | readonly (LabelPart | undefined)[] | undefined;

/** A text is a name, a number is one where no names are given. */
export type LabelPart = string | number;

/** Texts that stand for nothing: what programs write in place of a missing value. */
const NOTHING = /^\s*$|^nan$|^null$/i;

/** Who a value belongs to, for messages, and the texts that are labels whatever they look like. */
export interface LabelPlace {
  readonly where: () => string;
  readonly known?: ReadonlySet<string> | undefined;
}

/**
 * A value of a column of labels. Nothing, NaN, blanks, and `"nan"` and `"null"` that are no known names, are no label. Throws `E_DATA`, beginning with `where`, for what is
 * neither text nor number, nor a list of these (`{ choices: [...] }` of Label Studio's short export is one).
 */
export function labelValue(value: unknown, place: LabelPlace): LabelValue {
  if (Array.isArray(value)) return listValue(value, place);
  if (ArrayBuffer.isView(value) && !(value instanceof Uint8Array) && !(value instanceof DataView))
    return Array.from(value as Int32Array, (part) => labelPart(part, place));
  if (isChoices(value)) return listValue(value.choices, place);
  return labelPart(value, place);
}

function listValue(list: readonly unknown[], place: LabelPlace): LabelValue {
  const isMask = list.every((part) => typeof part === "boolean" || part === null || part === undefined);
  return list.map((part) => (isMask && typeof part === "boolean" ? Number(part) : labelPart(part, place)));
}

function labelPart(value: unknown, { where, known }: LabelPlace): LabelPart | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return NOTHING.test(value) && !known?.has(value) ? undefined : value;
  if (typeof value === "number") return Number.isNaN(value) ? undefined : value;
  if (typeof value === "boolean" || typeof value === "bigint") return String(value);
  throw new BaalError("E_DATA", `${where()}: a label is a text or a number, ${kindOf(value)} came (${shorten(value)}).`);
}

/** Whether a value is what Label Studio's short export (JSON-MIN) has of a control with several choices. */
export function isChoices(value: unknown): value is { readonly choices: readonly unknown[] } {
  return typeof value === "object" && value !== null && "choices" in value && Array.isArray(value.choices);
}

function kindOf(value: unknown): string {
  if (value instanceof Date) return "a date";
  if (value instanceof Uint8Array) return "bytes";
  return Array.isArray(value) ? "a list" : `an ${typeof value}`;
}

function shorten(value: unknown): string {
  const shown = value instanceof Uint8Array ? `${value.length} bytes` : showValue(value);
  return shown.length > 80 ? `${shown.slice(0, 77)}...` : shown;
}

/** A whole number as a text: `"3"`, `"3.0"`. Tables of numbers with gaps have the second form. */
const WHOLE = /^\s*(-?\d{1,15})(?:\.0+)?\s*$/;

/** The number that a label is, as it is or as a text. */
export function wholeNumber(part: LabelPart): number | undefined {
  if (typeof part === "number") return Number.isInteger(part) ? part : undefined;
  const [, digits] = WHOLE.exec(part) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/** Whether all labels are class numbers, some of which may be -1: "no label" in the hub's data sets. */
export function areClassNumbers(parts: Iterable<LabelPart>): boolean {
  let hasClass = false;
  for (const part of parts) {
    const number = wholeNumber(part);
    if (number === undefined || number < -1) return false;
    hasClass ||= number >= 0;
  }
  return hasClass;
}

/** Whether a part says "no label" among class numbers. */
export function isMinusOne(part: LabelPart): boolean {
  return wholeNumber(part) === -1;
}
