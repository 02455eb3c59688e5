import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"","description":"","frontmatter":{"layout":"home","hero":{"name":"baaljs","text":"Label less, learn more","tagline":"Bayesian active learning in Node.js. Fine-tunes text and image classifiers, keeps dropout on, and ranks what to label next. No Python.","actions":[{"theme":"brand","text":"Quick start","link":"/quick-start"},{"theme":"alt","text":"Install","link":"/install"},{"theme":"alt","text":"Label Studio","link":"/label-studio/"}]},"features":[{"title":"Trains in Node","details":"DistilBERT, BERT, RoBERTa, VGG and ONNX exports are fine-tuned by ONNX Runtime. The gradients are ONNX nodes too.","link":"/models"},{"title":"Knows what it does not know","details":"20 draws per item with dropout on, BALD, entropy, margin, BatchBALD, BADGE and more than 50 other named strategies.","link":"/strategies"},{"title":"Same seed, same picks","details":"Draws depend on the seed and the item alone, whatever the batch size, order or number of threads. Killed runs continue bit for bit.","link":"/concepts"},{"title":"Serves Label Studio","details":"An ML backend that learns from each label and orders the queue by what the model needs.","link":"/label-studio/"},{"title":"Experiments on one command","details":"Learning curves over several seeds against random sampling, with intervals and a report that opens offline.","link":"/experiments"},{"title":"An engine of its own","details":"Read, build, differentiate and run any ONNX graph from TypeScript.","link":"/engine"}]},"headers":[],"relativePath":"index.md","filePath":"index.md"}');
const _sfc_main = { name: "index.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("index.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const index = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  index as default
};
