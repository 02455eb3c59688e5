// TypeDoc reads sources by TypeScript's JavaScript API, which TypeScript 7 does not have: it gets the alias `typescript-6` in place of `typescript`.
import { register } from "node:module";

const hook = `export function resolve(specifier, context, next) {
  const asks = specifier === "typescript" || specifier.startsWith("typescript/");
  return next(asks && context.parentURL?.includes("/typedoc") ? specifier.replace("typescript", "typescript-6") : specifier, context);
}`;

register(`data:text/javascript,${encodeURIComponent(hook)}`);
