import { existsSync } from "node:fs";
import { join } from "node:path";
import { HttpError } from "../contract/http-error.js";
import { CURRENT_VERSION } from "../contract/model-parameters.js";
import { type Predictor, withCalls } from "../contract/predictor.js";
import { defaultScore, scoreRecord } from "../contract/score.js";
import { type TaskModel, textTaskModel } from "../contract/task-model.js";
import { imageTaskModel } from "../images/image-task-model.js";
import { headRecordFile } from "../state/model-folders.js";
import type { VersionRecord } from "../state/records.js";
import { cachedPredictor, type PredictionCache } from "./cached-predictor.js";
import type { ModelPlace } from "./pooled-model.js";
import type { ServingContext, ServingSettings } from "./serving-context.js";

/** A version that was asked for by name and is not the one that answers anyway. */
export interface KeptVersion {
  readonly version: string;
  /** None for the base model. */
  readonly record: VersionRecord | undefined;
  /** The first one that can be loaded is taken. */
  readonly places: readonly ModelPlace[];
}

export interface KeptVersionsContext extends Pick<ServingContext, "records" | "pool" | "cache" | "images" | "live"> {
  /** The base model as the project would have it, best first. */
  readonly basePlaces: () => readonly { readonly version: string; readonly place: ModelPlace }[];
}

/** The versions of a project that are still there: each can be asked for by its name, and is loaded beside the one that serves. */
export class KeptVersions {
  readonly #projectId: number;
  readonly #context: KeptVersionsContext;
  /** They hold images, so they go when their model leaves memory. */
  readonly #models = new Map<string, TaskModel>();

  constructor(projectId: number, context: KeptVersionsContext) {
    this.#projectId = projectId;
    this.#context = context;
  }

  /** All names, the newest first, and the base model's. */
  names(): readonly string[] {
    const kept = this.#context.records.versions(this.#projectId).map(({ version }) => version);
    return [
      ...kept.reverse(),
      ...this.#context
        .basePlaces()
        .slice(0, 1)
        .map(({ version }) => version),
    ];
  }

  /** `undefined` for the version that answers, and for one that is not there. */
  find(version: string, answering: string): KeptVersion | undefined {
    if (version === CURRENT_VERSION || version === answering) return undefined;
    const kept = this.ofName(version);
    if (kept !== undefined) return kept;
    const places = this.#context
      .basePlaces()
      .filter((base) => base.version === version)
      .map(({ place }) => place);
    return places.length === 0 ? undefined : { version, record: undefined, places };
  }

  /** As {@link find}. Throws a 400 (`E_REQUEST`) that lists the versions for one that is not there. */
  named(version: string, answering: string): KeptVersion | undefined {
    const found = this.find(version, answering);
    if (found !== undefined || version === CURRENT_VERSION || version === answering) return found;
    const known = this.names();
    const some = known.slice(0, 20).join(", ") + (known.length > 20 ? ", ..." : "");
    throw new HttpError(
      400,
      "E_REQUEST",
      `model_version is one of this project's versions, or "${CURRENT_VERSION}": ${some}; ${JSON.stringify(version)} came.`,
    );
  }

  /** A version that is there, also the one that answers. */
  ofName(version: string): KeptVersion | undefined {
    const { records } = this.#context;
    const record = records.versions(this.#projectId).find((known) => known.version === version);
    return record && { version, record, places: [versionPlace(records.folder, record)] };
  }

  /** Why a version cannot give a score; `undefined` where it can. A published head was kept as its last layer alone. */
  reasonAgainst({ version, record }: KeptVersion, { score = defaultScore }: Pick<ServingSettings, "score">): string | undefined {
    const { live, records } = this.#context;
    if (record === undefined || live === undefined || !isHead(records.folder, record.folder)) return undefined;
    const { name, fewestDraws } = scoreRecord(score);
    if (fewestDraws === 1) return undefined;
    return `${version} is kept as a last layer alone, which gives no draws to make the score ${name} of: ask for margin or entropy.`;
  }

  /**
   * Its model, which leaves memory when it is not used for a while. Throws `E_MODEL_HOST`, `E_CHECKPOINT` for a damaged one, and a 400 (`E_REQUEST`) for a score that
   * it cannot give.
   */
  async model(kept: KeptVersion, settings: Pick<ServingSettings, "score">): Promise<TaskModel> {
    const { live, records, images, pool, cache } = this.#context;
    const { record, places } = kept;
    const reason = this.reasonAgainst(kept, settings);
    if (reason !== undefined) throw new HttpError(400, "E_REQUEST", reason);
    if (record !== undefined && live !== undefined && isHead(records.folder, record.folder))
      return live.keptHead(this.#projectId, record);
    let failure: unknown;
    for (const place of places) {
      try {
        const predictor = cachedModel(place, await pool.predictorFor(place), cache);
        const known = this.#models.get(place.key);
        if (known !== undefined) return known;
        const made = predictor.kind === "image" ? imageTaskModel(predictor, images) : textTaskModel(predictor);
        this.#models.set(place.key, made);
        return made;
      } catch (error) {
        failure ??= error;
      }
    }
    throw failure;
  }

  /** A model has left memory. */
  forget(key: string): void {
    this.#models.delete(key);
  }
}

/** The same model, asked only for what the cache does not have. */
export function cachedModel({ key }: ModelPlace, bare: Predictor, cache: PredictionCache): Predictor {
  return withCalls(bare, cachedPredictor(bare, { cache, modelKey: key }));
}

/** Where a version's model is. */
export function versionPlace(storeFolder: string, { projectId, version, folder }: VersionRecord): ModelPlace {
  return { key: `project ${projectId} ${version}`, projectId, folder: join(storeFolder, folder) };
}

/** Whether a version is a published head, which is no model of its own. */
export function isHead(storeFolder: string, folder: string): boolean {
  return existsSync(join(storeFolder, folder, headRecordFile));
}
