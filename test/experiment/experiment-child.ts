import { blobsExperiment } from "./blobs-experiment.js";

// Runs the experiment in the folder named, and says each step, so that the parent can kill it in the middle.
await blobsExperiment({ outputDir: process.argv[2]! }).run({
  onStep: ({ step }) => process.stdout.write(`${step}\n`),
  onProgress: ({ type }) => type === "predict" && process.stdout.write("predict\n"),
});
