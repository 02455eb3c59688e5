import { z } from "zod";

/** Label Studio's answers: only what is used of them. Other keys come and go with its versions. */

export const userAnswer = z.object({ id: z.number() });

export const projectAnswer = z.object({
  id: z.number(),
  title: z.string().nullish(),
  label_config: z.string().nullish(),
  model_version: z.string().nullish(),
  sampling: z.string().nullish(),
  created_at: z.string().nullish(),
  task_number: z.number().nullish(),
  total_annotations_number: z.number().nullish(),
});

/** Who annotated: a number, or an object with one, by the version and the call. */
const userReference = z.union([z.number(), z.string(), z.object({ id: z.union([z.number(), z.string()]) })]).nullish();

export const annotationAnswer = z.object({
  id: z.number(),
  result: z.array(z.unknown()).nullish(),
  was_cancelled: z.boolean().nullish(),
  ground_truth: z.boolean().nullish(),
  completed_by: userReference,
  updated_at: z.string().nullish(),
  created_at: z.string().nullish(),
  lead_time: z.number().nullish().catch(undefined),
  /** Of the Enterprise edition. */
  reviews: z.array(z.unknown()).nullish().catch(undefined),
});

export const taskAnswer = z.object({
  id: z.number(),
  created_at: z.string().nullish(),
  updated_at: z.string().nullish(),
  data: z.record(z.string(), z.unknown()),
  is_labeled: z.boolean().nullish(),
  annotations: z.array(annotationAnswer).nullish(),
  predictions: z.array(z.object({ model_version: z.string().nullish() })).nullish(),
});

export const taskPageAnswer = z.object({ tasks: z.array(taskAnswer), total: z.number().int().min(0) });

export const importedAnswer = z.object({ created: z.number() });

export const deletedAnswer = z.object({ deleted_predictions: z.number() });

export const modelVersionsAnswer = z.object({
  static: z.array(z.object({ model_version: z.string().nullish(), count: z.number() })),
  live: z
    .array(z.object({ id: z.number(), url: z.string(), title: z.string().nullish(), model_version: z.string().nullish() }))
    .nullish(),
});

export const webhookAnswer = z.object({
  id: z.number(),
  url: z.string(),
  is_active: z.boolean(),
  send_payload: z.boolean(),
  send_for_all_actions: z.boolean(),
  headers: z.record(z.string(), z.string()).nullish(),
});

export const webhooksAnswer = z.array(webhookAnswer);

export type WebhookAnswer = z.infer<typeof webhookAnswer>;
export type ModelVersionsAnswer = z.infer<typeof modelVersionsAnswer>;

export type ProjectAnswer = z.infer<typeof projectAnswer>;
export type TaskAnswer = z.infer<typeof taskAnswer>;
export type AnnotationAnswer = z.infer<typeof annotationAnswer>;
