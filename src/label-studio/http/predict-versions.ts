import type { Backend, PredictCall } from "../backend/backend.js";
import { HttpError } from "../contract/http-error.js";
import { type ModelParameters, readModelParameters } from "../contract/model-parameters.js";
import type { AnsweredTasks } from "../contract/predict-tasks.js";
import type { LabelStudioPrediction } from "../contract/prediction.js";

/** What the `params` of a `/predict` ask for. */
export interface AskedPredictions {
  readonly parameters: ModelParameters;
  /** Several versions, each of which predicts every task; `undefined` where a task gets one prediction. */
  readonly versions: readonly string[] | undefined;
}

/** Each loads a model: more would push those of other projects out of memory. */
const MOST_VERSIONS = 10;

/** Reads `params`: other keys than those of the parameters are none of ours. Throws a 400 (`E_REQUEST`). */
export function askedPredictions(params: Readonly<Record<string, unknown>> | null | undefined): AskedPredictions {
  const { model_version: version, ...others } = params ?? {};
  const source = "params";
  if (!Array.isArray(version)) {
    const parameters = readModelParameters({ ...others, model_version: version }, { source, allowsOthers: true });
    return { parameters, versions: undefined };
  }
  const versions: readonly unknown[] = version;
  if (versions.length === 0 || versions.length > MOST_VERSIONS || new Set(versions).size !== versions.length)
    throw new HttpError(
      400,
      "E_REQUEST",
      `${source}: model_version is a version or a list of 1 to ${MOST_VERSIONS} different ones; a list of ${versions.length} (${new Set(versions).size} different) came.`,
    );
  const parameters = readModelParameters(others, { source, allowsOthers: true });
  const names = versions.map((name) => readModelParameters({ model_version: name }, { source }).modelVersion ?? "");
  return { parameters, versions: names };
}

/** One result per task: a prediction, or a list of one by each version. */
export type AnsweredVersions = Omit<AnsweredTasks, "results"> & {
  readonly results: readonly (LabelStudioPrediction | readonly LabelStudioPrediction[])[];
};

/** Predicts with what was asked for, one version after the other. Throws what `Backend.predict` throws. */
export async function predictVersions(
  backend: Pick<Backend, "predict">,
  call: Omit<PredictCall, "parameters">,
  { parameters, versions }: AskedPredictions,
): Promise<AnsweredVersions> {
  if (versions === undefined) return backend.predict({ ...call, parameters });
  const answers: AnsweredTasks[] = [];
  for (const modelVersion of versions)
    answers.push(await backend.predict({ ...call, parameters: { ...parameters, modelVersion } }));
  const [first] = answers as [AnsweredTasks, ...AnsweredTasks[]];
  return {
    ...first,
    mismatches: [...new Set(answers.flatMap(({ mismatches }) => mismatches))],
    problems: answers.flatMap(({ problems }) => problems),
    results: first.results.map((_, task) => answers.flatMap(({ results }) => results[task] ?? [])),
  };
}
