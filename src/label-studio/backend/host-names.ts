import { BaalError } from "../../errors.js";

/** The name that a Label Studio is known by, from what it says of itself. */
export type HostName = (hostname: string) => string;

/**
 * Names that differ in nothing that matters (`HTTP://Labels:80/`) are one. `aliases` holds further names of one Label Studio: `[now, before]`
 * for one that has moved, which is then known by the name of before, with its projects. Throws `E_ARGUMENT` for names that lead in a circle.
 */
export function hostNames(aliases: readonly (readonly [string, string])[] = []): HostName {
  const known = new Map(aliases.map(([now, before]) => [plainName(now), plainName(before)]));
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
  return nameOf;
}

function plainName(hostname: string): string {
  const trimmed = hostname.trim();
  if (!URL.canParse(trimmed)) return trimmed;
  const { origin, host, protocol, pathname } = new URL(trimmed);
  return `${origin === "null" ? `${protocol}//${host}` : origin}${pathname.replace(/\/+$/, "")}`;
}
