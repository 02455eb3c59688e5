import { activeMeasurements } from "./active/against-numpy.js";
import { adaptive, lastLayers, masks } from "./draws/fewer-draws.js";
import { int8Ranks } from "./draws/int8-ranks.js";
import { againstPeers } from "./few-labels/against-peers.js";
import { bayesHead } from "./few-labels/bayes-head.js";
import { curves } from "./few-labels/curves.js";
import { fineTuning } from "./few-labels/fine-tuning.js";
import { headDraws } from "./few-labels/head-draws.js";
import { imageShots } from "./few-labels/image-shots.js";
import { imbalancedPicks } from "./few-labels/imbalanced-picks.js";
import { outOfScope } from "./few-labels/out-of-scope.js";
import { recipe } from "./few-labels/recipe.js";
import { solvedHead } from "./few-labels/solved-head.js";
import { events } from "./gates/events.js";
import { health } from "./gates/health.js";
import { imports } from "./gates/imports.js";
import { labelKeys } from "./gates/label-keys.js";
import { liveHead } from "./gates/live-head.js";
import { manyTasks } from "./gates/many-tasks.js";
import { server } from "./gates/server.js";
import { startUp } from "./gates/start.js";
import { studioImport } from "./gates/studio-import.js";
import { studioKeys } from "./gates/studio-keys.js";
import { studioPage } from "./gates/studio-page.js";
import { cifar10 } from "./images/cifar10.js";
import { decoding } from "./images/decoding.js";
import { head } from "./images/head.js";
import { mnist } from "./images/mnist.js";
import { sameVgg } from "./images/same-vgg.js";
import { smallCnn } from "./images/small-cnn.js";
import { vggDraws } from "./images/vgg-draws.js";
import { vggStep } from "./images/vgg-step.js";
import type { Measurement } from "./measurement.js";
import { largeMerge } from "./scale/merge.js";
import { queueOverhead } from "./scale/queue-overhead.js";
import { servingLatency } from "./serve/latency.js";
import { servingMemory } from "./serve/memory.js";
import { strategyCurves } from "./several-labels/strategy-curves.js";
import { againstPadding } from "./text/against-padding.js";
import { clincFromScratch } from "./text/clinc-from-scratch.js";
import { importedModel } from "./text/imported-model.js";
import { int8 } from "./text/int8.js";
import { operatorProfile } from "./text/operator-profile.js";
import { paddedAlike } from "./text/padded-alike.js";
import { predictionMemory } from "./text/prediction-memory.js";
import { predictionRate } from "./text/prediction-rate.js";
import { sameModel } from "./text/same-model.js";
import { trainingMemory } from "./text/training-memory.js";
import { trainingStep } from "./text/training-step.js";

/** What `npm run bench -- <suite>` measures, in this order. */
export const suites: Readonly<Record<string, readonly Measurement[]>> = {
  text: [
    sameModel,
    predictionRate,
    int8,
    againstPadding,
    paddedAlike,
    trainingStep,
    operatorProfile,
    importedModel,
    trainingMemory,
    predictionMemory,
    clincFromScratch,
  ],
  active: activeMeasurements,
  images: [sameVgg, vggDraws, vggStep, decoding, mnist, cifar10, head, smallCnn],
  "few-labels": [
    solvedHead,
    headDraws,
    outOfScope,
    bayesHead,
    againstPeers,
    curves,
    imageShots,
    imbalancedPicks,
    recipe,
    fineTuning,
  ],
  draws: [masks, adaptive, lastLayers, int8Ranks],
  "several-labels": [strategyCurves],
  serve: [servingLatency, servingMemory],
  scale: [queueOverhead, largeMerge],
  gates: [
    imports,
    startUp,
    labelKeys,
    studioKeys,
    studioImport,
    studioPage,
    liveHead,
    headDraws,
    server,
    manyTasks,
    events,
    health,
  ],
};
