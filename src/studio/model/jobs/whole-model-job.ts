import { cp } from "node:fs/promises";
import { WORDS_ALONE } from "../../../data/text/tf-idf.js";
import { HEAD_MODEL_TYPE, readModelConfig } from "../../../models/checkpoint/model-kind.js";
import type { GraphClassifier } from "../../../models/graph/graph-classifier.js";
import { featureMaps, takeHead, vectorPlace } from "../../../models/head/attach-head.js";
import { HeadClassifier } from "../../../models/head/head-classifier.js";
import { openImageEncoder } from "../image-encoder.js";
import type { WholeModelRequest } from "./job-calls.js";

type Whole = Pick<GraphClassifier<never>, "calibrator" | "save" | "dispose">;

/** Writes a version as a model that reads texts or images: a head that was kept by itself with its encoder in front. Words alone have no network. */
export async function saveWholeModel(request: WholeModelRequest): Promise<null> {
  const { version, folder, kind, encoder } = request;
  const isHead = (await readModelConfig(version))["model_type"] === HEAD_MODEL_TYPE;
  if (!isHead || encoder === WORDS_ALONE) {
    await cp(version, folder, { recursive: true });
    return null;
  }
  const head = await HeadClassifier.fromPretrained(version);
  const whole = await (kind === "image" ? wholeImages(head, request) : wholeTexts(head, encoder));
  // Weights that change take it away.
  whole.calibrator = head.calibrator;
  await whole.save(folder);
  await whole.dispose();
  await head.dispose();
  return null;
}

const formOf = ({ labels, task, config: head }: HeadClassifier) => ({ labels, task, head });

async function wholeTexts(head: HeadClassifier, name: string): Promise<Whole> {
  const { TextClassifier } = await import("../../../models/text/text-classifier.js");
  const encoder = await TextClassifier.encoder(name);
  const { config } = head;
  // A sentence encoder stays one that others can open, where its own last layer says the same.
  if (encoder.pooling !== "pooler" && config.hiddenSizes.length === 0 && (!config.isUnitLength || encoder.hasUnitVectors)) {
    await encoder.dispose();
    const { labels, task } = head;
    const whole = await TextClassifier.fromPretrained(name, { labels, task });
    takeLastLayer(whole, head);
    return whole;
  }
  const whole = encoder.withHead(formOf(head));
  takeHead(whole, head);
  return whole;
}

async function wholeImages(head: HeadClassifier, { encoder, model, seed }: WholeModelRequest): Promise<Whole> {
  const network = await openImageEncoder({ kind: "image", model: encoder, onDownload: () => {} });
  const { openPlacedHead } = await import("./placed-head.js");
  const isOnMaps = model !== undefined && model.kind !== "solved" && featureMaps(network.graph).length > 0;
  const placed = isOnMaps ? await openPlacedHead({ encoder, model, seed }, { isRequired: true }) : undefined;
  const whole =
    placed?.withHead(head.config, head.labels, head.task) ??
    network.withHead({ ...formOf(head), place: vectorPlace(network.graph) });
  takeHead(whole, head);
  return whole;
}

/** Copies a linear head into the last layer of a model. */
export function takeLastLayer(
  model: Pick<GraphClassifier<never>, "lastLayer" | "stateDict" | "loadStateDict">,
  head: Pick<GraphClassifier<never>, "lastLayer" | "stateDict">,
): void {
  const [own, learnt] = [model.stateDict(), head.stateDict()];
  const [to, from] = [model.lastLayer!, head.lastLayer!];
  const state = new Map(own).set(to.weight, { ...own.get(to.weight)!, data: learnt.get(from.weight)!.data });
  if (to.bias !== undefined && from.bias !== undefined)
    state.set(to.bias, { ...own.get(to.bias)!, data: learnt.get(from.bias)!.data });
  model.loadStateDict(state);
}
