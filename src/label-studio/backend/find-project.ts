import { BaalError } from "../../core/errors.js";
import type { ProjectRecord } from "../state/records.js";
import type { Store } from "../state/store.js";

export interface KnownProjects {
  readonly store: Pick<Store, "project" | "findProject" | "projects">;
  readonly hostName: HostName;
}

/** A project whose Label Studio is not known: predictions and events may come without a host name. */
const NO_HOST = "";

/**
 * The project that a call is about. `/setup` names the host, and so tells projects of several Label Studios apart; where no host came, the
 * one known project of that key is meant, and where there are several, the one that was made last. An unknown project is made.
 */
export function projectOfCall(
  { store, hostName }: KnownProjects,
  key: { readonly project: string; readonly hostname?: string | undefined },
): ProjectRecord {
  const { project } = key;
  const hostname = hostName(key.hostname ?? NO_HOST);
  const exact = store.findProject({ hostname, project });
  if (exact) return exact;
  const known = store.projects().filter((other) => other.project === project);
  if (hostname === NO_HOST && known.length > 0) return known.at(-1)!;
  // What came before the first setup belongs to the first host that sets the project up.
  const nameless = known.find((other) => other.hostname === NO_HOST);
  return nameless !== undefined && known.length === 1 ? nameless : store.project({ hostname, project });
}

/**
 * The project that an event is about; events never name the host. `undefined` where projects of several Label Studios have that key: whose
 * event it is cannot be known.
 */
export function projectOfEvent(
  { store, hostName }: KnownProjects,
  event: { readonly id: number; readonly key: string | undefined; readonly title: string | undefined },
): ProjectRecord | undefined {
  const known = store
    .projects()
    .filter(({ project }) => (event.key === undefined ? project.startsWith(`${event.id}.`) : project === event.key));
  if (known.length === 0) return store.project({ hostname: NO_HOST, project: event.key ?? `${event.id}.` }, event.title);
  // A name that a Label Studio had between two others is not asked for any more.
  const current = known.filter(({ hostname }) => hostName(hostname) === hostname);
  return current.length === 1 ? current[0] : undefined;
}

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
