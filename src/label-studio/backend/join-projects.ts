import type { ProjectRecord } from "../state/records.js";
import type { Store } from "../state/store.js";
import type { HostNames } from "./host-aliases.js";

export interface JoinProjectsOptions {
  readonly store: Pick<
    Store,
    | "projects"
    | "hostNames"
    | "saveHostName"
    | "hideProject"
    | "annotations"
    | "saveAnnotations"
    | "countAnnotations"
    | "versions"
  >;
  readonly names: HostNames;
  readonly tell: (projectId: number, message: string) => void;
}

/**
 * Joins projects that are one: those of names that the operator calls one, those that servers of before have made for each name of a Label
 * Studio, and what came before a project was set up. Their annotations are brought together; the one with a model stays, else the one with most
 * annotations. Throws `E_STORE`.
 */
export function joinProjects({ store, names, tell }: JoinProjectsOptions): void {
  const apart = new Set(store.hostNames().flatMap(({ name, isApart }) => (isApart ? [name] : [])));
  const byKey = new Map<string, ProjectRecord[]>();
  for (const project of store.projects()) byKey.set(project.project, [...(byKey.get(project.project) ?? []), project]);
  for (const [key, all] of byKey) {
    if (all.length === 1) continue;
    const isOwn = ({ hostname }: ProjectRecord) => names.isOwn(hostname) || apart.has(hostname);
    const named = all.filter(({ hostname }) => hostname !== "");
    const own = named.filter(isOwn);
    const joined = join(named.filter((project) => !isOwn(project)));
    const left = [...own, ...(joined === undefined ? [] : [joined])];
    // Labels whose Label Studio is not known belong to the only one that can be meant.
    if (left.length === 1) join([...left, ...all.filter(({ hostname }) => hostname === "")], left[0]);

    function join(ones: readonly ProjectRecord[], chosen?: ProjectRecord): ProjectRecord | undefined {
      const kept = chosen ?? ones.toSorted((a, b) => weight(store, b) - weight(store, a) || a.id - b.id)[0];
      for (const other of ones) {
        if (kept === undefined || other.id === kept.id) continue;
        const { stored } = store.saveAnnotations(kept.id, store.annotations(other.id));
        if (other.hostname !== "") store.saveHostName({ name: other.hostname, instance: kept.hostname, isApart: false });
        store.hideProject(other.id, kept.id);
        const whose = other.hostname === "" ? "events without a name" : `${other.hostname} and ${kept.hostname}`;
        tell(kept.id, `The projects ${key} of ${whose} are one now; ${stored} annotations were brought over.`);
      }
      return kept;
    }
  }
}

/** A model weighs more than any number of annotations. */
function weight(store: Pick<Store, "versions" | "countAnnotations">, { id }: ProjectRecord): number {
  return (store.versions(id).length > 0 ? 1e12 : 0) + store.countAnnotations(id);
}

/** All names that an instance goes by, the one that its projects are kept under first. */
export function namesOf({ hostNames }: Pick<Store, "hostNames">, instance: string): readonly string[] {
  return [
    instance,
    ...hostNames().flatMap((known) => (known.instance === instance && known.name !== instance ? [known.name] : [])),
  ];
}
