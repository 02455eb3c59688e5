import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readResults } from "../../src/experiment/experiment-results.js";
import { prepareExperiment } from "../../src/experiment/prepare-experiment.js";
import { writeReport } from "../../src/experiment/report/write-report.js";
import { runExperiment } from "../../src/experiment/run-experiment.js";
import { temporaryFolder } from "../temporary-folder.js";
import { tinyConfig, writeSentences } from "./tiny-config.js";

/** What Larson et al. 2019 report, and how well the score ranks. */
const FIGURES = ["inScopeAccuracy", "outOfScopeRecall", "outOfScopeAuroc"] as const;

it.each(["class", "threshold"] as const)("figures of out of scope are in all outputs (protocol %s)", async (protocol) => {
  const folder = temporaryFolder();
  const output = join(folder, "out");
  await writeSentences(folder);
  const config = { ...tinyConfig(folder), seeds: [1, 2], steps: 2, outOfScope: { label: "oos", protocol }, evaluation: {} };
  const prepared = await prepareExperiment({ ...config, targets: { outOfScopeRecall: [0.5] } }, {});
  await runExperiment(prepared, { output, threads: 1 });
  for (const { metrics } of await readResults(output))
    for (const figure of FIGURES) {
      expect(metrics[figure]).toBeGreaterThanOrEqual(0);
      expect(metrics[figure]).toBeLessThanOrEqual(1);
    }
  const { files, data, text } = await writeReport([output], { output });
  const summary = await readFile(join(output, "summary.csv"), "utf8");
  const html = await readFile(join(output, "report.html"), "utf8");
  for (const figure of FIGURES) {
    for (const strategy of ["random", "topk:entropy"])
      for (const labels of ["0,12", "1,16"]) expect(summary).toContain(`${strategy},${labels},${figure},2,`);
    expect(files).toContain(`learning-curve-${figure}.svg`);
    expect(data["areaUnderCurve"]).toContainEqual(expect.objectContaining({ name: "topk:entropy", metric: figure }));
  }
  for (const name of ["in-scope accuracy", "out-of-scope recall", "out-of-scope AUROC"]) {
    expect(html).toContain(`<th>${name}</th>`);
    expect(html).toContain(`Test ${name}`);
    expect(text).toContain(name);
  }
  expect(data["labelsToTarget"]).toMatchObject([{ metric: "outOfScopeRecall", target: 0.5 }, {}]);
});
