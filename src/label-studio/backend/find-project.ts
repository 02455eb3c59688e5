import { HttpError } from "../contract/http-error.js";
import type { ProjectKey, ProjectRecord } from "../state/records.js";
import type { Store } from "../state/store.js";
import { ProjectLimitError } from "../state/tables.js";
import type { HostNames } from "./host-aliases.js";
import { joinProjects } from "./join-projects.js";

export interface ProjectFinderOptions {
  readonly store: Pick<
    Store,
    | "project"
    | "findProject"
    | "projects"
    | "hostNames"
    | "saveHostName"
    | "renameProject"
    | "hideProject"
    | "annotations"
    | "saveAnnotations"
    | "countAnnotations"
    | "versions"
  >;
  readonly names: HostNames;
  /** Something was decided that people should know of. */
  readonly tell: (projectId: number, message: string) => void;
  /**
   * Asked before an unknown name is taken for another name of a known Label Studio: whether its project can be the known one, as far as its
   * configuration shows. Without it, it can.
   */
  readonly canBe?: ((known: ProjectRecord, labelConfig: string) => Promise<boolean>) | undefined;
  /** The question could not be answered now; it is asked again with the next set-up. */
  readonly onFailure?: ((projectId: number, error: unknown) => void) | undefined;
}

/** A call of `/setup`. */
export interface SetUpProject extends ProjectKey {
  readonly labelConfig: string;
}

/** A project, and whether it is known to be the one that is meant. */
export interface FoundProject {
  readonly project: ProjectRecord;
  /** Not while it is asked whether an unknown name is another one of its Label Studio's: nothing is stored for it then. */
  readonly isSure: boolean;
}

/** The project that an event names. */
export interface EventKey {
  readonly id: number;
  /** `"<id>.<created>"`. */
  readonly key: string | undefined;
  readonly title?: string | undefined;
  readonly labelConfig?: string | undefined;
}

/** Finds the project that a call is about. */
export interface ProjectFinder {
  /** Makes a project that is new. Throws a 503 (`E_PROJECTS`) where there are as many as there can be. */
  ofSetup(call: SetUpProject): FoundProject;
  /** For predictions, which anybody may ask for: nothing is made or joined. `undefined` for a project that nobody has set up. */
  ofPrediction(key: ProjectKey): ProjectRecord | undefined;
  /** As {@link ofSetup}. */
  ofEvent(event: EventKey): ProjectRecord;
}

/** A project whose Label Studio is not known: events come without a host name. */
const NO_HOST = "";

/**
 * A project is Label Studio's `"<id>.<created>"` and the instance of Label Studio, which may go by several names: with and without `https:`,
 * by its name and by its address, before and after `LABEL_STUDIO_HOST` was set. An unknown name with a known project is taken for another name of
 * that project's instance, unless the operator or a token says that it is not.
 */
