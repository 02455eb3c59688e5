import type { Command } from "commander";
import { BaalError } from "../core/errors.js";
import type { ProjectVersions } from "../label-studio/state/read-versions.js";
import type { VersionRecord } from "../label-studio/state/records.js";
import { type CommandContext, type CommonOptions, commandAction } from "./base-command.js";
import { table } from "./output.js";
import { addDataDirOption, type DataDirOptions, existingDataDir } from "./state-commands.js";
import { UsageError } from "./usage-error.js";

interface ModelsOptions extends CommonOptions, DataDirOptions {
  readonly project?: string | undefined;
  readonly url?: string | undefined;
}

const ACTIONS = ["list", "show", "compare", "rollback"] as const;

/** `baal models`: the versions that a server keeps, and the way back to one of them. */
export function modelsCommand(command: Command): Command {
  return addDataDirOption(command)
    .argument("[action]", "list (default), show VERSION, compare VERSION VERSION, rollback VERSION", "list")
    .argument("[versions...]")
    .option(
      "--project <id>",
      "the server's number of the project, or Label Studio's own (3.1700000000); needed where several have versions",
    )
    .option("--url <address>", "of a running server, which rolls back at once: http://user:password@localhost:9090")
    .action(commandAction(models));
}

async function models(
  options: ModelsOptions,
  { output, signal }: CommandContext,
  action: string,
  names: readonly string[],
): Promise<void> {
  const run = ACTIONS.find((known) => known === action);
  if (run === undefined) throw new UsageError(`baal models knows ${ACTIONS.join(", ")}; "${action}" came.`);
  const wanted = { list: 0, show: 1, compare: 2, rollback: 1 }[run];
  if (names.length !== wanted) throw new UsageError(`baal models ${run} takes ${wanted} versions; ${names.length} came.`);
  const { readVersions } = await import("../label-studio/state/read-versions.js");
  const folder = existingDataDir(options);
  const all = readVersions(folder).filter(({ project }) => isNamed(project, options.project));
  if (run === "list") {
    const rows = all.flatMap((own) => own.versions.map((version) => summary(own, version)));
    output.result(rows.length === 0 ? "no version has been trained yet" : table([HEADER, ...rows.map(cells)]), {
      versions: rows,
    });
    return;
  }
  const [own, ...others] = all.filter(({ versions }) => names.every((name) => versions.some(({ version }) => version === name)));
  if (own === undefined) throw unknownVersions(names, all);
  if (others.length > 0) throw new UsageError(`Several projects have ${names.join(" and ")}: say which with --project.`);
  const [first, second] = names.map((name) => own.versions.find(({ version }) => version === name)!) as [
    VersionRecord,
    VersionRecord,
  ];
  if (run === "show") {
    const { labels } = first;
    const shown = summary(own, first);
    const metrics = Object.entries(first.metrics).map(([name, value]) => `${name} ${value.toFixed(4)}`);
    const lines = [table([HEADER, cells(shown)]), `  labels: ${labels.join(", ")}`, `  metrics: ${metrics.join(", ") || "none"}`];
    output.result([...lines, `  folder: ${first.folder}`].join("\n"), {
      ...shown,
      labels,
      metrics: first.metrics,
      folder: first.folder,
    });
  } else if (run === "compare") {
    const { shareDifference } = await import("../metrics/wilson-interval.js");
    const [a, b] = [first, second].map(({ metrics, heldOut }) => ({ share: metrics["accuracy"], items: heldOut })) as [
      Share,
      Share,
    ];
    const interval =
      a.share === undefined || b.share === undefined
        ? undefined
        : shareDifference({ ...b, share: b.share }, { ...a, share: a.share });
    const lines = [
      table([HEADER, ...[first, second].map((version) => cells(summary(own, version)))]),
      ...differences(first, second),
    ];
    const told = interval === undefined ? "no accuracy of both is known" : accuracyDifference(first, second, interval);
    output.result([...lines, told].join("\n"), {
      versions: [summary(own, first), summary(own, second)],
      accuracyDifference: interval ?? null,
    });
  } else await rollBackTo(own, first, { options, folder, output, signal });
}

interface Share {
  readonly share: number | undefined;
  readonly items: number;
}

interface RollBack extends Pick<CommandContext, "output" | "signal"> {
  readonly options: ModelsOptions;
  readonly folder: string;
}

