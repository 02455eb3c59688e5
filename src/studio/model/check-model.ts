import { parseConvnet } from "../../models/head/convnet-string.js";
import { headConfig } from "../../models/head/head-config.js";
import { headGraph } from "../../models/head/head-graph.js";
import { type ModelConfig, modelConfig } from "../api/model-config.js";
import type { ModelView } from "../api/work-contract.js";
import type { ItemKind, LabelTask } from "../store/records.js";

/** What a head has to fit. */
export interface ModelSituation {
  readonly kind: ItemKind;
  readonly task: LabelTask;
  /** Number of labels. */
  readonly labels: number;
  /** Numbers per item; 0 while there are no features. */
  readonly width: number;
  readonly lastMap: readonly [number, number, number] | undefined;
  readonly hasEncoder: boolean;
}

/** What a project begins with. */
export function defaultModel({ task }: Pick<ModelSituation, "task">): ModelConfig {
  return modelConfig.parse({ output: task === "multi" ? "sigmoid" : "softmax" });
}

type Rule = readonly [isWrong: boolean, field: string, message: string];

/** What a configuration comes to: what its head reads, how many parameters that has, and why it is refused. */
export function checkModel(config: ModelConfig, situation: ModelSituation): ModelView {
  const { kind, task, width, lastMap, hasEncoder } = situation;
  const { head, output, loss, fixMatch, normalise } = config;
  const isText = kind === "text";
  const isLearnt = config.kind !== "solved";
  const isWhole = config.kind === "fine-tune" || fixMatch.lambda > 0;
  const rules: readonly Rule[] = [
    [!hasEncoder, "kind", "There is no encoder, so there is nothing that a head could read: choose one in the settings."],
    [
      task === "multi" && output === "softmax",
      "output",
      "Several labels per item are each predicted by themselves: choose sigmoid.",
    ],
    [
      isLearnt && loss === "focal" && output === "softmax",
      "loss",
      "A focal loss is of labels by themselves: choose sigmoid, or cross-entropy.",
    ],
    [
      isLearnt && isText && ["convnet", "multiscale"].includes(head.type),
      "head",
      "Texts have no feature maps: choose a linear head or an MLP.",
    ],
    [
      isLearnt && isText && isWhole && head.type === "mlp",
      "head",
      "Texts whose encoder learns, or that are augmented, go with a linear head.",
    ],
    [
      isLearnt && isText && isWhole && normalise,
      "normalise",
      "Texts whose encoder learns, or that are augmented, keep the length of their features.",
    ],
    [
      isLearnt && isWhole && !isText && width > 0 && lastMap === undefined,
      "kind",
      "This encoder has no feature maps of known size that a head could stand on while it learns.",
    ],
    [
      !isLearnt && fixMatch.lambda > 0,
      "fixMatch",
      "A head that is solved does not learn step by step: FixMatch needs the kind head or fine-tune.",
    ],
    [
      config.domainConfusion > 0,
      "domainConfusion",
      "Subsets are not brought together yet by what a head learns: leave domain confusion at 0.",
    ],
  ];
  const problems: { field: string; message: string; at?: number }[] = rules.flatMap(([isWrong, field, message]) =>
    isWrong ? [{ field, message }] : [],
  );
  if (isLearnt && head.type === "convnet" && !isText) {
    const read = parseConvnet(head.layers, lastMap);
    if ("problem" in read) problems.push({ field: "head.layers", ...read.problem });
    else if (width > 0 && lastMap === undefined)
      problems.push({
        field: "head",
        message: "This encoder has no feature maps of known size: choose a linear head or an MLP.",
      });
  }
  return {
    config,
    problems,
    input: inputWords(config, situation),
    parameters: problems.length > 0 ? undefined : parameters(config, situation),
  };
}

function readsMaps({ kind, head }: ModelConfig, { lastMap }: ModelSituation): boolean {
  return kind !== "solved" && lastMap !== undefined && head.type !== "multiscale";
}

function inputWords(config: ModelConfig, situation: ModelSituation): string {
  const { kind, width, lastMap } = situation;
  if (width === 0) return `features of the ${kind}s, which are still to be computed`;
  if (config.kind !== "solved" && config.head.type === "multiscale")
    return "feature maps of several layers, averaged, side by side";
  if (lastMap !== undefined && readsMaps(config, situation)) {
    const map = `a map of ${lastMap[1]} x ${lastMap[2]} with ${lastMap[0]} channels per ${kind}`;
    return config.head.type === "convnet"
      ? map
      : `${map}, ${config.pooling === "flatten" ? "all its numbers" : `the ${config.pooling === "max" ? "maximum" : "average"} of each channel`}`;
  }
  return `${width} numbers per ${kind}`;
}

/** Of the head; `undefined` where its input is not known yet. */
function parameters(config: ModelConfig, situation: ModelSituation): number | undefined {
  const { width, lastMap, labels } = situation;
  const { head, pooling, kind } = config;
  if (width === 0 || labels === 0 || (kind !== "solved" && head.type === "multiscale")) return undefined;
  const [channels = 0, height = 0, columns = 0] = lastMap ?? [];
  const area = channels * height * columns;
  const isConvnet = kind !== "solved" && head.type === "convnet" && lastMap !== undefined;
  const inputDim = isConvnet ? area : readsMaps(config, situation) ? (pooling === "flatten" ? area : channels) : width;
  const built = headConfig({
    inputDim,
    hiddenSizes: kind !== "solved" && head.type === "mlp" ? head.hidden : [],
    convnet: isConvnet ? { shape: lastMap, ...convnetFields(config) } : undefined,
  });
  return [...headGraph(built, labels).parameters.values()].reduce(
    (sum, { shape }) => sum + (shape as readonly number[]).reduce((size, dim) => size * dim, 1),
    0,
  );
}

function convnetFields({ head, pooling, dropout }: ModelConfig) {
  if (head.type !== "convnet") return {};
  const { layers, kernel, batchNorm, separable } = head;
  return { layers, kernel, batchNorm, separable, dropout, pooling };
}