export function projectFinder({ store, names, tell, canBe, onFailure }: ProjectFinderOptions): ProjectFinder {
  const asked = new Set<string>();
  const agreed = new Set<string>();
  const ambiguous = new Set<number>();
  joinProjects({ store, names, tell });

  const instanceOf = (hostname: string): string => {
    const name = names.nameOf(hostname);
    return names.isOwn(name) ? name : (store.hostNames().find((known) => known.name === name)?.instance ?? name);
  };
  const isApart = (name: string) => names.isOwn(name) || store.hostNames().some((known) => known.name === name && known.isApart);
  const made = (key: ProjectKey, title?: string): ProjectRecord => {
    try {
      return store.project(key, title);
    } catch (error) {
      if (!(error instanceof ProjectLimitError)) throw error;
      // Not the caller's fault, and over when somebody has made room.
      throw new HttpError(503, "E_PROJECTS", error.message, { cause: error, headers: { "Retry-After": "3600" } });
    }
  };
  const allOf = (project: string) => store.projects().filter((other) => other.project === project);

  /** The project of a name, with what came for it before anybody had set it up. */
  function own(hostname: string, project: string): ProjectRecord {
    const found = store.findProject({ hostname, project });
    const others = allOf(project).filter((other) => other.id !== found?.id);
    const nameless = others.find((other) => other.hostname === NO_HOST);
    // Whose it is can only be said while there is one Label Studio with such a project.
    if (nameless === undefined || others.length > 1) return found ?? made({ hostname, project });
    if (found === undefined) {
      store.renameProject(nameless.id, hostname);
      return { ...nameless, hostname };
    }
    joinProjects({ store, names, tell });
    return found;
  }

  /** The name is another one of this project's Label Studio. */
  function join(name: string, known: ProjectRecord): void {
    // One that has projects of its own stays what it is: this project is another's all the same.
    if (store.projects().some(({ hostname }) => hostname === name)) return;
    if (instanceOf(name) === known.hostname) return;
    store.saveHostName({ name, instance: known.hostname, isApart: false });
    const message = `${name} is taken for another name of ${known.hostname}: both have the project ${known.project}. If they are two Label Studios, start the server with --label-studio-alias ${name}.`;
    tell(known.id, message);
  }

  /** In the background: set-up must not wait. Never throws. */
  async function ask(name: string, known: ProjectRecord, labelConfig: string): Promise<void> {
    const question = `${name} ${known.project}`;
    if (asked.has(question)) return;
    asked.add(question);
    try {
      if (await canBe!(known, labelConfig)) {
        join(name, known);
        agreed.add(question);
      } else {
        store.saveHostName({ name, instance: name, isApart: true });
        tell(known.id, `${name} is another Label Studio than ${known.hostname}, though it has a project ${known.project}, too.`);
      }
    } catch (error) {
      onFailure?.(known.id, error);
    } finally {
      asked.delete(question);
    }
  }

  return {
    ofSetup({ hostname, project, labelConfig }) {
      const name = names.nameOf(hostname);
      const instance = instanceOf(hostname);
      const others = allOf(project).filter((other) => other.hostname !== NO_HOST);
      const sure = (found: ProjectRecord) => ({ project: found, isSure: true });
      if (name === NO_HOST) return sure(others.at(-1) ?? own(NO_HOST, project));
      const open = others.filter(({ hostname: other }) => !isApart(other));
      const [known] = open;
      const isNew = others.every((other) => other.hostname !== instance);
      if (!isNew || known === undefined || open.length > 1 || isApart(name)) return sure(own(instance, project));
      if (canBe === undefined) {
        join(name, known);
        return sure(own(known.hostname, project));
      }
      if (agreed.has(`${name} ${project}`)) return sure(own(known.hostname, project));
      void ask(name, known, labelConfig);
      return { project: known, isSure: false };
    },
    ofPrediction({ hostname, project }) {
      return store.findProject({ hostname: instanceOf(hostname), project }) ?? allOf(project).at(-1);
    },
    ofEvent(event) {
      const known = store
        .projects()
        .filter(({ project }) => (event.key === undefined ? project.startsWith(`${event.id}.`) : project === event.key));
      const named = known.filter(({ hostname }) => hostname !== NO_HOST);
      const [first] = named;
      if (first !== undefined && named.length === 1) return first;
      const meant =
        onlyOne(named, ({ labelConfig }) => labelConfig === event.labelConfig) ??
        onlyOne(named, ({ title }) => title === event.title);
      if (meant !== undefined) return meant;
      const key = event.key ?? `${event.id}.`;
      const kept = made({ hostname: NO_HOST, project: key }, event.title);
      if (named.length > 1 && !ambiguous.has(kept.id)) {
        ambiguous.add(kept.id);
        const all = named.map(({ hostname }) => hostname).join(", ");
        const message = `Labels of project ${key} are kept apart from all others: several Label Studios have such a project (${all}), and events do not say whose they are. If these are names of one, say so: --label-studio-alias NEW=OLD.`;
        tell(kept.id, message);
      }
      return kept;
    },
  };
}

function onlyOne(projects: readonly ProjectRecord[], fits: (project: ProjectRecord) => boolean): ProjectRecord | undefined {
  const fitting = projects.filter(fits);
  return fitting.length === 1 ? fitting[0] : undefined;
}
