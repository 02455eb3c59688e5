/** The header in which events carry the shared secret: Label Studio sends no password with them. */
export const webhookSecretHeader = "x-baal-secret";
