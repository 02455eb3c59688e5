import { gradientRules } from "../../src/engine/autodiff/gradient-rules.js";

/** The operators that can be differentiated, and those that have no gradient by design, as two lists. */
export function operatorsPage(): string {
  const names = Object.keys(gradientRules).sort();
  const listed = (keep: (name: string) => boolean) =>
    names
      .filter(keep)
      .map((name) => `\`${name}\``)
      .join(", ");
  const differentiable = names.filter((name) => gradientRules[name] !== null).length;
  return [
    `${differentiable} operators have a gradient: ${listed((name) => gradientRules[name] !== null)}.`,
    "",
    `No gradient by design, since they are flat or no numbers to differentiate: ${listed((name) => gradientRules[name] === null)}.`,
    "",
  ].join("\n");
}
