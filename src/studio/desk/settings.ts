import { z } from "zod";
import type { StudioSettings } from "../api/contract.js";
import type { StudioStore } from "../store/open-studio-store.js";

const share = z.number().min(0).max(1);

/** Of a project, as they are before anybody has set them. */
const settings = z.object({
  encoder: z.string().max(2000).default("none"),
  autoTrainEvery: z.int().min(0).max(1_000_000).default(0),
  overlap: z.int().min(1).max(100).default(1),
  overlapShare: share.default(0),
  validationShare: share.default(0.1),
  isSuggesting: z.boolean().default(true),
  withDuplicates: z.boolean().default(true),
  leaseMinutes: z.number().min(0.01).max(1440).default(5),
  keys: z.record(z.string().max(100), z.string().max(100)).default({}),
});

/** What may be changed of them. */
export const settingsChange = z
  .strictObject({
    encoder: settings.shape.encoder.unwrap(),
    autoTrainEvery: settings.shape.autoTrainEvery.unwrap(),
    overlap: settings.shape.overlap.unwrap(),
    overlapShare: settings.shape.overlapShare.unwrap(),
    validationShare: settings.shape.validationShare.unwrap(),
    isSuggesting: settings.shape.isSuggesting.unwrap(),
    withDuplicates: settings.shape.withDuplicates.unwrap(),
    leaseMinutes: settings.shape.leaseMinutes.unwrap(),
    keys: settings.shape.keys.unwrap(),
  })
  .partial();

/** The project's settings, in the store under `studio`. */
export function readSettings(store: StudioStore, encoder: string): StudioSettings {
  return settings.parse({ encoder, ...(store.project()?.settings["studio"] as object | undefined) });
}

export function changeSettings(store: StudioStore, change: z.infer<typeof settingsChange>): void {
  const before = store.project()?.settings["studio"] as object | undefined;
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  store.changeProject({ settings: { studio: { ...before, ...given } } });
}
