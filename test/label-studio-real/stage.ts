import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ProjectStatus } from "../../src/label-studio/backend/status.js";
import { writeTinyModel } from "../cli/tiny-model.js";
import { writeTinyImageModel } from "../host/tiny-image-model.js";
import { type BuiltCli, builtCli } from "../label-studio/backend/built-cli.js";
import { eventually, type StartedServer, type StartServerOptions, startServer } from "../label-studio/backend/started-server.js";
import { type RealLabelStudio, realLabelStudio } from "./real-label-studio.js";
import { StudioRest, type StudioTask } from "./studio-rest.js";

/** A real Label Studio, the built command line and small models: what the tests here play on. */
export interface Stage {
  readonly studio: RealLabelStudio;
  readonly rest: StudioRest;
  readonly textModel: string;
  readonly imageModel: string;
  /** A folder of this name, which is gone in the end. */
  at(name: string): string;
  /** Starts a server of ours; `close` ends those that still run. */
  serve(options: Omit<StartServerOptions, "main">): Promise<StartedServer>;
  close(): Promise<void>;
}

/** The images' labels. */
export const shades = ["dark", "light"] as const;

/** `environment` is the folder of `.ci/install-label-studio`. Label Studio does not run yet. */
export async function setStage(environment: string): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), "baaljs-label-studio-"));
  const at = (name: string) => join(folder, name);
  const built: BuiltCli = builtCli();
  await writeTinyModel(folder);
  const images = await writeTinyImageModel(shades);
  mkdirSync(at("studio"));
  // An empty database with all its tables, which take Label Studio a minute to make.
  const empty = join(environment, "empty");
  if (existsSync(empty)) cpSync(empty, at("studio"), { recursive: true });
  const studio = await realLabelStudio({ environment, folder: at("studio") });
  const servers: StartedServer[] = [];
  return {
    ...{ studio, rest: new StudioRest(studio.url), at },
    ...{ textModel: at("model"), imageModel: images.folder },
    async serve(options) {
      const server = await startServer({ ...options, main: built.main });
      servers.push(server);
      return server;
    },
    async close() {
      await Promise.all(servers.filter((server) => server.isRunning()).map((server) => server.kill()));
      await studio.kill();
      images.remove();
      built.remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const PHRASES = { positive: "what a good and lovely day", negative: "this is bad and awful" } as const;

export type Sentiment = keyof typeof PHRASES;

export const sentiments = Object.keys(PHRASES) as readonly Sentiment[];

/** Tasks of texts of both sentiments, by turns; `sentiment` is the answer. */
export function texts(count: number, { from = 0 } = {}): { text: string; sentiment: Sentiment }[] {
  return Array.from({ length: count }, (_, i) => {
    const sentiment = sentiments[i % 2]!;
    return { text: `${PHRASES[sentiment]} ${from + i}`, sentiment };
  });
}

export function textConfig(labels: readonly string[] = sentiments): string {
  const choices = labels.map((label) => `<Choice value="${label}"/>`).join("");
  return `<View><Text name="text" value="$text"/><Choices name="sentiment" toName="text">${choices}</Choices></View>`;
}

export function choice(label: string, control = "sentiment", object = "text"): object {
  return { from_name: control, to_name: object, type: "choices", value: { choices: [label] } };
}

/** The answer that a task of {@link texts} has. */
export function answerOf({ data }: Pick<StudioTask, "data">): readonly object[] {
  return [choice(data["sentiment"]!)];
}

/** The project of Label Studio's number on our server. */
export async function projectStatus(server: StartedServer, id: number): Promise<ProjectStatus> {
  const found = await projectsOf(server, id);
  if (found.length === 0) throw new Error(`the server has no project ${id}`);
  return found.at(-1)!;
}

export async function projectsOf(server: StartedServer, id: number): Promise<readonly ProjectStatus[]> {
  return (await server.status()).projects.filter(({ project }) => project.startsWith(`${id}.`));
}

/** When the server has so many annotations of the project; how many it had at last, where they do not come. */
export async function annotationsOf(server: StartedServer, id: number, wanted: number): Promise<number> {
  const count = async () => (await projectsOf(server, id)).at(-1)?.annotations ?? 0;
  await eventually(async () => (await count()) === wanted || undefined, 10_000).catch(() => undefined);
  return count();
}

/** Presses Start training and waits until a new version answers. */
export async function trainedBy(
  { rest }: Stage,
  server: StartedServer,
  { project, backend }: { readonly project: number; readonly backend: number },
): Promise<ProjectStatus> {
  const before = (await projectStatus(server, project)).versions.length;
  await rest.exchange("POST", `/api/ml/${backend}/train`, {});
  return eventually(async () => {
    const status = await projectStatus(server, project);
    const { versions, training, modelVersion } = status;
    const isNew = versions.length > before && training.state === "idle" && versions[0]!.version === modelVersion;
    return isNew ? status : undefined;
  }, 90_000);
}
