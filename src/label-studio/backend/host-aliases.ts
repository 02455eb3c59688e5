import { BaalError } from "../../core/errors.js";

/**
 * What the operator has said of names: `[now, before]` for a Label Studio that goes by another name now, and `[name]` for one that is a
 * Label Studio of its own, whatever its projects look like.
 */
export type HostAliases = readonly (readonly [string] | readonly [string, string])[];

/** The names that a Label Studio says of itself, as the operator wants them understood. */
export interface HostNames {
  /** The name of before of a Label Studio that has moved; any other as it is, but for differences that do not matter. */
  nameOf(hostname: string): string;
  /** Whether it is a Label Studio of its own. */
  isOwn(name: string): boolean;
}

/**
 * Names that differ in nothing that matters (`HTTP://Labels:80/`) are one. Throws `E_ARGUMENT` for names that lead in a circle.
 */
export function hostNames(aliases: HostAliases = []): HostNames {
  const own = new Set(aliases.flatMap(([name, before]) => (before === undefined ? [plainName(name)] : [])));
  const known = new Map(
    aliases.flatMap(([now, before]) => (before === undefined ? [] : [[plainName(now), plainName(before)] as const])),
  );
  const nameOf = (hostname: string) => {
    let name = plainName(hostname);
    for (let steps = 0; known.has(name); steps++) {
      if (steps > known.size)
        throw new BaalError("E_ARGUMENT", `The names of ${hostname} lead in a circle: name the older one last.`);
      name = known.get(name)!;
    }
    return name;
  };
  for (const [now] of aliases) nameOf(now);
  return { nameOf, isOwn: (name) => own.has(name) };
}

function plainName(hostname: string): string {
  const trimmed = hostname.trim();
  if (!URL.canParse(trimmed)) return trimmed;
  const { origin, host, protocol, pathname } = new URL(trimmed);
  return `${origin === "null" ? `${protocol}//${host}` : origin}${pathname.replace(/\/+$/, "")}`;
}
