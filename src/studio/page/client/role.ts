import { studio } from "./live.js";

/** Why the user may not change the model and what it has made; `undefined` where they may. */
export function modelRefusal(): string | undefined {
  return studio.value?.user.role === "admin" ? undefined : "Only an admin may do this: ask one, or look on.";
}
