import type { Logger } from "pino";
import { BaalError, errorMessage } from "../../core/errors.js";
import type { ModelKind } from "../../models/checkpoint/model-kind.js";
import type { LabelStudioClient, ProjectSampling } from "../api/label-studio-client.js";
import { fittingControls } from "../contract/choices-controls.js";
import { HttpError } from "../contract/http-error.js";
import { parseLabelConfig } from "../contract/label-config.js";
import { type ModelParameters, readModelParameters, writtenParameters } from "../contract/model-parameters.js";
import { webhookSecretHeader } from "../contract/webhook-secret.js";
import type { LiveHeads } from "../live/live-heads.js";
import { superviseHeads } from "../live/supervise-heads.js";
import type { OpenedJournal } from "../state/event-journal.js";
import type { EventRecord } from "../state/records.js";
import type { Store } from "../state/store.js";
import { type StartPolicy, startPolicy } from "../training/training-queue.js";
import type { WebhookEvent } from "../training/webhook-events.js";
import { type AppliedEvent, applyEvent, trainingNeed } from "./apply-webhook.js";
import type { LearningBackend, ProjectCalls } from "./backend.js";
import { beforeTraining } from "./before-training.js";
import { catchUp } from "./catch-up.js";
import { configNotes, scopeNotes } from "./config-notes.js";
import { eventIntake } from "./event-intake.js";
import { projectFinder } from "./find-project.js";
import { type HostAliases, hostNames } from "./host-aliases.js";
import { jobStatus } from "./job-status.js";
import { controlLabels, saveControlMapping } from "./label-mapping.js";
import { lostEvents } from "./lost-events.js";
import { noteMissingChoice } from "./note-missing-choice.js";
import { projectLinks } from "./project-links.js";
import { duplicateModel, rollBack } from "./project-versions.js";
import { canBeThere, type PushReason, pushProject, unpushed } from "./push-project.js";
import { ScorePusher } from "./score-pusher.js";
import { backendStatus, type StatusOptions } from "./status.js";
import { watchStudio } from "./watch-studio.js";

export interface LearningBackendOptions extends StatusOptions {
  readonly logger: Logger;
  /** Where events are before they are in the store. */
  readonly events: OpenedJournal;
  readonly policy?: StartPolicy | undefined;
  /** How labels are learned, in one line. */
  readonly learns?: string | undefined;
  /** Heads that are solved again with each label. */
  readonly live?: LiveHeads | undefined;
  /** Between two published versions of a head, in milliseconds; a minute by default. */
  readonly publishEveryMs?: number | undefined;
  /** Names that one Label Studio has had: `[now, before]`, such as `["https://labels.example.org", "http://localhost:8080"]`. */
  readonly hostAliases?: HostAliases | undefined;
  /** What the base model reads: a project that asks about something else is refused when it is set up. */
  readonly kind?: ModelKind | undefined;
  /** The choice for what is out of the model's scope, where a project names none of its own. */
  readonly outOfScopeChoice?: string | undefined;
  /** With it, annotations that no event told of are fetched, and scores are pushed. */
  readonly labelStudio?: LabelStudioConnection | undefined;
}

/** The Label Studio that has a token here. */
export interface LabelStudioConnection {
  readonly client: LabelStudioClient;
  /** How the project's queue is to be ordered, see `PushProjectOptions.sampling`. */
  readonly sampling?: ProjectSampling | "unchanged" | undefined;
  /** Whether predictions for unlabelled tasks are sent after a training, and when tasks come later. `true` by default. */
  readonly pushesScores?: boolean | undefined;
  /** The address of this server as it was given to Label Studio. */
  readonly backendUrl?: string | undefined;
  /** What events must carry, for webhooks that are made or mended. */
  readonly webhookSecret?: string | undefined;
}

const HOUR_MS = 3_600_000;

const TRAIN_MESSAGE = "Labels come as events: connect the webhook, or press Start training in the model's settings.";

/** Events that can leave tasks without a stored prediction. */
const LEAVING_GAPS: ReadonlySet<string | undefined> = new Set(["TASKS_CREATED", "ANNOTATIONS_DELETED"]);

