export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value as a reader of its JSON gets it: without what JSON does not have, not-a-numbers as null. */
export function asJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

/** JSON with the fields of every object in the order of their names, so that equal values give equal texts. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => (isRecord(inner) ? sortedFields(inner) : inner));
}

function sortedFields(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((name) => [name, value[name]]),
  );
}

/** A field that two records do not have in common: its path in dots, `all` for values that are no records, and what each has there. */
export interface FieldDifference {
  readonly field: string;
  readonly before: unknown;
  readonly now: unknown;
}

/**
 * Where two JSON values differ, field by field, however deep; nothing where they are equal. A field that is not given is the same as
 * one that is `undefined`.
 */
export function differences(before: unknown, now: unknown, path = ""): FieldDifference[] {
  if (!isRecord(before) || !isRecord(now)) {
    return canonicalJson([before]) === canonicalJson([now]) ? [] : [{ field: path || "all", before, now }];
  }
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  return names.flatMap((name) => differences(before[name], now[name], path ? `${path}.${name}` : name));
}

/** Whether lists and objects are nested more than `levels` deep. */
export function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}

/** An id of Label Studio's, a positive integer, whether it came as a number or as text. */
export function toId(value: unknown): number | undefined {
  const number = typeof value === "string" && /^\d{1,16}$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isSafeInteger(number) && number > 0 ? number : undefined;
}

/** Milliseconds since 1970 of an ISO 8601 text, to which UTC is added where it names no zone; of nothing else. */
export function toMilliseconds(value: unknown): number | undefined {
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(value)) return undefined;
  const time = Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/i.test(value) ? value : `${value}Z`);
  return Number.isNaN(time) ? undefined : time;
}
