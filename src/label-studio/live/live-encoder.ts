import { BaalError, throwIfAborted } from "../../core/errors.js";
import type { Features } from "../../core/features.js";
import type { VectorPlace } from "../../host/head-calls.js";
import type { HeadHost } from "../../host/head-host.js";
import type { TextEncoderModel } from "../contract/predictor.js";
import type { ModelPool } from "../serving/model-pool.js";
import type { ModelPlace } from "../serving/pooled-model.js";

export interface LiveEncoderOptions {
  readonly pool: Pick<ModelPool, "withModel">;
  /** Where the model is; of several the first that can be loaded. */
  readonly places: readonly ModelPlace[];
  readonly heads: Pick<HeadHost, "call">;
  /** Folder of the vectors. */
  readonly folder: string;
}

/** So many texts at once: whoever waits in front of a screen comes between. */
const TEXTS_PER_CALL = 64;

/** A frozen encoder, whose vectors are computed once and kept for the heads. */
export class LiveEncoder {
  readonly #options: LiveEncoderOptions;
  #place: ModelPlace | undefined;
  #fingerprint: Promise<string> | undefined;

  constructor(options: LiveEncoderOptions) {
    this.#options = options;
  }

  /** Where its vectors are. Loads the model the first time. Throws `E_MODEL_HOST`, and `E_MODEL_FORMAT` for a model without features. */
  async vectors(): Promise<VectorPlace> {
    this.#fingerprint ??= this.#with((encoder) => encoder.fingerprint());
    try {
      return { folder: this.#options.folder, encoder: await this.#fingerprint };
    } catch (error) {
      this.#fingerprint = undefined;
      throw error;
    }
  }

  /** Computes the vectors that are not there, of texts by the names of their contents. */
  async embed(texts: ReadonlyMap<string, string>, { signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<void> {
    if (texts.size === 0) return;
    const place = await this.vectors();
    const { heads } = this.#options;
    const missing = await heads.call("missing", { ...place, items: [...texts.keys()] }, { signal });
    let done = 0;
    for await (const { data, shape } of this.features(
      missing.map((key) => texts.get(key)!),
      { signal },
    )) {
      const items = missing.slice(done, done + shape[0]);
      await heads.call("add", { ...place, items, vectors: data }, { signal });
      done += shape[0];
    }
  }

  /** Vectors `[n, D]` of the texts, in their order and some at a time, from the model itself. Throws as {@link vectors}. */
  async *features(
    texts: readonly string[],
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): AsyncGenerator<Features> {
    for (let start = 0; start < texts.length; start += TEXTS_PER_CALL) {
      throwIfAborted(signal, "Embedding texts");
      const own = texts.slice(start, start + TEXTS_PER_CALL);
      yield await this.#with((encoder) => encoder.features(own, { signal }));
    }
  }

  async #with<T>(work: (encoder: TextEncoderModel) => Promise<T>): Promise<T> {
    const { pool, places } = this.#options;
    let failure: unknown;
    for (const place of this.#place ? [this.#place] : places) {
      try {
        return await pool.withModel(place, async ({ encoder }) => {
          if (encoder === undefined) throw new BaalError("E_MODEL_FORMAT", `${place.key} gives no features of texts.`);
          this.#place = place;
          return work(encoder);
        });
      } catch (error) {
        failure ??= error;
        // What the loaded model says is said.
        if (this.#place !== undefined) throw error;
      }
    }
    throw failure;
  }
}
