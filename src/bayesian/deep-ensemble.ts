import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { StateDict } from "../core/bayesian-model.js";
import { BaalError, errorMessage } from "../core/errors.js";
import { readSafetensors } from "../engine/safetensors/read-safetensors.js";
import { writeSafetensors } from "../engine/safetensors/write-safetensors.js";
import { writeFileAtomic, writeFolderAtomic } from "../system/files.js";
import type { WeightPosterior, WeightSampleOptions } from "./model-patch.js";

const INDEX = "ensemble.json";
const INDEX_FILE = z.object({ version: z.literal(1), members: z.int().min(0) });

/**
 * Several tables of weights for one model: draw k is member k (Lakshminarayanan et al. 2017, arXiv:1612.01474; members taken while
 * one model trains: Huang et al. 2017, arXiv:1704.00109). Members are copies. What they have in common, such as a frozen encoder,
 * is kept and computed once; weights that they lack are the model's current ones. `patchModule(model, { posterior: ensemble })`
 * lets the model predict with it.
 *
 * @example
 * ```ts with=text
 * import { DeepEnsemble } from "baaljs";
 *
 * const ensemble = new DeepEnsemble();
 * for (const seed of [1, 2]) {
 *   model.resetWeights({ seed });
 *   await new BaalTrainer({ model, args: { ...args, seed } }).train(active);
 *   ensemble.add(model.stateDict());
 * }
 * patchModule(model, { posterior: ensemble }); // two draws: one per member
 * ```
 */
export class DeepEnsemble implements WeightPosterior {
  readonly kind = "weights";
  readonly #members: StateDict[] = [];

  constructor(members: Iterable<StateDict> = []) {
    for (const member of members) this.add(member);
  }

  /** Reads a folder that {@link save} wrote. Throws `E_CHECKPOINT` when it is missing or damaged. */
  static async load(folder: string): Promise<DeepEnsemble> {
    try {
      const { members } = INDEX_FILE.parse(JSON.parse(await readFile(join(folder, INDEX), "utf8")));
      const ensemble = new DeepEnsemble();
      for (let member = 0; member < members; member++) ensemble.add(await readSafetensors(join(folder, fileOf(member))));
      return ensemble;
    } catch (error) {
      throw new BaalError("E_CHECKPOINT", `${folder} is not an intact ensemble: ${errorMessage(error)}`, { cause: error });
    }
  }

  /** Adds a copy of these weights as the last member. Throws `E_CHECKPOINT` when names or shapes are not those of the others. */
  add(member: StateDict): void {
    const first = this.#members[0];
    if (first) checkAlike(member, first, this.#members.length);
    const copy: StateDict = new Map();
    for (const [name, tensor] of member) {
      const same = this.#members.find((other) => equal(other.get(name)!.data, tensor.data));
      copy.set(name, same?.get(name) ?? { dims: [...tensor.dims], data: tensor.data.slice() });
    }
    this.#members.push(copy);
  }

  /** Number of members. */
  get size(): number {
    return this.#members.length;
  }

  /** A member's weights: the ensemble's own arrays, for `model.loadStateDict`. Throws `E_ARGUMENT`. */
  member(index: number): StateDict {
    const member = this.#members[index];
    if (!member) {
      throw new BaalError(
        "E_ARGUMENT",
        `Member ${index} was asked of an ensemble of ${this.size}; add members first: ensemble.add(model.stateDict()).`,
      );
    }
    return new Map(member);
  }

  /** Writes the members as safetensors files, each a whole checkpoint; the folder appears complete or not at all. */
  async save(folder: string): Promise<void> {
    await writeFolderAtomic(folder, async (target) => {
      for (const [index, member] of this.#members.entries()) await writeSafetensors(join(target, fileOf(index)), member);
      await writeFileAtomic(join(target, INDEX), `${JSON.stringify({ version: 1, members: this.size })}\n`);
    });
  }

  /** As many draws as members; 1 for an empty ensemble, which throws when it is asked for it. */
  get maxIterations(): number {
    return Math.max(1, this.size);
  }

  get varying(): readonly string[] {
    const first = this.#members[0];
    return [...(first?.keys() ?? [])].filter((name) => this.#members.some((other) => other.get(name) !== first!.get(name)));
  }

  get common(): StateDict {
    const varying = new Set(this.varying);
    return new Map([...(this.#members[0] ?? [])].filter(([name]) => !varying.has(name)));
  }

  sample(target: ReadonlyMap<string, Float32Array>, { draw }: WeightSampleOptions): void {
    const member = this.member(draw);
    for (const [name, data] of target) {
      const own = member.get(name)!.data;
      if (own.length !== data.length) {
        throw new BaalError(
          "E_CHECKPOINT",
          `The ensemble is of another model: ${name} has ${own.length} numbers in it and ${data.length} in the model.`,
        );
      }
      data.set(own);
    }
  }
}

function fileOf(member: number): string {
  return `member-${String(member).padStart(3, "0")}.safetensors`;
}

function checkAlike(member: StateDict, first: StateDict, index: number): void {
  const names = new Set([...member.keys(), ...first.keys()]);
  for (const name of names) {
    const [dims, expected] = [member.get(name)?.dims, first.get(name)?.dims];
    if (dims && expected && String(dims) === String(expected)) continue;
    const say = (shape: readonly number[] | undefined) => (shape ? `the shape [${shape}]` : "no such weight");
    throw new BaalError(
      "E_CHECKPOINT",
      `Member ${index} is not of the same model as member 0: ${name} has ${say(dims)} in it and ${say(expected)} there.`,
    );
  }
}

/** Bit for bit. */
function equal(a: Float32Array, b: Float32Array): boolean {
  const [bitsA, bitsB] = [bitsOf(a), bitsOf(b)];
  for (let i = 0; i < bitsA.length; i++) if (bitsA[i] !== bitsB[i]) return false;
  return true;
}

function bitsOf({ buffer, byteOffset, length }: Float32Array): Int32Array {
  return new Int32Array(buffer, byteOffset, length);
}
