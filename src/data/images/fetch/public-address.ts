import { type LookupAddress, lookup } from "node:dns";
import type { LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";

/** Whether an IP address belongs to the public internet: not to this machine, a local network, or a reserved range. */
export function isPublicAddress(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === "unicast";
}

/** A host name that stands for no public address. */
export class PrivateAddressError extends Error {}

/**
 * `lookup` of node's sockets that only gives public addresses. The check is made on the address that is then connected to: a name
 * that is looked up twice could give another one the second time.
 */
export const lookupPublic: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, found: LookupAddress[]) => {
    if (error) return callback(error, []);
    const open = found.filter(({ address }) => isPublicAddress(address));
    const [first] = open;
    if (first === undefined) return callback(new PrivateAddressError(hostname), []);
    return options.all ? callback(null, open) : callback(null, first.address, first.family);
  });
};
