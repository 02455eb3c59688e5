import { FIXED_KEYS } from "../../src/models/architectures/config-keys.js";
import { ENCODER_MODEL_TYPES, encoderConfigKeys } from "../../src/models/architectures/text-architectures.js";

/** The keys of an encoder's config.json as a table: read by which architectures, or refused unless they have the usual value. */
export function configKeysTable(): string {
  const types = ENCODER_MODEL_TYPES.filter((type) => encoderConfigKeys(type) !== undefined);
  const readers = new Map<string, string[]>();
  for (const type of types) for (const key of encoderConfigKeys(type)!) readers.set(key, [...(readers.get(key) ?? []), type]);
  const keys = [...new Set([...readers.keys(), ...Object.keys(FIXED_KEYS)])].sort();
  const rows = keys.map((key) => {
    const own = readers.get(key) ?? [];
    const honoured = own.length === types.length ? "all" : own.map((type) => `\`${type}\``).join(", ");
    return `| \`${key}\` | ${honoured} | ${refused(key)} |`;
  });
  return ["| key | honoured by | the others refuse |", "| --- | --- | --- |", ...rows, ""].join("\n");
}

function refused(key: string): string {
  const rule = FIXED_KEYS[key];
  if (rule === undefined) return "";
  const usual = rule.values.map((value) => `\`${JSON.stringify(value)}\``).join(" or ");
  return `${usual === "" ? "any value" : `all but ${usual}`}: ${rule.means}`;
}
