import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeTinyModel } from "../../test/cli/tiny-model.js";
import { hasPseudoTerminal, PseudoTerminal } from "../../test/studio/terminal/pseudo-terminal.js";
import type { Measurement } from "../measurement.js";
import { gateRow } from "./gate.js";

const LIMIT_MS = 50;

/** What somebody waits for who labels: from a key to the next item, the answer on the disk in between, while a head is solved anew. */
export const labelKeys: Measurement = {
  name: "label-keys",
  about: "baal label in a terminal: from a key to the next item, every answer on the disk, while the items are ranked anew",
  async run(context) {
    if (!hasPseudoTerminal) throw new Error("script(1) of util-linux is needed, which runs a command in a terminal of its own.");
    const folder = await mkdtemp(join(tmpdir(), "baaljs-bench-label-"));
    try {
      await writeTinyModel(folder);
      const [items, answers] = context.quick ? [300, 20] : [10_000, 100];
      const texts = Array.from(
        { length: items },
        (_, i) => `what a ${i % 3 === 0 ? "bad and awful" : "good and lovely"} day ${i}`,
      );
      await writeFile(join(folder, "all.csv"), `text\n${texts.join("\n")}\n`);
      const options = ["--labels", "negative,positive", "--model", join(folder, "model"), "--cache", join(folder, "cache")];
      const terminal = new PseudoTerminal(["label", join(folder, "all.csv"), ...options]);
      await terminal.shows(/ranked by kmeans/);
      const samples: number[] = [];
      for (let done = 0; done < answers; done++) {
        const screen = await terminal.shows(new RegExp(`^${done} of ${items} labelled`));
        const begin = performance.now();
        terminal.press(screen.includes("bad and awful") ? "1" : "2");
        await terminal.shows(new RegExp(`^${done + 1} of ${items} labelled[^]*day \\d+`));
        samples.push(performance.now() - begin);
        context.progress(`label-keys: answer ${done + 1} of ${answers}`);
      }
      const rankings = new Set(terminal.written.match(/from \d+ answers/g)).size;
      terminal.press("\x03");
      await terminal.ended();
      const slowest = [...samples].sort((a, b) => a - b).slice(Math.floor(0.95 * samples.length));
      return [
        gateRow({
          what: `baal label, ${items} texts: key to next item, 95th percentile of ${answers}`,
          unit: "ms",
          limit: LIMIT_MS,
          // The smallest of the slowest twentieth is the percentile.
          samples: slowest.slice(0, 1),
          notes: [`${rankings} rankings were made meanwhile, in the process beside it.`],
        }),
      ];
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};
