import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Calibrator, calibratorFromJSON } from "../../calibration/calibrator.js";
import { BaalError, errorMessage } from "../../core/errors.js";

/** Beside a model's files: what makes its probabilities right. */
const CALIBRATION_FILE = "calibration.json";

/** Writes a model's calibrator beside its files; nothing where there is none. */
export async function saveCalibrator(folder: string, calibrator: Calibrator | undefined): Promise<void> {
  if (!calibrator) return;
  await writeFile(join(folder, CALIBRATION_FILE), `${JSON.stringify(calibrator, null, 2)}\n`);
}

/**
 * The calibrator of a model's folder, if it has one. Throws `E_MODEL_FORMAT` for a file that holds none, or one of another number of classes.
 */
export async function loadCalibrator(folder: string, labels: readonly string[]): Promise<Calibrator | undefined> {
  const path = join(folder, CALIBRATION_FILE);
  if (!existsSync(path)) return undefined;
  try {
    const calibrator = calibratorFromJSON(JSON.parse(await readFile(path, "utf8")));
    if (calibrator.classes === labels.length) return calibrator;
    throw new Error(`it is of ${calibrator.classes} classes, the model has ${labels.length}`);
  } catch (error) {
    const remedy = "Remove it, or save the model again.";
    throw new BaalError("E_MODEL_FORMAT", `${path} holds no calibrator of this model (${errorMessage(error)}). ${remedy}`, {
      cause: error,
    });
  }
}
