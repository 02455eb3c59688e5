import { setTimeout } from "node:timers/promises";
import { BaalError, errorMessage } from "../../core/errors.js";
import type { RunStore, StoredObject } from "./run-store.js";

/**
 * A store in a bucket of Amazon S3 or what speaks its protocol, by the package @aws-sdk/client-s3: credentials, region and `AWS_ENDPOINT_URL` are
 * those of its usual environment. What is written once is written with `If-None-Match: *`, which S3 answers with 412 where the key is taken.
 * Throws `E_STORE` without the package, and where the bucket cannot be used.
 */
export async function s3Store(address: string): Promise<RunStore> {
  const [, bucket, path = ""] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(address) ?? [];
  if (bucket === undefined) throw new BaalError("E_ARGUMENT", `${address}: expected s3://bucket/prefix.`);
  const root = path === "" || path.endsWith("/") ? path : `${path}/`;
  const { S3Client, GetObjectCommand, PutObjectCommand, DeleteObjectCommand, ListObjectsV2Command } = await loadSdk();
  // Servers of other makers know buckets by the path alone.
  const client = new S3Client({ forcePathStyle: process.env["AWS_ENDPOINT_URL"] !== undefined });
  const nameOf = (key: string) => ({ Bucket: bucket, Key: root + key });

  const explained = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await persistently(work);
    } catch (error) {
      throw new BaalError(
        "E_STORE",
        `The store ${address} cannot be used (${errorMessage(error)}): look at the bucket, its region and the credentials, then give the same command again.`,
        { cause: error },
      );
    }
  };
  return {
    address,
    read: (key) =>
      explained(async () => {
        try {
          const { Body } = await client.send(new GetObjectCommand(nameOf(key)));
          return await Body?.transformToByteArray();
        } catch (error) {
          if (statusOf(error) === 404 && (error as Error).name !== "NoSuchBucket") return undefined;
          throw error;
        }
      }),
    writeOnce: (key, content) =>
      explained(async () => {
        try {
          await client.send(new PutObjectCommand({ ...nameOf(key), Body: content, IfNoneMatch: "*" }));
          return true;
        } catch (error) {
          if (statusOf(error) === 412) return false;
          throw error;
        }
      }),
    remove: (key) =>
      explained(async () => {
        await client.send(new DeleteObjectCommand(nameOf(key)));
      }),
    list: (prefix) =>
      explained(async () => {
        const found: StoredObject[] = [];
        let next: string | undefined;
        do {
          const page = await client.send(
            new ListObjectsV2Command({ Bucket: bucket, Prefix: root + prefix, ContinuationToken: next }),
          );
          for (const { Key = "", Size = 0, LastModified } of page.Contents ?? []) {
            found.push({ key: Key.slice(root.length), bytes: Size, modified: LastModified?.getTime() ?? 0 });
          }
          next = page.IsTruncated ? page.NextContinuationToken : undefined;
        } while (next !== undefined);
        return found.sort((a, b) => (a.key < b.key ? -1 : 1));
      }),
  };
}

const TRIES = 4;
const PAUSE_MS = 250;

/** What passes, and the SDK does not try again by itself: an answer that is cut off, a key that somebody else is writing at this moment (409), who may fail. */
async function persistently<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      const status = statusOf(error);
      const isPassing =
        status === undefined
          ? typeof (error as NodeJS.ErrnoException).code === "string"
          : status === 409 || status === 429 || status >= 500;
      if (!isPassing || tries === TRIES) throw error;
      await setTimeout(PAUSE_MS * 2 ** tries);
    }
  }
}

function statusOf(error: unknown): number | undefined {
  return (error as { readonly $metadata?: { readonly httpStatusCode?: number } }).$metadata?.httpStatusCode;
}

async function loadSdk(): Promise<typeof import("@aws-sdk/client-s3")> {
  try {
    return await import("@aws-sdk/client-s3");
  } catch (cause) {
    throw new BaalError("E_STORE", "A store in S3 needs the package @aws-sdk/client-s3: npm install @aws-sdk/client-s3.", {
      cause,
    });
  }
}
