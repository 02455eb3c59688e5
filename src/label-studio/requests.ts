import { z } from "zod";

/** `"<id>.<created>"`. */
const project = z.union([z.string(), z.number()]).nullish();

/** `POST /setup`. Other keys, the access token among them, are dropped unread. */
export const setupRequest = z.object({
  project,
  schema: z.string().nullish(),
  hostname: z.string().nullish(),
});

/** `POST /predict`. Tasks are checked one by one later, because one bad task must not fail the others. */
export const predictRequest = z.object({
  project,
  tasks: z.array(z.unknown()),
  label_config: z.string(),
  params: z.object({ hostname: z.string().nullish() }).nullish().catch(undefined),
});

/** `POST /webhook`. Of the payload only the kind of event is of interest yet. */
export const webhookRequest = z.object({ action: z.string() });
