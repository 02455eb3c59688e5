import { InvalidArgumentError, type Option } from "commander";
import { errorMessage } from "../errors.js";
import { UsageError } from "./usage-error.js";

/**
 * What the command line's parser makes of a value from elsewhere: `where` begins the usage error that is thrown for one that does not fit. The
 * value is not repeated, since it may be secret.
 */
export function optionValue(option: Option, value: unknown, where: string): unknown {
  const takesText = option.required || option.optional;
  if (typeof value === "boolean" && !option.required) return option.optional && !value ? undefined : value;
  if (!takesText) throw new UsageError(`${where}: expected true or false.`);
  if (option.parseArg === undefined && !isText(value, option))
    throw new UsageError(`${where}: expected text; put it into quotes.`);
  try {
    const text = Array.isArray(value) ? value.join(",") : typeof value === "object" ? JSON.stringify(value) : String(value);
    return option.parseArg ? option.parseArg(text, undefined as never) : text;
  } catch (error) {
    if (error instanceof InvalidArgumentError || error instanceof UsageError)
      throw new UsageError(`${where}: ${errorMessage(error)}`, { cause: error });
    throw error;
  }
}

/** Lists stand for what the command line has between commas. */
function isText(value: unknown, { optional }: Option): boolean {
  return typeof value === "string" || (optional && Array.isArray(value) && value.every((item) => typeof item === "string"));
}
