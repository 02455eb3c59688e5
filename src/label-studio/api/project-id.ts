import { BaalError } from "../../errors.js";

/** Label Studio's number of a project, from the `"<id>.<created>"` that it sends. Throws `E_ARGUMENT`. */
export function labelStudioProjectId(project: string): number {
  const [, digits] = /^(\d{1,15})(?:\.|$)/.exec(project) ?? [];
  if (digits !== undefined) return Number(digits);
  throw new BaalError("E_ARGUMENT", `"${project.slice(0, 40)}" is no project of Label Studio's: "<id>.<created>" was expected.`);
}
