import { join } from "node:path";
import type { Dataset, Target } from "../../../core/dataset.js";
import { createDataset, datasetView, itemsAt } from "../../../core/dataset-view.js";
import { BaalError } from "../../../core/errors.js";
import type { GraphClassifier } from "../../../models/graph/graph-classifier.js";
import type { CallContext } from "../../../system/worker-process.js";
import { BaalTrainer } from "../../../training/baal-trainer.js";
import type { SemiSupervision } from "../../../training/semi-supervised/methods.js";
import type { TrainingArguments } from "../../../training/training-arguments.js";
import { writeItemRows } from "../item-rows.js";
import { shownProbabilities } from "../live-head.js";
import { validationScore } from "../validation-score.js";
import type { JobEvent, Trained, TrainItem, TrainRequest } from "./job-calls.js";
import { openStages, type Stage } from "./train-stages.js";

/** Trains a model as it was configured, predicts all items, and writes both into the version's folder. */
export async function trainModel(request: TrainRequest, { signal, tell }: CallContext<JobEvent>): Promise<Trained> {
  const log = (line: string) => tell({ type: "log", line });
  const stages = await openStages(request, { signal, log });
  const all = stages.reduce((sum, { epochs }) => sum + epochs, 0);
  log(`${request.learnt.length} items with labels, ${request.validated.length} of the validation`);
  let done = 0;
  let last: Point | undefined;
  for (const stage of stages) {
    await stage.prepare?.();
    log(`${stage.name}: ${stage.model.parameterCount} parameters`);
    if (stage.epochs > 0) {
      last = await trainStage(stage, request, {
        signal,
        onPoint(point) {
          tell({ type: "point", point: { ...point, epoch: done + point.epoch } });
          tell({ type: "progress", share: (0.9 * (done + point.epoch)) / all, message: `Epoch ${done + point.epoch} of ${all}` });
        },
      });
    }
    done += stage.epochs;
  }
  const { model, items, dataset } = stages.at(-1)!;
  tell({ type: "progress", share: 0.9, message: "Predicting all items" });
  const classes = request.labels.length;
  const probs_N_C = await probabilities(model, dataset, { signal, chunkSize: request.train.predictionBatchSize });
  await writeItemRows(join(request.folder, "probabilities.rows"), { items, width: classes, data: probs_N_C });
  await model.save(join(request.folder, "model"));
  const rowOf = new Map(Array.from(items, (item, row) => [item, row]));
  const score = (some: readonly TrainItem[]) =>
    validationScore(
      some.flatMap(({ item, entries }) => {
        const row = rowOf.get(item);
        return row === undefined ? [] : [{ entries, probs_C: probs_N_C.subarray(row * classes, (row + 1) * classes) }];
      }),
      request.task,
    );
  const found = {
    loss: last?.loss,
    validationLoss: last?.validationLoss,
    trainAccuracy: score(request.learnt),
    validationAccuracy: score(request.validated),
  };
  const metrics = Object.fromEntries(Object.entries(found).filter((entry): entry is [string, number] => entry[1] !== undefined));
  const parameters = model.parameterCount;
  for (const stage of stages) await stage.model.dispose();
  return { metrics, parameters };
}

type Point = Extract<JobEvent, { readonly type: "point" }>["point"];

