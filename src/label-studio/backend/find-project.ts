import type { ProjectRecord } from "../state/records.js";
import type { Store } from "../state/store.js";
import type { HostName } from "./host-names.js";

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
