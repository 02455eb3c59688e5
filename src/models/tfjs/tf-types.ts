/**
 * The parts of TensorFlow.js that are used here, by structure: `@tensorflow/tfjs`, `tfjs-node` and `tfjs-node-gpu` fit, and none of
 * them needs to be installed for these types. Method syntax, so that the packages' own, narrower parameter types fit too; a parameter
 * is an `object` where they take a union that only their own classes are in.
 */
export interface TfModule {
  /** Typed by {@link tidy}. */
  tidy(work: string | object): unknown;
  tensor(values: TfTensorData, shape: number[], dtype?: TfDataType): TfTensor;
  add(a: TfOperand, b: TfOperand): TfTensor;
  sub(a: TfOperand, b: TfOperand): TfTensor;
  mul(a: TfOperand, b: TfOperand): TfTensor;
  neg(x: TfOperand): TfTensor;
  log(x: TfOperand): TfTensor;
  clipByValue(x: TfOperand, low: number, high: number): TfTensor;
  sum(x: TfOperand): TfTensor;
  softmax(x: TfOperand): TfTensor;
  logSoftmax(x: TfOperand): TfTensor;
  sigmoid(x: TfOperand): TfTensor;
  pow(base: TfOperand, exponent: TfOperand): TfTensor;
  softplus(x: TfOperand): TfTensor;
  matMul(a: TfOperand, b: TfOperand): TfTensor;
  reshape(x: TfOperand, shape: number[]): TfTensor;
  concat(tensors: object, axis: number): TfTensor;
  zerosLike(x: TfOperand): TfTensor;
  gather(x: TfOperand, indices: TfOperand): TfTensor;
  /** `work` gives the scalar whose gradients with respect to the variables are taken. */
  variableGrads(work: object, variables: object | undefined): { value: TfTensor; grads: { [variable: string]: TfTensor } };
  loadLayersModel(handler: string | object): Promise<TfLayersModel>;
}

/** A {@link TfTensor} or a number. */
export type TfOperand = object | number | string | boolean;

export type TfDataType = "float32" | "int32" | "bool";

export type TfTensorData = Float32Array | Int32Array | Uint8Array;

/** The part of TensorFlow.js' tensor that is used here. */
export interface TfTensor {
  readonly shape: readonly number[];
  readonly dtype: string;
  /** Another object as soon as other numbers are assigned to a variable. */
  readonly dataId: object;
  readonly isDisposed: boolean;
  data(): Promise<ArrayLike<number> | readonly string[]>;
  dataSync(): ArrayLike<number> | readonly string[];
  clone(): TfTensor;
  dispose(): void;
}

/** A weight of a layer. */
export interface TfLayerVariable {
  readonly originalName: string;
  readonly shape: readonly (number | null)[];
  readonly dtype: string;
  readonly trainable: boolean;
  /** The `tf.Variable` itself. */
  read(): TfTensor;
  write(value: TfTensor): unknown;
}

export type TfShape = readonly (number | null)[];

/** A place in the graph of layers. */
export interface TfSymbolicTensor {
  readonly id: number;
  readonly shape: TfShape;
  readonly dtype: string;
  readonly sourceLayer: TfLayer;
  readonly inputs: readonly TfSymbolicTensor[];
  readonly nodeIndex: number;
  readonly tensorIndex: number;
}

/** One use of a layer. */
export interface TfNode {
  readonly inputShapes: TfShape | readonly TfShape[];
  readonly outputShapes: TfShape | readonly TfShape[];
}

export type TfCallOptions = { [name: string]: unknown };

export interface TfLayer {
  readonly name: string;
  readonly supportsMasking: boolean;
  readonly stateful: boolean;
  readonly trainable: boolean;
  readonly weights: readonly TfLayerVariable[];
  readonly trainableWeights: readonly TfLayerVariable[];
  readonly inboundNodes: readonly TfNode[];
  getClassName(): string;
  getConfig(): { [name: string]: unknown };
  call(inputs: TfTensor | TfTensor[], options: TfCallOptions): TfTensor | TfTensor[];
  /** Tensors to tensors. */
  apply(inputs: object, options?: TfCallOptions): unknown;
  computeMask(inputs: TfTensor | TfTensor[], mask?: TfTensor | TfTensor[]): TfTensor | TfTensor[] | null;
  build(inputShape: (number | null)[] | (number | null)[][]): void;
  /** The values of its regularizers. */
  calculateLosses(): TfTensor[];
}

/** A Keras model: `tf.LayersModel` and `tf.Sequential`. */
export interface TfLayersModel extends TfLayer {
  readonly inputs: readonly TfSymbolicTensor[];
  readonly outputs: readonly TfSymbolicTensor[];
  readonly layers: readonly TfLayer[];
  toJSON(unused: undefined, returnString: false): unknown;
  save(handler: { save(artifacts: TfModelArtifacts): Promise<TfSaveResult> }): Promise<unknown>;
}

/** An optimizer of `tf.train`. */
export interface TfOptimizer {
  /** Gradients by the name of their `tf.Variable`. */
  applyGradients(gradients: object): void;
}

/** An entry of a weights manifest. */
export interface TfWeightSpec {
  readonly name: string;
  readonly shape: number[];
  readonly dtype: string;
  readonly quantization?: { readonly dtype: string };
}

/** The parts that a model is saved as. */
export interface TfModelArtifacts {
  modelTopology?: object;
  weightSpecs?: TfWeightSpec[];
  weightData?: ArrayBuffer | ArrayBuffer[];
  format?: string;
  generatedBy?: string;
  convertedBy?: string | null;
  userDefinedMetadata?: { [name: string]: object };
}

export interface TfSaveResult {
  modelArtifactsInfo: { dateSaved: Date; modelTopologyType: "JSON" };
}

/** Work whose tensors are freed at its end, but for those it returns. It must not wait for anything. */
export function tidy<T>(tf: TfModule, work: () => T): T {
  return tf.tidy(work) as T;
}
