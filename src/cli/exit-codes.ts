/** What `baal` ends with. An interruption adds 128 to the signal's number, as shells do. */
export const exitCodes = { done: 0, failed: 1, usage: 2, interrupted: 130, terminated: 143 } as const;
