import { isIP } from "node:net";
import { InvalidArgumentError } from "commander";

/** Parses `--advertised-url`. */
export function advertisedUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "http:" || url?.protocol === "https:") return text.replace(/\/+$/, "");
  throw new InvalidArgumentError("Expected an address such as http://ml-backend.local:9090.");
}

/**
 * Why Label Studio would not send events to this address. It checks webhooks by Django's rules for addresses and is silent about those that
 * break them: predictions work, and labels never come. Nothing for an address that it takes.
 */
export function refusedAsWebhook(url: string): string | undefined {
  const host = new URL(url).hostname.replace(/\.$/, "");
  if (host === "localhost" || isIP(host.replace(/^\[|\]$/g, "")) !== 0) return undefined;
  const [last = ""] = host.split(".").slice(-1);
  if (host.includes("_")) return explained(host, "has an underscore");
  if (last === host) return explained(host, "has no dot");
  return /^(xn--[a-z0-9]+|[a-z-]{2,})$/.test(last)
    ? undefined
    : explained(host, `ends with "${last}", which is not of letters alone`);
}

function explained(host: string, why: string): string {
  return (
    `Label Studio takes no webhook at ${host}, and does not say so: the name ${why}. Predictions will work, but labels and Start training ` +
    "will not arrive. Use a name such as ml-backend.local (in a compose file: a network alias), or an IP address."
  );
}
