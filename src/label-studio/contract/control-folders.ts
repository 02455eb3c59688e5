import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

const FILE = "controls.json";

const contents = z.object({ controls: z.array(z.object({ name: z.string(), folder: z.string().regex(/^\d+$/) })) });

/** A control, and the folder of the model that answers it. */
export interface ControlFolder {
  readonly name: string;
  readonly folder: string;
}

/** The models in a version's folder, one per control; `undefined` for a folder that is a model itself. */
export async function controlFolders(folder: string): Promise<readonly ControlFolder[] | undefined> {
  const path = join(folder, FILE);
  if (!existsSync(path)) return undefined;
  const { controls } = contents.parse(JSON.parse(await readFile(path, "utf8")));
  return controls.map(({ name, folder: own }) => ({ name, folder: join(folder, own) }));
}

/** Names the controls whose models are in the folders `0`, `1`, ... */
export async function writeControlFolders(folder: string, names: readonly string[]): Promise<void> {
  const controls = names.map((name, position) => ({ name, folder: String(position) }));
  await writeFile(join(folder, FILE), `${JSON.stringify({ controls })}\n`);
}

/** The class of a model of several controls that stands for a label of one of them: two controls may have the same labels. */
export function jointLabel(control: string, label: string): string {
  return `${control}/${label}`;
}

/** Outputs of a model of several controls that are no label's. No configuration can have such a label: XML has no such character. */
const MARK = "\u0000";

/** The number of a control. */
export const NUMBER_OUTPUT = `${MARK}number`;

/** How far an item is beyond the scope of a control's model, see `Predictions.beyondScope_N`; -1 of a model that does not abstain. */
export const SCOPE_OUTPUT = `${MARK}beyond scope`;

/** Whether an output of a model of several controls is a label of one of them. */
export function isLabelOutput(output: string): boolean {
  return !output.includes(MARK);
}
