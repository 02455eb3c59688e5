import { answerCalls, errorReport } from "../system/worker-process.js";
import type { CellCalls, CellProcessEvent } from "./cell-processes.js";
import { CellRunner } from "./cell-runner.js";
import { prepareExperiment } from "./prepare-experiment.js";

/** The child's side of an experiment in several processes: this file is started as a process, and runs the cells that it is given. */

let runner: CellRunner | undefined;
/** Tells the caller of the cell that runs: the runner stays, the calls come and go. */
let tellCaller: (event: CellProcessEvent) => void = () => {};

answerCalls<CellCalls, CellProcessEvent>({
  async prepare({ config, output, dataDir, threads, areCellsShared }) {
    runner = new CellRunner(await prepareExperiment(config, { dataDir }), {
      ...{ output, threads, areCellsShared },
      onEvent: (event) => tellCaller({ type: "cell", event }),
      onNote: (text) => tellCaller({ type: "note", text }),
    });
    return null;
  },
  async run(cell, { tell }) {
    tellCaller = tell;
    const { error } = await runner!.run(cell);
    return error === undefined ? null : errorReport(error);
  },
});
