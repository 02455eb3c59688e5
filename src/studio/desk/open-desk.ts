import { deriveSeed } from "../../core/random.js";
import type { UserView } from "../api/contract.js";
import type { Brain, BrainEvent, BrainOptions } from "../model/brain.js";
import type { StudioStore } from "../store/open-studio-store.js";
import type { Desk, DeskEvent, StudioData } from "./desk.js";
import { itemStates } from "./item-states.js";
import { readSettings } from "./settings.js";

export interface DeskOptions {
  readonly name: string;
  readonly source: string;
  readonly store: StudioStore;
  readonly data: StudioData;
  readonly users: () => readonly UserView[];
  /** Where vectors are kept. */
  readonly cacheFolder: string;
  /** Begins the model work; without it items come in a random order. */
  readonly openBrain?: ((options: BrainOptions) => Brain) | undefined;
  readonly readData?: Desk["readData"];
  readonly maxSeqLen?: number | undefined;
  readonly strategy?: string | undefined;
}

/** An open project with those who are told of it. `close` ends the model work; the store is whoever's who has opened it. */
export interface OpenDesk extends Desk {
  close(): Promise<void>;
}

export async function openDesk(options: DeskOptions): Promise<OpenDesk> {
  const { store, data, name, source, users, cacheFolder, openBrain } = options;
  const listeners = new Set<(event: DeskEvent) => void>();
  const states = itemStates(store);
  let brain: Brain | undefined;
  let seeds = 0;
  const tell = (event: DeskEvent) => {
    for (const listener of listeners) listener(event);
  };
  const settings = () => readSettings(store, data.encoder);
  const desk: OpenDesk = {
    ...{ name, source, store, states, data, users, settings, tell, readData: options.readData },
    brain: () => brain,
    async restartBrain() {
      const before = brain;
      brain = undefined;
      await before?.close();
      const project = store.project();
      if (project === undefined || openBrain === undefined || settings().encoder === "none") return;
      brain = openBrain({
        ...{ store, encoder: settings().encoder, cacheFolder, strategy: options.strategy, maxSeqLen: options.maxSeqLen },
        autoTrainEvery: () => settings().autoTrainEvery,
        onEvent: (event) => tell(EVENTS[event.type]),
      });
      tell({ type: "state" });
    },
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    nextSeed() {
      seeds++;
      return deriveSeed(store.project()?.seed ?? 0, store.seq(), seeds);
    },
    async close() {
      listeners.clear();
      await brain?.close();
      brain = undefined;
    },
  };
  await desk.restartBrain();
  return desk;
}

const EVENTS: Readonly<Record<BrainEvent["type"], DeskEvent>> = {
  model: { type: "state" },
  job: { type: "state" },
  training: { type: "training" },
  propagation: { type: "propagation" },
  map: { type: "map" },
};
