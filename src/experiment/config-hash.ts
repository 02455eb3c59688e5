import { createHash } from "node:crypto";

/** Names a value: equal ones, in whatever order their fields come, have the same 64 hex digits. */
export function configHash(value: unknown): string {
  return createHash("sha256")
    .update(JSON.stringify(value, (_, inner: unknown) => sortedFields(inner)))
    .digest("hex");
}

/** The paths of the fields in which two configurations differ. */
export function differingFields(a: unknown, b: unknown, path = ""): string[] {
  if (!isRecord(a) || !isRecord(b)) return configHash([a]) === configHash([b]) ? [] : [path || "all"];
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return names.flatMap((name) => differingFields(a[name], b[name], path ? `${path}.${name}` : name));
}

function sortedFields(value: unknown): unknown {
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((name) => [name, value[name]]),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