/**
 * Joins a store, its models and its trainings to a backend for any number of projects; `openBackend` makes them. Closing it cancels trainings
 * and ends the models' processes; the store is the caller's to close. Throws `E_ARGUMENT` for a policy or aliases that make no sense.
 */
export function learningBackend(options: LearningBackendOptions): LearningBackend {
  const { store, models, trainings, logger, labelStudio, live } = options;
  const policy = startPolicy(options.policy);
  const names = hostNames(options.hostAliases);
  const status = backendStatus(
    {
      ...options,
      studio: labelStudio && (() => watch!.status()),
      linkOf: labelStudio && ((projectId) => links?.of(projectId)),
    },
    { serve: serveVersion },
  );

  let isClosed = false;

  /** Tells of work in the background, which has no caller to throw at. */
  const tell = (projectId: number | undefined, level: EventRecord["level"], message: string) => {
    if (isClosed) return;
    try {
      store.logEvent({ projectId, level, message });
    } catch (error) {
      logger.error({ err: error, projectId }, `this could not be recorded: ${message}`);
    }
    status.changed();
  };
  const failed = (what: string) => (projectId: number, error: unknown) => {
    const message = `${what}: ${errorMessage(error)}`;
    logger.warn({ projectId }, message);
    tell(projectId, "warn", message);
  };
  const watch =
    labelStudio &&
    watchStudio({
      client: labelStudio.client,
      onChange: () => status.changed(),
      tell(level, message) {
        logger[level]({}, message);
        tell(undefined, level, message);
      },
    });
  const told = new Set<string>();
  const tellOnce = (key: string, message: string) => {
    if (told.has(key)) return;
    told.add(key);
    logger.error({}, message);
    tell(undefined, "error", message);
  };
  const finder = projectFinder({
    ...{ store, names, canBe: labelStudio && ((known, config) => canBeThere(labelStudio.client, known, config)) },
    tell: (projectId, message) => {
      logger.warn({ projectId }, message);
      tell(projectId, "warn", message);
      live?.changed(projectId);
    },
    onFailure: failed("Label Studio could not be asked whether it goes by another name, which is tried again"),
  });

  const links =
    labelStudio &&
    projectLinks({
      ...{ client: labelStudio.client, store, onChange: () => status.changed() },
      self: (projectId) => ({
        advertisedUrl: labelStudio.backendUrl,
        modelVersion: models.of(projectId).modelVersion,
        webhookHeaders: labelStudio.webhookSecret === undefined ? {} : { [webhookSecretHeader]: labelStudio.webhookSecret },
      }),
      tell(projectId, level, message) {
        logger[level]({ projectId }, message);
        tell(projectId, level, message);
      },
    });
  /** Written to the disk once an hour: an event has a second. */
  const heard = (projectId: number) => {
    const now = Date.now();
    try {
      if (now - (store.contact(projectId).heardAt ?? 0) > HOUR_MS) store.saveContact(projectId, { heardAt: now });
    } catch (error) {
      // On a full disk the next call says so again.
      if (!(error instanceof BaalError && error.code === "E_STORE")) throw error;
    }
  };
  const missed =
    labelStudio &&
    catchUp({
      ...{ client: labelStudio.client, store },
      onStored: ({ id }) => {
        live?.changed(id);
        // Labels that were fetched count as those that events brought.
        const cause = policy(trainingNeed(store, id));
        if (cause !== undefined) trainings.request(id, cause);
        status.changed();
      },
      onFailure: failed("Annotations could not be fetched from Label Studio"),
    });
  const pusher =
    labelStudio && labelStudio.pushesScores !== false
      ? new ScorePusher({
          push: (projectId, cause, signal) => push(labelStudio, projectId, { cause, signal }),
          onFailure: failed("Scores could not be pushed to Label Studio, which is tried again"),
        })
      : undefined;
  for (const { id } of pusher ? unpushed(store) : []) pusher?.request(id, "version");

  async function push({ client, sampling }: LabelStudioConnection, projectId: number, why: PushReason): Promise<void> {
    const end = await pushProject({ client, store, models, sampling, baseVersion: options.baseModel }, projectId, why);
    if (end.kind === "nothing") return;
    if (end.kind === "pushed") {
      const { version, scores } = end;
      // The base model is no version that is kept.
      if (store.versions(projectId).some((known) => known.version === version)) store.scoresPushed(projectId, version);
      const counts = `${scores.created} new, ${scores.present} there already, ${scores.failed} left out`;
      const order = end.sampling === undefined ? "" : ` The project is ordered by "${end.sampling}" now.`;
      const replaced = end.deleted === 0 ? "" : ` ${end.deleted} predictions of versions before were deleted there.`;
      tell(projectId, "info", `Scores of ${version} were pushed: ${counts}.${order}${replaced}`);
      if (end.problem !== undefined)
        tell(projectId, "warn", `Predictions of versions before are still in Label Studio: ${end.problem}`);
      return;
    }
    const where = `${client.server.base.host} (LABEL_STUDIO_URL)`;
    const name = store.projectById(projectId)?.project;
    tellOnce(`push ${projectId}`, `Project ${name} is none of the Label Studio at ${where}: it gets no scores from here.`);
  }

  /** Another version serves than did: it takes over, and its scores are sent. */
  async function servedVersionChanged(projectId: number): Promise<void> {
    await models.of(projectId).refresh();
    status.changed();
    pusher?.request(projectId, "version");
  }

  async function serveVersion(projectId: number, version: string): Promise<void> {
    const before = store.projectById(projectId)?.servingVersion;
    const reason = models.of(projectId).reasonAgainst(version);
    if (reason !== undefined) throw new HttpError(409, "E_REQUEST", reason);
    await rollBack(store, projectId, { version, labels: live?.labelsKey(projectId) });
    live?.chosen(projectId);
    if (before !== version)
      tell(projectId, "info", `${version} was chosen to answer, in place of ${before ?? "the base model"}.`);
    await servedVersionChanged(projectId);
  }

  /** The projects of that name; several Label Studios may have one each. */
  const projectsNamed = (name: string) => store.projects().filter(({ project }) => project === name);

  const knownProject = (projectId: number) => {
    const found = store.projectById(projectId);
    if (found !== undefined) return found;
    throw new HttpError(404, "E_NOT_FOUND", "There is no such project here: /api/status lists them.");
  };

  const projectCalls: ProjectCalls = {
    labels: async (projectId) => controlLabels(store, knownProject(projectId)),
    mapLabels(projectId, mapping) {
      saveControlMapping(store, knownProject(projectId), mapping);
      const changes = Object.entries(mapping.labels).map(([label, target]) => `${label}: ${target ?? "stays out"}`);
      tell(
        projectId,
        "info",
        `Labels of before of "${mapping.control}" are read anew: ${changes.join(", ").slice(0, 500) || "none any more"}.`,
      );
      live?.changed(projectId);
    },
    jobStatus: (job) => jobStatus({ store, trainings }, job),
    deleted(name) {
      const known = projectsNamed(name);
      for (const { id } of known) {
        trainings.cancel(id);
        tell(id, "info", "Label Studio says that the project was deleted. Its labels and versions are kept.");
      }
      return known.length > 0;
    },
    async duplicate(source, target) {
      const [[from], [to]] = [projectsNamed(source), projectsNamed(target)];
      if (from === undefined || to === undefined) return undefined;
      const made = await duplicateModel(store, from, to);
      if (made === undefined) return undefined;
      tell(to.id, "info", `Version ${made.version} is a copy of the model of project ${from.project}, and serves.`);
      await servedVersionChanged(to.id);
      return made.version;
    },
  };

  const unsubscribe = trainings.subscribe((event) => {
    status.changed();
    if (event.type !== "ended") return;
    const { projectId, end } = event;
    const told = `Training ${end.status}${end.version === undefined ? "" : ` (${end.version})`}${end.message === undefined ? "." : `: ${end.message}`}`;
    logger[end.status === "failed" ? "error" : "info"]({ projectId, ...end }, "training ended");
    tell(projectId, end.status === "failed" ? "error" : "info", told);
    if (end.status !== "completed") return;
    models
      .of(projectId)
      .refresh()
      .then(() => {
        status.changed();
        // One that does not serve leaves Label Studio as it is.
        if (end.version !== undefined && store.projectById(projectId)?.servingVersion === end.version)
          pusher?.request(projectId, "version");
      })
      .catch((error: unknown) => failed("The new version could not be loaded")(projectId, error));
  });

  const heads =
    live &&
    superviseHeads(live, {
      ...{ store, tell, failed, publishEveryMs: options.publishEveryMs },
      isPushing: (projectId) => pusher?.isBusy(projectId) ?? false,
      requestTraining: (projectId, cause) => trainings.request(projectId, cause),
      onPublished: servedVersionChanged,
      onChange: () => status.changed(),
    });

  /** Whether it is new. On a full disk predictions go on: they bring their configuration themselves. */
  function saved(projectId: number, labelConfig: string): boolean {
    try {
      return store.saveConfig(projectId, { labelConfig });
    } catch (error) {
      if (!(error instanceof BaalError && error.code === "E_STORE")) throw error;
      logger.error({ err: error, projectId }, "the labelling configuration could not be saved");
      return false;
    }
  }

  /** Tells, once for each configuration, what of it is not predicted. */
  function noteConfig(projectId: number, labelConfig: string): void {
    if (options.kind === undefined) return;
    const { outOfScopeChoice } = models.of(projectId).settings();
    for (const message of configNotes(labelConfig, { kind: options.kind, plan: live?.plan(projectId), outOfScopeChoice })) {
      logger.info({ projectId }, message);
      tell(projectId, "info", message);
    }
  }

  /** Whether another version answers for them than before. On a full disk they do not stay, which is logged. */
  function savedParameters(projectId: number, parameters: ModelParameters): boolean {
    const model = models.of(projectId);
    const before = model.modelVersion;
    try {
      if (!store.saveParameters(projectId, writtenParameters(parameters))) return false;
    } catch (error) {
      if (!(error instanceof BaalError && error.code === "E_STORE")) throw error;
      logger.error({ err: error, projectId }, "the parameters of the project could not be saved");
      return false;
    }
    status.changed();
    return model.modelVersion !== before;
  }

  const lost = lostEvents({
    store,
    advice: missed ? "they are fetched from Label Studio again" : "label those tasks again, or give LABEL_STUDIO_API_KEY",
    onRecovered() {
      missed?.again();
      for (const project of missed ? store.projects() : []) missed?.begin(project);
      status.changed();
    },
  });

  /** The project of an event; none for one that names none. */
  function projectOfEvent({ project, operations }: WebhookEvent) {
    const config = operations.find((operation) => operation.kind === "saveConfig");
    return project && finder.ofEvent({ ...project, labelConfig: config?.labelConfig });
  }

  const before = beforeTraining({ compare: missed && ((projectId) => missed.compare(projectId)) });
  const unready = trainings.wait((projectId, cause, signal) => before.ready(projectId, cause, signal));

  function applied({ projectId, operations, started }: AppliedEvent, { action }: WebhookEvent): void {
    heard(projectId);
    heads?.applied(projectId, operations);
    if (started !== undefined) trainings.request(projectId, started);
    for (const operation of operations) {
      if (operation.kind === "saveAnnotations") before.labelled(projectId);
      const wasImported = operation.kind === "seeTasks" && operation.tasks.some(({ annotations }) => annotations > 0);
      if (wasImported || operation.kind === "look") missed?.look(projectId);
    }
    if (LEAVING_GAPS.has(action)) pusher?.request(projectId, "tasks");
    status.changed();
  }

  const afterEvents = <T>(look: () => T): T => {
    intake.drain();
    return look();
  };
  const { journal, pending } = options.events;
  for (const problem of options.events.problems) tell(undefined, "error", `An event in the journal cannot be read: ${problem}`);
  const intake = eventIntake({
    ...{ store, journal, pending, projectOf: projectOfEvent, onApplied: applied },
    apply: (project, event, receivedAt) => applyEvent(project, event, { store, policy, receivedAt }),
    onFailure(error) {
      logger.error({ err: error }, "events that were acknowledged wait in the journal: the database cannot store them now");
      status.changed();
    },
    onRecovered() {
      tell(undefined, "info", "The database stores events again; those that waited in the journal are in it.");
      lost.look();
    },
  });
  for (const { projectId, cause } of store.trainingRequests()) trainings.request(projectId, cause);
  for (const projectId of interruptedTrainings(store)) trainings.request(projectId, "interrupted training");

  return {
    // Whoever looks sees what was acknowledged before.
    status: {
      ...status,
      snapshot: (page) => afterEvents(() => status.snapshot(page)),
      project: (projectId) => afterEvents(() => status.project(projectId)),
    },
    learns: options.learns ?? "Labels are learned by trainings, when they are asked for.",
    modelClass: "baaljs",
    trainMessage: TRAIN_MESSAGE,
    setup({ labelConfig, project: key, hostname = "", calledBy, extraParams, onNote }) {
      if (key === undefined) {
        throw new HttpError(400, "E_REQUEST", "/setup got no project, as Label Studio sends it: nothing is set up.");
      }
      const parameters = extraParams === undefined ? undefined : readModelParameters(extraParams, { source: "extra_params" });
      intake.drain();
      // One that cannot be read is refused before anything is stored.
      if (finder.ofPrediction({ project: key, hostname })?.labelConfig !== labelConfig) parseLabelConfig(labelConfig);
      if (options.kind !== undefined && labelConfig !== "") fittingControls(labelConfig, options.kind);
      const { project, isSure } = finder.ofSetup({ project: key, hostname, labelConfig });
      if (parameters !== undefined) {
        models.of(project.id).check(parameters);
        noteMissingChoice(parameters, { labelConfig, onNote });
      }
      if (!isSure) return models.of(project.id).modelVersion;
      if (parameters !== undefined && savedParameters(project.id, parameters)) pusher?.request(project.id, "version");
      links?.setUp(project.id, calledBy);
      heard(project.id);
      // Label Studio sets up with an empty view before there are labels.
      if (labelConfig !== "" && saved(project.id, labelConfig)) {
        live?.changed(project.id);
        noteConfig(project.id, labelConfig);
        status.changed();
      }
      heads?.begin(project.id);
      lost.look();
      if (missed?.begin(project)) pusher?.request(project.id, "tasks");
      return models.of(project.id).modelVersion;
    },
    predict({ project, hostname = "", ...request }) {
      intake.drain();
      const known = finder.ofPrediction({ project, hostname });
      if (known?.labelConfig !== request.labelConfig) parseLabelConfig(request.labelConfig);
      return (known === undefined ? models.ofNobody(request.labelConfig) : models.of(known.id)).predict(request);
    },
    async webhook(body) {
      const answer = await lost.watch(() => intake.take(body));
      // Without its contents it names no project, either.
      if (answer.projectId === undefined && answer.action !== undefined) missed?.look();
      return answer;
    },
    versions(named) {
      if (named === undefined) return [...new Set(store.projects().map(({ id }) => models.of(id).modelVersion))];
      const { project, hostname = "" } = named;
      const found = finder.ofPrediction({ project, hostname }) ?? projectsNamed(project).at(-1);
      return found === undefined ? [] : models.of(found.id).versions();
    },
    validate(labelConfig) {
      const found = models.validate(labelConfig);
      return { ...found, notes: scopeNotes(live?.planOf(labelConfig), options.outOfScopeChoice) };
    },
    projects: projectCalls,
    endStreams() {
      status.end();
      models.stopLoading();
    },
    async close() {
      isClosed = true;
      intake.close();
      unsubscribe();
      unready();
      await Promise.all([watch?.close(), heads?.close(), pusher?.close(), missed?.close(), links?.close(), trainings.shutdown()]);
      await models.close();
      await journal.close();
    },
  };
}

/**
 * Projects whose last training the server's end has interrupted, and not the one before as well: a training that takes the server down
 * with it is not begun for ever.
 */
function interruptedTrainings(store: Pick<Store, "projects" | "runs">): readonly number[] {
  return store.projects().flatMap(({ id }) => {
    const [last, before] = store.runs(id, 2);
    return last?.status === "interrupted" && before?.status !== "interrupted" ? [id] : [];
  });
}
