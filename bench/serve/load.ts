import { setTimeout as sleep } from "node:timers/promises";
import type { ServedModel } from "./served-model.js";

/** Milliseconds of each call that was made. */
export interface Load {
  readonly predict: readonly number[];
  /** Meanwhile, by a client of its own. */
  readonly health: readonly number[];
  readonly setup: readonly number[];
  readonly seconds: number;
}

const PROBE_PAUSE_MS = 20;

/** So many clients that each ask for one task after the other, and one that asks for health and setup now and then. */
export async function load(
  { client, newTexts }: ServedModel,
  { clients, milliseconds }: { readonly clients: number; readonly milliseconds: number },
): Promise<Load> {
  const predict: number[] = [];
  const health: number[] = [];
  const setup: number[] = [];
  const begin = performance.now();
  const isOver = () => performance.now() - begin > milliseconds;
  const asking = async () => {
    while (!isOver()) predict.push(await timed(() => client.predict(newTexts(1))));
  };
  const probing = async () => {
    while (!isOver()) {
      health.push(await timed(() => client.health()));
      setup.push(await timed(() => client.setup()));
      await sleep(PROBE_PAUSE_MS);
    }
  };
  await Promise.all([probing(), ...Array.from({ length: clients }, asking)]);
  return { predict, health, setup, seconds: (performance.now() - begin) / 1000 };
}

async function timed(work: () => Promise<void>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}
