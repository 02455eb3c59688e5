import { existsSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { experimentConfig } from "../../src/experiment/experiment-config.js";
import { readResults } from "../../src/experiment/experiment-results.js";
import { readConfigFile } from "../../src/experiment/read-config.js";
import { readRunRecord } from "../../src/experiment/run-record.js";

const examples = fileURLToPath(new URL("../../examples", import.meta.url));
const configFile = (name: string) => join(examples, "experiments", `${name}.yaml`);
/** Results of a configuration with some fields set on the command line. */
const variants: Readonly<Record<string, { readonly of: string; readonly changes: object }>> = {
  "clinc-full": { of: "clinc", changes: { initialLabels: "all", strategies: ["random"] } },
};
const names = readdirSync(join(examples, "experiments")).map((file) => basename(file, ".yaml"));
const folders = readdirSync(join(examples, "results"));
const results = folders.filter((name) => existsSync(join(examples, "results", name, "run.json")));

describe("the experiments among the examples", () => {
  it("are what results are of, unless a page says what they are", () => {
    expect(results.length).toBeGreaterThan(6);
    const others = folders.filter((name) => !results.includes(name));
    expect(others.filter((name) => !existsSync(join(examples, "results", name, "README.md")))).toEqual([]);
  });

  it.each(names)("%s is a configuration", async (name) => {
    expect(experimentConfig(await readConfigFile(configFile(name)))).toMatchObject({ name });
  });

  it.each(results)("the results of %s are that configuration's", async (name) => {
    const folder = join(examples, "results", name);
    const { of, changes } = variants[name] ?? { of: name, changes: {} };
    const given = { ...(await readConfigFile(configFile(of))), ...changes };
    const config = JSON.parse(JSON.stringify(experimentConfig(given)));
    const record = await readRunRecord(folder);
    // A strategy that compares items draw by draw has added the consistent masks.
    expect({ ...record?.config, model: undefined }).toEqual({ ...config, model: undefined });
    expect(record?.config["model"]).toMatchObject(config.model);
    const cells = new Set((await readResults(folder)).map(({ strategy, seed }) => `${strategy} ${seed}`));
    expect(cells.size).toBe(config.strategies.length * config.seeds.length);
    expect(await readFile(join(folder, "summary.csv"), "utf8")).toContain("strategy,step,labels,metric");
  });
});