async function trainStage<Input>(
  stage: Stage<Input>,
  request: TrainRequest,
  { signal, onPoint }: { readonly signal: AbortSignal; readonly onPoint: (point: Point) => void },
): Promise<Point | undefined> {
  const { model: config, train, seed, task } = request;
  const { model, epochs } = stage;
  const targetOf = ({ target, entries }: TrainItem): Target =>
    config.output === "sigmoid" ? entries.map((entry) => entry) : (target as number);
  const rowOf = new Map(Array.from(stage.items, (item, row) => [item, row]));
  const some = (items: readonly TrainItem[]) => items.filter(({ item }) => rowOf.has(item));
  const labelled = (items: readonly TrainItem[], source: Dataset<Input>): Dataset<Input> =>
    createDataset(items.length, (n) => ({ ...source.at(rowOf.get(items[n]!.item)!), target: targetOf(items[n]!) }));
  const [learnt, validated] = [some(request.learnt), some(request.validated)];
  if (learnt.length === 0) throw new BaalError("E_DATA", "No item with a label has features: nothing can be trained.");
  // An epoch has so many full batches, whatever the number of items.
  const size = train.batchSize * train.batchesPerEpoch;
  const positions = Array.from({ length: size }, (_, i) => i % learnt.length);
  const source = labelled(learnt, stage.learning ?? stage.dataset);
  const trainSet = itemsAt(source, positions);
  const evalSet = labelled(validated, stage.dataset);
  const args: TrainingArguments = {
    ...{ numTrainEpochs: epochs, batchSize: train.batchSize, learningRate: train.learningRate, seed },
    ...{ optim: train.optimizer === "adam" ? "adamw" : "sgd", sgdMomentum: 0.9, weightDecay: config.weightDecay },
    ...{ lrSchedulerType: train.schedule === "cosine" ? "cosine" : "constant", sampler: train.sampler },
    ...{ loss: lossOf(request), labelSmoothingFactor: config.labelSmoothing, maxGradNorm: Number.POSITIVE_INFINITY },
    ...{ focalGamma: lossOf(request) === "sigmoidFocal" ? config.gamma : undefined, freeze: stage.freeze },
  };
  let sums = { loss: 0, soft: 0, steps: 0 };
  let last: Point | undefined;
  const trainer = new BaalTrainer<Input>({
    ...{ model, args },
    callbacks: [
      {
        async onEpochEnd({ epoch }) {
          const evaluated = validated.length > 0 ? await trainer.evaluate(evalSet, { signal }) : undefined;
          const probs_N_C = evaluated && (await probabilities(model, evalSet, { signal, chunkSize: train.predictionBatchSize }));
          const classes = model.labels.length;
          const judged = probs_N_C
            ? validated.map(({ entries }, n) => ({ entries, probs_C: probs_N_C.subarray(n * classes, (n + 1) * classes) }))
            : [];
          last = {
            epoch: Math.round(epoch),
            loss: sums.loss / Math.max(1, sums.steps),
            semiSupervisedLoss: stage.semi ? sums.soft / Math.max(1, sums.steps) : undefined,
            validationLoss: evaluated?.["loss"],
            validationAccuracy: validationScore(judged, task),
          };
          sums = { loss: 0, soft: 0, steps: 0 };
          onPoint(last);
        },
      },
    ],
  });
  await trainer.train(trainSet, {
    signal,
    semiSupervised: stage.semi as SemiSupervision<Input> | undefined,
    onProgress(event) {
      if (event.type !== "train") return;
      const soft = event.unlabelled?.loss ?? 0;
      sums = { loss: sums.loss + event.loss - soft, soft: sums.soft + soft, steps: sums.steps + 1 };
    },
  });
  return last;
}

function lossOf({ model: { output, loss } }: TrainRequest) {
  if (output === "softmax") return "crossEntropy";
  return loss === "focal" ? "sigmoidFocal" : "binaryCrossEntropy";
}

/** `[N, C]`, dropout off. */
async function probabilities<Input>(
  model: GraphClassifier<Input>,
  dataset: Dataset<Input>,
  options: { readonly signal: AbortSignal; readonly chunkSize: number },
): Promise<Float32Array> {
  const classes = model.labels.length;
  const probs_N_C = new Float32Array(dataset.length * classes);
  const open = datasetView(
    dataset,
    Array.from({ length: dataset.length }, (_, n) => n),
    () => undefined,
  );
  let at = 0;
  for await (const draws of model.predict(open, { iterations: 1, mode: "deterministic", ...options })) {
    const probs = shownProbabilities(model, draws);
    probs_N_C.set(probs, at);
    at += probs.length;
  }
  return probs_N_C;
}
