import { z } from "zod";
import { HttpError } from "../contract/http-error.js";

/** Names that are kept: neither texts without end nor characters that a database ends them at. */
export const name = (most: number) =>
  z
    .string()
    .max(most)
    .regex(/^\P{Cc}*$/u, "should have no control characters");

/** `"<id>.<created>"`. */
export const project = z.union([name(200), z.number()]).nullish();

/** `POST /setup`. `extra_params` are read later: an object or JSON text of parameters of the model, null for none. Other keys, the access token among them, are dropped unread. */
export const setupRequest = z.object({
  project,
  schema: z.string().nullish(),
  hostname: name(2000).nullish(),
  extra_params: z.unknown().optional(),
});

/** `POST /predict`. Tasks are checked one by one later, because one bad task must not fail the others. */
export const predictRequest = z.object({
  project,
  tasks: z.array(z.unknown()),
  label_config: z.string(),
  params: z
    .looseObject({ hostname: name(2000).nullish() })
    .nullish()
    .catch(undefined),
});

/** The body as `schema` wants it. Throws a 400 that names the keys at fault; values are not quoted. */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown, call: string): T {
  const parsed = schema.safeParse(body ?? {});
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.map(String).join(".") || "body"}: ${issue.message}`);
  throw new HttpError(400, "E_REQUEST", `${call} got a body that it does not understand: ${faults.slice(0, 5).join("; ")}.`);
}

/** The project as the backend takes it; `undefined` where none was named. */
export function projectKey(project: string | number | null | undefined): string | undefined {
  return project === null || project === undefined || project === "" ? undefined : String(project);
}
