/** How to get a model in whose architecture is not built here. */
export const EXPORT_ADVICE =
  "Export it to onnx/model.onnx: torch.onnx.export(model, ..., dynamo=True, opset_version=18) with dynamic batch (and sequence) axes, opsets 18 to 22, or optimum-cli export onnx.";
