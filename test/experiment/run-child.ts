import { prepareExperiment } from "../../src/experiment/prepare-experiment.js";
import { runExperiment } from "../../src/experiment/run-experiment.js";
import { tinyConfig } from "./tiny-config.js";

// Runs the tiny experiment of a folder and says what it does, so that the parent can kill it anywhere.
const [data = "", output = "", processes = "1"] = process.argv.slice(2);
await runExperiment(await prepareExperiment(tinyConfig(data), {}), {
  ...{ output, processes: Number(processes), threads: 1 },
  onEvent(event) {
    if (event.type === "step") process.stdout.write(`step ${event.cell.strategy} ${event.step.step}\n`);
    if (event.type === "progress") process.stdout.write(`${event.phase} ${event.done.toFixed(2)}\n`);
  },
});
