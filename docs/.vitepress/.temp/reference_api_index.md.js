import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"baaljs","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/index.md","filePath":"reference/api/index.md"}');
const _sfc_main = { name: "reference/api/index.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="baaljs" tabindex="-1">baaljs <a class="header-anchor" href="#baaljs" aria-label="Permalink to &quot;baaljs&quot;">​</a></h1><h2 id="modules" tabindex="-1">Modules <a class="header-anchor" href="#modules" aria-label="Permalink to &quot;Modules&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Module</th><th>Description</th></tr></thead><tbody><tr><td><a href="./baaljs/">baaljs</a></td><td>What a script needs: models, data sets, the trainer, the loop, and the usual heuristics and strategies.</td></tr><tr><td><a href="./baaljs/calibration/">baaljs/calibration</a></td><td>Probabilities that are right as often as they say.</td></tr><tr><td><a href="./baaljs/data/">baaljs/data</a></td><td>Rows, tokenizers, cached features and files of any size; duplicates and doubtful labels.</td></tr><tr><td><a href="./baaljs/engine/">baaljs/engine</a></td><td>ONNX graphs: read, build, rewrite, differentiate, run and write them. Knows nothing of classifiers.</td></tr><tr><td><a href="./baaljs/experiment/">baaljs/experiment</a></td><td>Learning curves of several strategies over several seeds, resumable, with reports.</td></tr><tr><td><a href="./baaljs/heuristics/">baaljs/heuristics</a></td><td>Scores of items from their draws or features: arrays in, numbers out. Loads nothing native.</td></tr><tr><td><a href="./baaljs/images/">baaljs/images</a></td><td>Reading, preparing, checking and augmenting images.</td></tr><tr><td><a href="./baaljs/label-studio/">baaljs/label-studio</a></td><td>An ML backend for Label Studio, and a client of its API.</td></tr><tr><td><a href="./baaljs/metrics/">baaljs/metrics</a></td><td>Metrics of predictions, with intervals: arrays in, numbers out. Loads nothing native.</td></tr><tr><td><a href="./baaljs/strategies/">baaljs/strategies</a></td><td>Picking batches of items, with the nearest neighbours and clusters that some of them use. Loads nothing native.</td></tr><tr><td><a href="./baaljs/tfjs/">baaljs/tfjs</a></td><td>Keras models of TensorFlow.js as models of this library.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/index.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const index = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  index as default
};