async function rollBackTo(
  own: ProjectVersions,
  { version }: VersionRecord,
  { options, folder, output, signal }: RollBack,
): Promise<void> {
  const { project } = own;
  const data = { project: project.project, version, replaced: project.servingVersion ?? null };
  if (options.url === undefined) {
    const { openStore } = await import("../label-studio/state/store.js");
    const { rollBack } = await import("../label-studio/backend/project-versions.js");
    const store = await openStore(folder);
    try {
      await rollBack(store, project.id, { version });
      const message = `${version} was chosen to answer, in place of ${project.servingVersion ?? "the base model"}.`;
      store.logEvent({ projectId: project.id, level: "info", message });
    } finally {
      await store.close();
    }
  } else await askServer(options.url, `api/projects/${project.id}/versions/${version}/serve`, signal);
  output.result(
    `${version} answers for project ${project.project} from now on, in place of ${data.replaced ?? "the base model"}`,
    data,
  );
}

async function askServer(address: string, path: string, signal: AbortSignal): Promise<void> {
  if (!URL.canParse(address)) throw new UsageError(`--url is an address such as http://localhost:9090; ${address} came.`);
  const base = new URL(address.replace(/\/*$/, "/"));
  const { username, password } = base;
  base.username = "";
  base.password = "";
  const login = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString("base64");
  const headers = { "content-type": "application/json", ...(username !== "" && { authorization: `Basic ${login}` }) };
  const response = await fetch(new URL(path, base), { method: "POST", headers, body: "{}", signal });
  if (response.ok) return;
  const text = (await response.text()).slice(0, 500);
  throw new BaalError(
    "E_ARGUMENT",
    `The server at ${base.host} answered ${response.status} where it was expected to roll back: ${text}`,
  );
}

function isNamed({ id, project }: ProjectVersions["project"], name: string | undefined): boolean {
  return name === undefined || name === String(id) || name === project || project.startsWith(`${name}.`);
}

function unknownVersions(names: readonly string[], all: readonly ProjectVersions[]): BaalError {
  const known = all.flatMap(({ project, versions }) => versions.map(({ version }) => `${project.project} ${version}`));
  const some = known.slice(-20).join(", ") || "none";
  return new BaalError(
    "E_ARGUMENT",
    `A project is expected to have ${names.join(" and ")}; there is none. The versions that are kept: ${some}.`,
  );
}

const HEADER = ["project", "version", "made", "labels", "trained", "held out", "accuracy", ""];

function summary({ project, used }: ProjectVersions, { version, createdAt, labels, trained, heldOut, metrics }: VersionRecord) {
  return {
    ...{ project: project.project, title: project.title, version, trained, heldOut },
    madeAt: new Date(createdAt).toISOString(),
    classes: labels.length,
    accuracy: metrics["accuracy"] ?? null,
    serves: project.servingVersion === version,
    isPinned: used.has(version) && project.servingVersion !== version,
  };
}

function cells({
  project,
  version,
  madeAt,
  classes,
  trained,
  heldOut,
  accuracy,
  serves,
  isPinned,
}: ReturnType<typeof summary>): string[] {
  const share = accuracy === null ? "" : `${(100 * accuracy).toFixed(1)} %`;
  const mark = serves ? "serves" : isPinned ? "named by the project" : "";
  return [
    project,
    version,
    madeAt.slice(0, 16).replace("T", " "),
    String(classes),
    String(trained),
    String(heldOut),
    share,
    mark,
  ];
}

function differences(a: VersionRecord, b: VersionRecord): string[] {
  const only = (one: VersionRecord, other: VersionRecord) => one.labels.filter((label) => !other.labels.includes(label));
  return [[a, b] as const, [b, a] as const].flatMap(([one, other]) => {
    const labels = only(one, other);
    return labels.length === 0 ? [] : [`  only ${one.version} knows ${labels.join(", ")}`];
  });
}

/** Each was measured on what was held out from its own training, so the two are shares of different items. */
function accuracyDifference(
  a: VersionRecord,
  b: VersionRecord,
  { low, high }: { readonly low: number; readonly high: number },
): string {
  const points = (100 * ((b.metrics["accuracy"] ?? 0) - (a.metrics["accuracy"] ?? 0))).toFixed(1);
  const range = `95 % interval ${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)}`;
  const verdict = low > 0 || high < 0 ? "more than chance" : "no more than chance may make";
  return `  ${b.version} against ${a.version}: ${points} points of accuracy (${range}), ${verdict}; each on what was held out from its own training`;
}
